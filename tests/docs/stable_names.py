"""Codes, entry kinds, planted faults and variables that the sources have are in the reference."""

import re
import unittest

from pages import ROOT, between, first_cells, page


def source(path):
    return (ROOT / path).read_text()


def section(text, heading):
    return re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL).group(1)


def verdict_codes():
    return re.findall(r'string_view k\w+ = "([\w-]+)"', source("src/fleet/codes.h"))


def unit_codes():
    """The literals that the engine ends units with, and what a run says of members beside."""
    text = source("src/engine/engine.cpp") + source("src/engine/fit.cpp")
    calls = re.findall(r"end_unit\((.*?)\);", text, re.DOTALL)
    found = set(re.findall(r'\bMisfit\{(?:[^;]*? \? )?"([\w-]+)"', text))
    found |= set(re.findall(r' : "(changed-since-[\w-]+)"', text))
    for call in calls:
        arguments = re.search(r"UnitState::\w+,(.*)", call, re.DOTALL)
        if arguments:
            # The code stands before the reason, which is the first literal with a blank in it.
            for literal in re.findall(r'"([^"]*)"', arguments.group(1)):
                if not re.fullmatch(r"[a-z0-9-]+", literal):
                    break
                found.add(literal)
    found |= restart_codes()
    found |= soak_codes()
    # Of a member whose turn never came: a report's word, the engine has none for it.
    found |= set(re.findall(r'return "([\w-]+)";', source("src/report/run_rows.cpp")))
    return found - {"done"}


def soak_codes():
    """What Console agents end with, and what holds back the systems that they manage."""
    text = source("src/engine/soaks.cpp")
    found = set(re.findall(r'\bend\(unit, UnitState::\w+,\s*"([\w-]+)"', text))
    return found | set(re.findall(r'\bSoakFailed\{[^"]*"([\w-]+)"', text)) | {"agent-not-done"}


def restart_codes():
    """What the rules for CVO systems end units with, or hold them back with."""
    names = ("next_move", "mediator_cycle", "node_cycle", "node_handover", "node_stopped",
             "node_back", "restarts", "restart_leave")
    text = "".join(source(f"src/engine/{name}.cpp") for name in names)
    found = set(re.findall(r'\bEndUnit\{\s*UnitState::\w+,\s*"([\w-]+)"', text))
    found |= set(re.findall(r'\b(?:GiveUp\{|give_up\(|needs_operator\(\s*s,|give_back\(\s*s,|end_before\(s,)\s*"([\w-]+)"', text))
    return found | {"restart-not-authorised"}


class Codes(unittest.TestCase):
    def setUp(self):
        self.page = page("docs/reference/codes.md")

    def test_every_code_of_a_verdict_or_plan_is_explained_once(self):
        listed = first_cells(section(self.page, "Of a verdict"))
        listed += first_cells(section(self.page, "Of what a plan leaves alone"))
        self.assertEqual(sorted(listed), sorted(verdict_codes()))

    def test_every_code_of_a_unit_in_a_run_is_explained_once(self):
        listed = first_cells(section(self.page, "Of a unit in a run"))
        self.assertEqual(sorted(listed), sorted(unit_codes()))

    def test_the_engine_s_codes_are_found(self):
        self.assertLessEqual({"gone", "refused", "throttled", "v1-use", "changed-since-run"}, unit_codes())


class StateDir(unittest.TestCase):
    def setUp(self):
        self.page = page("docs/reference/state-dir.md")

    def test_every_kind_of_entry_is_listed(self):
        kinds = re.findall(r'kKind = "([\w-]+)"', source("src/engine/entry.cpp"))
        table = between(self.page, "kinds")
        self.assertEqual(re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE), kinds)

    def test_the_fields_of_every_body_are_listed(self):
        table = between(self.page, "kinds")
        for kind, codec in re.findall(r'kKind = "([\w-]+)";(.*?)\n};', source("src/engine/entry.cpp"), re.DOTALL):
            fields = re.findall(r'emplace\("(\w+)"', codec)
            if "put(out, e.write)" in codec:
                fields = ["Unit", "Step", "Attempt", *fields]
            if "put(out, e.act)" in codec:
                fields = ["Unit", "Member", "Act", "Attempt", *fields]
            row = re.search(rf"^\| `{kind}` \| ([^|]*) \|", table, re.MULTILINE).group(1)
            self.assertEqual(re.findall(r"`(\w+)`", row), fields, kind)

    def test_the_schema_is_the_one_that_is_made(self):
        made = re.search(r'R"sql\((.*?)\)sql"', source("src/journal/journal.cpp"), re.DOTALL).group(1)
        shown = re.search(r"```sql\n(.*?)```", between(self.page, "schema"), re.DOTALL).group(1)
        squeezed = " ".join(made.replace("IF NOT EXISTS ", "").split())
        self.assertEqual(" ".join(shown.split()), squeezed)


class Environment(unittest.TestCase):
    def test_every_aws_variable_of_the_sources_is_listed(self):
        text = page("docs/reference/environment.md")
        read = set()
        for path in [*(ROOT / "src/aws").glob("*.cpp"), *(ROOT / "src/net").glob("*.cpp")]:
            read |= set(re.findall(r'"(AWS_[A-Z0-9_]+)"', path.read_text()))
        read.discard("AWS_ENDPOINT_URL_")  # a prefix
        self.assertGreater(len(read), 10)
        self.assertEqual(sorted(name for name in read if f"`{name}`" not in text), [])


class Planted(unittest.TestCase):
    def test_every_planted_fault_has_been_caught(self):
        names = re.findall(r'PlantedName\{Planted::\w+, "([\w-]+)"\}', source("src/engine/planted.h"))
        table = between(page("docs/internals/reliability.md"), "planted")
        self.assertEqual(re.findall(r"^\| ([\w-]+) \| \d+ \|", table, re.MULTILINE), names)


if __name__ == "__main__":
    unittest.main()
