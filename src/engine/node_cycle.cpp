// One node's cycle: handed over, stopped, changed while it is stopped, started, given back,
// healthy, settled (facts: netapp.md, 6 and 10). The partner is never touched; nothing is ever
// forced.
#include <algorithm>

#include "core/text.h"
#include "engine/cycle.h"
#include "engine/planted.h"

namespace v2only::engine {
namespace {

using fleet::Handover;
using fleet::InstanceState;
using fleet::NodeState;
using std::chrono::hours;

constexpr std::uint32_t kMostAttempts = 3;
constexpr int kSilentReadings = 3;
// A start is tried again for so long, window or not: what we stopped we start again.
constexpr Duration kStartLimit = hours(6);
constexpr Duration kBetweenStarts = std::chrono::minutes(1);

const fleet::OntapTimeouts& limits(const Situation& s) { return s.policy.ontap.timeouts; }
bool pair(const Situation& s) { return s.gates.system.pair(); }

// ONTAP is asked where the node in hand does not answer from: at its partner's address.
std::optional<std::size_t> ask_partner(const Situation& s) {
  if (!pair(s)) return std::nullopt;
  return 1 - *node_in_hand(s);
}
Look look(const Situation& s, std::uint32_t parts, bool urgent = false) {
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

ActKind start_kind(const Situation& s) {
  return s.gates.console_given && !pair(s) ? ActKind::kConsoleStart : ActKind::kStart;
}

// The cycle is undone: what was halted has to boot again, and is given back then.
Move give_back(const Situation& s, std::string code, std::string why) {
  const auto* seen = member_seen(s);
  const bool boots_by_itself = handover_kind(s) != ActKind::kShutdown;
  const bool stopped = seen != nullptr && seen->state == InstanceState::kStopped;
  const auto next = boots_by_itself ? Phase::kBooted : stopped ? Phase::kStart : Phase::kStop;
  return GiveUp{std::move(code), std::move(why), next};
}

Move started_by_others(const Situation& s) {
  return GiveUp{"restarted-by-others", instance_in_hand(s).str() + " was started by somebody else",
                Phase::kBooted};
}
bool is_started_by_others(const Situation& s) {
  const auto* seen = member_seen(s);
  const bool up = seen != nullptr && (seen->state == InstanceState::kRunning ||
                                      seen->state == InstanceState::kPending);
  return up && seen->launched != s.record.before.launched;
}

Move note(const Situation& s) {
  if (!s.leave.given) return Enter{Phase::kGates};
  if (state_of(s, ActKind::kNote) == ActState::kNotTried) return Act{ActKind::kNote};
  return Enter{pair(s) ? Phase::kHandover : Phase::kShutdown};
}

// --- handing over --------------------------------------------------------------------------

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
                 "ONTAP refused to hand over " + node_name(s) + ": " + s.record.act->message};
}

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
                   "given back, since not all is served by " + partner_name(s) + ": " + trouble);
}

// A run that is to stop does not rest at this pause: a node is away.
Move before_stop(const Situation& s) {
  const bool pause = s.policy.ontap.pause_before.count(fleet::Pause::kStop) > 0;
  if (!pause || s.record.went_on) return Enter{Phase::kStop};
  if (!s.stopping) return PauseHere{fleet::Pause::kStop};
  return give_back(s, "stopping",
                   "given back at the pause before its stop, since the run was asked to stop");
}

Move taken_over(const Situation& s) {
  const bool young = fresh(s, kServedParts);
  if (!young && !is_over(s, limits(s).takeover)) return look(s, kServedParts);
  const auto findings = fleet::served_by_partner(*s.reading, s.gates, *node_in_hand(s));
  if (young && fleet::all_good(findings)) return before_stop(s);
  if (!is_over(s, limits(s).takeover)) return look(s, kServedParts);
  return not_served(s, findings);
}

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

// A single node's clean shutdown, inside its outage: by the Console, which takes snapshots, or by
// ONTAP.
Move shutdown(const Situation& s) {
  const auto kind = s.gates.console_given ? ActKind::kConsoleStop : ActKind::kHalt;
  const auto state = state_of(s, kind);
  if (state == ActState::kRefused && !was_read(s, kEc2 | kNodes)) return look(s, kEc2 | kNodes);
  if (state == ActState::kRefused && node_seen(s) != nullptr) {
    return EndUnit{UnitState::kFailed, "shutdown-refused",
                   "the shutdown of " + node_name(s) + " was refused: " + s.record.act->message};
  }
  if (state != ActState::kNotTried) return watch_shutdown(s, kind, state);
  return ask_guarded(s, kind);
}

