#include "report/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/printable.h"
#include "report/soak_view.h"
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

// A restart and a soak take their time, whatever the rate of the others was.
bool has_slow_unit(const engine::RunState& state) {
  const auto& units = state.units();
  return std::any_of(units.begin(), units.end(), [](const engine::UnitRecord& unit) {
    if (unit.state == engine::UnitState::kInWork && unit.soak_began) return true;
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
  if (ended >= total || has_slow_unit(state)) return parts;
  const auto left = std::chrono::duration<double>(static_cast<double>(total - ended) / rate);
  parts.push_back("about " + format_elapsed(std::chrono::ceil<std::chrono::seconds>(left)) +
                  " left");
  return parts;
}

constexpr std::size_t kMostShown = 3;

std::string member_text(const MemberView& member, WallTime now) {
  auto out = "  " + printable(member_in_short(member, now));
  if (member.since && member.until) {
    out += " of " +
           format_duration(std::chrono::round<std::chrono::seconds>(*member.until - *member.since));
  }
  return out;
}

// Whole words only, unless the very first does not fit.
std::string fitted(const std::string& line, const Style& style) {
  if (width_of(line) <= style.width) return line;
  auto cut = shorten(line, style.width);
  const auto blank = cut.rfind(' ');
  const auto first = line.find_first_not_of(' ');
  if (blank == std::string::npos || blank <= first) return cut;
  return cut.substr(0, cut.find_last_not_of(' ', blank) + 1);
}

// Where not all of them fit, the members that are done or not begun are left out.
std::string system_line(const SystemView& system, WallTime now, const Style& style) {
  const auto name = "  " + printable(system.id().str());
  auto all = name;
  for (const auto& member : system.members) all += member_text(member, now);
  if (width_of(all) <= style.width) return all;
  return fitted(name + member_text(system.member(), now), style);
}

// One thing under way: its row, and below it what a person has to know or to do.
using Shown = std::vector<std::string>;

Shown system_lines(const SystemView& system, WallTime now, const RunId& run, const Style& style) {
  Shown out = {system_line(system, now, style)};
  if (system.member().for_go) out.push_back(fitted("    waits for " + go_command(run), style));
  return out;
}

Shown soak_lines(const SoakView& soak, WallTime now, const Style& style) {
  Shown out = {fitted("  " + soak.agent().str() + "  " + soak_in_short(soak, now), style)};
  if (!soak.trouble.empty()) out.push_back(fitted("    " + printable(soak.trouble), style));
  return out;
}

// What waits for a person first, then what is in work.
std::vector<Shown> under_way(const ProgressView& view, const Style& style) {
  std::vector<Shown> out;
  const auto systems = systems_of(*view.plan, *view.state, view.now, view.run);
  for (const bool for_go : {true, false}) {
    for (const auto& system : systems) {
      if (system.member().for_go != for_go || (!for_go && !system.in_work())) continue;
      out.push_back(system_lines(system, view.now, view.run, style));
    }
  }
  for (const auto& soak : soaks_of(*view.plan, *view.state, view.now)) {
    out.push_back(soak_lines(soak, view.now, style));
  }
  return out;
}

}  // namespace

std::vector<std::string> progress_lines(const ProgressView& view, const Style& style) {
  std::vector<std::string> out = {progress_line(view, style)};
  if (view.plan == nullptr) return out;
  const auto all = under_way(view, style);
  const auto shown = std::min(kMostShown, all.size());
  for (std::size_t i = 0; i < shown; ++i) out.insert(out.end(), all[i].begin(), all[i].end());
  if (all.size() > shown) {
    out.push_back(fitted("  and " + number(all.size() - shown) + " more: v2only status", style));
  }
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
