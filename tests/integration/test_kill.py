"""The real process, killed at every crash point of a run and at random moments, and resumed.

Whatever the moment: every intent is answered for, every option is where the plan has it, and no
instance outside the plan is touched.

The build with crash points is V2ONLY_CRASH_BIN (build/dev/v2only). All crash points are tried with
V2ONLY_ALL_CRASH_POINTS=1; otherwise a part, drawn by V2ONLY_SEED, which is printed.
"""

import concurrent.futures
import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import time

import pytest
from conftest import ROOT, Sim, clean_environment

CRASH_BIN = os.environ.get("V2ONLY_CRASH_BIN", str(ROOT / "build/dev/v2only"))
POINTS = ["before-commit", "after-commit", "after-send"]
SEED = int(os.environ.get("V2ONLY_SEED", random.SystemRandom().randrange(1 << 32)))
AT_ONCE = 4
REGION = "eu-west-1"

FLEET = """
regions: [eu-west-1]
instances:
""" + "".join(
    f"  - {{id: i-{n:017x}, region: eu-west-1, name: host-{n}, "
    f"options: {{HttpTokens: {'required' if n > 6 else 'optional'}}}}}\n"
    for n in range(1, 10)
)
POLICY = "waves: {canary: 2, growth: 2, width: 3}\n"


