"""What can go wrong with a CVO system, from the plan to what the operator reads.

Each trouble befalls a real process against `v2only sim`. Whatever it is: nothing is forced, no second
node is touched while one is away, no pair is left unserved, and the line that a person reads says what
happened and what is to be done. The troubles are tried side by side.
"""

import concurrent.futures
import dataclasses
import json
import subprocess
import time
import typing

import pytest
from conftest import BIN, Sim, clean_environment
from test_kill import AT_ONCE

SPEED = 60
PAIR = "VsaWorkingEnvironment-a1b2c3d4"
SINGLE = "VsaWorkingEnvironment-e5f6a7b8"
OTHER = "VsaWorkingEnvironment-0f0f0f0f"
AGENT = "i-00000000000000a01"
NODE1, NODE2, MEDIATOR = "i-00000000000000b01", "i-00000000000000b02", "i-00000000000000b03"
ALONE = "i-00000000000000c01"
STRANGER = "i-00000000000000d01"

TIMINGS = """{takeover: 10s, halt: 20s, boot: 40s, giveback_delay: 30s, giveback_retry: 30s,
              giveback: 10s, resync: 20s, resync_after: 10s, mediator_boot: 10s, management_move: 5s}"""
FLEET = f"""
regions: [eu-west-1]
instances:
  - {{id: {AGENT}, name: agent-1, private_ip: 10.0.0.5, tags: {{OCCMInstance: "true"}},
     options: {{HttpTokens: required, HttpPutResponseHopLimit: 3}}}}
  - {{id: {NODE1}, name: pair-vm1, private_ip: 10.0.0.11, network_interfaces: 4,
     tags: {{WorkingEnvironmentId: {PAIR}}} OF-NODE1}}
  - {{id: {NODE2}, name: pair-vm2, private_ip: 10.0.0.12, network_interfaces: 4,
     tags: {{WorkingEnvironmentId: {PAIR}}}}}
  - {{id: {MEDIATOR}, name: pair-mediator, private_ip: 10.0.0.13, tags: {{WorkingEnvironmentId: {PAIR}}}}}
  - {{id: {ALONE}, name: single-vm, private_ip: 10.0.0.21, tags: {{WorkingEnvironmentId: {SINGLE}}}}}
  - {{id: {STRANGER}, name: other-vm, private_ip: 10.0.0.31, tags: {{WorkingEnvironmentId: {OTHER}}}}}
systems:
  - id: {PAIR}
    name: pair
    cluster: 10.0.0.10
    agent: {AGENT}
    mediator: {MEDIATOR}
    nodes:
      - {{instance: {NODE1}, name: pair-01, management: 10.0.0.11, data: [10.0.1.1] OF-FIRST}}
      - {{instance: {NODE2}, name: pair-02, management: 10.0.0.12, data: [10.0.1.2]}}
    OF-PAIR
    timings: {TIMINGS}
  - id: {SINGLE}
    name: single
    cluster: 10.0.0.20
    agent: {AGENT}
    nodes: [{{instance: {ALONE}, name: single-01, management: 10.0.0.21, data: [10.0.2.1]}}]
    timings: {TIMINGS}
  - id: {OTHER}
    name: other
    cluster: 10.0.0.30
    nodes: [{{instance: {STRANGER}, name: other-01, management: 10.0.0.31, data: [10.0.3.1]}}]
power: {{stop: 10s, start: 5s, reboot: 5s, checks: 90s}}
console:
  agents: [{{id: sim0, name: agent-1, instance: {AGENT}, version: 4.0.0}}]
"""
POLICY = """
ontap: {poll: 100ms, settle: 300ms, expected: 5s, MORE
        timeouts: {takeover: 3s, stop: 3s, start: 3s, boot: 4s, giveback: 6s, health: 4s}}
calls: {unknown_settle: 1s, timeout: 3s}
"""


