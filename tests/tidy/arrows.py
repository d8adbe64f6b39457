"""The arrows between the rooms, as docs and design draw them, held in every #include."""

import re
import unittest

from tree import ROOT, texts

# Which rooms a room may include, the nearest first; what those may include follows.
DRAWN = {
    "core": [],
    "fleet": ["core"],
    "net": ["core"],
    "engine": ["fleet"],  # not net: the engine is pure
    "journal": ["fleet"],
    "aws": ["engine", "fleet", "net"],  # the engine's rate governor
    "netapp": ["fleet", "net"],  # not the engine: neither sees the other
    "drivers": ["engine", "aws", "netapp", "journal"],
    "sim": ["engine", "aws"],
    "config": ["sim", "engine", "aws", "journal"],  # a fleet file makes a simulated world
    "report": ["engine", "aws", "journal"],
    "cli": ["report", "config", "drivers", "sim"],
}
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def reachable(room):
    """A room itself, and every room that it may include."""
    return {room}.union(*(reachable(other) for other in DRAWN[room]))


def against(sources):
    """One line for each include that the arrows do not allow, of {path under src/: text}."""
    found = []
    for path, text in sorted(sources.items()):
        allowed = reachable(path.split("/")[0])
        for name in INCLUDE.findall(text):
            top = name.split("/")[0]
            if ".." in name.split("/"):
                found.append(f"src/{path}: {name} steps out of its room")
            elif "/" not in name:
                found.append(f"src/{path}: {name} does not say its room")
            elif top not in allowed:
                found.append(f"src/{path}: {name} is against the arrows")
    return found


class Arrows(unittest.TestCase):
    def test_every_include_follows_them(self):
        sources = texts("src", ".h", ".cpp")
        self.assertGreater(len(sources), 100)
        self.assertEqual(against({path.removeprefix("src/"): text for path, text in sources.items()}), [])

    def test_an_include_against_them_is_found(self):
        self.assertEqual(
            against({"fleet/plan.cpp": '#include "core/time.h"\n#include "net/url.h"\n'}),
            ["src/fleet/plan.cpp: net/url.h is against the arrows"],
        )

    def test_a_step_out_of_the_room_is_found(self):
        self.assertEqual(
            against({"net/url.cpp": '#include "../aws/ec2.h"\n# include "url.h"\n'}),
            [
                "src/net/url.cpp: ../aws/ec2.h steps out of its room",
                "src/net/url.cpp: url.h does not say its room",
            ],
        )

    def test_every_room_is_drawn(self):
        rooms = {path.name for path in (ROOT / "src").iterdir() if path.is_dir()}
        self.assertEqual(rooms, set(DRAWN))


if __name__ == "__main__":
    unittest.main()
