"""An include against the arrows does not compile: tried with each room's own flags."""

import json
import pathlib
import shlex
import subprocess
import tempfile
import unittest

from arrows import DRAWN, reachable
from tree import ROOT, build_dir


def flags():
    """Room -> the compiler and flags by which the build compiles that room's sources."""
    found = {}
    for entry in json.loads((build_dir() / "compile_commands.json").read_text()):
        source = pathlib.Path(entry["file"])
        if source.parent.parent == ROOT / "src":
            words = shlex.split(entry["command"])
            end = words.index("-o")
            found.setdefault(source.parent.name, words[:end])
    return found


def headers(room):
    return sorted(path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src" / room).glob("*.h"))


def compiles(words, *includes):
    """Whether a source of these includes passes with a room's flags, and what the compiler said."""
    with tempfile.NamedTemporaryFile("w", suffix=".cpp") as source:
        source.write("".join(f'#include "{name}"\n' for name in includes))
        source.flush()
        done = subprocess.run(
            [*words, "-fsyntax-only", source.name], cwd=build_dir(), capture_output=True, text=True
        )
    return done.returncode == 0, done.stderr


class IncludeRoots(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.flags = {room: words for room, words in flags().items() if headers(room)}

    def test_every_room_is_tried(self):
        self.assertEqual(set(self.flags), set(DRAWN))

    def test_an_include_against_the_arrows_does_not_compile(self):
        for room, words in self.flags.items():
            for other in set(self.flags) - reachable(room):
                with self.subTest(room=room, includes=other):
                    passed, said = compiles(words, headers(other)[0])
                    self.assertFalse(passed)
                    self.assertIn("No such file or directory", said)

    def test_a_fleet_file_cannot_include_the_transport(self):
        passed, said = compiles(self.flags["fleet"], "net/transport.h")
        self.assertFalse(passed)
        self.assertIn("net/transport.h: No such file or directory", said)

    def test_includes_along_the_arrows_compile(self):
        """The control: what fails above fails for its direction, not for its flags."""
        for room, words in self.flags.items():
            with self.subTest(room=room):
                passed, said = compiles(words, headers(room)[0], "core/result.h")
                self.assertTrue(passed, said)


if __name__ == "__main__":
    unittest.main()