@dataclasses.dataclass
class Trouble:
    """What is made of the world, the facts and the policy; and what has to come of it."""

    name: str
    code: str  # of the system, in the plan or in the run
    says: typing.Sequence[str]  # all of it in what a person reads at that point
    exit: int = 4
    planned: bool = True  # False: the plan leaves the system alone
    faults: str = ""  # YAML, each a line of `faults:`
    fleet: typing.Sequence[typing.Tuple[str, str]] = ()
    facts: typing.Sequence[typing.Tuple[str, str]] = ()
    policy: str = ""
    system: str = PAIR
    consent: str = "failover"
    away_at_end: bool = False  # a node is rightly left away: its partner serves
    stops: typing.Sequence[str] = ()  # whom it is right to stop
    required: typing.Sequence[str] = ()  # whose change it is right to leave behind


MEND = "by hand"
TROUBLES = [
    # --- before anything is touched: the plan says it --------------------------------------------
    Trouble("a wrong ONTAP password", "ontap-unread", ["401", "password"], 0, planned=False,
            faults=f"{{kind: bad-login, service: ontap, system: {PAIR}}}"),
    Trouble("a role that ONTAP lacks", "ontap-unread", ["403", "role"], 0, planned=False,
            faults=f"{{kind: deny, service: ontap, action: GET storage/aggregates, system: {PAIR}}}"),
    Trouble("another certificate", "ontap-unread", ["certificate", "fingerprint"], 0, planned=False,
            facts=[("PAIR-FINGERPRINT", "sha256:" + "0" * 64)]),
    Trouble("another cluster at the address", "contradiction", ["other"], 0, planned=False,
            faults=f"{{kind: wrong-cluster, service: ontap, system: {PAIR}, other: {OTHER}}}"),
    Trouble("three nodes in a pair", "", ["facts.yaml:10", "3 nodes"], 1, planned=False,
            facts=[(f"workload: netapp-cvo-node, system: {OTHER}",
                    f"workload: netapp-cvo-node, system: {PAIR}")]),
    Trouble("a mediator that is not there", "partly-seen", [MEDIATOR], 0, planned=False,
            faults=f"{{kind: terminate, instance: {MEDIATOR}, from: 0s}}"),
    Trouble("nodes of two versions", "not-ready", ["different versions", "9.13.1P5"], 0,
            planned=False, fleet=[("OF-FIRST", ", version: 9.13.1P5")]),
    Trouble("both management addresses silent", "ontap-unread", ["10.0.0.1"], 0, planned=False,
            faults=f"{{kind: refuse, service: ontap, system: {PAIR}}}"),
    Trouble("automatic giveback switched off", "not-ready", ["automatic giveback is off"], 0,
            planned=False, fleet=[("OF-PAIR", "auto_giveback: false")]),
    Trouble("a volume on the move", "not-ready", ["volume"], 0, planned=False,
            fleet=[("OF-PAIR", "volume_moving: true")]),
    Trouble("stop protection", "not-ready", ["stop protection"], 0, planned=False,
            fleet=[("OF-NODE1", ", stop_protection: true")]),
    Trouble("an instance that is terminated by its shutdown", "not-ready", ["terminate"], 0,
            planned=False, fleet=[("OF-NODE1", ", terminates_on_shutdown: true")]),
    Trouble("maintenance announced by AWS", "not-ready", ["system-reboot"], 0, planned=False,
            fleet=[("OF-NODE1", ", events: [{code: system-reboot, description: text, "
                                "not_before: 1d, not_after: 2d}]")]),
    Trouble("a probe that nothing answers", "not-ready", ["tcp://127.0.0.1:1"], 0, planned=False,
            facts=[("PAIR-PROBES", '["tcp://127.0.0.1:1"]')]),
    Trouble("a consent that has run out", "restart-not-authorised", ["consent"], 0, planned=False,
            facts=[("PT8H", "PT1M")]),
    # --- during the run: nothing was touched ------------------------------------------------------
    Trouble("a takeover that ONTAP vetoes", "handover-refused", ["CIFS sessions are open"], 3,
            faults=f'{{kind: takeover-veto, system: {PAIR}, instance: {NODE2}, '
                   'detail: "CIFS sessions are open"}',
            required=[MEDIATOR]),
    Trouble("LIFs that find no place", "handover-refused", ["852115"], 3,
            fleet=[("OF-PAIR", "lifs_keep_reboots: true")], required=[MEDIATOR]),
    # --- a mediator that does not come back -------------------------------------------------------
    Trouble("a mediator that does not boot", "mediator-away", ["status checks", "none was touched", MEND],
            faults=f"{{kind: no-boot, instance: {MEDIATOR}}}"),
    Trouble("a mediator that knows no IMDSv2", "mediator-not-good", ["mediator", MEND],
            fleet=[("OF-PAIR", "mediator_knows_v2: false\n    failover: floating-ip"),
                   ("10.0.1.1", "172.16.1.1"), ("10.0.1.2", "172.16.1.2")]),
    # --- a node that is away -------------------------------------------------------------------
    Trouble("a stop that EC2 refuses", "stop-refused", ["UnauthorizedOperation", "ec2:StopInstances",
                                                        MEND, "pair-01, for both"],
            faults="{kind: deny, action: StopInstances}", away_at_end=True, required=[MEDIATOR]),
    Trouble("a change that EC2 refuses", "refused", ["started again unchanged",
                                                     "ec2:ModifyInstanceMetadataOptions"], 3,
            faults="{kind: deny, action: ModifyInstanceMetadataOptions, instance: " + NODE2 + "}",
            stops=[NODE2], required=[MEDIATOR]),
    Trouble("an option that EC2 moves besides", "option-moved", ["InstanceMetadataTags"], 3,
            faults="{kind: echo-moved, options: {InstanceMetadataTags: enabled}, instance: "
                   + NODE2 + "}", stops=[NODE2], required=[MEDIATOR, NODE2]),
    Trouble("a node that does not boot", "no-boot", ["does not boot", MEND, "pair-01, for both"],
            faults=f"{{kind: no-boot, instance: {NODE2}}}", away_at_end=True, stops=[NODE2],
            required=[MEDIATOR]),
    Trouble("a node that boots into the wrong state", "no-boot", ["does not boot", MEND],
            faults=f"{{kind: wrong-boot, instance: {NODE2}}}", away_at_end=True, stops=[NODE2],
            required=[MEDIATOR]),
    Trouble("a giveback that is vetoed", "giveback", ["an aggregate is being repaired", MEND,
                                                      "storage failover giveback -ofnode pair-02"],
            faults=f'{{kind: giveback-veto, system: {PAIR}, detail: "an aggregate is being repaired"}}',
            away_at_end=True, stops=[NODE2], required=[MEDIATOR]),
    # --- trouble that passes -------------------------------------------------------------------
    Trouble("no capacity for a while", "", ["done"], 0,
            faults="{kind: no-capacity, times: 2}",
            stops=[NODE1, NODE2], required=[NODE1, NODE2, MEDIATOR]),
    Trouble("a resync that takes its time", "", ["done"], 0,
            faults=f"{{kind: slow-resync, system: {PAIR}, delay: 4m}}",
            policy="", stops=[NODE1, NODE2], required=[NODE1, NODE2, MEDIATOR]),
    Trouble("clocks that differ", "", ["done"], 0,
            faults="{kind: clock-off, delay: 20m}",
            stops=[NODE1, NODE2], required=[NODE1, NODE2, MEDIATOR]),
    Trouble("jobs that vanish at once", "", ["done"], 0,
            fleet=[("management_move: 5s}\n  - id: " + SINGLE,
                    "management_move: 5s, job_kept: 1s}\n  - id: " + SINGLE)],
            stops=[NODE1, NODE2], required=[NODE1, NODE2, MEDIATOR]),
    Trouble("answers of ONTAP that are garbage", "", ["done"], 0,
            faults="{kind: garbage, service: ontap, action: GET, probability: 0.1}",
            stops=[NODE1, NODE2], required=[NODE1, NODE2, MEDIATOR]),
    Trouble("half answers of ONTAP", "", ["done"], 0,
            faults="{kind: half-answer, service: ontap, action: GET, probability: 0.1}",
            stops=[NODE1, NODE2], required=[NODE1, NODE2, MEDIATOR]),
    Trouble("EC2 that throttles", "", ["done"], 0,
            faults="{kind: throttle, probability: 0.1}",
            stops=[NODE1, NODE2], required=[NODE1, NODE2, MEDIATOR]),
    # --- a single node -------------------------------------------------------------------------
    Trouble("a Console that refuses its stop", "shutdown-refused", ["refused", "busy with a backup"], 3,
            system=SINGLE, consent="outage",
            faults='{kind: error, service: console, action: POST occm, status: 409, '
                   'detail: "busy with a backup"}'),
    Trouble("a single node that does not boot", "no-boot", ["does not boot", "this is an outage"],
            system=SINGLE, consent="outage", away_at_end=True, stops=[ALONE],
            faults=f"{{kind: no-boot, instance: {ALONE}}}"),
    Trouble("an agent that is away", "agent-not-ready", ["agent"], 0, planned=False,
            system=SINGLE, consent="outage",
            faults=f"{{kind: stop, instance: {AGENT}, from: 0s}}"),
]
BY_NAME = {trouble.name: trouble for trouble in TROUBLES}


