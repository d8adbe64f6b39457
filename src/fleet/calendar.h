// When something may begin: windows and blackout days, already expanded to moments. Pure: time
// zones and cron expressions are config/windows' business.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "core/time.h"

namespace v2only::fleet {

// From `from` (inclusive) to `until` (exclusive). Empty when `until` is not later.
struct Interval {
  WallTime from{};
  WallTime until{};

  friend bool operator==(const Interval&, const Interval&) = default;
};

class Calendar {
 public:
  Calendar() = default;  // always open

  // Open in `windows`, in any order and overlapping as they may; where there is no list of windows
  // at all, always. Never open in `closed`.
  Calendar(const std::optional<std::vector<Interval>>& windows,
           const std::vector<Interval>& closed);

  bool is_open(WallTime t) const;
  // The earliest moment at or after `t` at which it is open; nothing when there is none.
  std::optional<WallTime> opens_at(WallTime t) const;
  // The earliest moment at or after `t` at which it is not open: `t` itself where it is closed;
  // nothing when it never closes.
  std::optional<WallTime> closes_at(WallTime t) const;

  // The open intervals: sorted, disjoint, none empty, none touching the next. Always open is one
  // from the least WallTime to the greatest.
  const std::vector<Interval>& open() const& { return open_; }
  std::vector<Interval> open() && { return std::move(open_); }

  friend bool operator==(const Calendar&, const Calendar&) = default;

 private:
  // The first interval that ends after `t`.
  std::vector<Interval>::const_iterator at(WallTime t) const;

  std::vector<Interval> open_ = {{WallTime::min(), WallTime::max()}};
};

}  // namespace v2only::fleet
