"""No file is dead, unbuilt, overlong or untidy."""

import re
import unittest

from arrows import INCLUDE
from tree import ROOT, paths, texts

LINES_MAX = 700
CODE = (".cpp", ".h")
TOPS = ("src", "tests", "bench", "cmake", "scripts", "docs")
OURS = (".cpp", ".h", ".in", ".py", ".txt", ".cmake", ".md", ".yaml", ".yml")

# Each pattern is written so that it does not find itself.
BANNED = {
    "a note of something undone": re.compile(r"\b(TO[D]O|FIX[M]E|XX[X])\b"),
    "code that is switched off": re.compile(r"^\s*#\s*if\s+[0]\b", re.MULTILINE),
    "a blank at a line's end": re.compile(r"[ \t]$", re.MULTILINE),
    "a carriage return": re.compile("\r"),
    "a path of a developer's machine": re.compile(
        r"(?<![\w.])/(root|work|home/(?!ann\b)\w+|Users/\w+)/" + "|" + re.escape(f"{ROOT}/")
    ),
}


def listed():
    """Every source and header that a CMakeLists.txt names, as paths from ROOT."""
    found = set()
    for path, text in {**texts("src", "CMakeLists.txt"), **texts("tests", "CMakeLists.txt"),
                       **texts("bench", "CMakeLists.txt")}.items():
        text = re.sub(r"#.*", "", text)
        folder = path.rpartition("/")[0]
        names = re.findall(r"(?<![\w./}-])[\w./-]+\.(?:cpp|h)(?![\w.])", text)  # none that is generated
        found |= {f"{folder}/{name}" for name in names}
    return found


def included(sources):
    """Every file that some #include names: `src/` or the includer's folder and those above it."""
    found = set()
    for path, text in sources.items():
        for name in INCLUDE.findall(text):
            found.add(f"src/{name}")
            folder = path.rpartition("/")[0]
            while folder:
                found.add(f"{folder}/{name}")
                folder = folder.rpartition("/")[0]
    return found


def blemishes(sources):
    found = [f"{path}: {what}" for path, text in sources.items()
             for what, pattern in BANNED.items() if pattern.search(text)]
    found += [f"{path}: no newline at its end" for path, text in sources.items()
              if text and not text.endswith("\n")]
    return found


def own_texts():
    found = {}
    for top in TOPS:
        if (ROOT / top).is_dir():
            found |= texts(top, *OURS)
    found |= {path: (ROOT / path).read_text() for path in paths("scripts", "")}
    found |= {path.name: path.read_text() for path in ROOT.iterdir()
              if path.is_file() and path.suffix in (*OURS, ".json")}
    return {path: text for path, text in found.items() if "/data/" not in path}


class Files(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.code = {**texts("src", *CODE), **texts("tests", *CODE), **texts("bench", *CODE)}

    def test_every_source_is_built(self):
        dead = [path for path in self.code if path.endswith(".cpp") and path not in listed()]
        self.assertEqual(dead, [])

    def test_every_header_is_included(self):
        used = included(self.code)
        self.assertEqual([path for path in self.code if path.endswith(".h") and path not in used], [])

    def test_every_header_that_another_room_includes_is_public(self):
        """Only a header in its room's HEADERS is held to compile alone."""
        public = listed()
        hidden = [f"{path} includes {name}" for path, text in self.code.items() if path.startswith("src/")
                  for name in INCLUDE.findall(text)
                  if name.split("/")[0] != path.split("/")[1] and f"src/{name}" not in public]
        self.assertEqual(hidden, [])

    def test_every_listed_file_is_there(self):
        self.assertEqual(sorted(path for path in listed() if not (ROOT / path).is_file()), [])

    def test_every_header_of_a_room_opens_with_a_comment(self):
        bare = [path for path, text in self.code.items()
                if path.startswith("src/") and path.endswith(".h") and not text.startswith("//")]
        self.assertEqual(bare, [])

    def test_every_header_is_included_once_only(self):
        bare = [path for path, text in self.code.items() if path.endswith(".h") and "#pragma once" not in text]
        self.assertEqual(bare, [])

    def test_no_file_is_overlong(self):
        self.assertEqual([path for path, text in self.code.items() if text.count("\n") > LINES_MAX], [])

    def test_no_file_has_a_blemish(self):
        self.assertEqual(blemishes(own_texts()), [])

    def test_each_blemish_is_found(self):
        work = "/wor" + "k/main/x"
        bad = {"a": "// TO" + "DO\n", "b": "#if " + "0\n", "c": "x \n", "d": "x\r\n", "e": f'"{work}"\n', "f": "x"}
        self.assertEqual([line.split(": ")[0] for line in blemishes(bad)], list("abcdef"))


if __name__ == "__main__":
    unittest.main()
