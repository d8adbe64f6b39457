// A node on its way down: its storage handed over and seen at its partner, or a single node shut
// down.
#include <algorithm>

#include "engine/node_cycle.h"
#include "engine/planted.h"

namespace v2only::engine::node {
namespace {

using fleet::InstanceState;
using fleet::NodeState;

constexpr int kSilentReadings = 3;

// The act by which a node goes away: with leave, and all gates read just before.
Move ask_guarded(const Situation& s, ActKind kind) {
  if (!s.leave.given) return Enter{Phase::kGates};
  if (!fresh(s, kGateParts)) {
    if (is_over(s, limits(s).health)) return Enter{Phase::kGates};
    return Look{kGateParts, true, {}};
  }
  if (!gates_hold(s)) return Enter{Phase::kGates};
  return Act{kind};
}

// A job that failed may have failed half way: only a node that is seen up was not touched.
Move refused_handover(const Situation& s) {
  if (planted(Planted::kIgnoreVeto)) return Enter{Phase::kStop};
  if (!was_read(s, kServedParts)) return look(s, kServedParts);
  const auto* node = node_seen(s);
  const auto* partner = partner_seen(s);
  if (node == nullptr || partner == nullptr || !partner->ha) {
    if (!is_over_since_act(s, limits(s).takeover)) return look(s, kServedParts);
    return Enter{Phase::kTakenOver};
  }
  const bool untouched = node->state == NodeState::kUp &&
                         partner->ha->takeover != fleet::TakeoverState::kInTakeover &&
                         partner->ha->takeover != fleet::TakeoverState::kInProgress;
  if (!untouched) return Enter{Phase::kTakenOver};
  return EndUnit{UnitState::kFailed, "handover-refused",
                 "ONTAP refused to hand over " + node_name(s) + ": " + s.record.act->said()};
}

}  // namespace

Move handover(const Situation& s) {
  const auto kind = handover_kind(s);
  switch (state_of(s, kind)) {
    case ActState::kDone:
    case ActState::kUnknown:
      return Enter{Phase::kTakenOver};
    case ActState::kRefused:
      return refused_handover(s);
    case ActState::kNotTried:
      break;
  }
  return ask_guarded(s, kind);
}

namespace {

// Whether the node has booted since its cycle began, by its own account; nothing where it does not
// tell. Its clock shows whole seconds, and may be set right meanwhile.
std::optional<bool> has_booted_since(const Situation& s) {
  constexpr auto kClocks = std::chrono::seconds(10);
  const auto* node = node_seen(s);
  const auto booted = node == nullptr ? std::nullopt : booted_at(*s.reading, *node);
  if (!booted || !s.record.before.booted) return std::nullopt;
  return *booted > *s.record.before.booted + kClocks;
}

// Nothing came of a handover without an answer that anybody can see: it never arrived, and all is
// asked anew. Or the node has been away and is back, for it boots again by itself: then it is not
// restarted a second time.
Move never_handed_over(const Situation& s) {
  const bool boots_by_itself = handover_kind(s) != ActKind::kShutdown;
  if (!has_booted_since(s).value_or(boots_by_itself)) return Enter{Phase::kGates};
  return EndUnit{UnitState::kFailed, "restarted-unchanged",
                 node_name(s) +
                     " was handed over, has booted again and has its storage back, and " +
                     instance_in_hand(s).str() + " was not stopped meanwhile: nothing was changed"};
}

// Who moves the addresses of a pair, where they did not move.
std::string mediators_part(const Situation& s, const fleet::Findings& findings) {
  const bool stayed =
      std::any_of(findings.begin(), findings.end(), [](const fleet::Finding& finding) {
        return finding.gate == "data-addresses" && finding.mark == fleet::Mark::kBad;
      });
  if (!stayed || !s.gates.system.mediator) return {};
  return "; the mediator " + s.gates.system.mediator->str() +
         " has to move them: see that it works, also with IMDSv2 only";
}

// The node's storage did not come to be served by its partner in time.
Move not_served(const Situation& s, const fleet::Findings& findings) {
  const auto* node = node_seen(s);
  const auto trouble = trouble_of(findings);
  const bool late = is_over(s, limits(s).takeover + limits(s).boot);
  if (node == nullptr || node->state == NodeState::kUnknown) {
    // ONTAP may be silent because its partner went down as well: what has stopped is started.
    const auto* seen = member_seen(s);
    if (seen != nullptr && seen->state == InstanceState::kStopped) {
      return give_back(s, "not-served", "started again, since ONTAP tells nothing: " + trouble);
    }
    if (!late) return look(s, kServedParts);
    return EndUnit{UnitState::kNeedsOperator, "not-seen",
                   node_name(s) +
                       " was to be handed over, and ONTAP does not tell what became of it. If it "
                       "is halted, stop and start " +
                       instance_in_hand(s).str() + " by hand: " + trouble};
  }
  if (node->state == NodeState::kUp) {
    const auto* partner = partner_seen(s);
    const bool quiet = partner != nullptr && partner->ha &&
                       partner->ha->takeover != fleet::TakeoverState::kInProgress &&
                       partner->ha->takeover != fleet::TakeoverState::kInTakeover;
    if (!unknown_settled(s) || (!quiet && !late)) return look(s, kServedParts);
    if (quiet && !s.record.handed_over) return never_handed_over(s);
    return EndUnit{UnitState::kNeedsOperator, "no-takeover",
                   node_name(s) +
                       " was told to hand over, was not taken over, and is still up; nothing was "
                       "changed. Should it go down yet, stop and start " +
                       instance_in_hand(s).str() + " by hand: " + trouble};
  }
  return give_back(s, "not-served",
                   "given back, since not all is served by " + partner_name(s) + ": " + trouble +
                       mediators_part(s, findings));
}

// A run that is to stop does not rest at this pause: a node is away.
Move before_stop(const Situation& s) {
  const bool pause = s.policy.ontap.pause_before.count(fleet::Pause::kStop) > 0;
  if (!pause || s.record.went_on) return Enter{Phase::kStop};
  if (!s.stopping) return PauseHere{fleet::Pause::kStop};
  return give_back(s, "stopping",
                   "given back at the pause before its stop, since the run was asked to stop");
}

}  // namespace

Move taken_over(const Situation& s) {
  const bool young = fresh(s, kServedParts);
  if (!young && !is_over(s, limits(s).takeover)) return look(s, kServedParts);
  const auto findings = fleet::served_by_partner(*s.reading, s.gates, *node_in_hand(s));
  if (young && fleet::all_good(findings)) return before_stop(s);
  if (!is_over(s, limits(s).takeover)) return look(s, kServedParts);
  return not_served(s, findings);
}

namespace {

// A few looks that fail are the network's: an ONTAP that is still flushing must not be stopped.
bool is_silent(const Situation& s) {
  return s.in_a_row >= kSilentReadings && s.in_a_row_since &&
         s.now.mono - *s.in_a_row_since >= limits(s).stop / 8;
}

// The Console takes its snapshots first: till then nothing else shows that it was asked to stop.
bool is_console_at_work(const Situation& s) {
  const auto& said = s.reading->console;
  return said && said->active_actions && !said->active_actions->empty();
}

// The act of a single node's shutdown was accepted, or may have been: only silence that lasts, or
// EC2, shows that it is down. Silence after a call without an answer may be the network's: then the
// instance is not stopped, for ONTAP may still serve.
Move watch_shutdown(const Situation& s, ActKind kind, ActState state) {
  // What the Console stops is down when EC2 says so: a silent ONTAP need not be waited for.
  const auto parts = kEc2 | (kind == ActKind::kConsoleStop ? kConsole : kNodes);
  const bool late = is_over_since_act(s, limits(s).stop) && !is_console_at_work(s);
  if (!was_read(s, parts) && !late) return look(s, parts);
  if (late && kind == ActKind::kConsoleStop && !was_read(s, kNodes)) return look(s, parts | kNodes);
  const auto* seen = member_seen(s);
  if (seen != nullptr && seen->state == InstanceState::kStopped) return Enter{Phase::kStopped};
  const auto* node = node_seen(s);
  const bool accepted = state == ActState::kDone;
  if (kind == ActKind::kHalt && accepted && is_silent(s)) return Enter{Phase::kStop};
  if (!late) return look(s, parts);
  if (seen != nullptr && seen->state == InstanceState::kStopping) return Enter{Phase::kStopped};
  // So long after a call without an answer it never arrived: all is asked anew.
  const bool known = kind != ActKind::kConsoleStop || s.reading->console;
  if (node != nullptr && !accepted && known) return Enter{Phase::kGates};
  if (node != nullptr && known) {
    return EndUnit{UnitState::kNeedsOperator, "no-shutdown",
                   node_name(s) +
                       " was told to shut down and is still up; nothing was changed. Should it go "
                       "down yet, start " +
                       instance_in_hand(s).str() + " by hand"};
  }
  return needs_operator(s, "not-seen",
                        "whether " + node_name(s) + " has shut down cannot be seen: " +
                            instance_in_hand(s).str() + " was not stopped");
}

}  // namespace

// A single node's clean shutdown, inside its outage: by the Console, which takes snapshots, or by
// ONTAP.
Move shutdown(const Situation& s) {
  const auto kind = s.gates.console_given ? ActKind::kConsoleStop : ActKind::kHalt;
  const auto state = state_of(s, kind);
  if (state == ActState::kRefused && !was_read(s, kEc2 | kNodes)) return look(s, kEc2 | kNodes);
  if (state == ActState::kRefused && node_seen(s) != nullptr) {
    return EndUnit{UnitState::kFailed, "shutdown-refused",
                   "the shutdown of " + node_name(s) + " was refused: " + s.record.act->said()};
  }
  if (state != ActState::kNotTried) return watch_shutdown(s, kind, state);
  return ask_guarded(s, kind);
}

}  // namespace v2only::engine::node
