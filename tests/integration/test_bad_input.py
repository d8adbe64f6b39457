"""Bad input and a bad world: one clear line each, exit 1, nothing half done."""

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import time

import broken_servers
import pytest
from conftest import BIN, V2only, clean_environment, free_port

POLICY = "calls: {timeout: 1s, unknown_settle: 1s}\n"


@pytest.fixture
def v2only(home, sim):
    return V2only(home, sim.endpoint, sim.key, sim.secret)


def one_line(done, *parts):
    """Exit 1, nothing on stdout, and one line on stderr that has every part."""
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("v2only: ")
    for part in parts:
        assert part in lines[0], f"{part!r} is not in: {lines[0]}"
    return lines[0]


# --- the command line ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words, parts",
    [
        (["adit"], ["'adit'", "audit"]),
        (["audit", "--regoin", "eu-west-1"], ["--regoin", "audit --help"]),
        (["audit", "--output", "yaml"], ["'yaml'"]),
        (["audit", "--region", "europe"], ["'europe'"]),
        (["audit", "--region", "eu-west-1", "--all-regions"], ["--all-regions"]),
        (["audit"], ["no region", "--region"]),
        (["audit", "--region", "eu-west-1", "--instance-ids", "web-1"], ["'web-1'"]),
        (["audit", "--region", "eu-west-1", "--look-back", "soon"], ["'soon'"]),
        (["audit", "--region", "eu-west-1", "--look-back", "3650d"], ["63d"]),
        (["audit", "--region", "eu-west-1", "--filters", "Name=colour,Values=red"], ["colour"]),
        (["show"], ["PLAN"]),
        (["show", "nowhere.json"], ["nowhere.json"]),
        (["status", "r-none"], ["r-none", "v2only status"]),
        (["resume", "r-none"], ["r-none"]),
        (["rollback", "../../etc/passwd"], ["no such run"]),
        (["verify", "r-none"], ["r-none"]),
        (["explain", "web-1", "--region", "eu-west-1"], ["'web-1'"]),
        (["sim", "--port", "99999"], ["--port"]),
        (["sim", "--fleet", "nowhere.yaml"], ["nowhere.yaml"]),
    ],
)
def test_wrong_words_are_named(v2only, words, parts):
    one_line(v2only.run(*words, code=None), *parts)


def test_question_without_a_terminal_is_refused_and_names_yes(v2only, sim):
    region = sim.regions[0]
    before = sim.options()
    done = v2only.run("apply", "--region", region, "--accept-unknown", code=1)
    assert "--yes" in done.stderr
    assert sim.options() == before


# --- who calls, and where to ----------------------------------------------------------------------


def test_missing_credentials_are_said_with_what_was_looked_at(home, sim):
    v2only = V2only(home, sim.endpoint)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del v2only.env[name]
    one_line(v2only.run("audit", "--region", "eu-west-1", code=None), "credentials")


def test_unknown_profile_is_named_with_the_known_ones(v2only, home):
    (home / ".aws").mkdir()
    (home / ".aws/credentials").write_text("[prod]\naws_access_key_id=a\naws_secret_access_key=b\n")
    done = v2only.run("audit", "--region", "eu-west-1", "--profile", "prdo", code=None)
    one_line(done, "prdo", "prod")


def test_wrong_secret_is_refused_and_the_secret_is_not_shown(home, sim):
    v2only = V2only(home, sim.endpoint, sim.key, "a-wrong-secret-that-must-not-show")
    line = one_line(v2only.run("audit", "--region", sim.regions[0], code=None), "GetCallerIdentity")
    assert "a-wrong-secret" not in line


def test_endpoint_that_refuses_is_named(home):
    endpoint = f"http://127.0.0.1:{free_port()}"
    done = V2only(home, endpoint).run("audit", "--region", "eu-west-1", code=None)
    one_line(done, endpoint.removeprefix("http://"))


