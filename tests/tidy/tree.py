"""Where the sources and the build are, for the tests of the sources."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
LEFT_OUT = {"build", ".git", ".venv", "__pycache__", ".pytest_cache"}


def build_dir():
    """The build under test; CTest names it."""
    return pathlib.Path(os.environ["V2ONLY_BUILD"])


def paths(top, *endings):
    """Every file under a folder of the project with one of the endings, as posix paths from ROOT."""
    found = []
    for folder, folders, names in os.walk(ROOT / top):
        folders[:] = sorted(name for name in folders if name not in LEFT_OUT)
        here = pathlib.Path(folder).relative_to(ROOT)
        found += [(here / name).as_posix() for name in sorted(names) if name.endswith(endings)]
    return found


def texts(top, *endings):
    return {path: (ROOT / path).read_text() for path in paths(top, *endings)}
