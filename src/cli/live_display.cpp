#include "cli/live_display.h"

#include <fmt/format.h>

#include <ostream>

#include "report/progress.h"

namespace v2only::cli {
namespace {

constexpr Duration kRedraw{100};

std::size_t ended(const engine::RunState& state) {
  return state.done() + state.failed() + state.skipped();
}

}  // namespace

void LiveDisplay::log_wave(const engine::RunState& state) {
  if (wave_logged_ == state.wave() || state.wave_count() == 0) return;
  wave_logged_ = state.wave();
  const auto size = state.wave_begin(state.wave() + 1) - state.wave_begin(state.wave());
  app_.say(fmt::format("{}  wave {} of {}: {} unit{}",
                       format_utc(std::chrono::floor<std::chrono::seconds>(app_.clock.now().wall)),
                       state.wave() + 1, state.wave_count(), size, size == 1 ? "" : "s"));
}

void LiveDisplay::show(const engine::Engine& engine, Now now) {
  if (quiet_) return;
  const auto& state = engine.state();
  if (!began_) {
    began_ = now;
    ended_at_begin_ = ended(state);
  }
  if (!app_.err_is_terminal) return log_wave(state);
  if (now.mono < next_) return;
  next_ = now.mono + kRedraw;
  const report::ProgressView view{&state, now.mono - began_->mono, ended_at_begin_};
  auto style = app_.err_style;
  if (app_.err_width) style.width = app_.err_width();  // the window may have another size by now
  app_.err << "\r\x1b[K" << report::progress_line(view, style) << std::flush;
  drawn_ = true;
}

void LiveDisplay::finish() {
  if (drawn_) app_.err << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

}  // namespace v2only::cli
