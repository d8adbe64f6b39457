#include "cli/crash_points.h"

#include "core/text.h"

namespace v2only::cli {

std::function<bool(drivers::CrashPoint, std::uint64_t)> crash_hook(
    [[maybe_unused]] const App& app) {
#ifdef V2ONLY_CRASH_POINTS
  const auto wanted = app.environment.find("V2ONLY_CRASH");
  if (wanted == app.environment.end()) return {};
  const auto parts = split(wanted->second, ':');
  const auto number = parts.size() == 3 ? parse_number(parts[1]) : std::nullopt;
  if (!number) return {};
  const auto point = parts[2] == "before-commit"  ? drivers::CrashPoint::kBeforeCommit
                     : parts[2] == "after-commit" ? drivers::CrashPoint::kAfterCommit
                                                  : drivers::CrashPoint::kAfterSend;
  return [point, at = *number](drivers::CrashPoint here, std::uint64_t durable) {
    return here == point && durable >= at;
  };
#else
  return {};
#endif
}

}  // namespace v2only::cli
