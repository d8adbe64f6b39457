// The parts of a node's cycle, one file each for its way down, its standstill and its way back.
// Private to the engine.
#pragma once

#include <optional>
#include <string>

#include "engine/cycle.h"

namespace v2only::engine::node {

inline const fleet::OntapTimeouts& limits(const Situation& s) { return s.policy.ontap.timeouts; }
inline bool pair(const Situation& s) { return s.gates.system.pair(); }
std::string node_name(const Situation& s);
std::string partner_name(const Situation& s);

// ONTAP is asked where the node in hand does not answer from: at its partner's address.
Look look(const Situation& s, std::uint32_t parts, bool urgent = false);

// The act by which the policy has a node hand its storage over.
ActKind handover_kind(const Situation& s);

// A person is needed. Options that were written are put back first.
Move needs_operator(const Situation& s, std::string code, std::string why);
// The cycle is undone: what was halted has to boot again, and is given back then.
Move give_back(const Situation& s, std::string code, std::string why);

Move handover(const Situation& s);
Move taken_over(const Situation& s);
Move shutdown(const Situation& s);

Move stop(const Situation& s);
Move stopped(const Situation& s);
Move options(const Situation& s);
Move start(const Situation& s);
ActKind start_kind(const Situation& s);  // the Console's, or EC2's
// For so long a start is tried again, window or not: what we stopped we start again.
inline constexpr Duration kStartLimit = std::chrono::hours(6);

Move booted(const Situation& s);
Move giveback(const Situation& s);
Move healthy(const Situation& s);
Move settle(const Situation& s);

}  // namespace v2only::engine::node
