// Shows a run while it goes: redrawn on a terminal, a line for each wave in a log.
#pragma once

#include <optional>

#include "cli/app.h"
#include "engine/engine.h"

namespace v2only::cli {

class LiveDisplay {
 public:
  LiveDisplay(const App& app, bool quiet) : app_(app), quiet_(quiet) {}
  void show(const engine::Engine& engine, Now now);
  void finish();  // leaves the cursor at the beginning of an empty line

 private:
  void log_wave(const engine::RunState& state);

  const App& app_;
  bool quiet_;
  std::optional<Now> began_;
  std::size_t ended_at_begin_ = 0;
  MonoTime next_{};
  std::optional<std::size_t> wave_logged_;
  bool drawn_ = false;
};

}  // namespace v2only::cli
