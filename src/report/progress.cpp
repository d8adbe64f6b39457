#include "report/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/printable.h"
#include "report/system_view.h"
#include "report/words.h"

namespace v2only::report {
namespace {

// A rate over less than this says nothing.
constexpr Duration kLeastForRate{500};

std::string rate_text(double per_second) {
  return per_second < 10 ? fmt::format("{:.1f}/s", per_second)
                         : number(static_cast<std::size_t>(per_second)) + "/s";
}

// A restart takes its time, whatever the rate of the others was.
bool has_open_system(const engine::RunState& state) {
  const auto& units = state.units();
  return std::any_of(units.begin(), units.end(), [](const engine::UnitRecord& unit) {
    return unit.planned->cvo &&
           (unit.state == engine::UnitState::kWaiting || unit.state == engine::UnitState::kInWork);
  });
}

// In the order in which they may be left out, last first.
std::vector<std::string> parts_of(const ProgressView& view) {
  const auto& state = *view.state;
  const auto total = state.units().size();
  const auto ended = state.done() + state.skipped() + state.failed() + state.needs_operator();
  std::vector<std::string> parts;
  if (state.wave_count() > 0) {
    parts.push_back(fmt::format("wave {} of {}", state.wave() + 1, state.wave_count()));
  }
  parts.push_back(fmt::format("{} of {} done", number(state.done()), number(total)));
  parts.push_back(number(state.in_work()) + " in work");
  parts.push_back(number(state.skipped()) + " skipped");
  parts.push_back(number(state.failed()) + " failed");
  if (state.needs_operator() > 0) {
    parts.push_back(number(state.needs_operator()) +
                    (state.needs_operator() == 1 ? " needs" : " need") + " an operator");
  }

  const auto here = ended > view.ended_at_begin ? ended - view.ended_at_begin : 0;
  if (here == 0 || view.since_begin < kLeastForRate) return parts;
  const auto seconds = std::chrono::duration<double>(view.since_begin).count();
  const auto rate = static_cast<double>(here) / seconds;
  parts.push_back(rate_text(rate));
  if (ended >= total || has_open_system(state)) return parts;
  const auto left = std::chrono::duration<double>(static_cast<double>(total - ended) / rate);
  parts.push_back("about " + format_elapsed(std::chrono::ceil<std::chrono::seconds>(left)) +
                  " left");
  return parts;
}

constexpr std::size_t kMostSystems = 3;

std::string system_line(const SystemView& system, WallTime now) {
  auto out = "  " + printable(system.id().str());
  for (const auto& member : system.members) {
    out += "  " + printable(member_in_short(member, now));
    if (member.since && member.until)
      out += " of " + format_duration(
                          std::chrono::round<std::chrono::seconds>(*member.until - *member.since));
  }
  return out;
}

}  // namespace

std::vector<std::string> progress_lines(const ProgressView& view, const Style& style) {
  std::vector<std::string> out = {progress_line(view, style)};
  if (view.plan == nullptr) return out;
  std::size_t more = 0;
  for (const auto& system : systems_of(*view.plan, *view.state, view.now)) {
    if (!system.in_work()) continue;
    if (out.size() > kMostSystems) {
      ++more;
      continue;
    }
    out.push_back(shorten(system_line(system, view.now), style.width));
  }
  if (more > 0) out.push_back(shorten("  and " + counted(more, "more system"), style.width));
  return out;
}

std::string progress_line(const ProgressView& view, const Style& style) {
  std::string line;
  for (const auto& part : parts_of(view)) {
    auto longer = line;
    if (!longer.empty()) longer += "  ";
    longer += part;
    if (width_of(longer) > style.width) break;
    line = std::move(longer);
  }
  return line;
}

}  // namespace v2only::report
