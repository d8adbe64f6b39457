// What the rules of mediators and of nodes have in common. Private to the engine.
#pragma once

#include <optional>
#include <string>

#include "engine/situation.h"

namespace v2only::engine {

// Where the last act of the kind, in the phase in hand, stands.
enum class ActState : std::uint8_t {
  kNotTried,
  kDone,
  kRefused,
  kUnknown,  // no answer came, or the process was killed before it did
};
ActState state_of(const Situation& s, ActKind kind);

// The newest reading has these parts, is young enough by either clock, and was asked for after the
// last act was answered.
bool fresh(const Situation& s, std::uint32_t parts, Duration good_for = kGateGoodFor);

// By monotonic time: while the machine sleeps nothing is waited for.
Duration waited(const Situation& s);
// A call whose answer never came may take effect until this is over.
bool unknown_settled(const Situation& s);

const fleet::MemberReading* member_seen(const Situation& s);
const fleet::OntapNode* node_seen(const Situation& s);
// The plan's step of the member in hand; null where only its restart is owed.
const fleet::Step* step_of_member(const Situation& s);
bool options_as_planned(const Situation& s);

// When the node last booted by its own account; nothing where it does not tell.
std::optional<WallTime> booted_at(const fleet::SystemReading& reading,
                                  const fleet::OntapNode& node);

Move mediator_move(const Situation& s);
Move node_move(const Situation& s);

}  // namespace v2only::engine
