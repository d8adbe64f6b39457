"""The docs are true: every example runs on the simulation, and what is generated is not stale."""

import json
import pathlib
import re
import shlex
import subprocess
import sys

import pytest
from conftest import BIN, ROOT, Sim, V2only

sys.path.insert(0, str(ROOT / "tests/docs"))
import pages  # noqa: E402

RUN = re.compile(r"r-\d{8}-\d{6}-[0-9a-f]{8}")
INSTANCE = re.compile(r"i-0[0-9a-f]{16}")
FACTS = "instances:\n  {agent}: {{workload: generic}}\n"


def help_of(*words):
    return subprocess.run([BIN, *words, "--help"], capture_output=True, text=True, check=True).stdout


def names_of_commands():
    listed = re.search(r"^Commands:\n((?:  .*\n)+)", help_of(), re.MULTILINE).group(1)
    return [line.split()[0] for line in listed.splitlines()]


def examples():
    """Every command line that a reader may copy, with where it stands."""
    found = {}
    for path, text in pages.pages().items():
        for line in pages.commands(text):
            found.setdefault(line, path)
    for shown in re.findall(r"^Examples:\n((?:  .*\n)+)", pages.page("docs/reference/commands.md"), re.MULTILINE):
        for line in shown.splitlines():
            found.setdefault(line.strip().split(" | ")[0], "--help")
    return sorted(found.items())


class Place:
    """A simulated account with all that an example names."""

    def __init__(self, home):
        self.home = home
        self.sim = Sim(home, "--instances", "40", "--seed", "7", "--no-delay")
        self.v2only = V2only(home, self.sim.endpoint, self.sim.key, self.sim.secret)
        self.instances = self.ready()
        (home / "facts.yaml").write_text(FACTS.format(agent=self.instances[0]))
        (home / "policy.yaml").write_text("failures: 2\n")
        (home / ".aws").mkdir()
        keys = f"aws_access_key_id={self.sim.key}\naws_secret_access_key={self.sim.secret}\n"
        (home / ".aws/credentials").write_text(f"[prod]\n{keys}[audit-ro]\n{keys}")

    def ready(self):
        audit = self.v2only.json("audit", "--region", "eu-west-1", code=2)
        return [i["InstanceId"] for i in audit["Instances"] if i["Verdict"] == "ready"]

    def plan(self):
        one = ["--region", "eu-west-1", "--instance-ids", self.instances[0]]
        self.v2only.run("plan", *one, "--out", "plan.json")

    def new_run(self):
        """A run that is over, and can be rolled back."""
        self.plan()
        return self.v2only.json("apply", "plan.json", "--yes")["RunId"]

    def fitted(self, line):
        """The example's words, with names that this account has."""
        words = shlex.split(line)[1:]
        if "plan.json" in words and words[0] != "plan":
            self.plan()
        if RUN.search(line):
            run = self.new_run()
            words = [RUN.sub(run, word) for word in words]
        words = [INSTANCE.sub(self.instances[0], word) for word in words]
        words = [re.sub(r"^i-0abc$", self.instances[0], word) for word in words]
        words = [re.sub(r"^\d+$", "1", word) if words[0] == "rollback" else word for word in words]
        asks = words[0] in ("apply", "resume", "rollback") and "--yes" not in words
        return words + ["--yes"] if asks else words

    def put_back(self):
        for run in self.v2only.json("status")["Runs"]:
            if run["Kind"] == "apply" and run["Counts"]["Done"] > 0:
                self.v2only.run("rollback", run["RunId"], "--yes", code=None)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = Place(tmp_path_factory.mktemp("docs"))
    yield place
    place.sim.stop()


def greeting_of(place, words):
    """`sim` serves until it is stopped: its first line says that it does."""
    process = place.v2only.start(*[re.sub(r"^4566$", "0", word) for word in words])
    line = process.stdout.readline()
    process.terminate()
    process.communicate(timeout=20)
    return json.loads(line)


@pytest.mark.parametrize("line, where", examples(), ids=[line for line, _ in examples()])
def test_every_example_runs(place, line, where):
    words = place.fitted(line)
    if words[0] == "demo":
        return  # test_the_picture_is_not_stale runs it
    if words[0] == "sim":
        assert greeting_of(place, words)["Simulated"] is True
        return
    done = place.v2only.run(*words, code=None)
    place.put_back()
    if words[0] == "resume":
        # A run that is over: its words were understood, and there is nothing to do.
        assert done.returncode == 1 and "this run is over" in done.stderr, (where, done.stderr)
        return
    if words[0] == "go":
        # No run of this place waits at a pause.
        assert done.returncode == 1, (where, done.stdout)
        assert re.search("waits at a pause|no such run", done.stderr), (where, done.stderr)
        return
    allowed = {"audit": (0, 2), "plan": (0, 2), "verify": (0, 2)}.get(words[0], (0,))
    assert done.returncode in allowed, f"{where}: {' '.join(words)}\n{done.stdout}\n{done.stderr}"


def test_there_are_examples_of_every_command():
    assert {line.split()[1] for line, _ in examples()} >= set(names_of_commands())


def test_every_command_that_a_page_names_is_one():
    known = set(names_of_commands())
    for path, text in pages.pages().items():
        for name in re.findall(r"`v2only ([a-z]+)", text):
            assert name in known, f"{path}: v2only {name}"


