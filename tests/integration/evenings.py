"""One trouble of a CVO system, from its plan to what the operator reads, against `v2only sim`.

Whatever the trouble is: nothing is forced, no second node is touched while one is away, no pair is
left unserved, and the line that a person reads says what happened and what is to be done.
"""

import concurrent.futures
import dataclasses
import json
import subprocess
import time
import typing

from conftest import BIN, Sim, clean_environment

AT_ONCE = 6  # most of an evening is waiting
SPEED = 60
PAIR = "VsaWorkingEnvironment-a1b2c3d4"
SINGLE = "VsaWorkingEnvironment-e5f6a7b8"
OTHER = "VsaWorkingEnvironment-0f0f0f0f"
AGENT = "i-00000000000000a01"
NODE1, NODE2, MEDIATOR = "i-00000000000000b01", "i-00000000000000b02", "i-00000000000000b03"
ALONE = "i-00000000000000c01"
STRANGER = "i-00000000000000d01"
VERSION = "9.13.1P4"

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
# Where a trouble is about a limit, it names its own; the others leave room for a busy machine.
PATIENT = {"takeover": "20s", "stop": "20s", "start": "20s", "boot": "20s", "giveback": "20s",
           "health": "20s"}
POLICY = """
ontap: {poll: 100ms, settle: 300ms, expected: 5s, PAUSES timeouts: TIMEOUTS}
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
    plan: typing.Sequence[str] = ()  # … of a plan that does not: what it says all the same
    faults: typing.Sequence[str] = ()  # YAML, each of `faults:`
    fleet: typing.Sequence[typing.Tuple[str, str]] = ()
    facts: typing.Sequence[typing.Tuple[str, str]] = ()
    limits: typing.Mapping[str, str] = dataclasses.field(default_factory=dict)  # of the policy
    pause: str = ""  # before what the policy has it wait; `meanwhile` has to say go
    meanwhile: typing.Optional[typing.Tuple[str, typing.Callable]] = None  # once apply says that
    resumed: typing.Optional[typing.Tuple[int, typing.Sequence[str]]] = None  # exit, words
    system: str = PAIR
    consent: str = "failover"
    away_at_end: bool = False  # a node is rightly left away: its partner serves
    unserved: bool = False  # nobody could know that the partner would not serve
    stops: typing.Sequence[str] = ()  # whom it is right to stop
    required: typing.Sequence[str] = ()  # whose change it is right to leave behind


ALL_OF_IT = {"stops": [NODE1, NODE2], "required": [NODE1, NODE2, MEDIATOR]}


def go_at(seconds):
    """What is scripted for so many seconds after the world's start has happened: then go."""

    def then(evening):
        time.sleep(max(0.0, evening.began + seconds - time.monotonic()))
        evening.run("go", evening.run_id())

    return then


def kill(evening):
    """The process that applies is killed, a moment later."""
    time.sleep(1)
    evening.process.kill()


