#!/usr/bin/env python3
"""10,000 instances from optional to required against the unthrottled simulator.

Prints wall time, client CPU a changed instance, requests a changed instance (listing, metrics and
waiting included), and peak memory; medians of --runs. Needs build/release/v2only.

    bench/apply_10k.py [--instances 10000] [--runs 5]
"""

import argparse
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BIN = os.environ.get("V2ONLY_BIN", str(ROOT / "build/release/v2only"))


def fleet(count):
    yield "regions: [eu-west-1]\napply_delay: {min: 0s, max: 0s}\nlatency: 0s\ninstances:\n"
    for n in range(count):
        yield f"  - {{id: i-{n:017x}, name: host-{n}}}\n"


def measured(command, env, cwd):
    """Runs it; wall seconds, CPU seconds, peak MiB, and what it said."""
    began = time.monotonic()
    process = subprocess.Popen(
        command, env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    out, err = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    if status != 0:
        raise SystemExit(f"{command}: status {status}\n{err}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out + err


def requests_in(text):
    return int(re.search(r"(\d+) requests?, ", text).group(1))


def one_run(count, place):
    (place / "fleet.yaml").write_text("".join(fleet(count)))
    (place / "policy.yaml").write_text(
        f"waves: {{canary: {count}, width: 256}}\ncalls: {{rates: none}}\n"
    )
    clean = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    sim = subprocess.Popen(
        [BIN, "sim", "--fleet", "fleet.yaml"], cwd=place, env=clean, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )
    try:
        hello = json.loads(sim.stdout.readline())
        env = {
            **clean,
            "HOME": str(place),
            "XDG_STATE_HOME": str(place / "state"),
            "AWS_ACCESS_KEY_ID": hello["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": hello["SecretAccessKey"],
            "AWS_ENDPOINT_URL": hello["Endpoint"],
            "AWS_REGION": "eu-west-1",
        }
        command = [BIN, "apply", "--policy", "policy.yaml", "--yes", "--output", "json"]
        wall, cpu, memory, text = measured(command, env, place)
        assert text.count('"State": "done"') >= count, "not every instance is done"
        return wall, cpu / count * 1e6, requests_in(text) / count, memory
    finally:
        sim.terminate()
        sim.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--instances", type=int, default=10000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    rows = []
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as place:
            rows.append(one_run(options.instances, pathlib.Path(place)))
    wall, cpu, calls, memory = (statistics.median(column) for column in zip(*rows))
    print(f"{options.instances} instances, median of {options.runs}:")
    print(f"  wall {wall:.2f} s, client CPU {cpu:.0f} us an instance,")
    print(f"  {calls:.4f} requests an instance, peak memory {memory:.0f} MiB")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
