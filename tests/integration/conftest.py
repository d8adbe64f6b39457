"""What the integration tests share: the binary, moto's server, v2only's own simulator."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = os.environ.get("V2ONLY_BIN", str(ROOT / "build/release/v2only"))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def clean_environment(home, **more):
    """Nothing of the caller's AWS configuration reaches a test."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    env.update(HOME=str(home), XDG_STATE_HOME=str(home / "state"), NO_COLOR="1")
    env.update(more)
    return env


class V2only:
    """Runs the binary against one endpoint, with a home of its own."""

    def __init__(self, home, endpoint, key="testing", secret="testing"):
        self.home = home
        self.env = clean_environment(
            home,
            AWS_ACCESS_KEY_ID=key,
            AWS_SECRET_ACCESS_KEY=secret,
            AWS_ENDPOINT_URL=endpoint,
        )

    def run(self, *words, code=0, env=None, timeout=300):
        done = subprocess.run(
            [BIN, *map(str, words)],
            capture_output=True,
            text=True,
            env={**self.env, **(env or {})},
            cwd=self.home,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
        )
        if code is not None:
            assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *words, code=0):
        return json.loads(self.run(*words, "--output", "json", code=code).stdout)

    def start(self, *words, env=None):
        return subprocess.Popen(
            [BIN, *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**self.env, **(env or {})},
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            # Tests that were started under nohup would hand their deaf ear down.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )


class Sim:
    """A `v2only sim` of its own."""

    def __init__(self, home, *words):
        self.process = subprocess.Popen(
            [BIN, "sim", "--port", "0", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=clean_environment(home),
            cwd=home,
        )
        line = self.process.stdout.readline()
        assert line, "v2only sim ended without a greeting"
        self.greeting = json.loads(line)
        self.endpoint = self.greeting["Endpoint"]
        self.key = self.greeting["AccessKeyId"]
        self.secret = self.greeting["SecretAccessKey"]
        self.account = self.greeting["AccountId"]
        self.regions = self.greeting["Regions"]

    def client(self, service, region=None, **more):
        import boto3
        from botocore.config import Config

        return boto3.client(
            service,
            region_name=region or self.regions[0],
            endpoint_url=self.endpoint,
            aws_access_key_id=more.pop("key", self.key),
            aws_secret_access_key=more.pop("secret", self.secret),
            config=Config(retries={"max_attempts": 1}),
            **more,
        )

    def options(self):
        """Every instance's metadata options, as boto3 sees them."""
        out = {}
        for region in self.regions:
            pages = self.client("ec2", region).get_paginator("describe_instances").paginate()
            for page in pages:
                for reservation in page["Reservations"]:
                    for instance in reservation["Instances"]:
                        out[instance["InstanceId"]] = {
                            k: v for k, v in instance["MetadataOptions"].items() if k != "State"
                        }
        return out

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=20) == 0


@pytest.fixture
def home(tmp_path):
    return tmp_path


@pytest.fixture
def start_sim(home):
    sims = []

    def start(*words):
        sims.append(Sim(home, *words))
        return sims[-1]

    yield start
    for sim in sims:
        sim.stop()


@pytest.fixture
def sim(start_sim):
    return start_sim("--instances", 50, "--seed", 7, "--speed", 20)


@pytest.fixture(scope="session")
def moto_endpoint():
    port = free_port()
    process = subprocess.Popen(
        [pathlib.Path(sys.executable).parent / "moto_server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    endpoint = f"http://127.0.0.1:{port}"
    for _ in range(300):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    else:
        pytest.fail("moto_server did not start")
    yield endpoint
    process.terminate()
    process.wait(timeout=20)
