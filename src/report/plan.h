// A plan for the person who has to say yes: what changes, from what, to what, why; what does not,
// and why. Reads like Terraform's.
#pragma once

#include <string>
#include <vector>

#include "fleet/plan.h"
#include "report/style.h"

namespace v2only::report {

// `with_commands`: each step's aws command line too (show does; plan and apply leave them out
// where there are many). `notes`: fleet/plan_notes.h, at the head.
std::string plan_text(const fleet::Plan& plan, const Style& style, bool with_commands,
                      const std::vector<std::string>& notes = {});
// The notes alone, for who has read the plan.
std::string notes_lines(const std::vector<std::string>& notes, const Style& style);

// One line: "4 instances change in 3 waves; 2 are compliant, 5 are blocked, 4 need a restart".
// A rollback's says "re-opens IMDSv1 on 212 instances".
std::string plan_summary(const fleet::Plan& plan);

}  // namespace v2only::report