// --- stopped, changed, started ---------------------------------------------------------------

Move not_seen(const Situation& s) {
  return needs_operator(s, "not-seen",
                        "ONTAP does not tell in which state " + node_name(s) + " is: " +
                            instance_in_hand(s).str() + " was not stopped, nor started again");
}

// What StopInstances without an answer came to.
// Where the cycle is being undone, a node that is halted serves nothing: it is stopped to be
// started.
Move ask_for_stop_to_start(const Situation& s) {
  const auto* seen = member_seen(s);
  if (seen != nullptr && seen->state == InstanceState::kStopped) return Enter{Phase::kStart};
  const auto* node = node_seen(s);
  switch (node == nullptr ? NodeState::kUnknown : node->state) {
    case NodeState::kUp:
      return Enter{Phase::kGiveback};
    case NodeState::kBooting:
    case NodeState::kWaitingForGiveback:
      return Enter{Phase::kBooted};
    case NodeState::kDown:
    case NodeState::kTakenOver:
      return Act{ActKind::kStop};
    case NodeState::kDegraded:
    case NodeState::kUnknown:
      break;
  }
  if (!is_over(s, limits(s).stop)) return look(s, kServedParts);
  return not_seen(s);
}

// Just before the stop: the partner serves. A single node was seen to be down.
Move ask_for_stop(const Situation& s) {
  const auto parts = pair(s) ? kServedParts : static_cast<std::uint32_t>(kEc2);
  if (!fresh(s, parts)) {
    return is_over(s, limits(s).stop) ? not_seen(s) : Move(look(s, parts, true));
  }
  if (pair(s) && s.record.abandoned) return ask_for_stop_to_start(s);
  if (!pair(s)) return Act{ActKind::kStop};
  const auto findings = fleet::served_by_partner(*s.reading, s.gates, *node_in_hand(s));
  const bool served = fleet::all_good(findings) || planted(Planted::kIgnoreVeto);
  if (!served) return Enter{Phase::kTakenOver};
  return Act{ActKind::kStop};
}

// What StopInstances without an answer came to. It is sent again only on what guarded the first.
Move settle_stop(const Situation& s) {
  const bool late = is_over_since_act(s, limits(s).stop);
  if (!late && (!unknown_settled(s) || !was_read(s, kEc2))) return look(s, kEc2);
  const auto* seen = member_seen(s);
  if (seen == nullptr && !late) return look(s, kEc2);
  if (is_started_by_others(s)) return started_by_others(s);
  if (seen != nullptr && seen->state != InstanceState::kRunning) return Enter{Phase::kStopped};
  if (!late && s.record.act->attempt < kMostAttempts) return ask_for_stop(s);
  return GiveUp{"no-answer", "StopInstances was never answered", Phase::kStart};
}

Move stop(const Situation& s) {
  switch (state_of(s, ActKind::kStop)) {
    case ActState::kNotTried:
      return ask_for_stop(s);
    case ActState::kDone:
      return Enter{Phase::kStopped};
    case ActState::kUnknown:
      return settle_stop(s);
    case ActState::kRefused:
      break;
  }
  const auto why =
      "EC2 refused to stop " + instance_in_hand(s).str() + ": " + s.record.act->message;
  if (s.record.abandoned || handover_kind(s) == ActKind::kShutdown) {
    return needs_operator(s, "stop-refused", why);
  }
  return GiveUp{"stop-refused", why, Phase::kBooted};
}

Move stopped(const Situation& s) {
  if (was_read(s, kEc2)) {
    const auto* seen = member_seen(s);
    if (seen != nullptr && seen->state == InstanceState::kStopped) {
      return Enter{s.record.abandoned ? Phase::kStart : Phase::kOptions};
    }
    if (is_started_by_others(s)) return started_by_others(s);
  }
  if (!is_over(s, limits(s).stop)) return look(s, kEc2);
  // It may stop yet: then it is started again.
  return GiveUp{"stop-hangs",
                instance_in_hand(s).str() + " does not come to a stop in time; it was not forced",
                Phase::kStart};
}