def test_every_flag_that_a_page_names_is_one():
    flags = set(re.findall(r"--[a-z-]+", "".join(help_of(name) for name in names_of_commands())))
    # Of other programs: scripts/test, scripts/simtest, docs/make_*.py, aws.
    others = {"--help", "--version", "--quick", "--full", "--seeds", "--seed", "--plant", "--check",
              "--systems", "--format"}
    later = {"--allow-failures"}  # weighed in a decision, and not chosen
    for path, text in pages.pages().items():
        for name in re.findall(r"`[^`\n]*?(--[a-z][a-z-]+)", pages.without_blocks(text)):
            assert name in flags | others | later, f"{path}: {name}"


def test_the_page_of_commands_is_not_stale():
    subprocess.run([ROOT / "docs/make_reference.py", "--check", "--bin", BIN], check=True)


def test_the_picture_is_not_stale():
    subprocess.run([ROOT / "docs/make_picture.py", "--check", "--bin", BIN], check=True)


def yaml_of(text):
    return pages.blocks(text, "yaml")


def policy_of(place, text):
    (place.home / "tried.yaml").write_text(text)
    return place.v2only.json("plan", "--region", "eu-west-1", "--policy", "tried.yaml")["Policy"]


def test_the_policy_files_defaults_are_what_an_empty_file_gives(place):
    page = pages.page("docs/operating/policy-file.md")
    (shown,) = yaml_of(pages.between(page, "defaults"))
    assert policy_of(place, shown) == policy_of(place, "")


def test_the_policy_files_defaults_are_complete():
    """A default that is not shown would be equal by being left out."""
    page = pages.page("docs/operating/policy-file.md")
    (shown,) = yaml_of(pages.between(page, "defaults"))
    sources = [ROOT / "src/config" / name for name in ("policy_file.cpp", "restart_policy.cpp")]
    known = set(re.findall(r'"([a-z_]+)"', "".join(path.read_text() for path in sources)))
    names = {"waves", "failures", "look_back", "calls", "accept", "profiles", "canary", "growth",
             "width", "timeout", "unknown_settle", "rates", "ontap", "poll", "settle", "expected",
             "apart", "pause_before", "handover", "mediator_reboot", "timeouts", "takeover", "stop",
             "start", "boot", "giveback", "health", "agents", "soak", "windows", "blackout"}
    assert names <= known
    assert names == set(re.findall(r"([a-z_]+):", shown))


def test_every_policy_of_the_docs_is_read(place):
    for text in yaml_of(pages.page("docs/operating/policy-file.md")):
        assert policy_of(place, text)


def test_every_facts_file_of_the_docs_is_read(place):
    for text in yaml_of(pages.page("docs/operating/facts-file.md")):
        (place.home / "tried-facts.yaml").write_text(text)
        plan = place.v2only.json("plan", "--region", "eu-west-1", "--facts", "tried-facts.yaml")
        assert plan["Facts"]["Instances"] or plan["Facts"]["Systems"]


def test_the_filters_of_the_docs_are_those_that_there_are(place):
    done = place.v2only.run(
        "audit", "--region", "eu-west-1", "--filters", "Name=none-such,Values=x", code=1
    )
    names = done.stderr.lower().partition("known are ")[2].replace("tag:key", "tag:KEY")
    known = set(re.findall(r"tag:KEY|[a-z]+(?:[-.][a-z0-9-]+)+", names))
    page = pages.page("docs/operating/audit-and-plan.md")
    listed = re.search(r"Known filters: (.*?)\. Values", page, re.DOTALL).group(1)
    assert set(re.findall(r"`([^`]+)`", listed)) == known


def test_the_versions_of_the_table_pass_as_it_says(place):
    """netapp.md's table, asked of the program."""
    fleet = "regions: [eu-west-1]\ninstances:\n"
    facts = "instances:\n"
    systems = "systems:\n"
    wanted = {
        "9.11.1P20": "too-old", "9.12.1RC1": "too-old", "9.12.1 GA": "too-old", "9.12.1P1": "too-old",
        "9.12.1P2": "", "9.12.1P10": "", "9.13.0": "too-old", "9.13.0P3": "too-old", "9.13.0P4": "",
        "9.13.1": "", "9.14.0": "", "9.15.1P2": "", "9.13.1RC1": "version-unknown",
        "9.14.1X3": "version-unknown", "9.13.1P4D2": "version-unknown", "nine": "version-unknown",
    }
    for number, version in enumerate(wanted, 1):
        fleet += f"  - {{id: i-{number:017x}, tags: {{WorkingEnvironmentId: S{number}}}}}\n"
        facts += f"  i-{number:017x}: {{workload: netapp-cvo-node, system: S{number}, version: '{version}'}}\n"
        systems += f"  S{number}: {{ha: false}}\n"
    home = place.home / "versions"
    home.mkdir()
    (home / "fleet.yaml").write_text(fleet)
    (home / "facts.yaml").write_text(facts + systems)
    sim = Sim(home, "--fleet", "fleet.yaml")
    try:
        v2only = V2only(home, sim.endpoint, sim.key, sim.secret)
        audit = v2only.json("audit", "--region", "eu-west-1", "--facts", "facts.yaml", code=2)
        found = {i["Version"]: ",".join(i["Codes"]) for i in audit["Instances"]}
    finally:
        sim.stop()
    assert found == wanted
