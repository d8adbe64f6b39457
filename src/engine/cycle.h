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

// The same for what guards nothing: a look that takes long is late, not wrong.
bool was_read(const Situation& s, std::uint32_t parts);

// All that must hold before the member in hand is touched does.
bool gates_hold(const Situation& s);

// By monotonic time: while the machine sleeps nothing is waited for.
Duration waited(const Situation& s);
// The limit has passed, and a look that was asked for after that has come back: a process that
// stood still looks once more before it gives up, and looks that are old when they come do not keep
// it from giving up. Counted from the beginning of the phase, or from the last act's answer.
bool is_over(const Situation& s, Duration limit);
bool is_over_since_act(const Situation& s, Duration limit);
// Why something is not so, where all that was read speaks for it: the readings were too old.
std::string trouble_of(const fleet::Findings& findings);
// A call whose answer never came may take effect until this is over.
bool unknown_settled(const Situation& s);

const fleet::MemberReading* member_seen(const Situation& s);
// Of the plan's cluster only: another one that answers at its address says nothing of it.
const fleet::OntapNode* node_seen(const Situation& s);
const fleet::OntapNode* partner_seen(const Situation& s);
// The plan's step of the member in hand; null where only its restart is owed.
const fleet::Step* step_of_member(const Situation& s);
bool options_as_planned(const Situation& s);
// An option of the member that the plan does not change, and that is not as it was when planned,
// though it is on the planned ones; empty: none.
std::string moved_besides(const Situation& s);
// What somebody else has changed of the step's instance since it was planned; empty: nothing.
std::string moved_from(const fleet::Step& step, const fleet::OptionSet& seen);

// When the node last booted, by its uptime and our clock: its own may be set while it boots.
// Nothing where it does not tell.
std::optional<WallTime> booted_at(const fleet::SystemReading& reading,
                                  const fleet::OntapNode& node);

Move mediator_move(const Situation& s);
Move node_move(const Situation& s);

}  // namespace v2only::engine
