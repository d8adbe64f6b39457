// Time as values. Nothing here reads a clock: whoever decides is told what time it is.
#pragma once

#include <chrono>
#include <compare>
#include <string>
#include <string_view>

#include "core/result.h"

namespace v2only {

using Duration = std::chrono::milliseconds;
using WallTime = std::chrono::sys_time<Duration>;                               // UTC, may jump
using MonoTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;  // never goes back

// What a decision is told of the time. Journal and windows use wall; waits and freshness look at
// both, since either clock alone can be fooled (a suspended machine, a stepped clock).
struct Now {
  WallTime wall{};
  MonoTime mono{};

  friend bool operator==(const Now&, const Now&) = default;
};

// Whether what was read at `read` is older than `limit` by either clock.
bool is_older_than(const Now& read, const Now& now, Duration limit);

// What a write rests on. A reading that has become older than `good_for`, by either clock, guards
// nothing: an attempt whose turn comes after that is not sent.
struct Guard {
  Now read_at;
  Duration good_for{};

  friend bool operator==(const Guard&, const Guard&) = default;
};

// "2026-11-24T07:33:12Z"; milliseconds only where they are not zero.
std::string format_utc(WallTime time);
// ISO 8601 as AWS and people write it: date, or date and time with Z or an offset, fractions kept
// to the millisecond.
Result<WallTime> parse_utc(std::string_view text);

// "14d", "30s", "1h30m", "250ms"; 0 is "0s".
std::string format_duration(Duration duration);
// One or more of NUMBER(ms|s|m|h|d), at most 10 years, never negative.
Result<Duration> parse_duration(std::string_view text);

// How long in the words of a progress line: "1m 05s", "2h 10m".
std::string format_elapsed(Duration duration);

}  // namespace v2only