def by_ec2(call):
    """Somebody else asks EC2 for something."""
    return lambda evening: call(evening.sim.client("ec2"))


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
            fleet += "faults:\n" + "".join(f"  - {fault}\n" for fault in trouble.faults)
        (place / "fleet.yaml").write_text(fleet)
        limits = ", ".join(f"{k}: {v}" for k, v in {**PATIENT, **trouble.limits}.items())
        pauses = f"pause_before: [{trouble.pause}]," if trouble.pause else ""
        policy = POLICY.replace("TIMEOUTS", "{" + limits + "}").replace("PAUSES", pauses)
        (place / "policy.yaml").write_text(policy)
        self.began = time.monotonic()
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

        def node(instance, name):
            return (f"  {instance}: {{workload: netapp-cvo-node, version: {VERSION}, "
                    f"system: {name}}}\n")

        one = by_id[PAIR]
        facts = (
            f"console: {{endpoint: {console['Endpoint']}, account: {console['Account']}, "
            f"client_id: \"env:{console['ClientIdVariable']}\", "
            f"client_secret: \"env:{console['ClientSecretVariable']}\"}}\n"
            "instances:\n"
            f"  {AGENT}: {{workload: netapp-console-agent}}\n"
            + node(NODE1, PAIR) + node(NODE2, PAIR) +
            f"  {MEDIATOR}: {{workload: netapp-cvo-mediator, system: {PAIR}}}\n"
            + node(ALONE, SINGLE) + node(STRANGER, OTHER) +
            "systems:\n" + system(PAIR, True, "PAIR") + system(SINGLE, False, "SINGLE"))
        for old, new in self.trouble.facts:
            if old == "console:":
                facts = facts[facts.index("\n") + 1:]
                continue
            assert old in facts, old
            facts = facts.replace(old, new)
        facts = facts.replace("PAIR-FINGERPRINT", one["Fingerprint"])
        facts = facts.replace("PAIR-PROBES",
                              json.dumps([d["Probe"] for d in one["Data"] if not d["Iscsi"]]))
        (self.place / "facts.yaml").write_text(facts)

    def run(self, *words):
        """The exit code, and all that it said. What hangs is ended."""
        path = self.place / f"{words[0]}.txt"
        meanwhile = self.trouble.meanwhile if words[0] == "apply" else None
        with open(path, "w", encoding="utf-8") as out:
            process = subprocess.Popen([BIN, *words], stdout=out, stderr=out, cwd=self.place,
                                       env=self.env, stdin=subprocess.DEVNULL)
            if words[0] == "apply":
                self.process = process
            deadline = time.monotonic() + 100
            while process.poll() is None and time.monotonic() < deadline:
                if meanwhile and meanwhile[0] in path.read_text():
                    meanwhile[1](self)
                    meanwhile = None
                time.sleep(0.02)
            if process.poll() is None:
                process.kill()
                process.wait()
        assert meanwhile is None, f"{meanwhile[0]!r} was never said:\n{path.read_text()}"
        return process.returncode, path.read_text()

    def run_id(self):
        _, status = self.run("status", "--output", "json")
        return json.loads(status)["Runs"][0]["RunId"]

    def take_place(self):
        trouble = self.trouble
        code, planned = self.run("plan", "--facts", "facts.yaml", "--policy", "policy.yaml",
                                 "--out", "plan.json")
        if not trouble.planned:
            return {"exit": code, "said": planned, "plan": "", "code": self.code_in_plan()}
        assert code == 0, planned
        code, said = self.run("apply", "plan.json", "--yes")
        run = self.run_id()
        _, as_json = self.run("status", run, "--output", "json")
        _, page = self.run("status", run)
        members = [NODE1, NODE2, MEDIATOR] if trouble.system == PAIR else [ALONE]
        codes = {i["Code"] for i in json.loads(as_json)["Instances"] if i["InstanceId"] in members}
        seen = {"exit": code, "said": said + page, "plan": planned, "code": codes}
        if trouble.resumed:
            seen["resumed"] = self.run("resume", run, "--yes")
        return seen

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
    unserved = False
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
        elif kind in ("modified", "by-other"):
            (required.add if "HttpTokens=required" in entry["After"] else required.discard)(instance)
        elif kind == "unserved":
            unserved = unserved or entry["System"] == PAIR
            assert entry["System"] == trouble.system, entry
    assert unserved == trouble.unserved, log
    assert bool(away) == (trouble.away_at_end and trouble.system == PAIR), away
    assert required == set(trouble.required)


def evening(place, trouble):
    one = Evening(place, trouble)
    try:
        seen = one.take_place()
    finally:
        log = one.log()
    return seen, log


def judge(trouble, seen, log):
    """Whether what a person reads, and what the world went through, is as it has to be."""

    def says(words, text):
        flat = " ".join(text.split())
        for each in words:
            assert each in flat, f"{each!r} is not in:\n{text}"

    assert seen["exit"] == trouble.exit, f"exit {seen['exit']}\n{seen['said']}"
    if trouble.code:
        assert trouble.code in seen["code"], f"{seen['code']}\n{seen['said']}"
    says(trouble.says, seen["said"])
    says(trouble.plan, seen["plan"])
    if trouble.resumed:
        code, said = seen["resumed"]
        assert code == trouble.resumed[0], f"exit {code}\n{said}"
        says(trouble.resumed[1], said)
    check_world(trouble, log)


def side_by_side(request, tmp_path_factory, troubles):
    """Those of the module that are asked for, begun together; a fixture's body."""
    by_name = {trouble.name: trouble for trouble in troubles}
    chosen = [item.callspec.params["name"] for item in request.session.items
              if item.module is request.module and hasattr(item, "callspec")]
    place = tmp_path_factory.mktemp("troubles")
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        futures = {name: pool.submit(evening, place / str(number), by_name[name])
                   for number, name in enumerate(chosen)}
        yield lambda name: judge(by_name[name], *futures[name].result())