// While it is stopped, so that no running ONTAP is ever cut off from IMDS. `applied` is awaited
// after the start.
Move options(const Situation& s) {
  if (!s.option_moved.empty()) {
    return GiveUp{"option-moved", instance_in_hand(s).str() + ": " + s.option_moved, Phase::kStart};
  }
  if (s.record.abandoned || s.record.options_written) return Enter{Phase::kStart};
  if (!s.options_refused.empty()) {
    return GiveUp{"refused", "started again unchanged: " + s.options_refused, Phase::kStart};
  }
  const bool late = is_over(s, limits(s).stop);
  if (!late && !was_read(s, kEc2)) return look(s, kEc2, true);
  const auto* seen = member_seen(s);
  if (seen != nullptr && options_as_planned(s)) return Enter{Phase::kStart};
  if (is_started_by_others(s)) return started_by_others(s);
  if (late) {
    return GiveUp{"not-changed", "started again, since its options could not be changed in time",
                  Phase::kStart};
  }
  if (seen == nullptr || seen->state != InstanceState::kStopped || s.write_open) {
    return look(s, kEc2);
  }
  if (auto why = moved_from(*step_of_member(s), seen->options); !why.empty()) {
    return GiveUp{"changed-since-plan", "started again unchanged: " + why, Phase::kStart};
  }
  return WriteOptions{};
}

// Tried until it succeeds, whatever the run has been asked meanwhile.
Move start(const Situation& s) {
  const auto kind = start_kind(s);
  const auto state = state_of(s, kind);
  if (state == ActState::kDone) return Enter{Phase::kBooted};
  if (state == ActState::kUnknown) {
    if (!unknown_settled(s)) return look(s, kEc2);
    if (!was_read(s, kEc2)) return look(s, kEc2, true);
    const auto* seen = member_seen(s);
    if (seen != nullptr &&
        (seen->state == InstanceState::kPending || seen->state == InstanceState::kRunning)) {
      return Enter{Phase::kBooted};
    }
  }
  if (waited(s) < kStartLimit) return Act{kind};
  return needs_operator(s, "start-refused",
                        instance_in_hand(s).str() + " could not be started for " +
                            format_duration(kStartLimit) + ": " + s.record.act->message);
}

// --- back ------------------------------------------------------------------------------------

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
  const auto* node = node_seen(s);
  return needs_operator(s, "no-boot",
                        node_name(s) + " was started and does not boot: ONTAP shows it as " +
                            std::string(node == nullptr ? "not there" : name_of(node->state)));
}

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
  if (words.empty()) return "giveback is " + std::string(name_of(ha.giveback));
  return join(words, "; ");
}

// ONTAP gives back by itself, after its own delay, and tries again by itself.
Move giveback(const Situation& s) {
  if (planted(Planted::kNoGivebackWait) && *node_in_hand(s) == 0) return NextMember{};
  if (was_read(s, kEc2 | kNodes) && given_back(s)) return Enter{Phase::kHealthy};
  if (!is_over(s, limits(s).giveback)) return look(s, kEc2 | kNodes);
  const auto* node = node_seen(s);
  return needs_operator(s, "giveback",
                        node_name(s) + " is " +
                            std::string(node == nullptr ? "not shown" : name_of(node->state)) +
                            " and its storage was not given back: " + veto_words(s));
}

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
  const auto booted = booted_at(*s.reading, *node);
  if (!s.record.before.booted) return {};
  if (!booted) return "it does not tell its uptime";
  if (*booted > *s.record.before.booted) return {};
  if (s.record.abandoned) return {};
  return "its uptime goes back to " + format_utc(*booted) + ", and it had booted at " +
         format_utc(*s.record.before.booted) + " before";
}

// What was written while it was stopped has reached it with its start.
std::string not_in_effect(const Situation& s) {
  if (s.record.abandoned || step_of_member(s) == nullptr) return {};
  if (!options_as_planned(s)) return "its options are not as they were written";
  if (member_seen(s)->options_state == fleet::OptionState::kApplied) return {};
  return "its options are still pending";
}

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
  if (s.record.abandoned) {
    return EndUnit{UnitState::kFailed, s.record.abandoned_code, *s.record.abandoned};
  }
  return NextMember{};
}

}  // namespace

Move node_move(const Situation& s) {
  switch (s.record.phase) {
    case Phase::kNote:
      return note(s);
    case Phase::kHandover:
      return handover(s);
    case Phase::kTakenOver:
      return taken_over(s);
    case Phase::kShutdown:
      return shutdown(s);
    case Phase::kStop:
      return stop(s);
    case Phase::kStopped:
      return stopped(s);
    case Phase::kOptions:
      return options(s);
    case Phase::kStart:
      return start(s);
    case Phase::kBooted:
      return booted(s);
    case Phase::kGiveback:
      return giveback(s);
    case Phase::kHealthy:
      return healthy(s);
    default:
      return settle(s);
  }
}

}  // namespace v2only::engine
