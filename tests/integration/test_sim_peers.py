"""boto3 and the AWS CLI, which nobody here wrote, call the simulated AWS as they call the real one.

V2ONLY_BIN names the binary; without it every test is skipped by name. The first line that
`v2only sim` prints is JSON with Endpoint, AccessKeyId, SecretAccessKey, AccountId and Regions.
"""

import collections
import datetime
import json
import os
import shutil
import subprocess
import sys
import time

import pytest

boto3 = pytest.importorskip("boto3")
from botocore.config import Config  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402

Sim = collections.namedtuple("Sim", "endpoint_url access_key secret account regions")
INSTANCES = 50


@pytest.fixture(scope="module")
def sim():
    binary = os.environ.get("V2ONLY_BIN")
    if not binary:
        pytest.skip("V2ONLY_BIN names no binary")
    command = [binary, "sim", "--port", "0", "--instances", str(INSTANCES), "--seed", "7"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        said = json.loads(process.stdout.readline())
        yield Sim(
            said["Endpoint"],
            said["AccessKeyId"],
            said["SecretAccessKey"],
            said["AccountId"],
            said["Regions"],
        )
    finally:
        process.terminate()
        process.wait(timeout=10)


def client(sim, service, region=None, secret=None, access_key=None):
    return boto3.client(
        service,
        endpoint_url=sim.endpoint_url,
        region_name=region or sim.regions[0],
        aws_access_key_id=access_key or sim.access_key,
        aws_secret_access_key=secret or sim.secret,
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def ec2(sim):
    return client(sim, "ec2")


def instances_of(ec2, **arguments):
    pages = ec2.get_paginator("describe_instances").paginate(**arguments)
    return [i for page in pages for r in page["Reservations"] for i in r["Instances"]]


def refused(call, *arguments, **named):
    with pytest.raises(ClientError) as caught:
        call(*arguments, **named)
    error = caught.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]


def running(ec2):
    """A running instance of the region that nothing forbids to change."""
    filters = [
        {"Name": "instance-state-name", "Values": ["running"]},
        {"Name": "operator.managed", "Values": ["false"]},
        {"Name": "metadata-options.http-endpoint", "Values": ["enabled"]},
    ]
    return instances_of(ec2, Filters=filters)[0]


# ---- STS ----


def test_get_caller_identity(sim):
    said = client(sim, "sts").get_caller_identity()
    assert said["Account"] == sim.account
    assert said["Arn"].startswith(f"arn:aws:iam::{sim.account}:")
    assert len(said["ResponseMetadata"]["RequestId"]) == 36


# ---- refusals of credentials ----


def test_wrong_secret_is_refused_as_aws_does(sim):
    ec2 = client(sim, "ec2", secret="wrong")
    assert refused(ec2.describe_instances) == ("AuthFailure", 401)
    sts = client(sim, "sts", secret="wrong")
    assert refused(sts.get_caller_identity) == ("SignatureDoesNotMatch", 403)
    cloudwatch = client(sim, "cloudwatch", secret="wrong")
    assert refused(get_metric_data, cloudwatch, ["i-00000001"]) == ("SignatureDoesNotMatch", 403)


def test_unknown_key_is_refused_as_aws_does(sim):
    ec2 = client(sim, "ec2", access_key="AKIDUNKNOWN000000000")
    assert refused(ec2.describe_instances) == ("AuthFailure", 401)
    sts = client(sim, "sts", access_key="AKIDUNKNOWN000000000")
    assert refused(sts.get_caller_identity) == ("InvalidClientTokenId", 403)


def test_region_that_is_not_enabled_is_refused(sim):
    ec2 = client(sim, "ec2", region="ap-east-1")
    assert refused(ec2.describe_instances) == ("AuthFailure", 401)


# ---- DescribeRegions, DescribeImages ----


def test_regions(sim, ec2):
    enabled = [r["RegionName"] for r in ec2.describe_regions()["Regions"]]
    assert sorted(enabled) == sorted(sim.regions)
    every = ec2.describe_regions(AllRegions=True)["Regions"]
    closed = {r["RegionName"] for r in every if r["OptInStatus"] == "not-opted-in"}
    assert closed and closed.isdisjoint(enabled)
    one = ec2.describe_regions(RegionNames=[sim.regions[0]])["Regions"]
    assert [r["RegionName"] for r in one] == [sim.regions[0]]
    assert refused(ec2.describe_regions, RegionNames=["mars-1"])[0] == "InvalidParameterValue"


def test_images(ec2):
    images = ec2.describe_images()["Images"]
    assert {i.get("ImdsSupport") for i in images} == {None, "v2.0"}
    one = ec2.describe_images(ImageIds=[images[0]["ImageId"]])["Images"]
    assert one == [images[0]]
    owned = ec2.describe_images(Owners=["952013314444"])["Images"]
    assert [i["Name"].startswith("Setup-As-Service-AMI") for i in owned] == [True]
    named = ec2.describe_images(Filters=[{"Name": "name", "Values": ["al2023-*"]}])["Images"]
    assert len(named) == 1
    missing = refused(ec2.describe_images, ImageIds=["ami-0dddddddddddddddd"])
    assert missing == ("InvalidAMIID.NotFound", 400)


# ---- DescribeInstances ----


def test_all_regions_together_have_all_instances(sim):
    found = [i["InstanceId"] for r in sim.regions for i in instances_of(client(sim, "ec2", r))]
    assert len(found) == len(set(found)) == INSTANCES


def test_pages_are_the_same_as_one_listing(ec2):
    whole = [i["InstanceId"] for i in instances_of(ec2)]
    paged = [i["InstanceId"] for i in instances_of(ec2, PaginationConfig={"PageSize": 5})]
    assert len(whole) > 5
    assert paged == whole


def test_paging_errors(ec2):
    assert refused(ec2.describe_instances, NextToken="bogus") == ("InvalidPaginationToken", 400)
    assert refused(ec2.describe_instances, MaxResults=4) == ("InvalidParameterValue", 400)
    assert refused(ec2.describe_instances, MaxResults=1001) == ("InvalidParameterValue", 400)
    some = instances_of(ec2)[0]["InstanceId"]
    both = refused(ec2.describe_instances, MaxResults=5, InstanceIds=[some])
    assert both == ("InvalidParameterCombination", 400)


def test_fields_have_the_types_of_the_sdk(sim, ec2):
    instance = running(ec2)
    assert isinstance(instance["LaunchTime"], datetime.datetime)
    assert instance["State"] == {"Code": 16, "Name": "running"}
    assert instance["Placement"]["AvailabilityZone"].startswith(sim.regions[0])
    assert instance["MetadataOptions"]["State"] == "applied"
    assert isinstance(instance["MetadataOptions"]["HttpPutResponseHopLimit"], int)
    assert instance["NetworkInterfaces"][0]["PrivateIpAddress"] == instance["PrivateIpAddress"]
    assert {"Key", "Value"} == set(instance["Tags"][0])
    assert instance["Operator"] == {"Managed": False}


def test_ids(ec2):
    some = instances_of(ec2)[2]["InstanceId"]
    assert [i["InstanceId"] for i in instances_of(ec2, InstanceIds=[some])] == [some]
    gone = refused(ec2.describe_instances, InstanceIds=["i-00000000000000000"])
    assert gone == ("InvalidInstanceID.NotFound", 400)
    bad = refused(ec2.describe_instances, InstanceIds=["xx"])
    assert bad == ("InvalidInstanceID.Malformed", 400)


@pytest.mark.parametrize(
    "name, pick",
    [
        ("instance-id", lambda i: i["InstanceId"]),
        ("image-id", lambda i: i["ImageId"]),
        ("instance-type", lambda i: i["InstanceType"]),
        ("instance-state-name", lambda i: i["State"]["Name"]),
        ("availability-zone", lambda i: i["Placement"]["AvailabilityZone"]),
        ("metadata-options.http-tokens", lambda i: i["MetadataOptions"]["HttpTokens"]),
        ("metadata-options.http-endpoint", lambda i: i["MetadataOptions"]["HttpEndpoint"]),
        (
            "metadata-options.http-put-response-hop-limit",
            lambda i: str(i["MetadataOptions"]["HttpPutResponseHopLimit"]),
        ),
        ("tag:Name", lambda i: {t["Key"]: t["Value"] for t in i["Tags"]}["Name"]),
    ],
)
def test_filters_agree_with_filtering_by_hand(ec2, name, pick):
    everything = instances_of(ec2)
    value = pick(everything[-1])
    by_hand = [i["InstanceId"] for i in everything if pick(i) == value]
    filters = [{"Name": name, "Values": [value]}]
    assert [i["InstanceId"] for i in instances_of(ec2, Filters=filters)] == by_hand


def test_unknown_filter_is_refused(ec2):
    filters = [{"Name": "colour", "Values": ["red"]}]
    assert refused(ec2.describe_instances, Filters=filters) == ("InvalidParameterValue", 400)


def test_action_that_is_not_served_is_refused(ec2):
    assert refused(ec2.describe_vpcs) == ("InvalidAction", 400)


# ---- ModifyInstanceMetadataOptions ----


def options_now(ec2, instance_id):
    return instances_of(ec2, InstanceIds=[instance_id])[0]["MetadataOptions"]


def test_modify_is_pending_then_applied_and_can_be_undone(ec2):
    instance = running(ec2)
    name, before = instance["InstanceId"], instance["MetadataOptions"]
    hops = before["HttpPutResponseHopLimit"] % 64 + 1
    said = ec2.modify_instance_metadata_options(
        InstanceId=name, HttpTokens="required", HttpPutResponseHopLimit=hops, HttpEndpoint="enabled"
    )
    expected = dict(before, State="pending", HttpTokens="required", HttpPutResponseHopLimit=hops)
    assert said["InstanceId"] == name
    assert said["InstanceMetadataOptions"] == expected
    deadline = time.monotonic() + 15
    while options_now(ec2, name)["State"] == "pending" and time.monotonic() < deadline:
        time.sleep(0.2)
    assert options_now(ec2, name) == dict(expected, State="applied")
    ec2.modify_instance_metadata_options(
        InstanceId=name,
        HttpTokens=before["HttpTokens"],
        HttpPutResponseHopLimit=before["HttpPutResponseHopLimit"],
        HttpEndpoint="enabled",
    )
    assert dict(options_now(ec2, name), State="applied") == before


def test_modify_dry_run_changes_nothing(ec2):
    instance = running(ec2)
    code = refused(
        ec2.modify_instance_metadata_options,
        InstanceId=instance["InstanceId"],
        InstanceMetadataTags="enabled",
        DryRun=True,
    )
    assert code == ("DryRunOperation", 412)
    assert options_now(ec2, instance["InstanceId"]) == instance["MetadataOptions"]


def test_modify_refusals(ec2):
    name = running(ec2)["InstanceId"]

    def code(**named):
        return refused(ec2.modify_instance_metadata_options, **{"InstanceId": name, **named})[0]

    assert code(HttpTokens="bogus", HttpEndpoint="enabled") == "InvalidParameterValue"
    assert code(HttpPutResponseHopLimit=65, HttpEndpoint="enabled") == "InvalidParameterValue"
    assert code(HttpTokens="required") == "InvalidParameterCombination"
    assert code(InstanceId="xx", HttpEndpoint="enabled") == "InvalidInstanceID.Malformed"
    gone = "i-00000000000000000"
    assert code(InstanceId=gone, HttpEndpoint="enabled") == "InvalidInstanceID.NotFound"


# ---- CloudWatch ----


def get_metric_data(cloudwatch, ids, metric="MetadataNoToken", stat="Sum", **more):
    end = datetime.datetime.now(datetime.timezone.utc)
    queries = [
        {
            "Id": f"m{n}",
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/EC2",
                    "MetricName": metric,
                    "Dimensions": [{"Name": "InstanceId", "Value": name}],
                },
                "Period": 86400,
                "Stat": stat,
            },
        }
        for n, name in enumerate(ids)
    ]
    return cloudwatch.get_metric_data(
        MetricDataQueries=queries, StartTime=end - datetime.timedelta(days=14), EndTime=end, **more
    )


