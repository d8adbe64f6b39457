// The facts file: what an operator knows and no API says.
//
//   instances:
//     i-0aaa…: {workload: netapp-console-agent, version: 3.9.40}
//     i-0bbb…: {workload: netapp-cvo-node, system: VsaWorkingEnvironment-a1b2c3d4,
//     version: 9.13.1P4} i-0ccc…: {workload: netapp-cvo-mediator, system:
//     VsaWorkingEnvironment-a1b2c3d4} i-0ddd…: {workload: generic} i-0eee…: {enable_endpoint: true}
//   systems:
//     VsaWorkingEnvironment-a1b2c3d4: {ha: true}
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "fleet/facts.h"

namespace v2only::config {

// Errors name path:line:column. Refused: unknown keys, an instance or system given twice, ids that
// are none, and facts that contradict each other (a system beside a workload that is part of none;
// more nodes or mediators than `ha` allows). Whether a workload exists is fleet::check_workloads'
// to say, for the policy file may add some.
Result<fleet::Facts> parse_facts(std::string_view text, std::string_view path);
Result<fleet::Facts> load_facts(const std::string& path);

}  // namespace v2only::config
