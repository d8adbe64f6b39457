#include <algorithm>

#include "engine/cycle.h"
#include "engine/planted.h"

namespace v2only::engine {
namespace {

using fleet::Pause;

// Its turn is over.
bool is_behind(const Situation& s, const InstanceId& id) {
  const auto& nodes = s.gates.system.nodes;
  const auto node = node_in_hand(s);
  if (!node) return false;
  if (id == s.gates.system.mediator) return true;
  return std::any_of(nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(*node),
                     [&](const fleet::CvoNode& each) { return each.instance == id; });
}

// The points at which the operator may want to be asked before the member in hand is begun.
std::optional<Pause> pause_due(const Situation& s) {
  if (s.record.went_on) return std::nullopt;
  const auto& wanted = s.policy.ontap.pause_before;
  const auto node = node_in_hand(s);
  if (!node) {
    if (wanted.count(Pause::kMediator) > 0) return Pause::kMediator;
    return std::nullopt;
  }
  if (*node == 1 && wanted.count(Pause::kSecondNode) > 0) return Pause::kSecondNode;
  if (wanted.count(Pause::kTakeover) > 0) return Pause::kTakeover;
  return std::nullopt;
}

// The options of the member in hand, and of those after it, are still what the plan expects.
std::string moved(const Situation& s) {
  for (const auto& planned : s.unit.steps) {
    const auto* seen = s.reading->find(planned.instance);
    if (seen == nullptr || is_behind(s, planned.instance)) continue;
    if (auto why = moved_from(planned, seen->options); !why.empty()) return why;
    // Somebody else has done it, an earlier run perhaps: whether it was restarted is to be planned.
    const bool ours = s.record.worked_at || s.write_open;
    if (!ours && !planned.set.changed_from(planned.expect).empty() &&
        seen->options.satisfies(planned.set)) {
      return planned.instance.str() + " is " + planned.set.to_text() +
             " already, by somebody else or an earlier run";
    }
  }
  return {};
}

// Nothing of this member has been restarted. Where other members have been, the system rests as it
// is, healthy or not, and a person has to look.
Move end_before(const Situation& s, std::string code, std::string why) {
  if (s.record.options_written) {
    return GiveUp{std::move(code), "changed and not rebooted: " + std::move(why), Phase::kRestore};
  }
  const auto* seen = member_seen(s);
  const bool down =
      s.record.worked_at && seen != nullptr && seen->state != fleet::InstanceState::kRunning;
  const bool untouched = s.record.member == 0 || !s.record.worked_at;
  if (untouched && !down) return EndUnit{UnitState::kSkipped, std::move(code), std::move(why)};
  return EndUnit{UnitState::kNeedsOperator, std::move(code),
                 "begun and not ended: " + std::move(why)};
}

// A resting state: what is done is well, and what keeps the next member from its turn may pass.
bool is_one_node_done(const Situation& s) {
  return s.record.member > 0 && !s.record.options_written &&
         fleet::all_good(fleet::healthy(*s.reading, s.gates));
}

// What is known to be on its planned options, and restarted since, is let be.
bool is_proven(const Situation& s) {
  const auto node = node_in_hand(s);
  const auto& system = s.gates.system;
  return step_of_member(s) == nullptr &&
         !(node ? system.nodes[*node].restart : system.reboot_mediator);
}

// The way to every member's change leads through here: all that must hold is read at once, and
// young.
Move gates(const Situation& s) {
  if (!s.leave.given) return Hold{s.leave};
  if (s.not_before && s.now.mono < *s.not_before) return WaitUntil{*s.not_before};
  if (is_proven(s)) return NextMember{};
  if (!fresh(s, kGateParts)) {
    if (!is_over(s, s.policy.ontap.timeouts.health)) return Look{kGateParts, true, {}};
    return end_before(s, "not-ready", trouble_of(fleet::preconditions(*s.reading, s.gates)));
  }
  if (auto why = moved(s); !why.empty()) return end_before(s, "changed-since-plan", why);
  if (!gates_hold(s)) {
    if (!is_over(s, s.policy.ontap.timeouts.health)) return Look{kGateParts, false, {}};
    auto why = fleet::first_trouble(fleet::preconditions(*s.reading, s.gates));
    if (is_one_node_done(s)) return Hold{{false, "not-ready", std::move(why), {}}};
    return end_before(s, "not-ready", std::move(why));
  }
  if (const auto point = pause_due(s)) return PauseHere{*point};
  return Enter{node_in_hand(s) ? Phase::kNote : Phase::kMediatorOptions};
}

// The options of the member are put back, and an operator is told what came of it.
Move restore(const Situation& s) {
  const auto end = [&](const std::string& more) {
    return EndUnit{UnitState::kNeedsOperator, s.record.abandoned_code,
                   s.record.abandoned.value_or("") + more};
  };
  const auto* step = step_of_member(s);
  const bool written = s.record.options_written || s.write_open;
  if (step == nullptr || !written) return end("");
  const bool late = is_over(s, s.policy.ontap.timeouts.health);
  const auto* seen = member_seen(s);
  if (!was_read(s, kEc2) || seen == nullptr) {
    if (!late) return Look{kEc2, true, {}};
    return end("; whether its options are put back could not be seen");
  }
  if (s.write_open && !late) return Look{kEc2, false, {}};
  if (seen->options.satisfies(step->inverse())) return end("; its options are put back");
  if (!seen->options.satisfies(step->set)) {
    return end("; its options, which somebody else has set meanwhile, were left as they are");
  }
  if (!s.options_refused.empty()) {
    return end("; its options could not be put back: " + s.options_refused);
  }
  if (late) return end("; its options could not be put back in time");
  return RestoreOptions{};
}

}  // namespace

Move next_move(const Situation& s) {
  if (s.record.phase == Phase::kGates) return gates(s);
  if (s.record.phase == Phase::kRestore) return restore(s);
  return node_in_hand(s) ? node_move(s) : mediator_move(s);
}

std::size_t member_count(const fleet::CvoSystem& system) {
  return system.nodes.size() + (system.mediator ? 1 : 0);
}

std::optional<std::size_t> node_in_hand(const Situation& s) {
  const std::size_t before = s.gates.system.mediator ? 1 : 0;
  if (s.record.member < before) return std::nullopt;
  return s.record.member - before;
}

const InstanceId& instance_in_hand(const Situation& s) {
  const auto node = node_in_hand(s);
  return node ? s.gates.system.nodes[*node].instance : *s.gates.system.mediator;
}

ActState state_of(const Situation& s, ActKind kind) {
  const auto& act = s.record.act;
  if (!act || act->kind != kind) return ActState::kNotTried;
  if (!act->answered || act->fate == WriteFate::kUnknown) return ActState::kUnknown;
  if (act->again) return ActState::kNotTried;
  return act->fate == WriteFate::kDone ? ActState::kDone : ActState::kRefused;
}

bool was_read(const Situation& s, std::uint32_t parts) {
  return fresh(s, parts, std::chrono::minutes(5));
}

bool fresh(const Situation& s, std::uint32_t parts, Duration good_for) {
  if (s.reading == nullptr || (s.reading_parts & parts) != parts) return false;
  if (s.acted_at && s.reading->asked_at.mono < s.acted_at->mono) return false;
  if (planted(Planted::kTrustOldReading) || planted(Planted::kStaleGate)) return true;
  return !is_older_than(s.reading->asked_at, s.now, good_for);
}

bool gates_hold(const Situation& s) {
  const auto node = node_in_hand(s);
  const bool too_early =
      (planted(Planted::kMediatorWithNode) && node == 0) ||
      ((planted(Planted::kSecondNodeEarly) || planted(Planted::kNoGivebackWait)) && node == 1);
  return too_early || fleet::all_good(fleet::preconditions(*s.reading, s.gates));
}

Duration waited(const Situation& s) { return s.now.mono - s.phase_since.mono; }

namespace {

MonoTime since_act(const Situation& s) {
  return s.acted_at ? std::max(s.acted_at->mono, s.phase_since.mono) : s.phase_since.mono;
}

bool is_over_from(const Situation& s, MonoTime since, Duration limit) {
  return s.now.mono - since >= limit && s.reading != nullptr &&
         s.reading->asked_at.mono >= since + limit;
}

const fleet::OntapNode* node_of(const Situation& s, std::size_t node) {
  if (s.reading == nullptr || s.reading->ontap.cluster_uuid != s.gates.system.cluster_uuid) {
    return nullptr;
  }
  return s.reading->ontap.find(s.gates.system.nodes[node].name);
}

}  // namespace

bool is_over(const Situation& s, Duration limit) {
  return is_over_from(s, s.phase_since.mono, limit);
}

bool is_over_since_act(const Situation& s, Duration limit) {
  return is_over_from(s, since_act(s), limit);
}

std::string trouble_of(const fleet::Findings& findings) {
  auto trouble = fleet::first_trouble(findings);
  if (!trouble.empty()) return trouble;
  return "a look at it takes so long that it is too old when it comes";
}

bool unknown_settled(const Situation& s) {
  const auto since = s.acted_at ? s.acted_at->mono : s.phase_since.mono;
  return s.now.mono - since >= s.policy.calls.timeout + s.policy.calls.unknown_settle;
}

const fleet::MemberReading* member_seen(const Situation& s) {
  return s.reading == nullptr ? nullptr : s.reading->find(instance_in_hand(s));
}

const fleet::OntapNode* node_seen(const Situation& s) {
  const auto node = node_in_hand(s);
  return node ? node_of(s, *node) : nullptr;
}

const fleet::OntapNode* partner_seen(const Situation& s) {
  const auto node = node_in_hand(s);
  return node && s.gates.system.pair() ? node_of(s, 1 - *node) : nullptr;
}

const fleet::Step* step_of_member(const Situation& s) {
  const auto& steps = s.unit.steps;
  const auto& id = instance_in_hand(s);
  const auto found = std::find_if(steps.begin(), steps.end(),
                                  [&](const fleet::Step& step) { return step.instance == id; });
  return found == steps.end() ? nullptr : &*found;
}

std::string moved_from(const fleet::Step& step, const fleet::OptionSet& seen) {
  if (seen.satisfies(step.set)) return {};
  const auto differs = step.expect.changed_from(seen);
  if (differs.empty()) return {};
  return step.instance.str() + " is " + seen.only(differs).to_text() + ", was " +
         differs.to_text() + " when planned";
}

std::string moved_besides(const Situation& s) {
  const auto* step = step_of_member(s);
  const auto* seen = member_seen(s);
  if (step == nullptr || seen == nullptr) return {};
  const auto wanted = step->expect.with(step->set);
  const auto moved = wanted.changed_from(seen->options);
  if (moved.empty()) return {};
  return step->instance.str() + " has " + seen->options.only(moved).to_text() + ", wanted " +
         moved.to_text();
}

bool options_as_planned(const Situation& s) {
  const auto* step = step_of_member(s);
  const auto* seen = member_seen(s);
  return step == nullptr || (seen != nullptr && seen->options.satisfies(step->set));
}

std::optional<WallTime> booted_at(const fleet::SystemReading& reading,
                                  const fleet::OntapNode& node) {
  if (!node.uptime_s) return std::nullopt;
  return reading.asked_at.wall - std::chrono::seconds(*node.uptime_s);
}

}  // namespace v2only::engine