class Evening:
    """One trouble, planned and applied."""

    def __init__(self, place, trouble):
        place.mkdir(parents=True)
        self.place = place
        self.trouble = trouble
        fleet = FLEET
        for old, new in trouble.fleet:
            assert old in fleet, old
            fleet = fleet.replace(old, new)
        for mark in ("OF-NODE1", "OF-FIRST", "OF-PAIR"):
            fleet = fleet.replace(mark, "")
        if trouble.faults:
            fleet += "faults:\n  - " + trouble.faults + "\n"
        (place / "fleet.yaml").write_text(fleet)
        (place / "policy.yaml").write_text(POLICY.replace("MORE", trouble.policy))
        self.sim = Sim(place, "--fleet", "fleet.yaml", "--speed", SPEED, "--write-log", "log.jsonl")
        self.write_facts()
        greeting = self.sim.greeting
        secrets = {s["PasswordVariable"]: s["Password"] for s in greeting["Systems"]}
        console = greeting["Console"]
        secrets[console["ClientIdVariable"]] = console["ClientId"]
        secrets[console["ClientSecretVariable"]] = console["ClientSecret"]
        self.env = clean_environment(
            place, AWS_ACCESS_KEY_ID=self.sim.key, AWS_SECRET_ACCESS_KEY=self.sim.secret,
            AWS_ENDPOINT_URL=self.sim.endpoint, AWS_REGION="eu-west-1", **secrets)

    def write_facts(self):
        by_id = {system["System"]: system for system in self.sim.greeting["Systems"]}
        console = self.sim.greeting["Console"]
        began = time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime(time.time() - 3600))

        def system(name, ha, mark):
            one = by_id[name]
            urls = ", ".join(end["Url"] for end in one["Endpoints"])
            consent = ""
            if name == self.trouble.system:
                consent = (f'    consent: {{{self.trouble.consent}: "{began}/PT8H", '
                           'by: "change 4711"}\n')
            probes = json.dumps([d["Probe"] for d in one["Data"] if not d["Iscsi"]])
            pair = mark == "PAIR"
            return (f"  {name}:\n    ha: {str(ha).lower()}\n    agent: {AGENT}\n"
                    f"    ontap: {{endpoints: [{urls}], user: {one['User']}, "
                    f"password: \"env:{one['PasswordVariable']}\", "
                    f"fingerprint: \"{'PAIR-FINGERPRINT' if pair else one['Fingerprint']}\"}}\n"
                    f"{consent}    probes: {'PAIR-PROBES' if pair else probes}\n")

        one = by_id[PAIR]
        facts = (
            f"console: {{endpoint: {console['Endpoint']}, account: {console['Account']}, "
            f"client_id: \"env:{console['ClientIdVariable']}\", "
            f"client_secret: \"env:{console['ClientSecretVariable']}\"}}\n"
            "instances:\n"
            f"  {AGENT}: {{workload: netapp-console-agent}}\n"
            f"  {NODE1}: {{workload: netapp-cvo-node, system: {PAIR}}}\n"
            f"  {NODE2}: {{workload: netapp-cvo-node, system: {PAIR}}}\n"
            f"  {MEDIATOR}: {{workload: netapp-cvo-mediator, system: {PAIR}}}\n"
            f"  {ALONE}: {{workload: netapp-cvo-node, system: {SINGLE}}}\n"
            f"  {STRANGER}: {{workload: netapp-cvo-node, system: {OTHER}}}\n"
            "systems:\n" + system(PAIR, True, "PAIR") + system(SINGLE, False, "SINGLE"))
        for old, new in self.trouble.facts:
            assert old in facts, old
            facts = facts.replace(old, new)
        facts = facts.replace("PAIR-FINGERPRINT", one["Fingerprint"])
        facts = facts.replace("PAIR-PROBES",
                              json.dumps([d["Probe"] for d in one["Data"] if not d["Iscsi"]]))
        (self.place / "facts.yaml").write_text(facts)

    def run(self, *words):
        done = subprocess.run([BIN, *words], capture_output=True, text=True, cwd=self.place,
                              env=self.env, stdin=subprocess.DEVNULL, timeout=200)
        return done.returncode, done.stdout + done.stderr

    def take_place(self):
        code, said = self.run("plan", "--facts", "facts.yaml", "--policy", "policy.yaml",
                              "--out", "plan.json")
        if not self.trouble.planned:
            return {"exit": code, "said": said, "code": self.code_in_plan()}
        assert code == 0, said
        code, said = self.run("apply", "plan.json", "--yes")
        _, status = self.run("status", "--output", "json")
        run = json.loads(status)["Runs"][0]["RunId"]
        _, as_json = self.run("status", run, "--output", "json")
        _, page = self.run("status", run)
        members = [NODE1, NODE2, MEDIATOR] if self.trouble.system == PAIR else [ALONE]
        codes = {i["Code"] for i in json.loads(as_json)["Instances"] if i["InstanceId"] in members}
        return {"exit": code, "said": said + page, "code": codes}

    def code_in_plan(self):
        path = self.place / "plan.json"
        if not path.exists():
            return set()
        left_alone = json.loads(path.read_text())["LeftAlone"]
        return {code for one in left_alone if one["Unit"] == self.trouble.system
                for code in one["Codes"]}

    def log(self):
        self.sim.stop()
        return [json.loads(line) for line in (self.place / "log.jsonl").read_text().splitlines()]


