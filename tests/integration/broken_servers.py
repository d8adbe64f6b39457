"""Endpoints that do everything but what they should."""

import contextlib
import socket
import threading


@contextlib.contextmanager
def serving(answer):
    """A TCP server; `answer(connection)` is called for each connection, in a thread of its own."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(16)
    stop = threading.Event()

    def one(connection):
        with contextlib.suppress(OSError), connection:
            answer(connection, stop)

    def accept():
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


def says(data):
    def answer(connection, _stop):
        connection.recv(65536)
        connection.sendall(data)

    return answer


def http(body, status="200 OK", kind="text/html", length=None):
    size = len(body) if length is None else length
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\n\r\n"
    return head.encode() + body


def hangs(connection, stop):
    connection.recv(65536)
    stop.wait(60)


HTML = b"<html><body><h1>It works!</h1></body></html>"
GARBAGE = b"\x00\x01\x02 this is not HTTP \xff\xfe\r\n\r\n"
KINDS = {
    "hangs": hangs,
    "garbage": says(GARBAGE),
    "html": says(http(HTML)),
    "html-502": says(http(HTML, status="502 Bad Gateway")),
    "half-an-answer": says(http(b"<GetCallerIdentityResponse", kind="text/xml", length=5000)),
    "empty-answer": says(http(b"", kind="text/xml")),
    "closes-at-once": says(b""),
    "redirects": says(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"),
}
