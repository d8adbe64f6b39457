#include "fleet/calendar.h"

#include <algorithm>

namespace v2only::fleet {
namespace {

// Sorted, and those that overlap or touch made one.
std::vector<Interval> merged(std::vector<Interval> in) {
  std::sort(in.begin(), in.end(),
            [](const Interval& a, const Interval& b) { return a.from < b.from; });
  std::vector<Interval> out;
  for (const auto& next : in) {
    if (next.until <= next.from) continue;
    if (!out.empty() && next.from <= out.back().until) {
      out.back().until = std::max(out.back().until, next.until);
    } else {
      out.push_back(next);
    }
  }
  return out;
}

// What of `open` lies in none of `closed`; both are as merged() leaves them.
std::vector<Interval> minus(const std::vector<Interval>& open,
                            const std::vector<Interval>& closed) {
  std::vector<Interval> out;
  auto next = closed.begin();
  for (auto rest : open) {
    while (next != closed.end() && next->until <= rest.from) ++next;
    for (auto cut = next; cut != closed.end() && cut->from < rest.until; ++cut) {
      if (cut->from > rest.from) out.push_back({rest.from, cut->from});
      rest.from = std::min(cut->until, rest.until);
    }
    if (rest.from < rest.until) out.push_back(rest);
  }
  return out;
}

}  // namespace

Calendar::Calendar(const std::optional<std::vector<Interval>>& windows,
                   const std::vector<Interval>& closed)
    : open_(minus(windows ? merged(*windows) : Calendar().open_, merged(closed))) {}

std::vector<Interval>::const_iterator Calendar::at(WallTime t) const {
  return std::upper_bound(open_.begin(), open_.end(), t,
                          [](WallTime time, const Interval& one) { return time < one.until; });
}

bool Calendar::is_open(WallTime t) const {
  const auto found = at(t);
  return found != open_.end() && found->from <= t;
}

std::optional<WallTime> Calendar::opens_at(WallTime t) const {
  const auto found = at(t);
  if (found == open_.end()) return std::nullopt;
  return std::max(found->from, t);
}

std::optional<WallTime> Calendar::closes_at(WallTime t) const {
  const auto found = at(t);
  if (found == open_.end() || found->from > t) return t;
  if (found->until == WallTime::max()) return std::nullopt;
  return found->until;
}

}  // namespace v2only::fleet
