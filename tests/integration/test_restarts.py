"""HA pairs and single nodes over real sockets, judged by the simulator's own log.

The pair is served throughout, a node is stopped only while its partner has its storage, each node is
restarted once, and the mediator alone: whatever befalls the process. All crash points are tried with
V2ONLY_ALL_CRASH_POINTS=1; otherwise a part, drawn by V2ONLY_SEED, which is printed.
"""

import concurrent.futures
import json
import os
import pathlib
import random
import signal
import subprocess
import time

import pytest
from conftest import BIN, Sim, clean_environment
from test_kill import AT_ONCE, CRASH_BIN, POINTS, SEED

REGION = "eu-west-1"
PAIR = "VsaWorkingEnvironment-a1b2c3d4"
SPEED = 240
# The waits are the simulation's, divided by SPEED; what the policy adds is short as well.
POLICY = """
ontap: {poll: 200ms, settle: 1s, expected: 20s, PAUSES
        timeouts: {takeover: 60s, stop: 60s, start: 60s, boot: 60s, giveback: 60s, health: 60s}}
calls: {unknown_settle: 2s, timeout: 5s}
"""


class Night:
    """One pair, one plan, one run, and whatever befalls its process."""

    def __init__(self, place, pauses="", binary=BIN):
        place.mkdir(parents=True)
        self.place = place
        self.binary = binary
        self.sim = Sim(place, "--instances", "24", "--seed", "5", "--speed", SPEED,
                       "--write-facts", "facts.yaml", "--write-log", "log.jsonl")
        systems = self.sim.greeting["Systems"]
        self.pair = next(system for system in systems if system["Ha"])
        variables = {system["PasswordVariable"]: system["Password"] for system in systems}
        console = self.sim.greeting["Console"]
        if console:
            variables[console["ClientIdVariable"]] = console["ClientId"]
            variables[console["ClientSecretVariable"]] = console["ClientSecret"]
        self.secrets = list(variables.values())
        self.env = clean_environment(
            place,
            AWS_ACCESS_KEY_ID=self.sim.key,
            AWS_SECRET_ACCESS_KEY=self.sim.secret,
            AWS_ENDPOINT_URL=self.sim.endpoint,
            **variables,
        )
        self.consent("PT8H")
        (place / "policy.yaml").write_text(POLICY.replace("PAUSES", pauses))
        nodes = self.nodes()
        self.run("plan", "--all-regions", "--facts", "facts.yaml", "--policy", "policy.yaml",
                 "--instance-ids", ",".join(nodes), "--out", "plan.json")

    def consent(self, length):
        """The pair's owner consents from an hour ago on."""
        began = time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime(time.time() - 3600))
        path = self.place / "facts.yaml"
        lines = [line for line in path.read_text().splitlines() if "consent:" not in line]
        out = []
        for line in lines:
            out.append(line)
            if line.strip() == self.pair["System"] + ":":
                out.append(f'    consent: {{failover: "{began}/{length}", by: "change 4711"}}')
        path.write_text("\n".join(out) + "\n")

    def nodes(self):
        """Nodes and mediator, by the facts file."""
        lines = (self.place / "facts.yaml").read_text().splitlines()
        return [line.split(":")[0].strip() for line in lines
                if "system: " + self.pair["System"] in line]

    def start(self, *words, **env):
        return subprocess.Popen(
            [self.binary, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=self.place, env={**self.env, **env}, stdin=subprocess.DEVNULL,
        )

    def run(self, *words, code=0, **env):
        process = self.start(*words, **env)
        out, err = process.communicate(timeout=240)
        if code is not None:
            assert process.returncode == code, f"{words}: {process.returncode}\n{out}\n{err}"
        return out + err

    def latest(self):
        runs = json.loads(self.run("status", "--output", "json"))["Runs"]
        return runs[0] if runs else None

    def finish(self):
        """Resumed as often as it takes an operator."""
        for _ in range(5):
            run = self.latest()
            if run is None:
                self.run("apply", "plan.json", "--yes")
            elif run["State"] != "done":
                self.run("resume", run["RunId"], "--yes", code=None)
            else:
                return
        assert self.latest()["State"] == "done", self.run("status", self.latest()["RunId"])

    def end(self):
        """The simulator's log, with what a run may not leave behind looked for."""
        self.sim.stop()
        for path in self.place.rglob("*"):
            if path.is_file() and path.name != "log.jsonl":
                data = path.read_bytes()
                assert not any(secret.encode() in data for secret in self.secrets), path
        lines = (self.place / "log.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]


def check(log, night):
    """The invariants of restarts, by the world's own log."""
    members = set(night.nodes())
    away, stopped = None, []
    for entry in log:
        kind, instance = entry["Kind"], entry.get("InstanceId")
        assert kind != "unserved" or entry["System"] != night.pair["System"], entry
        if instance not in members:
            assert kind not in ("stopped", "rebooted"), entry
            continue
        if kind == "takeover":
            assert away is None, f"a second node: {entry}"
            away = instance
        elif kind == "giveback":
            assert away == instance, entry
            away = None
        elif kind == "stopped":
            assert away == instance, f"stopped without a takeover: {entry}"
            stopped.append(instance)
        elif kind == "rebooted":
            assert away is None, f"the mediator with a node: {entry}"
        elif kind == "modified" and "HttpTokens=required" in entry["After"]:
            mediator = instance not in [n for n in stopped]
            assert away == instance or (mediator and away is None), entry
    assert away is None
    assert len(stopped) == 2 and len(set(stopped)) == 2, f"each node once: {stopped}"
    required = {e["InstanceId"] for e in log
                if e["Kind"] == "modified" and "HttpTokens=required" in e["After"]}
    assert required == members


@pytest.fixture
def night(tmp_path):
    return lambda name="night", **more: Night(tmp_path / name, **more)


def test_a_pair_is_taken_through_and_served_throughout(night):
    life = night()
    said = life.run("apply", "plan.json", "--yes")
    assert "done" in said
    run = life.latest()["RunId"]
    audit = json.loads(life.run("audit", "--all-regions", "--facts", "facts.yaml", "--instance-ids",
                                ",".join(life.nodes()), "--output", "json"))
    assert {one["Verdict"] for one in audit["Instances"]} == {"compliant"}, audit
    page = life.run("status", run, "--handover")
    assert life.pair["System"] in page
    check(life.end(), life)


def test_a_run_waits_at_each_pause_until_it_is_told_to_go(night):
    life = night(pauses="pause_before: [mediator, takeover, second-node],")
    apply = life.start("apply", "plan.json", "--yes")
    words = 0
    deadline = time.monotonic() + 200
    while apply.poll() is None and time.monotonic() < deadline:
        run = life.latest()
        if run is not None:
            said = life.run("go", run["RunId"], code=None)
            words += "may go on" in said
        time.sleep(0.5)
    _, err = apply.communicate(timeout=20)
    assert apply.returncode == 0, err
    assert words >= 3
    assert "waits for v2only go" in err
    check(life.end(), life)


def test_a_consent_that_is_over_begins_nothing_and_a_new_one_is_taken_by_resume(night):
    life = night()
    plan = json.loads((life.place / "plan.json").read_text())
    unit = plan["Waves"][-1]["Units"][0]
    assert unit["Unit"] == life.pair["System"]
    life.consent("PT1M")
    said = life.run("plan", "--all-regions", "--facts", "facts.yaml", "--out", "late.json")
    assert "restart-not-authorised" in said
    apply = life.start("apply", "plan.json", "--yes")
    time.sleep(2)
    apply.send_signal(signal.SIGINT)
    apply.communicate(timeout=120)
    run = life.latest()["RunId"]
    said = life.run("resume", run, "--yes", "--facts", "facts.yaml", code=None)
    assert "consent to a failover" in said
    life.consent("PT9H")
    said = life.run("resume", run, "--yes", "--facts", "facts.yaml", code=None)
    life.sim.stop()
    lines = (life.place / "log.jsonl").read_text().splitlines()
    stops = [line for line in lines if '"stopped"' in line]
    assert len(stops) <= 2


def test_a_plan_with_a_secret_of_a_command_is_applied_from_ones_own_file_only(night):
    life = night()
    marker = life.place / "ran"
    facts = life.place / "facts.yaml"
    variable = "env:" + life.pair["PasswordVariable"]
    command = f"command:touch {marker}; echo x"
    facts.write_text(facts.read_text().replace(variable, command))
    facts.chmod(0o600)
    life.run("plan", "--all-regions", "--facts", "facts.yaml", "--out", "theirs.json", code=None)
    marker.unlink(missing_ok=True)
    plan = life.place / "theirs.json"
    text = (life.place / "plan.json").read_text()
    if not plan.exists() or "command:" not in plan.read_text():
        pytest.fail("the plan does not carry the command: " + text[:200])
    plan.chmod(0o666)
    said = life.run("apply", "theirs.json", "--yes", code=1)
    assert "somebody else may write the file" in said
    assert not marker.exists()
    life.sim.stop()


def test_stopped_until_every_reading_is_stale_and_let_go_on(night):
    """SIGSTOP for longer than any guard holds: 30 s."""
    life = night()
    apply = life.start("apply", "plan.json", "--yes")
    time.sleep(2 + random.Random(SEED).random() * 10)
    apply.send_signal(signal.SIGSTOP)
    time.sleep(32)
    apply.send_signal(signal.SIGCONT)
    _, err = apply.communicate(timeout=240)
    assert apply.returncode in (0, 3, 4), err
    life.finish()
    check(life.end(), life)


def test_a_rollback_in_mid_cycle_is_refused_until_the_run_is_settled(tmp_path):
    if not pathlib.Path(CRASH_BIN).exists():
        pytest.skip(f"no build with crash points at {CRASH_BIN}")
    life = Night(tmp_path / "night", binary=CRASH_BIN)
    life.run("apply", "plan.json", "--yes", code=None, V2ONLY_CRASH="entry:40:after-commit")
    run = life.latest()["RunId"]
    status = life.run("status", run)
    assert "in-progress" in status and f"v2only rollback {run}" not in status, status
    before = life.sim.options()
    said = life.run("rollback", run, "--yes", code=1)
    assert life.pair["System"] in said and "the node " in said, said
    assert f"v2only resume {run}" in said
    assert life.sim.options() == before
    life.run("resume", run, "--yes")
    assert life.latest()["State"] == "done"
    check(life.end(), life)


def test_two_plans_of_one_pair_at_once_are_one_run(night):
    life = night()
    life.run("plan", "--all-regions", "--facts", "facts.yaml", "--policy", "policy.yaml",
             "--instance-ids", ",".join(life.nodes()), "--out", "second.json")
    applies = {plan: life.start("apply", plan, "--yes") for plan in ("plan.json", "second.json")}
    ends = {plan: (process.communicate(timeout=240)[1], process.returncode)
            for plan, process in applies.items()}
    assert sorted(code for _, code in ends.values()) == [0, 1], ends
    refused = next(plan for plan, (_, code) in ends.items() if code == 1)
    line = ends[refused][0].strip().splitlines()[-1]
    run = life.latest()["RunId"]
    assert run in line and f"v2only status {run}" in line and life.pair["System"] in line, line
    assert len(json.loads(life.run("status", "--output", "json"))["Runs"]) == 1
    # What was done meanwhile is not done again by the plan that is older.
    said = life.run("apply", refused, "--yes", code=1)
    assert "has worked on this system since the plan was made" in said
    log = life.end()
    check(log, life)
    assert sum(entry["Kind"] == "rebooted" for entry in log) == 1


def test_leaving_in_mid_cycle_names_who_is_down_and_what_starts_it(night):
    life = night(pauses="pause_before: [stop],")
    apply = life.start("apply", "plan.json", "--yes")
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        run = life.latest()
        if run and "in phase taken-over" in life.run("status", run["RunId"]):
            break
        time.sleep(0.2)
    apply.send_signal(signal.SIGINT)
    time.sleep(0.7)
    apply.send_signal(signal.SIGINT)
    _, err = apply.communicate(timeout=60)
    assert apply.returncode == 130, err
    first = next(line for line in err.splitlines() if line.startswith("Ctrl-C"))
    assert f"{life.pair['System']} goes on until node " in first
    left = next(line for line in err.splitlines() if line.startswith("In flight: node "))
    assert any(f"({node}) of {life.pair['System']}" in left for node in life.nodes()), left
    assert f"v2only resume {run['RunId']}" in err
    life.run("resume", run["RunId"], code=None)  # with nobody to ask it settles, and no more
    kinds = [entry["Kind"] for entry in life.end() if entry.get("InstanceId") in life.nodes()]
    assert kinds.count("takeover") == kinds.count("giveback") > 0


def killed(place, case):
    number, point = case
    life = Night(place / f"{number}-{point}", binary=CRASH_BIN)
    life.run("apply", "plan.json", "--yes", code=None, V2ONLY_CRASH=f"entry:{number}:{point}")
    life.finish()
    check(life.end(), life)


def test_killed_at_crash_points_of_a_restart_and_resumed(tmp_path):
    if not pathlib.Path(CRASH_BIN).exists():
        pytest.skip(f"no build with crash points at {CRASH_BIN}")
    entries = 90  # of an unkilled run; beyond the last one nothing is died at
    cases = [(n, point) for n in range(1, entries, 2) for point in POINTS]
    if os.environ.get("V2ONLY_ALL_CRASH_POINTS") == "1":
        cases = [(n, point) for n in range(entries) for point in POINTS]
    else:
        cases = random.Random(SEED).sample(cases, 6)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        futures = {pool.submit(killed, tmp_path, case): case for case in cases}
        for done in concurrent.futures.as_completed(futures):
            if done.exception() is not None:
                pytest.fail(f"case {futures[done]} (V2ONLY_SEED={SEED}): {done.exception()}")
