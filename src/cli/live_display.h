// Shows a run while it goes: redrawn on a terminal, a line for each wave in a log.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "cli/app.h"
#include "cli/systems_access.h"
#include "engine/engine.h"

namespace v2only::cli {

class LiveDisplay {
 public:
  // The plan must outlive it.
  LiveDisplay(const App& app, const fleet::Plan& plan, RunId run, bool quiet);
  void show(const engine::Engine& engine, Now now);
  void finish();  // leaves the cursor at the beginning of an empty line, where the first one was

 private:
  void log(const engine::RunState& state, Now now);
  void log_wave(const engine::RunState& state);
  void log_systems(const engine::RunState& state, Now now);
  void log_agents(const engine::RunState& state, Now now);
  void log_once(const UnitId& unit, const std::string& line, Now now);
  void erase();

  const App& app_;
  const fleet::Plan& plan_;
  RunId run_;
  bool has_netapp_;  // without any, no round looks for one among thousands of units
  bool quiet_;
  std::optional<Now> began_;
  std::size_t ended_at_begin_ = 0;
  MonoTime next_{};
  std::optional<std::size_t> wave_logged_;
  std::map<UnitId, std::string> said_;  // of each system and agent, in a log: the newest line
  std::size_t drawn_ = 0;               // lines that stand on the terminal
};

}  // namespace v2only::cli
