"""Pure rooms call nothing that opens a file or a socket, reads a clock, or draws a random number."""

import pathlib
import re
import subprocess
import tempfile
import unittest

from tree import build_dir

PURE = ("core", "fleet", "engine")
WORLD = re.compile(
    # C++: any member of these
    r"std::(chrono::)?(_V2::)?(system_clock|steady_clock)::now\b"
    r"|std::basic_([io]?fstream|filebuf)\b|std::filesystem::|std::random_device\b"
    r"|std::(this_)?thread\b"
    # C: exactly these
    r"|(secure_getenv|getenv|setenv|f?open(at|64|dir)?|creat|fdopen|freopen|tmpfile|mkstemp|stat"
    r"|unlink|rename|socket|connect|bind|listen|accept4?|send(to|msg)?|recv(from|msg)?|getaddrinfo"
    r"|time|gettimeofday|clock_gettime|clock|nanosleep|usleep|sleep|localtime(_r)?"
    r"|s?rand(om)?(_r)?|getrandom|arc4random|RAND_\w+|fork|exec\w+|system|popen|getpid)(@.*)?$"
)


def undefined(archive):
    """The names that a library or an object file leaves to others, demangled."""
    done = subprocess.run(
        ["nm", "-C", "--undefined-only", "--format=posix", str(archive)],
        capture_output=True, text=True, check=True,
    )
    lines = (line for line in done.stdout.splitlines() if line.rstrip().endswith(" U"))
    return {line.rstrip().removesuffix(" U") for line in lines}


def worldly(names):
    return sorted(name for name in names if WORLD.match(name.replace("[abi:cxx11]", "")))


class Purity(unittest.TestCase):
    def test_pure_rooms_touch_nothing_of_the_world(self):
        for room in PURE:
            with self.subTest(room=room):
                names = undefined(build_dir() / f"src/{room}/libv2only_{room}.a")
                self.assertGreater(len(names), 10)
                self.assertEqual(worldly(names), [])

    def test_a_room_with_a_clock_is_seen(self):
        """The net room owns the real clock: the same question to it has an answer."""
        names = undefined(build_dir() / "src/net/libv2only_net.a")
        self.assertIn("std::chrono::_V2::system_clock::now()", worldly(names))

    def test_each_kind_of_reach_is_seen(self):
        """Names as a compiler really leaves them, from a source that does all that is banned."""
        source = """
            #include <chrono>
            #include <cstdio>
            #include <cstdlib>
            #include <ctime>
            #include <fcntl.h>
            #include <fstream>
            #include <random>
            #include <sys/socket.h>
            int everything() {
              std::ifstream in("a"); std::ofstream out("b"); std::random_device device;
              auto a = std::chrono::steady_clock::now().time_since_epoch().count();
              auto b = std::chrono::system_clock::now().time_since_epoch().count();
              return static_cast<int>(a + b + std::time(nullptr)) + open("c", 0) + socket(1, 2, 3) +
                     connect(1, nullptr, 0) + (std::getenv("d") != nullptr) + (std::fopen("e", "r") != nullptr) +
                     static_cast<int>(device()) + (in.good() && out.good());
            }
        """
        with tempfile.TemporaryDirectory() as folder:
            target = pathlib.Path(folder, "reach.o")
            subprocess.run(["c++", "-x", "c++", "-std=c++20", "-c", "-o", target, "-"],
                           input=source, text=True, check=True)
            seen = " ".join(worldly(undefined(target)))
        for name in ("steady_clock::now", "system_clock::now", "basic_ifstream", "basic_ofstream",
                     "random_device", " time", " open", " socket", " connect", "getenv", "fopen"):
            self.assertIn(name, " " + seen)


if __name__ == "__main__":
    unittest.main()
