#include "cli/reach_log.h"

#include <fmt/format.h>

namespace v2only::cli {
namespace {

std::string to_the_second(WallTime time) {
  return format_utc(std::chrono::floor<std::chrono::seconds>(time));
}

}  // namespace

std::string ReachLog::heard(const RegionName& region, const Now& asked_at,
                            const std::string& error) {
  const auto now = app_.clock.now();
  const auto stamp = to_the_second(now.wall);
  if (!error.empty()) {
    if (!away_since_.emplace(region, asked_at).second) return {};
    return fmt::format("{}  {} cannot be read since {}; going on trying. {}", stamp, region.str(),
                       to_the_second(asked_at.wall), error);
  }
  const auto away = away_since_.extract(region);
  if (away.empty()) return {};
  return fmt::format("{}  {} answers again, after {}", stamp, region.str(),
                     format_elapsed(now.mono - away.mapped().mono));
}

}  // namespace v2only::cli
