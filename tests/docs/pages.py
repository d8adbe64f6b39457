"""The pages of the docs, and what is taken out of them. For the tests of the docs."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]


def pages():
    """Every page that a reader may open, as posix path from ROOT -> text."""
    files = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in sorted(files)}


def page(path):
    return (ROOT / path).read_text()


def blocks(text, language):
    """The contents of the fenced blocks of one language."""
    return re.findall(rf"^[ ]*```{language}\n(.*?)^[ ]*```$", text, re.MULTILINE | re.DOTALL)


def without_blocks(text):
    return re.sub(r"^[ ]*```.*?^[ ]*```$", "", text, flags=re.MULTILINE | re.DOTALL)


def between(text, name):
    """What stands between <!-- name:begin --> and <!-- name:end -->."""
    return re.search(rf"<!-- {name}:begin -->\n(.*?)<!-- {name}:end -->", text, re.DOTALL).group(1)


def first_cells(text):
    """The code words in the first column of every table of a text."""
    rows = re.findall(r"^\| (`[^|]*) \|", text, re.MULTILINE)
    return [word for row in rows for word in re.findall(r"`([^`]+)`", row)]


def commands(text):
    """The command lines of the shell blocks that begin with the program's name, without pipes."""
    found = []
    for block in blocks(text, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            line = re.split(r" #| \| | > ", line.strip())[0].strip()
            if line.startswith("v2only "):
                found.append(line)
    return found
