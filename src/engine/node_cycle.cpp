// One node's cycle: handed over, stopped, changed while it is stopped, started, given back,
// healthy, settled (facts: netapp.md, 6 and 10). The partner is never touched; nothing is ever
// forced.
#include "engine/node_cycle.h"

namespace v2only::engine {
namespace node {
namespace {

using fleet::Handover;
using fleet::InstanceState;

std::optional<std::size_t> ask_partner(const Situation& s) {
  if (!pair(s)) return std::nullopt;
  return 1 - *node_in_hand(s);
}

Move note(const Situation& s) {
  if (!s.leave.given) return Enter{Phase::kGates};
  if (state_of(s, ActKind::kNote) == ActState::kNotTried) return Act{ActKind::kNote};
  return Enter{pair(s) ? Phase::kHandover : Phase::kShutdown};
}

}  // namespace

Look look(const Situation& s, std::uint32_t parts, bool urgent) {
  return {parts, urgent, ask_partner(s)};
}
std::string node_name(const Situation& s) { return s.gates.system.nodes[*node_in_hand(s)].name; }
std::string partner_name(const Situation& s) {
  return s.gates.system.partner_of(*node_in_hand(s)).name;
}

ActKind handover_kind(const Situation& s) {
  switch (s.policy.ontap.handover) {
    case Handover::kReboot:
      return ActKind::kReboot;
    case Handover::kTakeover:
      return ActKind::kTakeover;
    case Handover::kShutdown:
      break;
  }
  return ActKind::kShutdown;
}

Move needs_operator(const Situation& s, std::string code, std::string why) {
  // Its options are put back at once: that restarts nothing, and may be what it lacks.
  if (s.record.options_written) return GiveUp{std::move(code), std::move(why), Phase::kRestore};
  if (s.record.abandoned) why = *s.record.abandoned + "; and then: " + why;
  return EndUnit{UnitState::kNeedsOperator, std::move(code), std::move(why)};
}

Move give_back(const Situation& s, std::string code, std::string why) {
  const auto* seen = member_seen(s);
  const bool boots_by_itself = handover_kind(s) != ActKind::kShutdown;
  const bool stopped = seen != nullptr && seen->state == InstanceState::kStopped;
  const auto next = boots_by_itself ? Phase::kBooted : stopped ? Phase::kStart : Phase::kStop;
  return GiveUp{std::move(code), std::move(why), next};
}

}  // namespace node

Move node_move(const Situation& s) {
  switch (s.record.phase) {
    case Phase::kNote:
      return node::note(s);
    case Phase::kHandover:
      return node::handover(s);
    case Phase::kTakenOver:
      return node::taken_over(s);
    case Phase::kShutdown:
      return node::shutdown(s);
    case Phase::kStop:
      return node::stop(s);
    case Phase::kStopped:
      return node::stopped(s);
    case Phase::kOptions:
      return node::options(s);
    case Phase::kStart:
      return node::start(s);
    case Phase::kBooted:
      return node::booted(s);
    case Phase::kGiveback:
      return node::giveback(s);
    case Phase::kHealthy:
      return node::healthy(s);
    default:
      return node::settle(s);
  }
}

}  // namespace v2only::engine
