// What is decided on the way of a CVO unit, as the journal keeps it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/ids.h"
#include "core/time.h"
#include "engine/phase.h"
#include "engine/write_fate.h"
#include "fleet/policy.h"

namespace v2only::engine {

// What a member looked like before its cycle, by which a restart is proven afterwards.
struct Before {
  std::optional<WallTime> launched;      // EC2's
  std::optional<WallTime> booted;        // the node's clock less its uptime
  std::optional<std::string> boot_mark;  // of the console output

  friend bool operator==(const Before&, const Before&) = default;
};

// A member's gates were passed and its cycle begins: from here on its unit is in work.
struct CycleBegan {
  UnitId unit;
  std::uint32_t member = 0;  // from 0: the mediator first where there is one, then the nodes
  Before before;

  friend bool operator==(const CycleBegan&, const CycleBegan&) = default;
};

struct PhaseBegan {
  UnitId unit;
  std::uint32_t member = 0;
  Phase phase = Phase::kGates;
  WallTime at{};

  friend bool operator==(const PhaseBegan&, const PhaseBegan&) = default;
};

// Which act: of the phase in hand, the `attempt`-th time (from 1).
struct ActRef {
  UnitId unit;
  std::uint32_t member = 0;
  ActKind kind = ActKind::kNote;
  std::uint32_t attempt = 0;

  friend bool operator==(const ActRef&, const ActRef&) = default;
};

// Durable before the act goes out.
struct ActIntent {
  ActRef act;
  InstanceId instance;
  WallTime at{};

  friend bool operator==(const ActIntent&, const ActIntent&) = default;
};

struct ActOutcome {
  ActRef act;
  WriteFate fate = WriteFate::kUnknown;
  bool again = false;      // refused, certainly not carried out, and worth another try
  std::string code;        // of whoever refused it
  std::string message;     // one line, word for word
  std::string request_id;  // AWS's, the Console's, or ONTAP's job

  friend bool operator==(const ActOutcome&, const ActOutcome&) = default;
};

// The member's cycle is being undone: what was stopped is started again, then the unit ends.
struct Abandoned {
  UnitId unit;
  std::uint32_t member = 0;
  std::string code;
  std::string why;

  friend bool operator==(const Abandoned&, const Abandoned&) = default;
};

struct MemberEnded {
  UnitId unit;
  std::uint32_t member = 0;

  friend bool operator==(const MemberEnded&, const MemberEnded&) = default;
};

// The run waits for `v2only go`.
struct Paused {
  UnitId unit;
  fleet::Pause point = fleet::Pause::kTakeover;

  friend bool operator==(const Paused&, const Paused&) = default;
};

// The operator's word: go on. Whatever was read before it guards nothing any more.
struct WentOn {
  UnitId unit;
  WallTime at{};

  friend bool operator==(const WentOn&, const WentOn&) = default;
};

}  // namespace v2only::engine
