#include "config/windows.h"

#include <date/tz.h>

#include <algorithm>
#include <string>
#include <vector>

#include "config/cron.h"
#include "core/text.h"

namespace v2only::config {
namespace {

namespace chr = std::chrono;
using fleet::Interval;

Result<const date::time_zone*> zone_named(std::string_view name) {
  try {
    return date::locate_zone(std::string(name));
  } catch (const std::exception&) {
    return fail(ErrorCode::kUsage,
                "'" + one_line(name, 60) + "' is no time zone that this machine knows", {},
                "give it by its IANA name, such as Asia/Tokyo or UTC (package tzdata)");
  }
}

// Windows of one expression, by the stretches between the changes of its zone's clocks.
class Expansion {
 public:
  Expansion(const Cron& cron, Duration length, std::vector<Interval>& out)
      : cron_(cron), length_(length), out_(out) {}

  void run(const date::time_zone& zone, WallTime from, WallTime until) {
    for (auto t = chr::floor<chr::seconds>(from); t < until;) {
      const auto info = zone.get_info(t);
      stretch(info, t, std::min(chr::ceil<chr::seconds>(until), info.end));
      t = info.end;
    }
  }

 private:
  using Local = chr::sys_seconds;  // a clock on the wall, written as if it showed UTC

  // The moments between `from` and `until`, in which the clocks differ from UTC by one offset.
  void stretch(const date::sys_info& info, chr::sys_seconds from, chr::sys_seconds until) {
    auto begin = from + info.offset;
    const auto end = until + info.offset;
    if (seen_ && begin > shown_) {
      if (!cron_.any_hour) skipped(shown_, begin, from);
    } else if (seen_ && begin < shown_ && !cron_.any_hour) {
      begin = std::min(shown_, end);
    }
    each(begin, end, [&](Local local) { open(local - info.offset); });
    shown_ = std::max(shown_, end);
    seen_ = true;
  }

  // What the clocks never showed opens at the change; one opening is as good as many.
  void skipped(Local from, Local until, chr::sys_seconds change) {
    bool any = false;
    each(from, until, [&](Local) { any = true; });
    if (any) open(change);
  }

  template <class Visit>
  void each(Local from, Local until, Visit visit) const {
    for (auto day = chr::floor<chr::days>(from); day < until; day += chr::days(1)) {
      if (!cron_.is_on(chr::year_month_day(day), chr::weekday(day))) continue;
      for (unsigned minute = 0; minute < 24U * 60U; ++minute) {
        if (!cron_.hours[minute / 60] || !cron_.minutes[minute % 60]) continue;
        const Local local = day + chr::minutes(minute);
        if (local >= from && local < until) visit(local);
      }
    }
  }

  void open(chr::sys_seconds at) {
    const WallTime from = at;
    const bool joined = !out_.empty() && from >= out_.back().from && from <= out_.back().until;
    if (joined) {
      out_.back().until = std::max(out_.back().until, from + length_);
    } else {
      out_.push_back({from, from + length_});
    }
  }

  const Cron& cron_;
  Duration length_;
  std::vector<Interval>& out_;
  Local shown_{};  // up to where the clocks have been followed
  bool seen_ = false;
};

Result<void> expand(const fleet::Window& window, WallTime from, std::vector<Interval>& out) {
  const auto placed = [&](Error error) {
    error.on = window.where;
    return Unexpected{std::move(error)};
  };
  const auto cron = parse_cron(window.cron);
  if (!cron) return placed(cron.error());
  const auto zone = zone_named(window.zone);
  if (!zone) return placed(zone.error());
  Expansion(*cron, window.length, out).run(**zone, from - window.length, from + kDaysAhead);
  return {};
}

}  // namespace

Result<void> check_zone(std::string_view zone) {
  const auto found = zone_named(zone);
  if (!found) return Unexpected{found.error()};
  return {};
}

Result<fleet::Calendar> expand_windows(const fleet::Policy& policy, WallTime from) {
  std::vector<Interval> closed;
  for (const auto& days : policy.blackout) {
    closed.push_back({days.first, days.last + chr::days(1)});
  }
  if (policy.windows.empty()) return fleet::Calendar(std::nullopt, closed);
  std::vector<Interval> open;
  for (const auto& window : policy.windows) {
    if (const auto done = expand(window, from, open); !done) return Unexpected{done.error()};
  }
  return fleet::Calendar(open, closed);
}

}  // namespace v2only::config
