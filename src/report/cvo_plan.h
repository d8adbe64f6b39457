// A Cloud Volumes ONTAP system in a plan, as a runbook: what is done to it, member by member, what
// is checked before and after, how long it takes, what clients notice, and the way back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "fleet/plan.h"
#include "report/style.h"

namespace v2only::report {

enum class Detail : std::uint8_t {
  kBrief,         // what, terms and the gates that do not hold
  kSteps,         // each step too
  kWithCommands,  // and the aws command line of each change of options
};

// `unit.cvo` is set.
std::string cvo_unit_lines(const fleet::Plan& plan, const fleet::PlannedUnit& unit, Detail detail,
                           const Style& style);

// How many nodes the plan restarts.
std::size_t restarted_nodes(const fleet::Plan& plan);

}  // namespace v2only::report
