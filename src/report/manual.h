// Lines of a runbook, to be followed and copied by a person.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/style.h"

namespace v2only::report {

// Each line behind `indent`. Commands are never broken, so that they can be copied; other lines are
// where they are too long.
std::string manual_lines(const std::vector<std::string>& lines, std::string_view indent,
                         const Style& style);

}  // namespace v2only::report
