#!/usr/bin/env python3
"""Restarts of Cloud Volumes ONTAP against the simulator: how much longer than the waits they take.

    bench/restarts.py pair      one HA pair: wall time against the sum of the waits imposed
    bench/restarts.py fleet     many systems side by side against one of them
    bench/restarts.py polls     how often one pair's ONTAP is asked

The simulator's timings are its defaults (src/sim/cvo_spec.h, PowerTimings in src/sim/spec.h), and
the policy's `settle` is its default of 5 minutes; all of them, and `poll: 5s`, are divided by
--speed. The wall time is that of `v2only apply PLAN --yes`, from start to exit.

The waits imposed on a pair, one after the other (nothing of them can be had sooner):

    mediator  pending -> applied (drawn by the simulator; read from its log), the reboot, the status
              checks from the boot on, and two polls between its three good readings
    each node the takeover, EC2's stop, EC2's start, ONTAP's boot, the automatic giveback's delay (or
              the resync, where that is longer), the giveback, the resync after it (or the status
              checks, where they end later), and settle

The way ONTAP halts (2 minutes) is none: the instance is stopped as soon as its partner serves, and
EC2's stop cuts it short. Not counted either, though they take time: reading the gates, changing
options, AutoSupport messages, the process's start and end.

Needs build/release/v2only, or V2ONLY_BIN.
"""

import argparse
import collections
import datetime
import json
import os
import pathlib
import resource
import sqlite3
import statistics
import subprocess
import tempfile
import time

from counting_proxy import CountingProxy

ROOT = pathlib.Path(__file__).resolve().parents[1]
BIN = os.environ.get("V2ONLY_BIN", str(ROOT / "build/release/v2only"))
REGION = "eu-west-1"
# Seconds, at speed 1: the simulator's defaults.
REBOOT, CHECKS, STOP, START = 20, 180, 60, 30
TAKEOVER, BOOT, GIVEBACK_DELAY, GIVEBACK, RESYNC, RESYNC_AFTER = 20, 480, 600, 60, 300, 60
APPLIED_AT_MOST = 4
SETTLE, POLL = 300, 5