class Life:
    """One fleet, one plan, one run, and whatever befalls its process."""

    def __init__(self, place, speed=50, fleet=FLEET, policy=POLICY, facts="{}\n"):
        place.mkdir(parents=True)
        self.place = place
        (place / "fleet.yaml").write_text(fleet)
        (place / "policy.yaml").write_text(policy)
        (place / "facts.yaml").write_text(facts)
        self.sim = Sim(place, "--fleet", "fleet.yaml", "--speed", str(speed))
        self.env = clean_environment(
            place,
            AWS_ACCESS_KEY_ID=self.sim.key,
            AWS_SECRET_ACCESS_KEY=self.sim.secret,
            AWS_ENDPOINT_URL=self.sim.endpoint,
            AWS_REGION=REGION,
        )
        self.run("plan", "--policy", "policy.yaml", "--facts", "facts.yaml", "--out", "plan.json")
        self.before = self.sim.options()

    def start(self, *words, **env):
        return subprocess.Popen(
            [CRASH_BIN, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.place,
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
        )

    def run(self, *words, code=0, **env):
        process = self.start(*words, **env)
        out, err = process.communicate(timeout=120)
        if code is not None:
            assert process.returncode == code, f"{words}: {process.returncode}\n{out}\n{err}"
        return out, process.returncode

    def plan(self):
        plan = json.loads((self.place / "plan.json").read_text())
        return {
            step["InstanceId"]: step
            for wave in plan["Waves"]
            for unit in wave["Units"]
            for step in unit["Steps"]
        }

    def runs(self):
        return json.loads(self.run("status", "--output", "json")[0])["Runs"]

    def entries(self):
        with sqlite3.connect(self.place / "state/v2only/journal.db") as db:
            rows = db.execute("SELECT kind, body FROM entry ORDER BY seq").fetchall()
        return [(kind, json.loads(body)) for kind, body in rows]

    def resume_until_done(self):
        runs = self.runs()
        if not runs:
            self.run("apply", "plan.json", "--yes")
        elif runs[0]["State"] != "done":
            self.run("resume", runs[0]["RunId"], "--yes")
        assert [run["State"] for run in self.runs()] == ["done"]

    def check(self):
        planned = self.plan()
        assert len(planned) == 6
        after = self.sim.options()
        for instance, options in after.items():
            wanted = dict(self.before[instance])
            if instance in planned:
                wanted["HttpTokens"] = "required"
            assert options == wanted, instance
        open_writes = {}
        for kind, body in self.entries():
            key = (body.get("Unit"), body.get("Step"), body.get("Attempt"))
            if kind == "intent":
                assert body["InstanceId"] in planned
                open_writes[key] = True
            elif kind == "settled" or (kind == "outcome" and body["Fate"] != "unknown"):
                open_writes.pop(key, None)
        assert not open_writes, f"never answered for: {open_writes}"

    def end(self):
        self.sim.stop()


@pytest.fixture(scope="module")
def lives(tmp_path_factory):
    if not pathlib.Path(CRASH_BIN).exists():
        pytest.skip(f"no build with crash points at {CRASH_BIN}")
    place = tmp_path_factory.mktemp("lives")
    return lambda name, **more: Life(place / name, **more)


def side_by_side(cases, one):
    """Runs the cases a few at a time; the first failure names its case."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        futures = {pool.submit(one, case): case for case in cases}
        for done in concurrent.futures.as_completed(futures):
            error = done.exception()
            if error is not None:
                pytest.fail(f"case {futures[done]} (V2ONLY_SEED={SEED}): {error}")


def entries_of_an_unkilled_run(lives):
    life = lives("unkilled")
    try:
        life.run("apply", "plan.json", "--yes")
        life.check()
        return len(life.entries())
    finally:
        life.end()


def test_killed_at_crash_points_and_resumed(lives):
    total = entries_of_an_unkilled_run(lives)
    cases = [(n, point) for n in range(total) for point in POINTS]
    if os.environ.get("V2ONLY_ALL_CRASH_POINTS") != "1":
        cases = random.Random(SEED).sample(cases, 12)

    deaths = []

    def one(case):
        number, point = case
        life = lives(f"point-{number}-{point}")
        try:
            _, code = life.run(
                "apply", "plan.json", "--yes", code=None, V2ONLY_CRASH=f"entry:{number}:{point}"
            )
            # Beyond the last entry of its kind there is nothing to die at.
            assert code in (-signal.SIGKILL, 0)
            deaths.append(code != 0)
            life.resume_until_done()
            life.check()
        finally:
            life.end()

    side_by_side(cases, one)
    assert sum(deaths) > len(cases) / 2, "most crash points are reached"


def test_killed_at_random_moments_and_resumed(lives):
    chance = random.Random(SEED)
    cases = [(n, chance.uniform(0, 4)) for n in range(20)]

    def one(case):
        number, moment = case
        life = lives(f"moment-{number}")
        try:
            process = life.start("apply", "plan.json", "--yes")
            time.sleep(moment)
            process.kill()
            process.communicate()
            life.resume_until_done()
            life.check()
        finally:
            life.end()

    side_by_side(cases, one)


def test_killed_again_while_it_resumes(lives):
    life = lives("again")
    try:
        life.run("apply", "plan.json", "--yes", code=None, V2ONLY_CRASH="entry:4:after-send")
        for number in range(3):
            run = life.runs()[0]["RunId"]
            life.run(
                "resume", run, "--yes", code=None, V2ONLY_CRASH=f"entry:{number}:after-commit"
            )
        life.resume_until_done()
        life.check()
    finally:
        life.end()


def test_ctrl_c_once_stops_cleanly_and_names_resume(lives):
    life = lives("ctrl-c", speed=1)  # four waves of at least 1 s each
    try:
        process = life.start("apply", "plan.json", "--yes")
        until = time.monotonic() + 20
        while not [run for run in life.runs() if run["State"] == "running"]:
            assert time.monotonic() < until, "the run was never seen at work"
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 130, err
        assert "v2only resume" in out + err
        assert life.runs()[0]["State"] == "stopped"
        life.resume_until_done()
        life.check()
    finally:
        life.end()


AGENT = "i-0000000000000000a"
AGENT_OFF = f"""
regions: [eu-west-1]
instances:
  - id: {AGENT}
    tags: {{OCCMInstance: "true"}}
    options: {{HttpTokens: optional, HttpPutResponseHopLimit: 1, HttpEndpoint: disabled}}
"""
AGENT_FACTS = f"instances: {{{AGENT}: {{version: 3.9.40, enable_endpoint: true}}}}\n"
QUICK_TO_SETTLE = POLICY + "calls: {timeout: 2s, unknown_settle: 1s}\n"


def test_second_rollback_finishes_what_a_killed_one_left_half_way(lives):
    """An endpoint that goes off again is put back in two steps; death comes at every point."""

    def one(case):
        number, point = case
        life = lives(
            f"half-way-{number}-{point}", fleet=AGENT_OFF, facts=AGENT_FACTS, policy=QUICK_TO_SETTLE
        )
        try:
            life.run("apply", "plan.json", "--yes")
            run = life.runs()[0]["RunId"]
            _, code = life.run(
                "rollback", run, "--yes", code=None, V2ONLY_CRASH=f"entry:{number}:{point}"
            )
            assert code in (-signal.SIGKILL, 0)
            _, code = life.run("rollback", run, "--yes", code=None)
            assert code in (0, 3)
            assert life.sim.options() == life.before
            for each in life.runs():
                shown = json.loads(life.run("status", each["RunId"], "--output", "json")[0])
                assert [i["InstanceId"] for i in shown["Instances"]] in ([AGENT], [])
        finally:
            life.end()

    side_by_side([(n, point) for n in range(2, 9) for point in POINTS], one)