def check_world(trouble, log):
    """By the simulator's own log: who was away, for how long, and because of whom."""
    away = set()
    required = set()
    for entry in log:
        kind, instance = entry["Kind"], entry.get("InstanceId")
        if kind == "takeover":
            away.add(instance)
            assert len(away) == 1, entry
        elif kind == "giveback":
            away.discard(instance)
        elif kind == "stopped" and instance != AGENT:
            assert instance in trouble.stops, entry
        elif kind == "rebooted":
            assert not away or instance in away, entry
        elif kind in ("modified", "byOther"):
            (required.add if "HttpTokens=required" in entry["After"] else required.discard)(instance)
        elif kind == "unserved":
            assert entry["System"] == SINGLE and trouble.system == SINGLE, entry
    assert bool(away) == (trouble.away_at_end and trouble.system == PAIR), away
    assert required == set(trouble.required)


def evening(place, trouble):
    one = Evening(place, trouble)
    try:
        seen = one.take_place()
    finally:
        log = one.log()
    return seen, log


@pytest.fixture(scope="session")
def evenings(request, tmp_path_factory):
    """Those that are asked for, begun together: most of their time is waiting."""
    chosen = [item.callspec.params["name"] for item in request.session.items
              if item.name.startswith("test_a_trouble_ends")]
    place = tmp_path_factory.mktemp("troubles")
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        yield {name: pool.submit(evening, place / str(number), BY_NAME[name])
               for number, name in enumerate(chosen)}


@pytest.mark.parametrize("name", BY_NAME)
def test_a_trouble_ends_in_a_clear_state_with_nothing_forced(evenings, name):
    trouble = BY_NAME[name]
    seen, log = evenings[name].result()
    words = " ".join(seen["said"].split())
    assert seen["exit"] == trouble.exit, seen["said"]
    if trouble.code:
        assert trouble.code in seen["code"], f"{seen['code']}\n{seen['said']}"
    for each in trouble.says:
        assert each in words, f"{each!r} is not in:\n{seen['said']}"
    check_world(trouble, log)
