// A simulated world as a file: what `v2only sim --fleet FILE` serves. Everything may be left out
// but `regions`.
//
//   account: "111122223333"
//   regions: [eu-west-1, us-east-1]        # enabled
//   regions_not_opted_in: [ap-east-1]
//   latency: 20ms                          # of every answer, 0s to 10m
//   apply_delay: {min: 1s, max: 4s}        # pending -> applied, 0s to 1d
//   consistency: 2s                        # a read may be so much behind a write, 0s to 1d
//   buckets:                               # token buckets by action, per region; none: no limit
//     ModifyInstanceMetadataOptions: {capacity: 100, refill: 5}     # refill per second
//   images:
//     ami-0a1b2c3d4e5f60718: {name: al2023-ami-2023.6, owner: "137112412989", imds_support: v2.0}
//   generate: {instances: 200, seed: 7}    # as many more, drawn by the seed
//   instances:
//     - id: i-0123456789abcdef0
//       name: web-1
//       region: eu-west-1                  # one of regions; the first when left out
//       state: running                     # as AWS names them
//       type: m5.large
//       image: ami-0a1b2c3d4e5f60718
//       launched: 2024-03-05T08:00:00Z     # the last start
//       instance_profile: arn:aws:iam::111122223333:instance-profile/web
//       private_ip: 10.0.0.7
//       network_interfaces: 1              # 0 to 15
//       managed: false                     # run by an AWS service
//       managed_by: eks.amazonaws.com      # by this one; managed need not be said then
//       tags: {env: prod}
//       options: {HttpTokens: optional, HttpPutResponseHopLimit: 1, HttpEndpoint: enabled,
//                 HttpProtocolIpv6: disabled, InstanceMetadataTags: disabled}   # the defaults
//       software: v2                       # quiet, v2, v1, falls-back: what it does with IMDS
//       needs_hops: 2                      # falls-back: the hop limit from which tokens arrive
//       v1_calls_per_hour: 12              # of v1, and of falls-back while it falls back
//       metrics: true                      # false: CloudWatch knows nothing of it
//       stop_protection: false
//       terminates_on_shutdown: false
//       kms_key: arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d    # of its volumes
//       events: [{code: system-reboot, description: text, not_before: 1d, not_after: 2d}]
//   power: {stop: 60s, start: 30s, reboot: 20s, checks: 3m}
//   kms_keys: {"arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d": Enabled}
//   systems:                               # CVO: with `nodes` of `instances`, or made with its own
//     - id: VsaWorkingEnvironment-a1b2c3d4
//       name: cvoprod01
//       version: 9.13.1P4
//       region: eu-west-1                  # of a system that is made
//       type: m5.2xlarge                   # likewise
//       ha: true                           # likewise
//       failover: private-ip               # or floating-ip
//       nodes:
//         - {instance: i-0123456789abcdef0, name: cvoprod01-01, management: 10.0.0.11,
//            data: [10.0.1.1], iscsi: 10.0.2.1, version: 9.13.1P5}   # the system's when left out
//       mediator: i-0123456789abcdef2
//       cluster: 10.0.0.10                 # the cluster's management address
//       agent: i-0123456789abcdef3         # the Console agent that manages it
//       user: v2only
//       password: text                     # the simulation's own
//       fabric_pool: bucket
//       auto_giveback: true
//       mediator_knows_v2: true
//       halt_powers_off: false             # what a halted node leaves in EC2
//       lifs_keep_reboots: false           # 852115
//       volume_moving: false
//       snapmirror_transferring: false
//       clock_ahead: 0s                    # or clock_behind
//       timings: {takeover: 20s, failure_detect: 15s, halt: 2m, boot: 8m, giveback_delay: 10m,
//                 giveback_retry: 5m, giveback: 1m, resync: 5m, resync_after: 1m,
//                 management_move: 30s, mediator_boot: 1m, job_kept: 5m}
//   console:
//     host: api.bluexp.netapp.com
//     account: account-simulated
//     client_id: text
//     client_secret: text                  # as the refresh_token, the simulation's own
//     refresh_token: text
//     credentials_life: 6h                 # of an agent whose IMDS gives it none
//     agent_boot: 3m
//     snapshots: 2m
//     agents: [{id: sim0, name: agent-1, instance: i-0123456789abcdef3, version: 4.0.0}]
//   faults:
//     - kind: throttle   # error, lose-before, lose-after, half-answer, garbage, html-error, hang,
//                        # refuse, delay, late-effect, deny, stale; and without a request:
//                        # other-changes, other-tags, terminate, stop, other-takeover (at
//                        # `from`); echo-moved, no-capacity; bad-login, wrong-cluster; of ONTAP
//                        # systems takeover-veto, giveback-veto, no-boot, wrong-boot, slow-resync,
//                        # clock-off
//       service: ontap                     # or console; AWS when left out
//       action: DescribeInstances          # every one when left out; of the others its beginning:
//                                          # "PATCH cluster/nodes shutdown"
//       system: VsaWorkingEnvironment-a1b2c3d4
//       other: VsaWorkingEnvironment-e5f6a7b8   # of wrong-cluster: who answers
//       region: eu-west-1
//       instance: i-0123456789abcdef0
//       probability: 0.1                   # of each matching request
//       times: 3                           # at most
//       from: 10s                          # since the start
//       until: 1h
//       delay: 5s                          # of delay, late-effect, stale, slow-resync, clock-off
//       detail: text                       # a veto's or an error's words
//       code: InternalError                # of error
//       status: 500                        # of error, 400 to 599
//       options: {HttpTokens: optional}    # of other-changes and echo-moved
//       tags: {OCCMInstance: "true"}       # of other-tags
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "sim/spec.h"

namespace v2only::config {

// Errors name path:line:column. Refused besides what is malformed: unknown keys, values that AWS
// would not have, an instance given twice, a region that `regions` does not name, and a fault that
// lacks what its kind needs.
Result<sim::WorldSpec> parse_sim_fleet(std::string_view text, std::string_view path);
Result<sim::WorldSpec> load_sim_fleet(const std::string& path);

}  // namespace v2only::config
