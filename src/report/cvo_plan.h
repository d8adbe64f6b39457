// A Cloud Volumes ONTAP system in a plan, as a runbook: what is done to it, member by member, what
// is checked before and after, how long it takes, what clients notice, and the way back.
#pragma once

#include <string>

#include "fleet/plan.h"
#include "report/style.h"

namespace v2only::report {

// `unit.cvo` is set. `with_commands`: the aws command line of each change of options too.
std::string cvo_unit_lines(const fleet::Plan& plan, const fleet::PlannedUnit& unit,
                           bool with_commands, const Style& style);

// How many nodes the plan restarts.
std::size_t restarted_nodes(const fleet::Plan& plan);

}  // namespace v2only::report
