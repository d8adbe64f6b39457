"""The main job on an EC2 that nobody here wrote: moto's server, confirmed by boto3."""

import datetime

import boto3
import pytest
import requests
from conftest import V2only

REGIONS = ["eu-west-1", "us-east-1", "ap-northeast-1"]
FIELDS = [
    "HttpTokens",
    "HttpPutResponseHopLimit",
    "HttpEndpoint",
    "HttpProtocolIpv6",
    "InstanceMetadataTags",
]


class Estate:
    """A mixed fleet in three regions."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.ids = {}

    def client(self, service, region):
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    def launch(self, name, region, tags=(), v1_calls=None, **options):
        ec2 = self.client("ec2", region)
        image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
        instance = ec2.run_instances(
            ImageId=image,
            MinCount=1,
            MaxCount=1,
            InstanceType="m5.large",
            TagSpecifications=[
                {
                    "ResourceType": "instance",
                    "Tags": [{"Key": "Name", "Value": name}]
                    + [{"Key": k, "Value": v} for k, v in tags],
                }
            ],
        )["Instances"][0]["InstanceId"]
        wanted = {
            "HttpTokens": "optional",
            "HttpPutResponseHopLimit": 1,
            "HttpEndpoint": "enabled",
            "HttpProtocolIpv6": "disabled",
            "InstanceMetadataTags": "disabled",
            **options,
        }
        ec2.modify_instance_metadata_options(InstanceId=instance, **wanted)
        if v1_calls is not None:
            self.put_metric(region, instance, v1_calls)
        self.ids[name] = instance
        return instance

    def put_metric(self, region, instance, calls):
        now = datetime.datetime.now(datetime.timezone.utc)
        self.client("cloudwatch", region).put_metric_data(
            Namespace="AWS/EC2",
            MetricData=[
                {
                    "MetricName": "MetadataNoToken",
                    "Dimensions": [{"Name": "InstanceId", "Value": instance}],
                    "Timestamp": now - datetime.timedelta(days=days, hours=1),
                    "Value": calls,
                    "Unit": "Count",
                }
                for days in range(3)
            ],
        )

    def options(self):
        out = {}
        for region in REGIONS:
            pages = self.client("ec2", region).get_paginator("describe_instances").paginate()
            for page in pages:
                for reservation in page["Reservations"]:
                    for instance in reservation["Instances"]:
                        out[instance["InstanceId"]] = {
                            f: instance["MetadataOptions"].get(f) for f in FIELDS
                        }
        return out


@pytest.fixture
def estate(moto_endpoint):
    requests.post(f"{moto_endpoint}/moto-api/reset", timeout=10)
    estate = Estate(moto_endpoint)
    estate.launch("quiet-eu", "eu-west-1", v1_calls=0)
    estate.launch("quiet-us", "us-east-1", v1_calls=0, HttpProtocolIpv6="enabled")
    estate.launch("quiet-ap", "ap-northeast-1", v1_calls=0, InstanceMetadataTags="enabled")
    estate.launch("hops-2", "eu-west-1", v1_calls=0, HttpPutResponseHopLimit=2)
    estate.launch("v1-user", "us-east-1", v1_calls=17)
    estate.launch("no-metric", "eu-west-1")
    estate.launch("endpoint-off", "eu-west-1", HttpEndpoint="disabled")
    estate.launch("done-already", "us-east-1", HttpTokens="required", HttpPutResponseHopLimit=2)
    estate.launch("agent", "eu-west-1", tags=[("OCCMInstance", "true")], v1_calls=900)
    estate.launch("old-agent", "us-east-1", tags=[("OCCMInstance", "true")], v1_calls=900)
    for role in ("node-1", "node-2", "mediator"):
        tags = [("WorkingEnvironmentId", "VsaWorkingEnvironment-a1b2c3d4")]
        estate.launch(f"cvo-{role}", "eu-west-1", tags=tags, v1_calls=40)
    return estate


def write_facts(path, ids):
    system = "VsaWorkingEnvironment-a1b2c3d4"
    path.write_text(
        f"""instances:
  {ids['agent']}: {{workload: netapp-console-agent, version: 3.9.40}}
  {ids['old-agent']}: {{workload: netapp-console-agent, version: 3.9.37}}
  {ids['cvo-node-1']}: {{workload: netapp-cvo-node, system: {system}, version: 9.13.1P4}}
  {ids['cvo-node-2']}: {{workload: netapp-cvo-node, system: {system}, version: 9.13.1P4}}
  {ids['cvo-mediator']}: {{workload: netapp-cvo-mediator, system: {system}}}
systems:
  {system}: {{ha: true}}
