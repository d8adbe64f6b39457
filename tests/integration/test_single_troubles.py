"""What can go wrong with a single node, whose restart is an outage, and with the Console that does it
(evenings.py)."""

import pytest
from evenings import AGENT, ALONE, SINGLE, Trouble, by_ec2, side_by_side

ONE = {"system": SINGLE, "consent": "outage"}
DONE = {"stops": [ALONE], "required": [ALONE]}

TROUBLES = [
    Trouble("a Console that refuses its stop", "shutdown-refused", ["refused", "no such right"], 3, **ONE,
            faults=['{kind: error, service: console, action: POST occm, status: 403, '
                    'detail: "no such right"}']),
    Trouble("a Console that is busy for a while", "", ["done"], 0, **ONE, **DONE,
            faults=['{kind: error, service: console, action: POST occm, status: 409, times: 2, '
                    'detail: "busy with a backup"}']),
    Trouble("a Console that answers 504 for a while", "", ["done"], 0, **ONE, **DONE,
            faults=["{kind: error, service: console, status: 504, probability: 0.3, times: 12}"]),
    Trouble("a Console that never answers its stop", "", ["done"], 0, **ONE, **DONE,
            faults=["{kind: lose-after, service: console, action: POST occm, times: 1}"]),
    Trouble("an agent that is away", "not-ready", ["agent"], 3, plan=["UNKNOWN console"], **ONE,
            limits={"health": "2s"}, faults=[f"{{kind: stop, instance: {AGENT}, from: 0s}}"]),
    Trouble("an agent that goes away while its node is stopped", "", ["done"], 0, **ONE, **DONE,
            meanwhile=("single-01 options",
                       by_ec2(lambda ec2: ec2.stop_instances(InstanceIds=[AGENT]))),
            faults=["{kind: throttle, action: ModifyInstanceMetadataOptions, times: 3}"]),
    Trouble("a single node that does not boot", "no-boot", ["does not boot", "this is an outage"], **ONE,
            limits={"start": "3s", "boot": "3s"}, stops=[ALONE], unserved=False,
            faults=[f"{{kind: no-boot, instance: {ALONE}}}"]),
    Trouble("a single node that ONTAP does not let go", "shutdown-refused", ["role", "PATCH"], 3, **ONE,
            facts=[("console:", "")],
            faults=[f"{{kind: deny, service: ontap, action: PATCH cluster/nodes, system: {SINGLE}}}"]),
    Trouble("a single node without the Console", "", ["done"], 0, **ONE, **DONE,
            facts=[("console:", "")], plan=["whether the Console is at work on the system is unknown"]),
    Trouble("a single node whose start finds no capacity for a while", "", ["done"], 0, **ONE, **DONE,
            facts=[("console:", "")], faults=["{kind: no-capacity, times: 2}"]),
    Trouble("a single node whose change is refused", "refused",
            ["started again unchanged", "ec2:ModifyInstanceMetadataOptions"], 3, **ONE, stops=[ALONE],
            faults=["{kind: deny, action: ModifyInstanceMetadataOptions}"]),
]


@pytest.fixture(scope="module")
def judged(request, tmp_path_factory):
    yield from side_by_side(request, tmp_path_factory, TROUBLES)


@pytest.mark.parametrize("name", [trouble.name for trouble in TROUBLES])
def test_a_trouble_ends_in_a_clear_state_with_nothing_forced(judged, name):
    judged(name)
