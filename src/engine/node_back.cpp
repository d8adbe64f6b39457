// A node on its way back: booted, its storage given back, healthy, settled.
#include <algorithm>

#include "core/text.h"
#include "engine/node_cycle.h"
#include "engine/planted.h"

namespace v2only::engine::node {
namespace {

using fleet::InstanceState;
using fleet::NodeState;

constexpr Duration kBetweenStarts = std::chrono::minutes(1);
constexpr auto kClocks = std::chrono::seconds(10);

// A start that was accepted and fails (capacity, keys) shows as an instance that stops again.
Move start_again(const Situation& s) {
  constexpr std::uint32_t kParts = kEc2 | kEc2Status | kNodes;
  const auto since = s.acted_at ? std::max(s.acted_at->mono, s.phase_since.mono) : MonoTime{};
  if (s.now.mono - since < kBetweenStarts) return look(s, kParts);
  if (waited(s) < kStartLimit) return Act{start_kind(s)};
  return needs_operator(s, "start-fails",
                        instance_in_hand(s).str() + " stops again after each start, for " +
                            format_duration(kStartLimit) + " now");
}

}  // namespace

namespace {

// Its time to boot is over, and it did not: or nobody sees what became of it.
Move not_booted(const Situation& s) {
  const auto* seen = member_seen(s);
  if (seen == nullptr || fleet::is_gone(seen->state)) {
    return EndUnit{UnitState::kNeedsOperator, "gone",
                   instance_in_hand(s).str() + ", on which " + node_name(s) +
                       " is to come up again, is not there any more"};
  }
  const auto& ontap = s.reading->ontap;
  const auto* node = node_seen(s);
  const auto said = ontap.errors.empty() ? std::string() : ": " + ontap.errors.front();
  // Of a pair its partner tells; a single node that does not boot cannot.
  if (node == nullptr && (pair(s) || !ontap.cluster_uuid.empty())) {
    const auto other = ontap.cluster_uuid.empty() ? said : ": another cluster answers";
    return needs_operator(
        s, "not-seen",
        node_name(s) + " was started, and whether it is back cannot be seen" + other);
  }
  return needs_operator(s, "no-boot",
                        node_name(s) + " was started and does not boot: ONTAP " +
                            (node == nullptr ? "does not answer" + said
                                             : "shows it as " + std::string(name_of(node->state))));
}

}  // namespace

Move booted(const Situation& s) {
  if (planted(Planted::kSecondNodeEarly) && pair(s) && *node_in_hand(s) == 0) return NextMember{};
  constexpr std::uint32_t kParts = kEc2 | kEc2Status | kNodes;
  if (was_read(s, kParts)) {
    const auto* seen = member_seen(s);
    const auto* node = node_seen(s);
    const bool running = seen != nullptr && seen->state == InstanceState::kRunning;
    if (seen != nullptr && seen->state == InstanceState::kStopped) return start_again(s);
    if (running && node != nullptr &&
        (node->state == NodeState::kUp || node->state == NodeState::kWaitingForGiveback)) {
      return Enter{pair(s) ? Phase::kGiveback : Phase::kHealthy};
    }
  }
  if (!is_over_since_act(s, limits(s).start + limits(s).boot)) return look(s, kParts);
  return not_booted(s);
}

namespace {

bool given_back(const Situation& s) {
  const auto* node = node_seen(s);
  const auto* partner = partner_seen(s);
  return node != nullptr && node->state == NodeState::kUp && partner != nullptr && partner->ha &&
         partner->ha->takeover == fleet::TakeoverState::kNotAttempted &&
         partner->ha->giveback == fleet::GivebackState::kNothingToGiveback;
}

// ONTAP's own words on why a giveback does not happen.
std::string veto_words(const Situation& s) {
  std::vector<std::string> words;
  const auto* partner = partner_seen(s);
  if (partner == nullptr || !partner->ha) return "ONTAP was not read";
  const auto& ha = *partner->ha;
  if (!ha.giveback_failure.empty()) words.push_back(ha.giveback_failure.message);
  for (const auto& each : ha.giveback_status) {
    if (!each.failure.empty()) words.push_back(each.aggregate + ": " + each.failure.message);
  }
  if (!words.empty()) return join(words, "; ");
  return "at its partner takeover is " + std::string(name_of(ha.takeover)) + " and giveback is " +
         std::string(name_of(ha.giveback));
}

}  // namespace

// ONTAP gives back by itself, after its own delay, and tries again by itself.
Move giveback(const Situation& s) {
  if (planted(Planted::kNoGivebackWait) && *node_in_hand(s) == 0) return NextMember{};
  constexpr std::uint32_t kParts = kEc2 | kNodes | kAggregates;
  const bool read = was_read(s, kParts);
  if (read && given_back(s)) return Enter{Phase::kHealthy};
  // ONTAP's own delay begins when the mirrors are the same.
  const bool just_was = s.resync_seen && s.now.mono - *s.resync_seen < limits(s).giveback;
  if (!is_over(s, limits(s).giveback) || just_was) return look(s, kParts);
  const auto* node = node_seen(s);
  return needs_operator(s, "giveback",
                        node_name(s) + " is " +
                            std::string(node == nullptr ? "not shown" : name_of(node->state)) +
                            " and its storage was not given back: " + veto_words(s));
}

namespace {

// Mirrors take as long as they take, unless one has failed; till then a takeover may not be
// possible.
bool is_resync(const Situation& s, const fleet::Findings& findings) {
  bool mirrors = false;
  for (const auto& finding : findings) {
    const bool trouble = finding.mark == fleet::Mark::kBad || finding.mark == fleet::Mark::kUnknown;
    if (trouble && finding.gate != "mirrors" && finding.gate != "takeover-possible") return false;
    mirrors = mirrors || (trouble && finding.gate == "mirrors");
  }
  const auto& aggregates = s.reading->ontap.aggregates;
  return mirrors && aggregates &&
         std::none_of(aggregates->begin(), aggregates->end(),
                      [](const auto& aggregate) { return aggregate.mirror == "failed"; });
}

// That the node has booted since its cycle began: by EC2's launch time and by its own clock.
std::string not_proven(const Situation& s) {
  const auto* seen = member_seen(s);
  const auto* node = node_seen(s);
  if (seen == nullptr || node == nullptr) return "the node was not read";
  if (seen->launched == s.record.before.launched && !s.record.abandoned) {
    return "EC2 shows the launch time that it had before";
  }
  if (s.record.abandoned) return {};
  const auto booted = booted_at(*s.reading, *node);
  if (!booted) return "it does not tell its uptime";
  const auto& before = s.record.before.booted;
  if (before) {
    if (*booted > *before) return {};
    return "its uptime goes back to " + format_utc(*booted) + ", and it had booted at " +
           format_utc(*before) + " before";
  }
  // What it told before is not known: then it has to be younger than the act that sent it away.
  const auto& act = s.record.last_act;
  if (!act || *booted + kClocks > act->at) return {};
  return "its uptime goes back to " + format_utc(*booted) + ", before its cycle began";
}

// What was written while it was stopped has reached it with its start.
std::string not_in_effect(const Situation& s) {
  if (s.record.abandoned || step_of_member(s) == nullptr) return {};
  if (!options_as_planned(s)) return "its options are not as they were written";
  if (auto moved = moved_besides(s); !moved.empty()) return moved;
  if (member_seen(s)->options_state == fleet::OptionState::kApplied) return {};
  return "its options are still pending";
}

}  // namespace

Move healthy(const Situation& s) {
  constexpr auto kParts = kHealthParts;
  const bool late = is_over(s, limits(s).health);
  if (!late && !was_read(s, kParts)) return Look{kParts, false, {}};
  const auto findings = fleet::healthy(*s.reading, s.gates);
  auto trouble = fleet::first_trouble(findings);
  if (trouble.empty()) trouble = not_proven(s);
  if (trouble.empty()) trouble = not_in_effect(s);
  if (trouble.empty() && was_read(s, kParts)) return Enter{Phase::kSettle};
  if (!late || is_resync(s, findings)) return Look{kParts, false, {}};
  return needs_operator(s, "not-healthy", node_name(s) + " is back but not healthy: " + trouble);
}

Move settle(const Situation& s) {
  if (state_of(s, ActKind::kNoteEnd) == ActState::kNotTried) return Act{ActKind::kNoteEnd};
  const auto until = s.phase_since.mono + s.policy.ontap.settle;
  if (s.now.mono < until) return WaitUntil{until};
  if (!was_read(s, kHealthParts) || s.reading->asked_at.mono < until) {
    return Look{kHealthParts, true, {}};
  }
  if (!fleet::all_good(fleet::healthy(*s.reading, s.gates))) return Enter{Phase::kHealthy};
  if (planted(Planted::kRestartTwice) && pair(s)) return Enter{Phase::kHandover};
  // What landed after its start was never restarted for: it would cut a running ONTAP off.
  if (s.record.landed_late) return Enter{Phase::kRestore};
  if (s.record.abandoned) {
    return EndUnit{UnitState::kFailed, s.record.abandoned_code, *s.record.abandoned};
  }
  return NextMember{};
}

}  // namespace v2only::engine::node
