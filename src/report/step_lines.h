// A planned change and what it rests on, as every kind of unit shows them.
#pragma once

#include <string>
#include <string_view>

#include "fleet/plan.h"
#include "report/style.h"

namespace v2only::report {

// "~ HttpTokens  optional -> required": a line for each option that the step sets.
std::string diff_lines(const fleet::Step& step, std::string_view indent, const Style& style);

// Why the unit changes and what was seen of it, but the options themselves, which stand in the
// diff, and the gates of a CVO system, which its runbook shows.
std::string why_lines(const fleet::PlannedUnit& unit, const Style& style);

}  // namespace v2only::report