def test_metric_data_tells_who_uses_v1(sim, ec2):
    filters = [
        {"Name": "instance-state-name", "Values": ["running"]},
        {"Name": "metadata-options.http-tokens", "Values": ["optional"]},
        {"Name": "metadata-options.http-endpoint", "Values": ["enabled"]},
    ]
    ids = [i["InstanceId"] for i in instances_of(ec2, Filters=filters)]
    said = get_metric_data(client(sim, "cloudwatch"), ids)["MetricDataResults"]
    assert [r["Id"] for r in said] == [f"m{n}" for n in range(len(ids))]
    assert {r["StatusCode"] for r in said} == {"Complete"}
    assert any(sum(r["Values"]) == 0 and r["Values"] for r in said)
    assert any(sum(r["Values"]) > 0 for r in said)
    assert all(isinstance(t, datetime.datetime) for r in said for t in r["Timestamps"])


def test_metric_data_pages_lose_nothing(sim, ec2):
    cloudwatch = client(sim, "cloudwatch")
    ids = [i["InstanceId"] for i in instances_of(ec2)]
    end = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    whole = get_metric_data(cloudwatch, ids, "CPUUtilization", "Average")["MetricDataResults"]
    arguments = {
        "MetricDataQueries": [
            {
                "Id": f"m{n}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/EC2",
                        "MetricName": "CPUUtilization",
                        "Dimensions": [{"Name": "InstanceId", "Value": name}],
                    },
                    "Period": 86400,
                    "Stat": "Average",
                },
            }
            for n, name in enumerate(ids)
        ],
        "StartTime": end - datetime.timedelta(days=14),
        "EndTime": end,
        "MaxDatapoints": 10,
    }
    points = collections.Counter()
    pages = 0
    for page in cloudwatch.get_paginator("get_metric_data").paginate(**arguments):
        pages += 1
        for result in page["MetricDataResults"]:
            points[result["Id"]] += len(result["Values"])
    assert pages > 1
    assert +points == +collections.Counter({r["Id"]: len(r["Values"]) for r in whole})


