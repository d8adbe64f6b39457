"""NetApp's own Python library and boto3 talk to the simulated ONTAP systems and their instances.

Both were written by others: what they read, ask for and wait for is what real ones answer.
"""

import time

import pytest

netapp_ontap = pytest.importorskip("netapp_ontap")
from netapp_ontap import HostConnection  # noqa: E402
from netapp_ontap.error import NetAppRestError  # noqa: E402
from netapp_ontap.resources import (  # noqa: E402
    Aggregate,
    AutosupportMessage,
    CloudStore,
    CloudTarget,
    Cluster,
    IpInterface,
    Job,
    Node,
    Software,
)

FLEET = """
regions: [eu-west-1]
latency: 5ms
kms_keys: {"arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d": Disabled}
systems:
  - {id: VsaWorkingEnvironment-a1b2c3d4, name: cvo1, failover: floating-ip}
  - {id: VsaWorkingEnvironment-e5f6a7b8, name: cvo2, ha: false}
"""


@pytest.fixture
def sim(home, start_sim):
    (home / "fleet.yaml").write_text(FLEET)
    return start_sim("--fleet", home / "fleet.yaml", "--speed", "120")


def connection(system, endpoint=0, password=None):
    host, port = system["Endpoints"][endpoint]["Url"].removeprefix("https://").split(":")
    return HostConnection(
        host,
        port=int(port),
        username=system["User"],
        password=password or system["Password"],
        verify=False,
    )


def refused(call, *words, **named):
    with pytest.raises(NetAppRestError) as caught:
        call(*words, **named)
    return caught.value.status_code


def until(holds, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if holds():
                return
        except Exception:  # an address that is silent while its node is away
            pass
        time.sleep(0.1)
    pytest.fail("it did not come")


def test_the_library_reads_a_healthy_pair(sim):
    with connection(sim.greeting["Systems"][0]):
        cluster = Cluster()
        cluster.get()
        assert cluster.name == "cvo1"
        assert cluster.version.full.startswith("NetApp Release 9.13.1P4: ")
        nodes = list(Node.get_collection(fields="state,uptime,version,ha"))
        assert [node.name for node in nodes] == ["cvo1-01", "cvo1-02"]
        for node in nodes:
            assert node.state == "up" and node.uptime > 0
            assert node.ha.takeover.state == "not_attempted"
            assert node.ha.giveback.state == "nothing_to_giveback"
        for aggregate in Aggregate.get_collection(fields="state,block_storage.mirror"):
            assert aggregate.state == "online"
            assert aggregate.block_storage.mirror.state == "normal"
            stores = CloudStore.get_collection(aggregate.uuid, fields="*")
            assert [store.availability for store in stores] == ["available"]
        assert next(CloudTarget.get_collection(fields="*")).authentication_type == "ec2_iam"
        software = Software()
        software.get()
        assert software.version == "9.13.1P4"


def test_the_library_follows_pages_and_filters(sim):
    with connection(sim.greeting["Systems"][0]):
        everything = {lif.name for lif in IpInterface.get_collection()}
        paged = [lif.name for lif in IpInterface.get_collection(max_records=2)]
        assert len(everything) == 7 and sorted(paged) == sorted(everything)
        assert Node.find(name="*-02").name == "cvo1-02"
        homes = IpInterface.get_collection(fields="location", **{"location.is_home": True})
        assert len(list(homes)) == 7


def test_the_library_restarts_a_node_and_sees_it_come_back(sim):
    with connection(sim.greeting["Systems"][0], endpoint=1):
        node = Node.find(name="cvo1-02", fields="uptime")
        before = node.uptime
        answer = Node(uuid=node.uuid).patch(action="reboot", poll=True, poll_interval=0.1)
        assert not answer.is_err

        def state():
            one = Node(uuid=node.uuid)
            one.get(fields="state")
            return one.state

        until(lambda: state() == "taken_over")
        until(lambda: state() == "waiting_for_giveback")
        until(lambda: state() == "up")
        node.get(fields="uptime")
        assert node.uptime < before


def test_the_library_understands_refusals(sim):
    pair, single = sim.greeting["Systems"]
    with connection(pair, password="wrong"):
        assert refused(Cluster().get) == 401
    with connection(pair):
        assert refused(Node(uuid="00000000-0000-0000-0000-000000000000").get) == 404
        assert refused(lambda: list(Node.get_collection(fields="colour"))) == 400
    with connection(single):
        node = next(Node.get_collection())
        with pytest.raises(NetAppRestError) as caught:
            Node(uuid=node.uuid).patch(action="shutdown")
        assert caught.value.response_body["error"]["code"] == "3604515"
        message = AutosupportMessage(message="MAINT=1h", type="all")
        assert message.post().http_response.status_code == 201
        assert list(Job.get_collection()) == []


def test_boto3_restarts_the_instance_of_a_node(sim):
    ec2 = sim.client("ec2")
    where = [{"Name": "tag:Name", "Values": ["cvo1-vm2"]}]
    found = ec2.describe_instances(Filters=where)["Reservations"][0]["Instances"][0]
    ids = [found["InstanceId"]]
    [volume, _] = ec2.describe_volumes(
        Filters=[{"Name": "attachment.instance-id", "Values": ids}]
    )["Volumes"]
    assert volume["Encrypted"] is False
    behaviour = ec2.describe_instance_attribute(
        InstanceId=ids[0], Attribute="instanceInitiatedShutdownBehavior"
    )
    assert behaviour["InstanceInitiatedShutdownBehavior"]["Value"] == "stop"
    routes = ec2.describe_route_tables()["RouteTables"][0]["Routes"]
    assert ids[0] in {route.get("InstanceId") for route in routes}
    assert "Linux version" in ec2.get_console_output(InstanceId=ids[0])["Output"]

    stopping = ec2.stop_instances(InstanceIds=ids)["StoppingInstances"][0]
    assert stopping["CurrentState"]["Name"] == "stopping"
    waiting = {"Delay": 1, "MaxAttempts": 30}
    ec2.get_waiter("instance_stopped").wait(InstanceIds=ids, WaiterConfig=waiting)
    ec2.start_instances(InstanceIds=ids)
    ec2.get_waiter("instance_running").wait(InstanceIds=ids, WaiterConfig=waiting)
    ec2.get_waiter("instance_status_ok").wait(InstanceIds=ids, WaiterConfig=waiting)
    again = ec2.describe_instances(InstanceIds=ids)["Reservations"][0]["Instances"][0]
    assert again["LaunchTime"] > found["LaunchTime"]
    interfaces = ec2.describe_network_interfaces(
        Filters=[{"Name": "attachment.instance-id", "Values": ids}]
    )["NetworkInterfaces"]
    assert len(interfaces) == 4


def test_boto3_reads_a_keys_state(sim):
    kms = sim.client("kms")
    key = kms.describe_key(KeyId="arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d")
    assert key["KeyMetadata"]["KeyState"] == "Disabled"
    with pytest.raises(kms.exceptions.NotFoundException):
        kms.describe_key(KeyId="another")
