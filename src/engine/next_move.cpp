#include <algorithm>

#include "engine/cycle.h"
#include "engine/planted.h"

namespace v2only::engine {
namespace {

using fleet::Pause;

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

// The options of the member are still what the plan expects of them.
std::string moved(const Situation& s) {
  const auto* step = step_of_member(s);
  const auto* seen = member_seen(s);
  if (step == nullptr || seen == nullptr || options_as_planned(s)) return {};
  const auto differs = step->expect.changed_from(seen->options);
  if (differs.empty()) return {};
  return step->instance.str() + " is " + seen->options.only(differs).to_text() + ", was " +
         differs.to_text() + " when planned";
}

// Nothing of this member has been touched. Where other members have been, the system rests as it
// is, healthy or not, and a person has to look.
Move end_before(const Situation& s, std::string code, std::string why) {
  if (s.record.member == 0) return EndUnit{UnitState::kSkipped, std::move(code), std::move(why)};
  return EndUnit{UnitState::kNeedsOperator, std::move(code),
                 "begun and not ended: " + std::move(why)};
}

// The way to every member's change leads through here: all that must hold is read at once, and
// young.
Move gates(const Situation& s) {
  if (!s.leave.given) return Hold{s.leave};
  if (s.not_before && s.now.mono < s.not_before->mono) return WaitUntil{*s.not_before};
  const bool after_go =
      !s.record.went_on || (s.reading != nullptr && s.reading->asked_at.wall >= *s.record.went_on);
  if (!fresh(s, kGateParts) || !after_go) return Look{kGateParts, true, {}};
  if (auto why = moved(s); !why.empty()) return end_before(s, "changed-since-plan", why);
  const auto findings = fleet::preconditions(*s.reading, s.gates);
  if (!fleet::all_good(findings)) {
    if (waited(s) < s.policy.ontap.timeouts.health) return Look{kGateParts, false, {}};
    return end_before(s, "not-ready", fleet::first_trouble(findings));
  }
  if (const auto point = pause_due(s)) return PauseHere{*point};
  return Enter{node_in_hand(s) ? Phase::kNote : Phase::kMediatorOptions};
}

// The options of the member are put back, and an operator is told.
Move restore(const Situation& s) {
  const EndUnit end{UnitState::kNeedsOperator, s.record.abandoned_code,
                    s.record.abandoned.value_or("")};
  const auto* step = step_of_member(s);
  if (step == nullptr || !s.record.options_written) return end;
  if (!fresh(s, kEc2)) return Look{kEc2, true, {}};
  const auto* seen = member_seen(s);
  if (seen == nullptr || seen->options.satisfies(step->inverse())) return end;
  if (waited(s) > s.policy.ontap.timeouts.health) return end;
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

bool fresh(const Situation& s, std::uint32_t parts, Duration good_for) {
  if (s.reading == nullptr || (s.reading_parts & parts) != parts) return false;
  if (s.acted_at && s.reading->asked_at.mono < s.acted_at->mono) return false;
  return planted(Planted::kTrustOldReading) || !is_older_than(s.reading->asked_at, s.now, good_for);
}

Duration waited(const Situation& s) { return s.now.mono - s.phase_since.mono; }

bool unknown_settled(const Situation& s) {
  const auto since = s.acted_at ? s.acted_at->mono : s.phase_since.mono;
  return s.now.mono - since >= s.policy.calls.timeout + s.policy.calls.unknown_settle;
}

const fleet::MemberReading* member_seen(const Situation& s) {
  return s.reading == nullptr ? nullptr : s.reading->find(instance_in_hand(s));
}

const fleet::OntapNode* node_seen(const Situation& s) {
  const auto node = node_in_hand(s);
  if (s.reading == nullptr || !node) return nullptr;
  return s.reading->ontap.find(s.gates.system.nodes[*node].name);
}

const fleet::Step* step_of_member(const Situation& s) {
  const auto& steps = s.unit.steps;
  const auto& id = instance_in_hand(s);
  const auto found = std::find_if(steps.begin(), steps.end(),
                                  [&](const fleet::Step& step) { return step.instance == id; });
  return found == steps.end() ? nullptr : &*found;
}

bool options_as_planned(const Situation& s) {
  const auto* step = step_of_member(s);
  const auto* seen = member_seen(s);
  return step == nullptr || (seen != nullptr && seen->options.satisfies(step->set));
}

std::optional<WallTime> booted_at(const fleet::SystemReading& reading,
                                  const fleet::OntapNode& node) {
  if (!node.uptime_s) return std::nullopt;
  return node.date.value_or(reading.asked_at.wall) - std::chrono::seconds(*node.uptime_s);
}

}  // namespace v2only::engine
