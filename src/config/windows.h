// The windows and blackout days of a policy as moments: cron expressions in their time zones.
#pragma once

#include <string_view>

#include "core/result.h"
#include "fleet/calendar.h"
#include "fleet/policy.h"

namespace v2only::config {

inline constexpr std::chrono::days kDaysAhead{400};

// kUsage where no such time zone is known, by its IANA name ("Asia/Tokyo", "UTC").
Result<void> check_zone(std::string_view zone);

// When a run under this policy may begin something, from `from` for 400 days; windows that had
// begun before and are still open count. After that it is closed, unless the policy has no windows:
// then it is open outside its blackout days. Each window lasts its length of real time.
//
// Where clocks are set forward, a moment that is left out is the moment of the change. Where they
// are set back, a moment that comes twice opens once, the first time. Both as cron(8) does it: an
// expression whose hour begins with * follows real time instead, without the first and with both of
// the second.
//
// Errors (kUsage) name the window's place; none come from a policy that config/policy_file read.
Result<fleet::Calendar> expand_windows(const fleet::Policy& policy, WallTime from);

}  // namespace v2only::config
