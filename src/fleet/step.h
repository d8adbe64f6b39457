// Makes the steps of a plan.
#pragma once

#include "fleet/command.h"
#include "fleet/instance.h"
#include "fleet/plan.h"

namespace v2only::fleet {

// The step that makes `change` of the instance. It expects to find the three options that decide
// (tokens, hop limit, endpoint) and every changing one as they were observed.
Step make_step(const Instance& instance, const OptionSet& change, const CommandTarget& target);

}  // namespace v2only::fleet
