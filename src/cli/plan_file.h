// Plans on their way from a survey to a file and back.
#pragma once

#include <string>
#include <vector>

#include "cli/survey.h"
#include "fleet/plan.h"

namespace v2only::cli {

fleet::Plan plan_from(const Survey& survey, const Invocation& invocation);
// What its approver should know (fleet/plan_notes.h), where the run would begin at `from`.
Result<std::vector<std::string>> notes_of(const fleet::Plan& plan, WallTime from);
Result<void> write_plan(const fleet::Plan& plan, const std::string& path);

enum class PlanUse : std::uint8_t { kShow, kApply };
// To apply it, a plan with a command: secret must be the caller's own file: the command runs as who
// applies it.
Result<fleet::Plan> read_plan(const std::string& path, PlanUse use);

}  // namespace v2only::cli