def test_metric_of_nothing_is_complete_without_values(sim):
    said = get_metric_data(client(sim, "cloudwatch"), ["i-00000000000000000"])
    assert said["MetricDataResults"][0]["StatusCode"] == "Complete"
    assert said["MetricDataResults"][0]["Values"] == []


def test_metric_errors_have_their_codes(sim):
    cloudwatch = client(sim, "cloudwatch")
    ids = [f"i-{n:017x}" for n in range(501)]
    assert refused(get_metric_data, cloudwatch, ids)[0] == "ValidationError"
    assert refused(get_metric_data, cloudwatch, ids[:1], NextToken="x")[0] == "InvalidNextToken"


# ---- the AWS CLI ----


@pytest.fixture
def cli(sim):
    beside = os.path.join(os.path.dirname(sys.executable), "aws")
    aws = beside if os.path.exists(beside) else shutil.which("aws")
    if not aws:
        pytest.skip("no AWS CLI is installed")

    def run(*arguments, secret=None, expect=(0,)):
        environment = {
            "PATH": os.environ["PATH"],
            "AWS_ACCESS_KEY_ID": sim.access_key,
            "AWS_SECRET_ACCESS_KEY": secret or sim.secret,
            "AWS_DEFAULT_REGION": sim.regions[0],
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_PAGER": "",
        }
        command = [aws, "--endpoint-url", sim.endpoint_url, "--output", "json", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode in expect, done.stderr
        return done.stderr if done.returncode else json.loads(done.stdout)

    return run


def test_cli_sts(sim, cli):
    assert cli("sts", "get-caller-identity")["Account"] == sim.account


def test_cli_describes(sim, cli, ec2):
    said = cli("ec2", "describe-instances", "--page-size", "5")
    assert len(said["Reservations"]) == len(instances_of(ec2))
    assert len(cli("ec2", "describe-regions")["Regions"]) == len(sim.regions)
    assert cli("ec2", "describe-images", "--owners", "952013314444")["Images"]


def test_cli_runs_the_command_of_the_manual_way(cli, ec2):
    name = running(ec2)["InstanceId"]
    said = cli(
        *"ec2 modify-instance-metadata-options --http-put-response-hop-limit 3 "
        "--http-tokens required --http-endpoint enabled --instance-id".split(),
        name,
    )
    assert said["InstanceMetadataOptions"]["HttpTokens"] == "required"
    assert options_now(ec2, name)["HttpPutResponseHopLimit"] == 3


def test_cli_metric_data(cli, ec2):
    query = {
        "Id": "m0",
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/EC2",
                "MetricName": "CPUUtilization",
                "Dimensions": [{"Name": "InstanceId", "Value": running(ec2)["InstanceId"]}],
            },
            "Period": 3600,
            "Stat": "Average",
        },
    }
    now = datetime.datetime.now(datetime.timezone.utc)
    said = cli(
        "cloudwatch",
        "get-metric-data",
        "--metric-data-queries",
        json.dumps([query]),
        "--start-time",
        (now - datetime.timedelta(days=1)).isoformat(),
        "--end-time",
        now.isoformat(),
    )
    assert len(said["MetricDataResults"][0]["Values"]) in (24, 25)


def test_cli_wrong_secret_is_refused(cli):
    said = cli("ec2", "describe-instances", secret="wrong", expect=(254, 255))  # version 2, 1
    assert "(AuthFailure)" in said
    assert "AWS was not able to validate the provided access credentials" in said