@pytest.mark.parametrize("kind", broken_servers.KINDS)
def test_endpoint_that_answers_nonsense_is_one_line(home, kind):
    (home / "policy.yaml").write_text(POLICY)
    with broken_servers.serving(broken_servers.KINDS[kind]) as endpoint:
        done = V2only(home, endpoint).run(
            "audit", "--region", "eu-west-1", "--policy", "policy.yaml", code=None
        )
    one_line(done, "GetCallerIdentity")


FAULTY = """
regions: [eu-west-1, us-east-1]
generate: {{instances: 12, seed: 3}}
faults:
  - {{kind: deny, action: {action}, region: eu-west-1}}
"""


@pytest.mark.parametrize(
    "action, permission",
    [
        ("DescribeInstances", "ec2:DescribeInstances"),
        ("DescribeImages", "ec2:DescribeImages"),
        ("GetMetricData", "cloudwatch:GetMetricData"),
    ],
)
def test_region_that_is_denied_is_incomplete_by_name_with_the_missing_action(
    home, start_sim, action, permission
):
    (home / "fleet.yaml").write_text(FAULTY.format(action=action))
    sim = start_sim("--fleet", "fleet.yaml")
    v2only = V2only(home, sim.endpoint, sim.key, sim.secret)
    scope = ["--region", "eu-west-1", "--region", "us-east-1"]
    audit = v2only.json("audit", *scope, code=2)
    assert audit["Complete"] is False
    assert any("eu-west-1" in e and permission in e for e in map(json.dumps, audit["Errors"]))
    table = v2only.run("audit", *scope, code=2).stdout
    assert "INCOMPLETE" in table and permission in table
    assert any(i["Region"] == "us-east-1" for i in audit["Instances"])


def test_denied_write_fails_with_the_missing_action_and_stops_at_the_limit(home, start_sim):
    (home / "fleet.yaml").write_text(FAULTY.format(action="ModifyInstanceMetadataOptions"))
    sim = start_sim("--fleet", "fleet.yaml")
    v2only = V2only(home, sim.endpoint, sim.key, sim.secret)
    before = sim.options()
    done = v2only.json("apply", "--region", "eu-west-1", "--accept-unknown", "--yes", code=3)
    failed = [i for i in done["Instances"] if i["State"] == "failed"]
    assert failed and "ec2:ModifyInstanceMetadataOptions" in failed[0]["Reason"]
    assert len(failed) == 1, "the failure limit is 1"
    assert sim.options() == before


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, parts",
    [
        ("instances: [\n", ["facts.yaml:2"]),
        ("instances:\n  web-1: {workload: generic}\n", ["facts.yaml:2:3", "web-1"]),
        ("instances:\n  i-0123456789abcdef0: {wrkload: generic}\n", ["facts.yaml:2:", "wrkload"]),
        ("instances:\n  i-0123456789abcdef0: {workload: vmware}\n", ["facts.yaml:2", "vmware"]),
        ("instances:\n  i-0123456789abcdef0: {}\n  i-0123456789abcdef0: {}\n", ["facts.yaml:3:"]),
        ("systems:\n  S: {ha: maybe}\n", ["facts.yaml:2:", "ha"]),
    ],
)
def test_bad_facts_are_named_by_place(v2only, home, text, parts):
    (home / "facts.yaml").write_text(text)
    done = v2only.run("audit", "--region", "eu-west-1", "--facts", "facts.yaml", code=None)
    one_line(done, *parts)


@pytest.mark.parametrize(
    "text, parts",
    [
        ("waves: {canary: 0}\n", ["policy.yaml:1:", "canary"]),
        ("waves: {widht: 5}\n", ["policy.yaml:1:", "widht"]),
        ("look_back: 2 weeks\n", ["policy.yaml:1:"]),
        ("accept:\n  - {instances: [i-0123456789abcdef0]}\n", ["policy.yaml:2:", "reason"]),
        ("profiles:\n  db: {hop_limit: 65}\n", ["policy.yaml:2:", "hop_limit"]),
    ],
)
def test_bad_policy_is_named_by_place(v2only, home, text, parts):
    (home / "policy.yaml").write_text(text)
    done = v2only.run("audit", "--region", "eu-west-1", "--policy", "policy.yaml", code=None)
    one_line(done, *parts)


