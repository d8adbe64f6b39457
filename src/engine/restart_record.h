// How far a CVO unit has come: the fold of its entries. Members are counted as the plan has them:
// the mediator first where there is one, then the nodes in their order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/result.h"
#include "core/time.h"
#include "engine/restart_entry.h"

namespace v2only::engine {

// The last act of the phase in hand.
struct ActRecord {
  ActKind kind = ActKind::kNote;
  std::uint32_t attempt = 0;
  bool answered = false;
  bool again = false;  // refused, and to be tried again
  WriteFate fate = WriteFate::kUnknown;
  std::string code;
  std::string message;
  WallTime at{};  // when it was decided on

  // Why it was refused: code and words of whoever was asked.
  std::string said() const;
};

struct RestartRecord {
  std::uint32_t member = 0;
  Phase phase = Phase::kGates;
  std::optional<WallTime> worked_at;  // when a phase of any of its members last began
  Before before;
  std::optional<WallTime> phase_at;  // when the phase in hand began; none: its turn only came
  std::optional<ActRecord> act;
  std::optional<ActRecord> last_act;  // of the member in hand, in whatever phase
  // How often the member in hand was told to reboot, refusals left out; from the first time on
  // `before` stays what it was.
  std::uint32_t reboots = 0;
  bool noted = false;            // AutoSupport was told of maintenance, and not yet that it is over
  bool handed_over = false;      // the handover of the member in hand was answered as done
  bool options_written = false;  // of the member in hand, answered as done or found so
  bool landed_late = false;      // … and found so only after its start: it may run without
  // Why the member's cycle is being undone: what was stopped is started again, then the unit ends.
  std::optional<std::string> abandoned;
  std::string abandoned_code;
  bool paused = false;              // waits for `v2only go`
  std::optional<WallTime> went_on;  // the operator's word for the pause in this phase

  // Entries of the unit, in their order. An entry that does not fit is refused: false.
  bool apply(const CycleBegan& entry);
  bool apply(const PhaseBegan& entry);
  bool apply(const ActIntent& entry);
  bool apply(const ActOutcome& entry);
  bool apply(const Abandoned& entry);
  bool apply(const MemberEnded& entry);
  bool apply(const Paused& entry);
  bool apply(const WentOn& entry);

  bool is_aside(ActKind kind) const;
};

}  // namespace v2only::engine
