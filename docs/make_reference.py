#!/usr/bin/python3
"""Writes docs/reference/commands.md from the --help of every command.

  docs/make_reference.py [--check] [--bin BINARY]

--check writes nothing: it fails when the page is stale.
"""

import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reference/commands.md"
HEAD = """# Commands

This page is what `v2only COMMAND --help` says. It is generated: `docs/make_reference.py`.
"""


def help_of(binary, *words):
    done = subprocess.run([binary, *words, "--help"], capture_output=True, text=True, check=True)
    return done.stdout


def commands_in(text):
    """The names in the list of commands of the general help."""
    listed = re.search(r"^Commands:\n((?:  .*\n)+)", text, re.MULTILINE).group(1)
    return [line.split()[0] for line in listed.splitlines()]


def page(binary):
    general = help_of(binary)
    out = f"{HEAD}\n```text\n{general}```\n"
    for name in commands_in(general):
        out += f"\n## {name}\n\n```text\n{help_of(binary, name)}```\n"
    return out


def main():
    parser = argparse.ArgumentParser(description="Writes docs/reference/commands.md.")
    parser.add_argument("--bin", default=str(ROOT / "build/release/v2only"), help="the program")
    parser.add_argument("--check", action="store_true", help="fail when the page is stale")
    wanted = parser.parse_args()
    text = page(wanted.bin)
    if not wanted.check:
        PAGE.write_text(text)
    elif PAGE.read_text() != text:
        sys.exit("docs/reference/commands.md is stale. Write it again: docs/make_reference.py")


if __name__ == "__main__":
    main()