def seal(plan):
    """A plan with the digest that fits it: what a forger could do, and a test."""
    plan = {k: v for k, v in plan.items() if k != "Digest"}
    text = json.dumps(plan, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {**plan, "Digest": hashlib.sha256(text.encode()).hexdigest()}


@pytest.fixture
def planned(v2only, sim, home):
    v2only.run("plan", "--region", sim.regions[0], "--accept-unknown", "--out", "plan.json")
    return home / "plan.json"


def change(path, sealed, **fields):
    plan = {**json.loads(path.read_text()), **fields}
    path.write_text(json.dumps(seal(plan) if sealed else plan))


def test_plan_changed_by_hand_is_refused(v2only, sim, planned):
    before = sim.options()
    change(planned, False, Account="999999999999")
    one_line(v2only.run("apply", "plan.json", "--yes", code=None), "plan.json", "changed")
    one_line(v2only.run("show", "plan.json", code=None), "plan.json", "changed")
    assert sim.options() == before


def test_plan_cut_in_half_is_refused(v2only, planned):
    text = planned.read_text()
    planned.write_text(text[: len(text) // 2])
    one_line(v2only.run("apply", "plan.json", "--yes", code=None), "plan.json")


def test_plan_of_another_account_is_refused(v2only, sim, planned):
    account = json.loads(planned.read_text())["AccountId"]
    plan = json.loads(planned.read_text().replace(account, "999999999999"))
    planned.write_text(json.dumps(seal(plan)))
    one_line(v2only.run("apply", "plan.json", "--yes", code=None), "999999999999", account)


def test_plan_of_another_endpoint_is_refused(v2only, sim, planned):
    done = v2only.run(
        "apply", "plan.json", "--yes", "--endpoint-url", "http://127.0.0.1:1", code=None
    )
    one_line(done, sim.endpoint, "http://127.0.0.1:1")


def test_plan_of_a_later_format_is_refused(v2only, planned):
    change(planned, True, FormatVersion="9.0")
    one_line(v2only.run("apply", "plan.json", "--yes", code=None), "9.0")


def test_plan_that_has_expired_is_refused(v2only, planned):
    change(planned, True, Expires="2026-01-01T00:00:00Z")
    one_line(v2only.run("apply", "plan.json", "--yes", code=None), "2026-01-01T00:00:00Z")


def test_second_apply_of_one_plan_is_refused(v2only, planned):
    first = v2only.start("apply", "plan.json", "--yes")
    time.sleep(0.5)
    second = v2only.run("apply", "plan.json", "--yes", code=1)
    assert "begun already" in second.stderr and "v2only resume" in second.stderr
    first.communicate(timeout=120)
    assert first.returncode == 0


def wait_for_running(v2only, began=20):
    """The id of the run that a process is at work on."""
    until = time.monotonic() + began
    while time.monotonic() < until:
        runs = v2only.json("status")["Runs"]
        if runs and runs[0]["State"] == "running":
            return runs[0]["RunId"]
        time.sleep(0.05)
    raise AssertionError("no run was seen at work")


SLOW = """
regions: [eu-west-1]
apply_delay: {min: 3s, max: 3s}
instances:
  - {id: i-00000000000000001, region: eu-west-1}
  - {id: i-00000000000000002, region: eu-west-1}
"""


@pytest.fixture
def slow(home, start_sim):
    """A fleet on which a run lasts more than 3 s, and its plan."""
    (home / "fleet.yaml").write_text(SLOW)
    sim = start_sim("--fleet", "fleet.yaml", "--speed", 1)
    v2only = V2only(home, sim.endpoint, sim.key, sim.secret)
    v2only.run("plan", "--region", "eu-west-1", "--accept-unknown", "--out", "plan.json")
    return v2only


def test_run_that_another_process_works_on_is_not_resumed_or_rolled_back(slow):
    first = slow.start("apply", "plan.json", "--yes")
    run = wait_for_running(slow)
    for command in ("resume", "rollback"):
        done = slow.run(command, run, "--yes", code=1)
        assert "another process" in done.stderr
    first.communicate(timeout=120)
    assert first.returncode == 0


def test_run_under_nohup_outlives_its_terminal(slow):
    words = ["nohup", BIN, "apply", "plan.json", "--yes"]
    first = subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=slow.env,
        cwd=slow.home,
        stdin=subprocess.DEVNULL,
    )
    wait_for_running(slow)
    first.send_signal(signal.SIGHUP)
    _, err = first.communicate(timeout=120)
    assert first.returncode == 0, err
    assert slow.json("status")["Runs"][0]["State"] == "done"


def test_run_whose_terminal_is_lost_stops_cleanly(slow):
    first = slow.start("apply", "plan.json", "--yes")
    run = wait_for_running(slow)
    first.send_signal(signal.SIGHUP)
    out, err = first.communicate(timeout=120)
    assert first.returncode == 130, err
    assert "v2only resume " + run in out + err


# --- where output goes ----------------------------------------------------------------------------


def test_output_onto_a_full_disk_is_an_error_of_one_line(v2only, sim):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [BIN, "audit", "--region", sim.regions[0], "--output", "json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=v2only.env,
            cwd=v2only.home,
            timeout=60,
        )
    assert done.returncode == 1
    assert "v2only: the output could not be written whole" in done.stderr.splitlines()[-1]


def test_output_that_nobody_reads_to_its_end_is_no_error(v2only, sim):
    audit = f"{BIN} audit --region {sim.regions[0]} --output json"
    script = f"{{ {audit}; echo $? > code; }} | head -1"
    done = subprocess.run(
        ["sh", "-c", script],
        capture_output=True,
        text=True,
        env=v2only.env,
        cwd=v2only.home,
        timeout=60,
    )
    assert done.stdout == "{\n"
    assert "could not be written" not in done.stderr
    assert (v2only.home / "code").read_text().strip() == "2"


def test_plan_is_written_to_a_pipe_as_it_is(v2only, sim, home):
    os.mkfifo(home / "pipe")
    reader = subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE, text=True, cwd=home)
    v2only.run("plan", "--region", sim.regions[0], "--out", "pipe")
    text, _ = reader.communicate(timeout=20)
    assert json.loads(text)["AccountId"] == sim.account
    assert (home / "pipe").is_fifo() and not (home / "pipe.new").exists()


def test_plan_onto_a_full_disk_is_an_error_of_one_line(v2only, sim):
    one_line(
        v2only.run("plan", "--region", sim.regions[0], "--out", "/dev/full", code=None),
        "/dev/full",
        "--out",
    )


# --- proxies, and endpoints of single services ----------------------------------------------------


def test_loopback_endpoint_is_not_asked_through_a_proxy(v2only, sim):
    proxy = "http://127.0.0.1:9"
    v2only.run(
        "audit",
        "--region",
        sim.regions[0],
        code=2,
        env={"http_proxy": proxy, "https_proxy": proxy, "ALL_PROXY": proxy, "no_proxy": ""},
    )


def test_plan_keeps_to_the_endpoint_that_is_set_for_sts_alone(v2only, sim, planned):
    """The plan names where EC2 is; STS is where the environment says."""
    del v2only.env["AWS_ENDPOINT_URL"]
    nowhere = f"127.0.0.1:{free_port()}"
    services = {
        "AWS_ENDPOINT_URL_EC2": sim.endpoint,
        "AWS_ENDPOINT_URL_CLOUDWATCH": sim.endpoint,
        "AWS_ENDPOINT_URL_STS": "http://" + nowhere,
    }
    done = v2only.run("apply", "plan.json", "--yes", env=services, code=None)
    one_line(done, nowhere)
    v2only.run("apply", "plan.json", "--yes", env={**services, "AWS_ENDPOINT_URL_STS": sim.endpoint})


def test_plan_goes_where_it_was_made_when_no_endpoint_is_set(v2only, planned):
    del v2only.env["AWS_ENDPOINT_URL"]
    v2only.run("apply", "plan.json", "--yes")


def test_plan_is_refused_where_the_environment_names_another_endpoint(v2only, sim, planned):
    other = "http://127.0.0.1:1"
    done = v2only.run("apply", "plan.json", "--yes", env={"AWS_ENDPOINT_URL": other}, code=None)
    one_line(done, sim.endpoint, other)


# --- the state directory --------------------------------------------------------------------------


def test_state_directory_that_cannot_be_made_is_named(v2only, planned):
    done = v2only.run("apply", "plan.json", "--yes", "--state-dir", "/proc/v2only", code=None)
    one_line(done, "/proc/v2only", "--state-dir")


def test_damaged_journal_is_named(v2only, planned, home):
    (home / "state/v2only").mkdir(parents=True)
    (home / "state/v2only/journal.db").write_bytes(b"no database at all, only text" * 50)
    one_line(v2only.run("apply", "plan.json", "--yes", code=None), "journal.db")


def test_locked_journal_is_named(v2only, planned, home):
    v2only.run("status")
    with sqlite3.connect(home / "state/v2only/journal.db", isolation_level=None) as db:
        db.execute("BEGIN EXCLUSIVE")
        done = v2only.run("apply", "plan.json", "--yes", code=1)
        assert "journal.db" in done.stderr and "Another process" in done.stderr


# Sizes at which the disk is full: at once, and in the midst of the run.
FULL_AT = [8, 60, 100, 140]


def in_own_namespace(v2only, script):
    """Runs a script that may mount what nobody else sees."""
    return subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
        capture_output=True,
        text=True,
        env=v2only.env,
        cwd=v2only.home,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


def test_read_only_state_directory_is_named(v2only, planned):
    script = f"mkdir -p state && mount -t tmpfs -o ro tmpfs state && exec {BIN} apply plan.json --yes"
    done = in_own_namespace(v2only, script)
    assert done.returncode == 1
    assert "state" in done.stderr and "--state-dir" in done.stderr


def intents_in(journal):
    """The instances with an intent in a journal; none where it was never laid out."""
    if not journal.exists():
        return set()
    with sqlite3.connect(journal) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'entry'").fetchone():
            return set()
        rows = db.execute("SELECT body FROM entry WHERE kind = 'intent'").fetchall()
    return {json.loads(body)["InstanceId"] for (body,) in rows}


def apply_on_small_disk(v2only, kibibytes, name):
    """Applies with the state on a disk of that size; what is on it then is copied off it."""
    copy = v2only.home / name
    copy.mkdir()
    mount = f"mount -t tmpfs -o size={kibibytes}k tmpfs state"
    script = (
        f"mkdir -p state && {mount} && {{ {BIN} apply plan.json --yes; code=$?; "
        f"cp -r state/. {copy}; exit $code; }}"
    )
    return in_own_namespace(v2only, script), intents_in(copy / "v2only/journal.db")


@pytest.mark.parametrize("kibibytes", FULL_AT)
def test_full_disk_stops_before_any_change_that_is_not_in_the_journal(
    v2only, sim, planned, kibibytes
):
    before = sim.options()
    done, intents = apply_on_small_disk(v2only, kibibytes, "copy")
    after = sim.options()
    changed = {i for i, options in after.items() if options != before[i]}
    assert changed <= intents
    assert done.returncode == 1, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("v2only: ")
    assert "full" in last or "No space" in last, done.stderr
    if kibibytes == FULL_AT[-1]:
        assert changed, "this size is full in the midst of the run"


def test_disk_that_is_large_enough_is_not_found_full(v2only, sim, planned):
    before = sim.options()
    done, intents = apply_on_small_disk(v2only, 8192, "copy")
    assert done.returncode == 0, done.stderr
    changed = {i for i, options in sim.options().items() if options != before[i]}
    assert changed and changed == intents


# --- a run that waits, a signal sent twice, a damaged run -----------------------------------------


def test_run_whose_endpoint_is_away_says_so_once_and_again_when_it_answers(home, start_sim):
    (home / "fleet.yaml").write_text(SLOW)
    (home / "policy.yaml").write_text(POLICY)
    sim = start_sim("--fleet", "fleet.yaml", "--speed", 1)
    v2only = V2only(home, sim.endpoint, sim.key, sim.secret)
    first = v2only.start(
        *"apply --region eu-west-1 --accept-unknown --policy policy.yaml --yes".split()
    )
    wait_for_running(v2only)
    sim.process.send_signal(signal.SIGSTOP)
    try:
        lines = []
        for line in first.stderr:
            lines.append(line)
            if "cannot be read since" in line:
                break
    finally:
        sim.process.send_signal(signal.SIGCONT)
    assert "eu-west-1 cannot be read since 20" in lines[-1] and "going on trying" in lines[-1]
    _, err = first.communicate(timeout=120)
    assert first.returncode == 0, err
    assert "cannot be read since" not in err, "it is said once"
    assert "eu-west-1 answers again, after " in err


def test_two_sigterms_at_once_are_one_wish_and_the_run_stops_cleanly(slow):
    first = slow.start("apply", "plan.json", "--yes")
    run = wait_for_running(slow)
    first.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    first.send_signal(signal.SIGTERM)
    out, err = first.communicate(timeout=120)
    assert first.returncode == 130, err
    assert "Left at once" not in err
    assert slow.json("status", run)["Why"], "it came to rest"


def test_damaged_run_is_listed_beside_the_others(v2only, home, planned):
    v2only.run("apply", "plan.json", "--yes")
    good = v2only.json("status")["Runs"][0]["RunId"]
    v2only.run("rollback", good, "--yes")
    bad = v2only.json("status")["Runs"][0]["RunId"]
    with sqlite3.connect(home / "state/v2only/journal.db") as db:
        db.execute("UPDATE entry SET body = '{}' WHERE run = ? AND seq = 2", (bad,))
    states = {run["RunId"]: run["State"] for run in v2only.json("status", code=1)["Runs"]}
    assert states == {good: "done", bad: "damaged"}
    listed = v2only.run("status", code=1)
    assert f"{bad}: entry 2 of the journal" in listed.stdout
    assert "1 of 2 runs" in listed.stderr and "from a backup" in listed.stderr


def test_journal_is_for_its_owner_alone(v2only, home, planned):
    v2only.run("status")
    state = home / "state/v2only"
    assert state.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in state.iterdir()} == {0o600}


ENDED = "accept:\n  - {instances: [i-0123456789abcdef0], reason: r, by: ada, until: 2026-01-01}\n"


def test_acceptance_that_has_ended_is_said(v2only, sim, home):
    (home / "policy.yaml").write_text(ENDED)
    done = v2only.run("plan", "--region", sim.regions[0], "--policy", "policy.yaml")
    said = "acceptance of i-0123456789abcdef0 (policy.yaml:2) ended on 2026-01-01: not used"
    assert f"Note: {said}\n" in done.stderr
    assert said in " ".join(done.stdout.split())


def test_token_with_a_line_break_is_named_and_not_shown(v2only, sim):
    env = {"AWS_SESSION_TOKEN": "hush-hush\n"}
    line = one_line(
        v2only.run("audit", "--region", sim.regions[0], env=env, code=None), "AWS_SESSION_TOKEN"
    )
    assert "hush" not in line
