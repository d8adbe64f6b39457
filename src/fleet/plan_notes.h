// What an approver should know of a plan before it is carried out: it is valid, and yet something
// in it can hardly go as its author meant.
#pragma once

#include <string>
#include <vector>

#include "fleet/calendar.h"
#include "fleet/plan.h"

namespace v2only::fleet {

// A line each, as of `from`, when the run would begin; `calendar` is the policy's. Of a system that
// no window and no consent has room for, of one whose Console agent soaks until that is so, and of
// names in `apart` that nothing here has.
std::vector<std::string> notes_on(const Plan& plan, const Calendar& calendar, WallTime from);

}  // namespace v2only::fleet
