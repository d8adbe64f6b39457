#!/usr/bin/python3
"""Draws docs/demo.svg: a terminal with an excerpt of `v2only demo`.

  docs/make_picture.py [--check] [--bin BINARY]

The demo runs on a pseudo terminal, so that colours and widths are the program's own. What differs
from run to run (times, run ids, ports) is replaced by fixed text. --check draws nothing: it fails
when the picture is stale.
"""

import argparse
import fcntl
import html
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import termios

ROOT = pathlib.Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs/demo.svg"
COLUMNS = 108
# What is shown of the demo, in order: from a line that fits the first pattern to the next one that
# fits the second (the line itself is left out), with at most so many lines.
EXCERPT = [
    (r"^\$ v2only audit", r"^$", 1),
    (r"^InstanceId .*Verdict", r"^$", 1),
    (r"^eu-west-1$", r"^us-east-1$", 99),
    (r"^\d+ instances: .*compliant", r"^$", 2),
    (r"^\$ v2only plan", r"^$", 1),
    (r"^  ~ .*console-agent-prod", r"^      (why|seen) ", 3),
    (r"^  ~ .*shop-db-prod-1", r"^      (why|seen) ", 2),
    (r"^\d+ instances change in", r"^Made", 2),
    (r"^\$ v2only apply", r"^$", 1),
    (r"^Run r-", r"^  In account", 1),
    (r"^  \d+ instances: ", r"^$", 1),
    (r"^System +Mediator", r"^$", 3),
    (r"^  VsaWorkingEnvironment-a1b2c3d4  pair: wrote", r"^  VsaWorkingEnvironment-c", 2),
    (r"^\$ v2only rollback", r"^$", 1),
    (r"^Puts \d+ instances back", r"^Made", 2),
    (r"^Run r-", r"^  Rollback", 1),
    (r"^  \d+ instances: ", r"^$", 1),
]
# Those that begin a paragraph of the picture.
PARAGRAPHS = {1, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14}
COLOURS = {"32": "#7ee787", "36": "#79c0ff", "33": "#e3b341", "1;31": "#ff7b72"}
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace"
LINE, CELL, SIZE, MARGIN, BAR = 18, 8.0, 13, 20, 34


def demo(binary):
    """What the demo prints on a terminal of COLUMNS."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}
    process = subprocess.Popen(
        [binary, "demo"], stdin=subprocess.DEVNULL, stdout=follower, stderr=subprocess.DEVNULL, env=env
    )
    os.close(follower)
    text = b""
    while True:
        try:
            read = os.read(leader, 65536)
        except OSError:  # the other end is closed: the demo is over
            read = b""
        if not read:
            break
        text += read
    if process.wait() != 0:
        sys.exit(f"make_picture: the demo ended with {process.returncode}")
    return text.decode().replace("\r\n", "\n").splitlines()


def fixed(lines):
    """The same text for every run of the demo."""
    ids = {}

    def run_id(match):
        known = ["r-20261124-073312-4f2a9c01", "r-20261124-073317-9c1e5b7d"]
        return ids.setdefault(match.group(), known[min(len(ids), 1)])

    text = re.sub(r"r-\d{8}-\d{6}-[0-9a-f]{8}", run_id, "\n".join(lines))
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-11-24T07:33:12Z", text)
    text = re.sub(r"read \d+ times, the longest gap [\d.]+ s", "read 840 times, the longest gap 0.04 s", text)
    text = re.sub(r"\(\d+ s of the simulated", "(9 s of the simulated", text)
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:4566", text).splitlines()


def plain(line):
    return re.sub(r"\x1b\[[0-9;]*m", "", line)


def excerpt(lines):
    out, at = [], 0
    for number, (first, end, most) in enumerate(EXCERPT):
        while at < len(lines) and not re.search(first, plain(lines[at])):
            at += 1
        if at == len(lines):
            sys.exit(f"make_picture: the demo shows no line like {first}")
        if number in PARAGRAPHS:
            out.append("")
        taken = 0
        while at < len(lines) and taken < most and (taken == 0 or not re.search(end, plain(lines[at]))):
            out.append(lines[at])
            at += 1
            taken += 1
    return out


def pieces(line):
    """(text, colour codes) for each stretch of a line."""
    style, out = "", []
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b["):
            style = part[2:-1]
        elif part:
            out.append((part, "" if style == "0" else style))
    return out


def svg_line(line, y):
    if line.startswith("$ "):
        line = f"\x1b[36m$\x1b[0m\x1b[1m{line[1:]}\x1b[0m"
    spans, column = "", 0
    for text, style in pieces(line):
        attributes = f'x="{MARGIN + column * CELL:g}" textLength="{len(text) * CELL:g}"'
        if style in COLOURS:
            attributes += f' fill="{COLOURS[style]}"'
        if style == "2":
            attributes += ' fill="#8b949e"'
        if style.startswith("1"):
            attributes += ' font-weight="bold"'
        if text.strip():
            spans += f"<tspan {attributes}>{html.escape(text)}</tspan>"
        column += len(text)
    return f'<text y="{y}" xml:space="preserve">{spans}</text>\n' if spans else ""


def drawn(lines):
    width = MARGIN * 2 + COLUMNS * CELL
    height = BAR + MARGIN + LINE * len(lines)
    out = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}" role="img" '
        f'font-family="{FONT}" font-size="{SIZE}">\n'
        "<title>v2only demo: audit, plan, apply and rollback on the built-in simulation</title>\n"
        f'<rect width="{width:g}" height="{height}" rx="8" fill="#0d1117"/>\n'
        f'<rect width="{width:g}" height="{BAR - 8}" rx="8" fill="#21262d"/>\n'
    )
    for number, colour in enumerate(("#ff5f56", "#ffbd2e", "#27c93f")):
        out += f'<circle cx="{16 + number * 18}" cy="13" r="5.5" fill="{colour}"/>\n'
    out += f'<text x="{width / 2:g}" y="17" fill="#8b949e" text-anchor="middle">v2only demo</text>\n'
    out += '<g fill="#c9d1d9">\n'
    for number, line in enumerate(lines):
        out += svg_line(line, BAR + LINE * (number + 1) - 4)
    return out + "</g>\n</svg>\n"


def main():
    parser = argparse.ArgumentParser(description="Draws docs/demo.svg from a run of v2only demo.")
    parser.add_argument("--bin", default=str(ROOT / "build/release/v2only"), help="the program")
    parser.add_argument("--check", action="store_true", help="fail when the picture is stale")
    wanted = parser.parse_args()
    picture = drawn(excerpt(fixed(demo(wanted.bin))))
    if not wanted.check:
        PICTURE.write_text(picture)
    elif PICTURE.read_text() != picture:
        sys.exit("docs/demo.svg is stale. Draw it again: docs/make_picture.py")


if __name__ == "__main__":
    main()
