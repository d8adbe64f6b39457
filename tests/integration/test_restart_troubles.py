"""What can go wrong with an HA pair, from the plan to what the operator reads (evenings.py).

First what the plan tells, then what befalls a run: before anything is touched, the mediator, a node
that is away, and trouble that passes.
"""

import pytest
from evenings import (ALL_OF_IT, MEDIATOR, NODE1, NODE2, OTHER, PAIR, SINGLE, VERSION,
                      Trouble, by_ec2, go_at, kill, side_by_side)

MEND = "by hand"
NOT_READY = {"code": "not-ready", "exit": 3, "limits": {"health": "2s"}}
AT_PAUSE = ("waits for v2only go", go_at(12))  # faults of these rows begin at 11 s of the wall
FROM = "from: 11m"
SAME_PASSWORD = [("cluster: 10.0.0.10", "cluster: 10.0.0.10\n    password: one"),
                 ("cluster: 10.0.0.30", "cluster: 10.0.0.30\n    password: one")]

TROUBLES = [
    # --- the plan leaves the system alone ----------------------------------------------------------
    Trouble("a wrong ONTAP password", "ontap-unread",
            ["refused the login", "Check user and password"], 0, planned=False,
            faults=[f"{{kind: bad-login, service: ontap, system: {PAIR}}}"]),
    Trouble("a wrong ONTAP password, and no version is known", "", ["refused the login"], 0,
            planned=False, facts=[(f"version: {VERSION}, ", "")],
            faults=[f"{{kind: bad-login, service: ontap, system: {PAIR}}}"]),
    Trouble("another certificate", "ontap-unread", ["certificate", "fingerprint"], 0, planned=False,
            facts=[("PAIR-FINGERPRINT", "sha256:" + "0" * 64)]),
    Trouble("another cluster at the address", "contradiction", ["other"], 0, planned=False,
            fleet=SAME_PASSWORD,
            faults=[f"{{kind: wrong-cluster, service: ontap, system: {PAIR}, other: {OTHER}}}"]),
    Trouble("three nodes in a pair", "", ["facts.yaml:", "3 nodes"], 1, planned=False,
            facts=[(f"system: {OTHER}", f"system: {PAIR}")]),
    Trouble("a mediator that is not there", "partly-seen", [MEDIATOR], 0, planned=False,
            faults=[f"{{kind: terminate, instance: {MEDIATOR}, from: 0s}}"]),
    Trouble("both management addresses silent", "ontap-unread", ["127.0.0.1", "got no answer"], 0,
            planned=False, faults=[f"{{kind: refuse, service: ontap, system: {PAIR}}}"]),
    Trouble("a consent that has run out", "restart-not-authorised", ["ended at"], 0,
            planned=False, facts=[("PT8H", "PT1M")]),
    Trouble("a consent that is malformed", "", ["facts.yaml:14:", "failover", "8 hours"], 1,
            planned=False, facts=[("PT8H", "8 hours")]),
    # --- planned with a gate that does not hold; the run leaves it alone --------------------------
    Trouble("a role that ONTAP lacks", says=["403", "Give its role GET on /api/storage/aggregates"],
            plan=["UNKNOWN aggregates", "403"], **NOT_READY,
            faults=[f"{{kind: deny, service: ontap, action: GET storage/aggregates, system: {PAIR}}}"]),
    Trouble("nodes of two versions", says=["different versions", "9.13.1P5"],
            plan=["BAD one-version", "9.13.1P5"], **NOT_READY,
            fleet=[("OF-FIRST", ", version: 9.13.1P5")]),
    Trouble("automatic giveback switched off", says=["automatic giveback is off"],
            plan=["BAD auto-giveback"], **NOT_READY, fleet=[("OF-PAIR", "auto_giveback: false")]),
    Trouble("a volume on the move", says=["volume"], plan=["BAD no-volume-move"], **NOT_READY,
            fleet=[("OF-PAIR", "volume_moving: true")]),
    Trouble("stop protection", says=["stop protection"], plan=["BAD comes-back"], **NOT_READY,
            fleet=[("OF-NODE1", ", stop_protection: true")]),
    Trouble("an instance that is terminated by its shutdown", says=["terminate"],
            plan=["BAD comes-back"], **NOT_READY,
            fleet=[("OF-NODE1", ", terminates_on_shutdown: true")]),
    Trouble("maintenance announced by AWS", says=["system-reboot"], plan=["BAD no-ec2-event"],
            **NOT_READY,
            fleet=[("OF-NODE1", ", events: [{code: system-reboot, description: text, "
                                "not_before: 1d, not_after: 2d}]")]),
    Trouble("a key that is disabled", says=["key/0a1b2c3d", "Disabled"], plan=["BAD comes-back"],
            **NOT_READY,
            fleet=[("OF-NODE1", ", kms_key: \"arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d\""),
                   ("power:", "kms_keys: {\"arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d\": "
                              "Disabled}\npower:")]),
    # --- during the run: nothing of a node was touched --------------------------------------------
    Trouble("a takeover that ONTAP vetoes", "handover-refused", ["CIFS sessions are open"], 3,
            faults=[f'{{kind: takeover-veto, system: {PAIR}, instance: {NODE2}, '
                    'detail: "CIFS sessions are open"}'],
            required=[MEDIATOR]),
    Trouble("LIFs that find no place", "handover-refused", ["852115"], 3,
            fleet=[("OF-PAIR", "lifs_keep_reboots: true")], required=[MEDIATOR]),
    Trouble("a role that may only read", "handover-refused", ["role", "PATCH"], 3,
            faults=[f"{{kind: deny, service: ontap, action: PATCH cluster/nodes, system: {PAIR}}}"],
            required=[MEDIATOR]),
    Trouble("a mediator that is terminated in mid-run", "not-ready", [MEDIATOR, "begun and not ended"],
            limits={"health": "5s"}, pause="takeover", meanwhile=AT_PAUSE,
            faults=[f"{{kind: terminate, instance: {MEDIATOR}, {FROM}}}"], required=[MEDIATOR]),
    Trouble("another cluster that answers in mid-run", "not-ready", ["other", "begun and not ended"],
            limits={"health": "5s"}, pause="takeover", meanwhile=AT_PAUSE, fleet=SAME_PASSWORD,
            faults=[f"{{kind: wrong-cluster, service: ontap, system: {PAIR}, other: {OTHER}, {FROM}}}"],
            required=[MEDIATOR]),
    Trouble("a probe that nothing answers", "not-ready", ["tcp://127.0.0.1:1 does not answer"], 3,
            limits={"health": "3s"}, facts=[("PAIR-PROBES", '["tcp://127.0.0.1:1"]')]),
    # --- a mediator that does not come back -------------------------------------------------------
    Trouble("a mediator that does not boot", "mediator-away", ["status checks", "none was touched", MEND],
            limits={"boot": "4s"}, faults=[f"{{kind: no-boot, instance: {MEDIATOR}}}"]),
    Trouble("a mediator that knows no IMDSv2", "not-served",
            ["given back", f"EC2 sends 172.16.1.2 to {NODE2}"], 3, limits={"takeover": "3s"},
            fleet=[("OF-PAIR", "mediator_knows_v2: false\n    failover: floating-ip"),
                   ("10.0.1.1", "172.16.1.1"), ("10.0.1.2", "172.16.1.2")],
            unserved=True, stops=[NODE2], required=[MEDIATOR]),
    # --- a node that is away -------------------------------------------------------------------
    Trouble("a stop that EC2 refuses", "stop-refused", ["UnauthorizedOperation", "ec2:StopInstances",
                                                        MEND, "pair-01, for both"],
            faults=["{kind: deny, action: StopInstances}"], away_at_end=True, required=[MEDIATOR]),
    Trouble("a change that EC2 refuses", "refused", ["started again unchanged",
                                                     "ec2:ModifyInstanceMetadataOptions"], 3,
            faults=["{kind: deny, action: ModifyInstanceMetadataOptions, instance: " + NODE2 + "}"],
            stops=[NODE2], required=[MEDIATOR]),
    Trouble("a change by somebody else while it is stopped", "changed-since-plan",
            ["started again unchanged", "HttpPutResponseHopLimit=2"], 3,
            fleet=[("stop: 10s", "stop: 3m")],
            meanwhile=("pair-02 stopped", by_ec2(
                lambda ec2: ec2.modify_instance_metadata_options(
                    InstanceId=NODE2, HttpPutResponseHopLimit=2, HttpEndpoint="enabled"))),
            stops=[NODE2], required=[MEDIATOR]),
    Trouble("a node that does not boot", "no-boot", ["does not boot", MEND, "pair-01, for both"],
            limits={"boot": "5s", "start": "1s"},
            faults=[f"{{kind: no-boot, instance: {NODE2}}}"], away_at_end=True, stops=[NODE2],
            required=[MEDIATOR]),
    Trouble("a node that boots into the wrong state", "no-boot", ["does not boot", MEND],
            limits={"boot": "5s", "start": "1s"},
            faults=[f"{{kind: wrong-boot, instance: {NODE2}}}"], away_at_end=True, stops=[NODE2],
            required=[MEDIATOR]),
    Trouble("a giveback that is vetoed", "giveback", ["an aggregate is being repaired", MEND,
                                                      "storage failover giveback -ofnode pair-02"],
            limits={"giveback": "4s"},
            faults=[f'{{kind: giveback-veto, system: {PAIR}, detail: "an aggregate is being repaired"}}'],
            away_at_end=True, stops=[NODE2], required=[MEDIATOR]),
    Trouble("a giveback that never comes", "giveback", ["was not given back", MEND,
                                                        "storage failover giveback -ofnode pair-02"],
            limits={"giveback": "4s"}, fleet=[("giveback_delay: 30s", "giveback_delay: 9h")],
            away_at_end=True, stops=[NODE2], required=[MEDIATOR]),
    Trouble("a store that is not available afterwards", "not-healthy", ["bucket", MEND],
            limits={"health": "8s"},
            fleet=[("OF-PAIR", "fabric_pool: bucket"),
                   ("regions:", "apply_delay: {min: 2m, max: 2m}\nregions:")],
            stops=[NODE2], required=[MEDIATOR]),
    Trouble("a password that is changed in mid-run", "not-seen",
            ["refused the login", "Check user and password", MEND],
            limits={"takeover": "3s", "boot": "5s"},
            faults=[f"{{kind: bad-login, service: ontap, action: GET cluster/jobs, system: {PAIR}}}"],
            away_at_end=True, required=[MEDIATOR]),
    Trouble("a password that is refused, a process that is killed, and resume", "", [], -9,
            faults=[f"{{kind: bad-login, service: ontap, action: GET cluster/jobs, system: {PAIR}, "
                    "times: 1}"], meanwhile=("pair-02 taken-over", kill),
            resumed=(0, ["login", "once", "done"]), **ALL_OF_IT),
    # --- trouble that passes -------------------------------------------------------------------
    Trouble("no capacity for a while", "", ["done"], 0, faults=["{kind: no-capacity, times: 2}"],
            **ALL_OF_IT),
    Trouble("a resync that takes longer than any limit", "", ["done"], 0, limits={"giveback": "5s"},
            faults=[f"{{kind: slow-resync, system: {PAIR}, delay: 8m, times: 1}}"], **ALL_OF_IT),
    Trouble("clocks that differ", "", ["done"], 0, faults=["{kind: clock-off, delay: 20m}"],
            **ALL_OF_IT),
    Trouble("jobs that vanish at once", "", ["done"], 0,
            fleet=[("management_move: 5s}\n  - id: " + SINGLE,
                    "management_move: 5s, job_kept: 1s}\n  - id: " + SINGLE)], **ALL_OF_IT),
    Trouble("another cluster that is asked for a job", "", ["done"], 0,
            fleet=SAME_PASSWORD,
            faults=[f"{{kind: wrong-cluster, service: ontap, action: GET cluster/jobs, system: {PAIR}, "
                    f"other: {OTHER}}}"], **ALL_OF_IT),
    Trouble("addresses that are silent while a node is away", "", ["done"], 0,
            fleet=[("stop: 10s", "stop: 3m")],
            meanwhile=("pair-02 stopped", lambda evening: None),
            faults=[f"{{kind: refuse, service: ontap, action: GET storage/aggregates, system: {PAIR}, "
                    "from: 8m, until: 11m}"], **ALL_OF_IT),
    Trouble("answers of ONTAP that are garbage", "", ["done"], 0,
            faults=["{kind: garbage, service: ontap, action: GET, probability: 0.1}"], **ALL_OF_IT),
    Trouble("half answers of ONTAP", "", ["done"], 0,
            faults=["{kind: half-answer, service: ontap, action: GET, probability: 0.1}"], **ALL_OF_IT),
    Trouble("EC2 that throttles", "", ["done"], 0, faults=["{kind: throttle, probability: 0.1}"],
            **ALL_OF_IT),
]


@pytest.fixture(scope="module")
def judged(request, tmp_path_factory):
    yield from side_by_side(request, tmp_path_factory, TROUBLES)


@pytest.mark.parametrize("name", [trouble.name for trouble in TROUBLES])
def test_a_trouble_ends_in_a_clear_state_with_nothing_forced(judged, name):
    judged(name)
