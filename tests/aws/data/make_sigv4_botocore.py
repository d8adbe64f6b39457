#!/usr/bin/env python3
"""Writes sigv4_botocore.json: awkward requests with botocore's canonical requests and signatures.

Run it with botocore installed (made with 1.43.67):
    python3 make_sigv4_botocore.py > sigv4_botocore.json
"""

import datetime
import json
import sys
from unittest import mock

import botocore
import botocore.auth
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEY = "AKIDEXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "FwoGZXIvYXdzEBYaD+/=example//token=="
NOW = datetime.datetime(2026, 11, 24, 7, 33, 12, tzinfo=datetime.timezone.utc)
EC2 = "https://ec2.eu-west-1.amazonaws.com"
FORM = "application/x-www-form-urlencoded; charset=utf-8"


def case(name, url=EC2 + "/", method="POST", headers=(), body="", token="", service="ec2",
         region="eu-west-1", now=NOW):
    return {"name": name, "method": method, "url": url, "headers": [list(h) for h in headers],
            "body": body, "token": token, "service": service, "region": region,
            "date": now.strftime("%Y-%m-%dT%H:%M:%SZ")}


CASES = [
    case("post with an empty body"),
    case("post with a form", headers=[("Content-Type", FORM)],
         body="Action=DescribeRegions&Version=2016-11-15"),
    case("form with encoded characters", headers=[("Content-Type", FORM)],
         body="Action=X&V=a%20b%2Bc%3D%26%25~-_."),
    case("body of several lines", body="one\r\ntwo\n\tthree\n"),
    case("body in UTF-8", body="größer ≥ 10 😀"),
    case("session token", token=TOKEN, body="Action=X"),
    case("session token and content type", token=TOKEN, headers=[("Content-Type", FORM)]),
    case("get", method="GET"),
    case("put", method="PUT", body="{}"),
    case("delete", method="DELETE"),
    case("host without a path", url=EC2),
    case("port 443 of https is left out", url="https://ec2.eu-west-1.amazonaws.com:443/"),
    case("port 80 of http is left out", url="http://localhost:80/"),
    case("port 443 of http stays", url="http://localhost:443/"),
    case("port of a local server stays", url="http://127.0.0.1:5801/"),
    case("IPv6 host", url="http://[::1]:4566/"),
    case("IPv6 host without a port", url="http://[fd00:ec2::254]/"),
    case("host in capitals", url="https://EC2.Eu-West-1.AmazonAWS.com/"),
    case("host header given", headers=[("Host", "vpce-1.ec2.eu-west-1.vpce.amazonaws.com")]),
    case("inner runs of blanks", headers=[("X-Blanks", "a   b \t c")]),
    case("blanks around", headers=[("X-Around", "   a b   ")]),
    case("empty header", headers=[("X-Empty", "")]),
    case("quoted blanks", headers=[("X-Quoted", '"a   b"')]),
    case("repeated header", headers=[("X-Twice", "b"), ("X-Twice", "a")]),
    case("repeated header in several cases", headers=[("X-Twice", "b"), ("x-TWICE", " a  c ")]),
    case("header names that begin alike",
         headers=[("X-Ab", "2"), ("X-A", "1"), ("X-A-B", "3"), ("X-Ab-C", "4")]),
    case("header in UTF-8", headers=[("X-Name", "Grüße")]),
    case("user agent and trace id are not signed",
         headers=[("User-Agent", "v2only/0.1.0 run/r-1"), ("X-Amzn-Trace-Id", "Root=1-2"),
                  ("Connection", "keep-alive"), ("Expect", "100-continue"),
                  ("Transfer-Encoding", "chunked"), ("TE", "trailers")]),
    case("accept and target are signed",
         headers=[("Accept", "*/*"), ("X-Amz-Target", "TrentService.DescribeKey"),
                  ("Content-Type", "application/x-amz-json-1.1")], body="{\"KeyId\": \"x\"}"),
    case("content length is signed", headers=[("Content-Length", "3")], body="abc"),
    case("path with blanks encoded", url=EC2 + "/a%20b/c"),
    case("path with a plus", url=EC2 + "/a+b"),
    case("path with a tilde and stars", url=EC2 + "/~x/*/(y)!'"),
    case("path in UTF-8, encoded", url=EC2 + "/%E1%88%B4/%C3%A9"),
    case("path with dot segments", url=EC2 + "/a/./b/../c/../../d"),
    case("path above the root", url=EC2 + "/../../x"),
    case("path with doubled slashes", url=EC2 + "//a///b//"),
    case("path that ends in a dot segment", url=EC2 + "/a/b/.."),
    case("path that ends in a slash and dots", url=EC2 + "/a/b/../"),
    case("path that is encoded twice", url=EC2 + "/%2525"),
    case("query out of order", url=EC2 + "/?b=2&a=1&c=3", method="GET"),
    case("query with one key twice", url=EC2 + "/?a=2&a=1&a=10", method="GET"),
    case("query with keys that begin alike", url=EC2 + "/?ab=1&a=2&a-b=3&A=4", method="GET"),
    case("query without a value", url=EC2 + "/?flag&b=&a=1", method="GET"),
    case("query with encoded characters", url=EC2 + "/?k=a%20b%2Bc%2F%3D%26&z=~-_.", method="GET"),
    case("query in UTF-8, encoded", url=EC2 + "/?%E1%88%B4=%C3%A9", method="GET"),
    case("query with an equals sign in its value", url=EC2 + "/?k=a%3Db", method="GET"),
    case("cloudwatch signs as monitoring",
         url="https://monitoring.eu-west-1.amazonaws.com/", service="monitoring"),
    case("sts in china", url="https://sts.cn-north-1.amazonaws.com.cn/", service="sts",
         region="cn-north-1"),
    case("first second of a day and year",
         now=datetime.datetime(2027, 1, 1, 0, 0, 0, tzinfo=datetime.timezone.utc)),
    case("29 February", now=datetime.datetime(2028, 2, 29, 23, 59, 59,
                                              tzinfo=datetime.timezone.utc)),
]


def signed(entry):
    request = AWSRequest(method=entry["method"], url=entry["url"], data=entry["body"].encode())
    for name, value in entry["headers"]:
        request.headers.add_header(name, value)
    auth = SigV4Auth(Credentials(KEY, SECRET, entry["token"] or None), entry["service"],
                     entry["region"])
    now = datetime.datetime.strptime(entry["date"], "%Y-%m-%dT%H:%M:%SZ").replace(
        tzinfo=datetime.timezone.utc)
    canonical = []
    original = auth.canonical_request
    auth.canonical_request = lambda r: canonical.append(original(r)) or canonical[-1]
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda *a, **k: now):
        auth.add_auth(request)
    return {**entry, "canonical": canonical[-1], "authorization": request.headers["Authorization"]}


json.dump({"made_with": "botocore " + botocore.__version__, "access_key_id": KEY,
           "secret_access_key": SECRET, "cases": [signed(entry) for entry in CASES]},
          sys.stdout, indent=1, ensure_ascii=False)
print()
