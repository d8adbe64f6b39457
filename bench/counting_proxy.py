"""A door before a simulated ONTAP address that counts what is asked: TLS in, TLS out, one line a
request. It is written for what v2only and the simulator say to each other, nothing more."""

import asyncio
import hashlib
import pathlib
import ssl
import subprocess
import threading
import time
import urllib.parse


async def message(reader):
    """Head and body of one HTTP/1.1 message with a Content-Length; empty where the peer is gone."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b"", b""
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return head, await reader.readexactly(length)


class CountingProxy:
    """Doors to each of `urls`, behind one certificate of its own. `asked`: (time, method, path)."""

    def __init__(self, place, urls):
        self.asked = []
        place = pathlib.Path(place)
        key, certificate = place / "proxy.key", place / "proxy.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-subj", "/CN=proxy", "-days", "2", "-keyout", key, "-out", certificate],
            check=True, stderr=subprocess.DEVNULL,
        )
        der = ssl.PEM_cert_to_DER_cert(certificate.read_text())
        self.fingerprint = "sha256:" + hashlib.sha256(der).hexdigest()
        self.inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.inside.load_cert_chain(certificate, key)
        self.outside = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.outside.check_hostname, self.outside.verify_mode = False, ssl.CERT_NONE
        self.loop = asyncio.new_event_loop()
        self.doors = self.loop.run_until_complete(self.open(urls))
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    async def open(self, urls):
        doors = {}
        for url in urls:
            to = urllib.parse.urlsplit(url)

            def taken(reader, writer, to=to):
                return self.carry(reader, writer, to.hostname, to.port)

            server = await asyncio.start_server(taken, "127.0.0.1", 0, ssl=self.inside)
            doors[url] = "https://127.0.0.1:%d" % server.sockets[0].getsockname()[1]
        return doors

    async def carry(self, reader, writer, host, port):
        upstream = None
        try:
            from_sim, upstream = await asyncio.open_connection(host, port, ssl=self.outside)
            while True:
                head, body = await message(reader)
                if not head:
                    break
                method, path, _ = head.split(b"\r\n")[0].decode().split(" ", 2)
                self.asked.append((time.time(), method, path))
                upstream.write(head + body)
                head, body = await message(from_sim)
                if not head:
                    break
                writer.write(head + body)
                await writer.drain()
        except OSError:
            pass  # the node is away: so is its address
        finally:
            for end in (writer, upstream):
                if end is not None:
                    end.close()