class Night:
    """A simulator with so many systems, and a plan that takes them all through."""

    def __init__(self, place, pairs, singles, speed, counted=False):
        self.place = pathlib.Path(place)
        self.speed = speed
        fleet = [f"regions: [{REGION}]", "systems:"]
        for n in range(pairs + singles):
            ha = str(n < pairs).lower()
            fleet.append(f"  - {{id: VsaWorkingEnvironment-{n:08x}, name: cvo{n}, ha: {ha}}}")
        (self.place / "fleet.yaml").write_text("\n".join(fleet) + "\n")
        (self.place / "policy.yaml").write_text(
            f"ontap: {{poll: {ms(POLL, speed)}, settle: {ms(SETTLE, speed)}, "
            f"expected: {ms(2700, speed)}, width: {pairs + singles}}}\n"
            f"waves: {{canary: {pairs + singles}, width: {pairs + singles}}}\n"
        )
        clean = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        self.sim = subprocess.Popen(
            [BIN, "sim", "--fleet", "fleet.yaml", "--speed", str(speed),
             "--write-facts", "facts.yaml", "--write-log", "log.jsonl"],
            cwd=self.place, env=clean, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        hello = json.loads(self.sim.stdout.readline())
        self.env = {
            **clean,
            "HOME": str(self.place),
            "XDG_STATE_HOME": str(self.place / "state"),
            "AWS_ACCESS_KEY_ID": hello["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": hello["SecretAccessKey"],
            "AWS_ENDPOINT_URL": hello["Endpoint"],
            "AWS_REGION": REGION,
            **{s["PasswordVariable"]: s["Password"] for s in hello["Systems"]},
        }
        self.proxy = self.put_between(hello["Systems"]) if counted else None
        self.consent()

    def put_between(self, systems):
        proxy = CountingProxy(self.place, [e["Url"] for s in systems for e in s["Endpoints"]])
        path = self.place / "facts.yaml"
        text = path.read_text()
        for url, door in proxy.doors.items():
            text = text.replace(url, door)
        for system in systems:
            text = text.replace(system["Fingerprint"], proxy.fingerprint)
        path.write_text(text)
        return proxy

    def consent(self):
        began = time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime(time.time() - 3600))
        path = self.place / "facts.yaml"
        out = []
        for line in path.read_text().splitlines():
            out.append(line)
            if line.strip() in ("ha: true", "ha: false"):
                kind = "failover" if line.endswith("true") else "outage"
                out.append(f'    consent: {{{kind}: "{began}/PT8H", by: "bench"}}')
        path.write_text("\n".join(out) + "\n")

    def run(self, *words):
        """Wall seconds, CPU seconds, peak MiB, what it said."""
        began = time.monotonic()
        with open(self.place / "said", "w+", encoding="utf-8") as said:
            process = subprocess.Popen(
                [BIN, *words], env=self.env, cwd=self.place, stdin=subprocess.DEVNULL,
                stdout=said, stderr=subprocess.STDOUT,
            )
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - began
            said.seek(0)
            text = said.read()
        if status != 0:
            raise SystemExit(f"{words}: status {status}\n{text[-4000:]}")
        return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text

    def take_through(self):
        self.run("plan", "--facts", "facts.yaml", "--policy", "policy.yaml", "--out", "plan.json")
        return self.run("apply", "plan.json", "--yes")

    def stop(self):
        self.sim.terminate()
        self.sim.wait()
        lines = (self.place / "log.jsonl").read_text().splitlines()
        log = [json.loads(line) for line in lines]
        for entry in log:
            entry["At"] = datetime.datetime.fromisoformat(entry["At"]).timestamp()
        return log

    def phases(self):
        """(time, phase) of the run, as the journal has them."""
        path = next(self.place.glob("state/**/*.db"))
        with sqlite3.connect(path) as db:
            rows = db.execute("SELECT at, kind, body FROM entry ORDER BY seq").fetchall()
        out = []
        for at, kind, body in rows:
            if kind == "phase-began":
                out.append((at / 1000, json.loads(body)["Phase"]))
            elif kind == "member-ended":
                out.append((at / 1000, "gates"))
        return out


def ms(seconds, speed):
    return f"{round(seconds * 1000 / speed)}ms"


def imposed_on_pair(log, speed):
    """The sum of the waits, in seconds of the wall; see above."""
    mediator = next(e for e in log if e["Kind"] == "rebooted")["InstanceId"]
    changed = {e["Kind"]: e["At"] for e in log if e.get("InstanceId") == mediator}
    applied = changed["applied"] - changed["modified"]
    node = TAKEOVER + STOP + START + BOOT + max(GIVEBACK_DELAY, RESYNC) + GIVEBACK + RESYNC_AFTER
    return applied + (REBOOT + CHECKS + 2 * POLL + 2 * (node + SETTLE)) / speed


def late_by(log, speed, ended):
    """Where the rest went: how long after each wait's end the next thing was done."""
    at = collections.defaultdict(list)
    for entry in log:
        at[entry["Kind"], entry["InstanceId"]].append(entry["At"])
    mediator = next(e for e in log if e["Kind"] == "rebooted")["InstanceId"]
    order = [e["InstanceId"] for e in log if e["Kind"] == "takeover"]
    out = []
    rebooted, applied = at["rebooted", mediator][0], at["applied", mediator][0]
    out.append(("mediator: applied", rebooted - applied))
    good = rebooted + (REBOOT + CHECKS + 2 * POLL) / speed
    first = at["takeover", order[0]][0] - TAKEOVER / speed
    out.append(("mediator: checks, good readings; gates, handover", first - good))
    for number, node in enumerate(order):
        takeover, stopped = at["takeover", node][0], at["stopped", node][0]
        modified, started = at["modified", node][0], at["started", node][0]
        giveback = at["giveback", node][0]
        out.append((f"node {number + 1}: takeover", stopped - takeover))
        out.append((f"node {number + 1}: stop", modified - stopped - STOP / speed))
        out.append((f"node {number + 1}: options", started - modified))
        back = (START + BOOT + max(GIVEBACK_DELAY, RESYNC) + GIVEBACK) / speed
        out.append((f"node {number + 1}: (the simulator itself)", giveback - started - back))
        then = ended
        if number + 1 < len(order):
            then = at["takeover", order[number + 1]][0] - TAKEOVER / speed
        out.append((f"node {number + 1}: giveback, resync, settle; then gates or the end",
                    then - giveback - (RESYNC_AFTER + SETTLE) / speed))
    return out


def bench_pair(options):
    ratios = []
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as place:
            night = Night(place, 1, 0, options.speed)
            try:
                wall, cpu, _, text = night.take_through()
                ended = time.time()
            finally:
                log = night.stop()
            imposed = imposed_on_pair(log, options.speed)
            ratios.append(wall / imposed)
            print(f"wall {wall:.2f} s, imposed {imposed:.2f} s: {100 * (ratios[-1] - 1):+.2f} %; "
                  f"client CPU {cpu:.2f} s")
            for what, late in late_by(log, options.speed, ended):
                print(f"    {late * options.speed:6.1f} s of the simulation late  {what}")
    print(f"median of {options.runs}: {100 * (statistics.median(ratios) - 1):+.2f} %")


def aws_requests(text):
    line = next(line for line in text.splitlines() if line.startswith("Calls: "))
    return int(line.split()[1].replace(",", ""))


def bench_fleet(options):
    """Half of them pairs, half single nodes; against one pair, which takes longer than a single."""
    rows = []
    for _ in range(options.runs):
        for pairs, singles in ((1, 0), (options.systems - options.systems // 2,
                                        options.systems // 2)):
            with tempfile.TemporaryDirectory() as place:
                night = Night(place, pairs, singles, options.speed)
                try:
                    wall, cpu, memory, text = night.take_through()
                finally:
                    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
                    night.stop()
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                sim = after.ru_utime + after.ru_stime - usage.ru_utime - usage.ru_stime
                count = pairs + singles
                rows.append((count, wall, cpu, memory, aws_requests(text) / count, sim))
                print(f"{count} systems: wall {wall:.1f} s, client CPU {cpu:.1f} s, peak memory "
                      f"{memory:.0f} MiB, {aws_requests(text) / count:.0f} requests a system to "
                      f"AWS, simulator CPU {sim:.1f} s")
    for count in (1, options.systems):
        mine = [row for row in rows if row[0] == count]
        print(f"{count} systems, median of {options.runs}: "
              f"wall {statistics.median(r[1] for r in mine):.1f} s")


def bench_polls(options):
    with tempfile.TemporaryDirectory() as place:
        night = Night(place, 1, 0, options.speed, counted=True)
        try:
            began = time.time()
            wall, _, _, text = night.take_through()
        finally:
            night.stop()
        phases = night.phases()
        asked = night.proxy.asked
    # The plan's own look came before; each look begins with one question about the cluster.
    asked = [each for each in asked if each[0] >= phases[0][0]]
    looks = [at for at, _, path in asked if path.split("?")[0] == "/api/cluster"]
    poll = POLL / options.speed
    table = collections.OrderedDict()
    for (since, phase), (until, _) in zip(phases, phases[1:] + [(time.time(), "")]):
        mine = [at for at in looks if since <= at < until]
        least = min((b - a) - max(poll, 0.02 * (b - since)) for a, b in zip(mine, mine[1:])) \
            if len(mine) > 1 else 0
        requests = sum(since <= at < until for at, _, _ in asked)
        row = table.setdefault(phase, [0.0, 0, 0, 0.0])
        row[0] += until - since
        row[1] += len(mine)
        row[2] += requests
        row[3] = min(row[3], least)
    print(f"{'phase':18} {'waited':>9} {'looks':>6} {'requests':>9}  nearest below the bound")
    for phase, (seconds, count, requests, least) in table.items():
        print(f"{phase:18} {seconds * options.speed:7.0f} s {count:6} {requests:9}  "
              f"{-least * 1000:.0f} ms")
    paths = collections.Counter(path.split("?")[0] for _, _, path in asked)
    print(f"{len(looks)} looks, {len(asked)} requests in {wall:.1f} s of the wall, "
          f"{aws_requests(text)} to AWS")
    for path, count in paths.most_common():
        print(f"    {count:5} {path}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["pair", "fleet", "polls"])
    parser.add_argument("--speed", type=float, default=30)
    parser.add_argument("--systems", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    {"pair": bench_pair, "fleet": bench_fleet, "polls": bench_polls}[options.what](options)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
