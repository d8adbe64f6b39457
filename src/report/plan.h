// A plan for the person who has to say yes: what changes, from what, to what, why; what does not,
// and why. Reads like Terraform's.
#pragma once

#include <string>

#include "fleet/plan.h"
#include "report/style.h"

namespace v2only::report {

// `with_commands`: each step's aws command line too (show does; plan and apply leave them out
// where there are many).
std::string plan_text(const fleet::Plan& plan, const Style& style, bool with_commands);

// One line: "4 instances change in 3 waves; 2 are compliant, 5 are blocked, 4 need a restart".
// A rollback's says "re-opens IMDSv1 on 212 instances".
std::string plan_summary(const fleet::Plan& plan);

}  // namespace v2only::report