"""
    )


CHANGED = ["quiet-eu", "quiet-us", "quiet-ap", "hops-2", "agent"]


def expected_after(before, ids):
    after = {k: dict(v) for k, v in before.items()}
    for name in CHANGED:
        after[ids[name]]["HttpTokens"] = "required"
    after[ids["agent"]]["HttpPutResponseHopLimit"] = 3
    return after


def test_mixed_fleet_goes_all_the_way_and_back(estate, home):
    v2only = V2only(home, estate.endpoint)
    ids = estate.ids
    write_facts(home / "facts.yaml", ids)
    scope = [w for region in REGIONS for w in ("--region", region)] + ["--facts", "facts.yaml"]
    before = estate.options()

    audit = v2only.json("audit", *scope, code=2)
    assert audit["Complete"] is True and audit["Simulated"] is True
    verdicts = {i["Name"]: (i["Verdict"], i["Codes"]) for i in audit["Instances"]}
    assert verdicts["v1-user"] == ("blocked", ["v1-use"])
    assert verdicts["no-metric"] == ("blocked", ["v1-unknown"])
    assert verdicts["endpoint-off"] == ("compliant", ["endpoint-off"])
    assert verdicts["old-agent"] == ("blocked", ["too-old"])
    assert verdicts["done-already"][0] == "compliant"
    assert verdicts["cvo-node-1"][0] == "ready"
    for name in CHANGED:
        assert verdicts[name][0] == "ready", name
    assert estate.options() == before, "audit must change nothing"

    v2only.run("plan", *scope, "--out", "plan.json")
    assert estate.options() == before, "plan must change nothing"
    shown = v2only.run("show", "plan.json").stdout
    assert f"aws ec2 modify-instance-metadata-options" in shown and ids["agent"] in shown

    applied = v2only.json("apply", "plan.json", "--yes")
    assert applied["State"] == "done"
    states = {i["InstanceId"]: i["State"] for i in applied["Instances"]}
    assert all(states[ids[name]] == "done" for name in CHANGED)
    assert estate.options() == expected_after(before, ids)

    verified = v2only.run("verify", applied["RunId"], "--output", "json", code=2)
    assert ids["agent"] in verified.stdout

    again = v2only.run("apply", "plan.json", "--yes", code=1)
    assert "begun already" in again.stderr

    undone = v2only.json("rollback", applied["RunId"], "--yes")
    assert undone["State"] == "done"
    assert estate.options() == before
    states = {
        i["InstanceId"]: i["State"] for i in v2only.json("status", applied["RunId"])["Instances"]
    }
    assert all(states[ids[name]] == "rolled-back" for name in CHANGED)


def test_instance_changed_or_gone_since_the_plan_is_skipped(estate, home):
    v2only = V2only(home, estate.endpoint)
    ids = estate.ids
    scope = ["--region", "eu-west-1", "--region", "us-east-1"]
    v2only.run("plan", *scope, "--out", "plan.json")
    estate.client("ec2", "us-east-1").terminate_instances(InstanceIds=[ids["quiet-us"]])
    estate.client("ec2", "eu-west-1").modify_instance_metadata_options(
        InstanceId=ids["hops-2"],
        HttpTokens="optional",
        HttpPutResponseHopLimit=7,
        HttpEndpoint="enabled",
        HttpProtocolIpv6="disabled",
        InstanceMetadataTags="disabled",
    )
    applied = v2only.json("apply", "plan.json", "--yes", code=3)
    by_id = {i["InstanceId"]: i for i in applied["Instances"]}
    assert by_id[ids["quiet-us"]]["Code"] == "gone"
    assert by_id[ids["hops-2"]]["Code"] == "changed-since-plan"
    assert by_id[ids["quiet-eu"]]["State"] == "done"
    assert estate.options()[ids["hops-2"]]["HttpPutResponseHopLimit"] == 7


def test_rollback_skips_what_somebody_has_changed_since(estate, home):
    v2only = V2only(home, estate.endpoint)
    ids = estate.ids
    applied = v2only.json("apply", "--region", "eu-west-1", "--yes")
    estate.client("ec2", "eu-west-1").modify_instance_metadata_options(
        InstanceId=ids["hops-2"], HttpTokens="optional", HttpEndpoint="enabled"
    )
    undone = v2only.json("rollback", applied["RunId"], "--yes", code=3)
    by_id = {i["InstanceId"]: i for i in undone["Instances"]}
    assert by_id[ids["hops-2"]]["State"] == "skipped"
    assert by_id[ids["quiet-eu"]]["State"] == "done"


def test_name_that_is_no_region_is_refused_before_any_call(estate, home):
    done = V2only(home, estate.endpoint).run("audit", "--region", "xx-nowhere-1", code=1)
    assert "xx-nowhere-1" in done.stderr
