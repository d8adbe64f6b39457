// What is decided about one CVO unit, and from what: a pure function of the journal's fold, the
// newest reading and the time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/time.h"
#include "engine/entry.h"
#include "engine/restart_record.h"
#include "fleet/gates.h"
#include "fleet/plan.h"

namespace v2only::engine {

// What a look asks for; a set of bits.
enum Parts : std::uint32_t {
  kEc2 = 1U << 0U,        // state, options, launch time of the members
  kEc2Status = 1U << 1U,  // status checks, scheduled events
  kEc2Deep = 1U << 2U,    // attributes, volumes, keys
  kBootMark = 1U << 3U,   // the console output
  kNodes = 1U << 4U,      // ONTAP's cluster and nodes
  kFailoverRows = 1U << 5U,
  kAggregates = 1U << 6U,
  kLifs = 1U << 7U,
  kCloudStores = 1U << 8U,
  kTransfers = 1U << 9U,  // SnapMirror and volume moves
  kUpdate = 1U << 10U,
  kConsole = 1U << 11U,
  kAddresses = 1U << 12U,  // EC2's routes and private addresses
  kProbes = 1U << 13U,
};
inline constexpr std::uint32_t kHealthParts = kEc2 | kEc2Status | kNodes | kFailoverRows |
                                              kAggregates | kLifs | kCloudStores | kAddresses |
                                              kProbes;
inline constexpr std::uint32_t kGateParts =
    kHealthParts | kEc2Deep | kBootMark | kTransfers | kUpdate | kConsole;
inline constexpr std::uint32_t kServedParts = kEc2 | kNodes | kLifs | kAddresses | kProbes;

// A reading that guards a restart and is older than this, by either clock, guards nothing (design,
// invariant 8).
inline constexpr Duration kGateGoodFor = std::chrono::seconds(30);

// Whether a new cycle may begin now: stop asked, failure limit, window, consent, other systems.
struct Leave {
  bool given = false;
  std::string code;  // "restart-not-authorised", "window", "stopping", "apart", …
  std::string why;
  std::optional<WallTime> until;  // when it is worth asking again; none: only by an event
};

struct Situation {
  const fleet::PlannedUnit& unit;
  const fleet::Policy& policy;
  fleet::GateContext gates;
  const RestartRecord& record;
  const fleet::SystemReading* reading = nullptr;  // the newest of this process
  std::uint32_t reading_parts = 0;                // what it was asked for
  Now now;
  Now phase_since;              // a wait starts anew in full after a resume
  std::optional<Now> acted_at;  // when the last act was answered: readings must be younger
  int in_a_row = 0;  // readings that found the mediator good, or a node that shuts down silent
  std::optional<MonoTime> in_a_row_since;  // when the first of them was asked for
  std::optional<MonoTime> resync_seen;     // when a mirror was last seen being made the same again
  Leave leave;                  // while nothing has been done yet that cannot be left as it is
  bool stopping = false;        // the run was asked to stop
  bool write_open = false;      // a write of options has no answer yet, and was not yet looked at
  std::string options_refused;  // the write of the member's options was refused for good: why
  std::string option_moved;     // it was done, and the echo is not what was wanted: how
  std::optional<MonoTime> not_before;  // what was refused is tried again from then on
};

// Ask for these parts; the host keeps the polling rate. `urgent`: at once, for an act waits for it.
struct Look {
  std::uint32_t parts = 0;
  bool urgent = false;
  // ONTAP is asked at this node's address, not the one that is going away.
  std::optional<std::size_t> at_node;
};
struct Act {
  ActKind kind = ActKind::kNote;
};
struct WriteOptions {};    // the step of the member in hand
struct RestoreOptions {};  // … put back as they were observed
struct Enter {
  Phase phase = Phase::kGates;
};
struct NextMember {};
struct GiveUp {  // undo the member's cycle: start again what is stopped, then end the unit
  std::string code;
  std::string why;
  Phase next = Phase::kStart;
};
struct PauseHere {
  fleet::Pause point = fleet::Pause::kTakeover;
};
struct Hold {
  Leave leave;
};
struct EndUnit {
  UnitState state = UnitState::kDone;
  std::string code;
  std::string why;
};
struct WaitUntil {
  MonoTime until{};
};

using Move = std::variant<Look, Act, WriteOptions, RestoreOptions, Enter, NextMember, GiveUp,
                          PauseHere, Hold, EndUnit, WaitUntil>;

// The whole of the rules.
Move next_move(const Situation& situation);

// Of the member in hand: the mediator, or a node's index.
std::optional<std::size_t> node_in_hand(const Situation& situation);
const InstanceId& instance_in_hand(const Situation& situation);
std::size_t member_count(const fleet::CvoSystem& system);

}  // namespace v2only::engine
