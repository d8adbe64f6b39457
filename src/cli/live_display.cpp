#include "cli/live_display.h"

#include <fmt/format.h>

#include <ostream>
#include <utility>

#include "core/text.h"
#include "report/progress.h"
#include "report/soak_view.h"
#include "report/system_view.h"

namespace v2only::cli {
namespace {

constexpr Duration kRedraw{100};

std::size_t ended(const engine::RunState& state) {
  return state.done() + state.failed() + state.skipped() + state.needs_operator();
}

}  // namespace

LiveDisplay::LiveDisplay(const App& app, const fleet::Plan& plan, RunId run, bool quiet)
    : app_(app),
      plan_(plan),
      run_(std::move(run)),
      has_netapp_(!systems_of(plan).empty() || soaks_agents(plan)),
      quiet_(quiet) {}

void LiveDisplay::log_wave(const engine::RunState& state) {
  if (wave_logged_ == state.wave() || state.wave_count() == 0) return;
  wave_logged_ = state.wave();
  const auto size = state.wave_begin(state.wave() + 1) - state.wave_begin(state.wave());
  app_.say(fmt::format("{}  wave {} of {}: {} unit{}",
                       format_utc(std::chrono::floor<std::chrono::seconds>(app_.clock.now().wall)),
                       state.wave() + 1, state.wave_count(), size, size == 1 ? "" : "s"));
}

// A line for each new phase of a system: in a log, nothing is redrawn.
void LiveDisplay::log_systems(const engine::RunState& state, Now now) {
  for (const auto& system : report::systems_of(plan_, state, now.wall, run_)) {
    const bool waits = system.member().for_go;
    if (!system.in_work() && !waits && said_.count(system.id()) == 0) continue;
    auto line = fmt::format("{}  {}", system.id().str(), system.state);
    if (const auto& member = system.member(); system.in_work() && member.phase) {
      line += fmt::format("  {} {}", member.name, name_of(*member.phase));
    }
    if (waits) line += "  waits for " + report::go_command(run_);
    log_once(system.id(), line, now);
  }
}

void LiveDisplay::log_agents(const engine::RunState& state, Now now) {
  for (const auto& soak : report::soaks_of(plan_, state, now.wall)) {
    auto line = soak.agent().str() + "  soak until " + format_utc(soak.until);
    if (!soak.trouble.empty()) line += "  " + soak.trouble;
    log_once(soak.unit->planned->id, line, now);
  }
}

void LiveDisplay::log_once(const UnitId& unit, const std::string& line, Now now) {
  auto& said = said_[unit];
  if (said == line) return;
  said = line;
  app_.say(
      fmt::format("{}  {}", format_utc(std::chrono::floor<std::chrono::seconds>(now.wall)), said));
}

void LiveDisplay::log(const engine::RunState& state, Now now) {
  log_wave(state);
  if (!has_netapp_) return;
  log_systems(state, now);
  log_agents(state, now);
}

void LiveDisplay::erase() {
  if (drawn_ == 0) return;
  app_.err << "\r\x1b[K";
  for (std::size_t i = 1; i < drawn_; ++i) app_.err << "\x1b[A\x1b[K";
}

void LiveDisplay::show(const engine::Engine& engine, Now now) {
  if (quiet_) return;
  const auto& state = engine.state();
  if (!began_) {
    began_ = now;
    ended_at_begin_ = ended(state);
  }
  if (!app_.err_is_terminal) return log(state, now);
  if (now.mono < next_) return;
  next_ = now.mono + kRedraw;
  report::ProgressView view{&state, now.mono - began_->mono, ended_at_begin_};
  view.plan = &plan_;
  view.now = now.wall;
  view.run = run_;
  auto style = app_.err_style;
  if (app_.err_width) style.width = app_.err_width();  // the window may have another size by now
  const auto lines = report::progress_lines(view, style);
  erase();
  app_.err << "\r\x1b[K" << join(lines, "\n") << std::flush;
  drawn_ = lines.size();
}

void LiveDisplay::finish() {
  erase();
  if (drawn_ > 0) app_.err << std::flush;
  drawn_ = 0;
}

}  // namespace v2only::cli
