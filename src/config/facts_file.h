// The facts file: what an operator knows and no API says.
//
//   console: {endpoint: https://api.bluexp.netapp.com, account: account-abc,
//             client_id: env:NC_ID, client_secret: env:NC_SECRET}   # or refresh_token: env:…
//                                          # agent: http://10.0.0.5 in place of endpoint, account
//   instances:
//     i-0aaa…: {workload: netapp-console-agent, version: 3.9.40}
//     i-0bbb…: {workload: netapp-cvo-node, system: VsaWorkingEnvironment-a1b2c3d4,
//               version: 9.13.1P4}
//     i-0ccc…: {workload: netapp-cvo-mediator, system: VsaWorkingEnvironment-a1b2c3d4}
//     i-0ddd…: {workload: generic}
//     i-0eee…: {enable_endpoint: true}
//   systems:
//     VsaWorkingEnvironment-a1b2c3d4:
//       ha: true
//       ontap: {endpoints: [https://10.0.0.11, https://10.0.0.12], user: v2only,
//               password: env:CVO1_PASSWORD, fingerprint: "sha256:…"}   # or ca: /PATH
//       consent: {failover: "2026-12-05T01:00+09:00/PT6H", by: "…"}     # ha: false: outage
//       probes: ["tcp://10.1.2.3:2049"]
//       agent: i-0aaa…                     # that manages it
//       restarted: 2026-12-01T03:00:00Z    # by somebody else, every node, since its change
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"
#include "fleet/facts.h"

namespace v2only::config {

// Whether the file's word suffices to run a program: `command:` as the name of a secret.
enum class Commands : std::uint8_t { kRefused, kAllowed };

// Errors name path:line:column, and never repeat a secret's name or an address. Refused: unknown
// keys, an instance or system given twice, ids that are none, and facts that contradict each other
// (a system beside a workload that is part of none; more nodes or mediators than `ha` allows;
// failover consent for a single node, outage consent for a pair; an agent that is said to be
// something else; one ONTAP endpoint of two systems; two ways to trust one certificate
// or to log in once). Whether a workload exists is fleet::check_workloads' to say, for the policy
// file may add some.
Result<fleet::Facts> parse_facts(std::string_view text, std::string_view path,
                                 Commands commands = Commands::kRefused);
// Commands are allowed where the file belongs to the caller and nobody else may write it.
Result<fleet::Facts> load_facts(const std::string& path);

}  // namespace v2only::config
