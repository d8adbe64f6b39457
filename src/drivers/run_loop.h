// Drives one run: makes the engine's entries durable, hands its effects to the drivers, brings back
// events. It decides nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/clock.h"
#include "core/ids.h"
#include "core/result.h"
#include "drivers/driver.h"
#include "engine/engine.h"
#include "journal/journal.h"

namespace v2only::drivers {

// Where a process may die between deciding and doing. Tests enumerate them (mechanics, "Crash
// points").
enum class CrashPoint : std::uint8_t { kBeforeCommit, kAfterCommit, kAfterSend };

struct LoopHooks {
  // True: die here and now, as a killed process would. `seq` counts the entries made durable by
  // this process (at kBeforeCommit: that would be).
  std::function<bool(CrashPoint point, std::uint64_t seq)> dies;
  // Why nothing new shall begin (Ctrl-C, SIGTERM, a lost terminal); asked after each event.
  std::function<std::optional<std::string>()> stop_asked;
  // True when the operator has given the word that paused systems wait for. Asked at least once a
  // second.
  std::function<bool()> go_given;
  // True: leave at once, in flight or not (the second Ctrl-C).
  std::function<bool()> leave_now;
  // After each round, for a live display.
  std::function<void(const engine::Engine& engine, Now now)> progress;
};

enum class LoopEnd : std::uint8_t { kAtRest, kLeft, kDied };

class RunLoop {
 public:
  RunLoop(engine::Engine& engine, journal::Journal& journal, RunId run, Driver& driver,
          const Clock& clock, LoopHooks hooks);

  // Until the engine is at rest. An error (a commit that failed) ends the process: no effect of
  // what was not made durable has been carried out.
  Result<LoopEnd> run(const engine::Event& first);

 private:
  bool dies(CrashPoint point);
  void gather(engine::Decision decision);
  Result<std::optional<LoopEnd>> commit_and_send();

  engine::Engine& engine_;
  journal::Journal& journal_;
  RunId run_;
  Driver& driver_;
  const Clock& clock_;
  LoopHooks hooks_;
  std::uint64_t durable_ = 0;
  bool stop_told_ = false;
  engine::Decision due_;
};

}  // namespace v2only::drivers
