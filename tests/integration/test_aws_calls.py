"""The codecs that restarts need, on an AWS that nobody here wrote: moto's server, judged by boto3."""

import json
import pathlib
import subprocess

import boto3
import pytest
import requests
from conftest import BIN, clean_environment

REGION = "eu-west-1"
TOOL = pathlib.Path(BIN).parent / "tests/integration/aws_calls"


class Aws:
    def __init__(self, endpoint, home):
        self.endpoint = endpoint
        self.env = clean_environment(home, AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")
        self.ec2 = self.client("ec2")
        self.kms = self.client("kms")

    def client(self, service):
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    def run(self, call, argument):
        return subprocess.run(
            [TOOL, self.endpoint, REGION, call, argument], capture_output=True, text=True, env=self.env, timeout=60
        )

    def call(self, call, argument):
        done = self.run(call, argument)
        assert done.returncode == 0, f"{call} {argument}: {done.stderr}"
        return json.loads(done.stdout)

    def refused(self, call, argument):
        done = self.run(call, argument)
        assert done.returncode == 1 and not done.stdout, f"{call} {argument}: {done.stdout}"
        return done.stderr

    def described(self, instance):
        return self.ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]


@pytest.fixture
def aws(moto_endpoint, home):
    requests.post(f"{moto_endpoint}/moto-api/reset", timeout=10)
    return Aws(moto_endpoint, home)


def launch(aws, **more):
    image = aws.ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    made = aws.ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, InstanceType="m5.large", **more)
    return made["Instances"][0]["InstanceId"]


@pytest.fixture
def instance(aws):
    return launch(aws)


def test_status_is_read_running_and_stopped(aws, instance):
    wanted = aws.ec2.describe_instance_status(InstanceIds=[instance])["InstanceStatuses"][0]
    (read,) = aws.call("status", instance)
    assert read["Id"] == instance and read["State"] == "running"
    assert read["Instance"] == wanted["InstanceStatus"]["Status"]
    assert read["System"] == wanted["SystemStatus"]["Status"]
    aws.ec2.stop_instances(InstanceIds=[instance])
    (read,) = aws.call("status", instance)
    assert read["State"] == "stopped" and read["Instance"] != "ok"


def test_instance_that_does_not_exist_is_not_found(aws):
    said = aws.refused("status", "i-0123456789abcdef0")
    assert "i-0123456789abcdef0 (eu-west-1): DescribeInstanceStatus failed: InvalidInstanceID.NotFound" in said


def test_shutdown_behaviour_is_read(aws, instance):
    assert aws.call("shutdown-behaviour", instance) == "stop"
    other = launch(aws, InstanceInitiatedShutdownBehavior="terminate")
    assert aws.call("shutdown-behaviour", other) == "terminate"


def test_stop_protection_is_read(aws, instance):
    assert aws.call("stop-protection", instance) is False
    aws.ec2.modify_instance_attribute(InstanceId=instance, DisableApiStop={"Value": True})
    assert aws.call("stop-protection", instance) is True


def test_volumes_are_read_with_their_keys(aws, instance):
    key = aws.kms.create_key()["KeyMetadata"]["Arn"]
    volume = aws.ec2.create_volume(
        AvailabilityZone=aws.described(instance)["Placement"]["AvailabilityZone"],
        Size=1, Encrypted=True, KmsKeyId=key,
    )["VolumeId"]
    aws.ec2.attach_volume(VolumeId=volume, InstanceId=instance, Device="/dev/sdf")
    read = {one["Id"]: one for one in aws.call("volumes", instance)}
    assert len(read) == 2  # its root volume too
    assert read[volume]["Encrypted"] is True and read[volume]["Key"] == key
    assert read[volume]["Attached"] == [f"{instance} /dev/sdf"] and read[volume]["State"] == "in-use"
    assert sorted(one["Encrypted"] for one in read.values()) == [False, True]


def test_address_leads_to_its_instance(aws, instance):
    described = aws.described(instance)
    (read,) = aws.call("interfaces", described["PrivateIpAddress"])
    assert read["Instance"] == instance and read["Vpc"] == described["VpcId"]
    assert read["Addresses"] == [described["PrivateIpAddress"]]


def test_route_of_a_floating_address_leads_to_an_interface(aws, instance):
    interface = aws.described(instance)["NetworkInterfaces"][0]["NetworkInterfaceId"]
    table = aws.ec2.create_route_table(VpcId=aws.described(instance)["VpcId"])["RouteTable"]["RouteTableId"]
    aws.ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.99.0.5/32", NetworkInterfaceId=interface)
    routes = {one["Destination"]: one for one in aws.call("routes", "10.99.0.5/32")}
    assert routes["10.99.0.5/32"]["Table"] == table
    assert routes["10.99.0.5/32"]["Interface"] == interface
    assert routes["10.99.0.5/32"]["State"] == "active"
    assert len(routes) == 2  # the local one too


def test_console_output_is_decoded(aws, instance):
    wanted = aws.ec2.get_console_output(InstanceId=instance)["Output"]  # botocore decodes it too
    read = aws.call("console", instance)
    assert read["Id"] == instance and read["Updated"] is not None
    assert read["Text"] == wanted != ""


def test_stop_and_start_answer_with_both_states(aws, instance):
    stopped = aws.call("stop", instance)
    assert stopped == {"Id": instance, "Previous": "running", "Current": "stopping"}
    assert aws.described(instance)["State"]["Name"] == "stopped"
    started = aws.call("start", instance)
    assert started == {"Id": instance, "Previous": "stopped", "Current": "pending"}
    assert aws.described(instance)["State"]["Name"] == "running"


def test_reboot_is_queued(aws, instance):
    assert aws.call("reboot", instance) is True
    assert aws.described(instance)["State"]["Name"] == "running"


def test_dry_run_stops_nothing(aws, instance):
    answer = aws.call("may-stop", instance)
    assert answer == {"Allowed": True, "Denied": False, "Action": "ec2:StopInstances", "Why": ""}
    assert aws.described(instance)["State"]["Name"] == "running"


def test_key_is_read_with_its_state(aws):
    key = aws.kms.create_key()["KeyMetadata"]
    for wanted in (key["KeyId"], key["Arn"]):
        assert aws.call("key", wanted) == {
            "Id": key["KeyId"], "Arn": key["Arn"], "State": "Enabled", "Manager": "CUSTOMER",
        }
    aws.kms.disable_key(KeyId=key["KeyId"])
    assert aws.call("key", key["Arn"])["State"] == "Disabled"
    aws.kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
    assert aws.call("key", key["Arn"])["State"] == "PendingDeletion"


def test_key_that_does_not_exist_is_not_found(aws):
    said = aws.refused("key", "12345678-1234-1234-1234-123456789012")
    assert "DescribeKey failed: NotFoundException" in said
    assert said.startswith("12345678-1234-1234-1234-123456789012 (eu-west-1): ")
