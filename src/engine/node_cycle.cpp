// One node's cycle: handed over, stopped, changed while it is stopped, started, given back,
// healthy, settled (facts: netapp.md, 6 and 10). The partner is never touched; nothing is ever
// forced.
#include "core/text.h"
#include "engine/cycle.h"

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
  if (s.record.abandoned) why = *s.record.abandoned + "; and then: " + why;
  // Its options are put back at once: that restarts nothing, and may be what it lacks.
  if (s.record.options_written) return GiveUp{std::move(code), std::move(why), Phase::kRestore};
  return EndUnit{UnitState::kNeedsOperator, std::move(code), std::move(why)};
}

Move note(const Situation& s) {
  if (state_of(s, ActKind::kNote) == ActState::kNotTried) return Act{ActKind::kNote};
  return Enter{pair(s) ? Phase::kHandover : Phase::kShutdown};
}

// --- handing over --------------------------------------------------------------------------

Move handover(const Situation& s) {
  const auto kind = handover_kind(s);
  switch (state_of(s, kind)) {
    case ActState::kDone:
    case ActState::kUnknown:
      return Enter{Phase::kTakenOver};
    case ActState::kRefused:
      return EndUnit{UnitState::kFailed, "handover-refused",
                     "ONTAP refused to hand over " + node_name(s) + ": " + s.record.act->message};
    case ActState::kNotTried:
      break;
  }
  if (!fresh(s, kGateParts)) return Look{kGateParts, true, {}};
  if (!fleet::all_good(fleet::preconditions(*s.reading, s.gates))) return Enter{Phase::kGates};
  return Act{kind};
}

// The node's storage did not come to be served by its partner in time.
Move not_served(const Situation& s, const fleet::Findings& findings) {
  const auto* node = node_seen(s);
  const auto trouble = fleet::first_trouble(findings);
  if (node == nullptr || node->state == NodeState::kUnknown) {
    if (waited(s) < limits(s).takeover + limits(s).boot) return look(s, kServedParts);
    return EndUnit{
        UnitState::kNeedsOperator, "not-seen",
        node_name(s) +
            " was to be handed over, and ONTAP does not tell what became of it: " + trouble};
  }
  if (node->state == NodeState::kUp) {
    return EndUnit{
        UnitState::kFailed, "no-takeover",
        node_name(s) + " was not taken over and is still up; nothing was changed: " + trouble};
  }
  const auto* seen = member_seen(s);
  const bool boots_by_itself = handover_kind(s) != ActKind::kShutdown;
  const bool stopped = seen != nullptr && seen->state == InstanceState::kStopped;
  const auto next = boots_by_itself ? Phase::kBooted : stopped ? Phase::kStart : Phase::kStop;
  return GiveUp{"not-served",
                "given back, since not all is served by " + partner_name(s) + ": " + trouble, next};
}

Move taken_over(const Situation& s) {
  if (!fresh(s, kServedParts)) return look(s, kServedParts);
  const auto findings = fleet::served_by_partner(*s.reading, s.gates, *node_in_hand(s));
  if (fleet::all_good(findings)) {
    if (s.policy.ontap.pause_before.count(fleet::Pause::kStop) > 0 && !s.record.went_on) {
      return PauseHere{fleet::Pause::kStop};
    }
    return Enter{Phase::kStop};
  }
  if (waited(s) < limits(s).takeover) return look(s, kServedParts);
  return not_served(s, findings);
}

// The act of a single node's shutdown was accepted, or may have been: only silence that lasts, or
// EC2, shows that it is down. Silence after a call without an answer may be the network's: then the
// instance is not stopped, for ONTAP may still serve.
Move watch_shutdown(const Situation& s, ActKind kind, ActState state) {
  constexpr std::uint32_t kParts = kEc2 | kNodes;
  if (!fresh(s, kParts)) return look(s, kParts);
  const auto* seen = member_seen(s);
  if (seen != nullptr && seen->state == InstanceState::kStopped) return Enter{Phase::kStopped};
  const auto* node = node_seen(s);
  const bool accepted = state == ActState::kDone;
  if (kind == ActKind::kHalt && accepted && s.in_a_row >= kSilentReadings) {
    return Enter{Phase::kStop};
  }
  if (!accepted && node != nullptr && unknown_settled(s) && s.record.act->attempt < kMostAttempts) {
    return Act{kind};
  }
  if (waited(s) < limits(s).stop) return look(s, kParts);
  if (node != nullptr) {
    return EndUnit{UnitState::kFailed, "no-shutdown",
                   node_name(s) + " was to shut down and is still up; nothing was changed"};
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
  if (state == ActState::kRefused) {
    return EndUnit{UnitState::kFailed, "shutdown-refused",
                   "the shutdown of " + node_name(s) + " was refused: " + s.record.act->message};
  }
  if (state != ActState::kNotTried) return watch_shutdown(s, kind, state);
  if (!fresh(s, kGateParts)) return Look{kGateParts, true, {}};
  if (!fleet::all_good(fleet::preconditions(*s.reading, s.gates))) return Enter{Phase::kGates};
  return Act{kind};
}

// --- stopped, changed, started ---------------------------------------------------------------

// What StopInstances without an answer came to.
Move settle_stop(const Situation& s) {
  if (!unknown_settled(s)) return look(s, kEc2);
  if (!fresh(s, kEc2)) return look(s, kEc2, true);
  const auto* seen = member_seen(s);
  if (seen == nullptr || seen->state != InstanceState::kRunning) return Enter{Phase::kStopped};
  if (seen->launched != s.record.before.launched) {
    return GiveUp{"restarted-by-others",
                  instance_in_hand(s).str() + " was started by somebody else", Phase::kBooted};
  }
  if (s.record.act->attempt < kMostAttempts) return Act{ActKind::kStop};
  return GiveUp{"no-answer", "StopInstances was never answered", Phase::kStart};
}

// Just before the stop: the partner serves. Where the cycle is being undone, the node is halted and
// serves nothing: it is stopped to be started.
Move ask_for_stop(const Situation& s) {
  if (!pair(s)) return Act{ActKind::kStop};
  if (!fresh(s, kServedParts)) return look(s, kServedParts, true);
  if (!s.record.abandoned) {
    const auto findings = fleet::served_by_partner(*s.reading, s.gates, *node_in_hand(s));
    if (!fleet::all_good(findings)) return Enter{Phase::kTakenOver};
    return Act{ActKind::kStop};
  }
  const auto* node = node_seen(s);
  const auto* seen = member_seen(s);
  if (seen != nullptr && seen->state == InstanceState::kStopped) return Enter{Phase::kStart};
  const auto state = node == nullptr ? NodeState::kUnknown : node->state;
  if (state == NodeState::kUp || state == NodeState::kWaitingForGiveback) {
    return Enter{Phase::kGiveback};
  }
  if (state == NodeState::kDown || state == NodeState::kTakenOver) return Act{ActKind::kStop};
  if (waited(s) < limits(s).stop) return look(s, kServedParts);
  return needs_operator(s, "not-seen",
                        "ONTAP does not tell in which state " + node_name(s) + " is");
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
  if (fresh(s, kEc2)) {
    const auto* seen = member_seen(s);
    if (seen != nullptr && seen->state == InstanceState::kStopped) {
      return Enter{s.record.abandoned ? Phase::kStart : Phase::kOptions};
    }
    if (seen != nullptr && seen->state == InstanceState::kRunning &&
        seen->launched != s.record.before.launched) {
      return GiveUp{"restarted-by-others",
                    instance_in_hand(s).str() + " was started by somebody else", Phase::kBooted};
    }
  }
  if (waited(s) < limits(s).stop) return look(s, kEc2);
  return needs_operator(s, "stop-hangs",
                        instance_in_hand(s).str() + " does not come to a stop; it was not forced");
}

// While it is stopped, so that no running ONTAP is ever cut off from IMDS. `applied` is awaited
// after the start.
Move options(const Situation& s) {
  if (s.record.abandoned || s.record.options_written) return Enter{Phase::kStart};
  if (!s.options_refused.empty()) {
    return GiveUp{"refused", "started again unchanged: " + s.options_refused, Phase::kStart};
  }
  if (!fresh(s, kEc2)) return look(s, kEc2, true);
  if (options_as_planned(s)) return Enter{Phase::kStart};
  if (member_seen(s) == nullptr || member_seen(s)->state != InstanceState::kStopped) {
    return Enter{Phase::kStart};
  }
  return WriteOptions{};
}

// Tried until it succeeds, whatever the run has been asked meanwhile.
Move start(const Situation& s) {
  const auto kind = s.gates.console_given && !pair(s) ? ActKind::kConsoleStart : ActKind::kStart;
  const auto state = state_of(s, kind);
  if (state == ActState::kDone) return Enter{Phase::kBooted};
  if (state == ActState::kUnknown) {
    if (!unknown_settled(s)) return look(s, kEc2);
    if (!fresh(s, kEc2)) return look(s, kEc2, true);
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

Move booted(const Situation& s) {
  constexpr std::uint32_t kParts = kEc2 | kEc2Status | kNodes;
  if (fresh(s, kParts)) {
    const auto* seen = member_seen(s);
    const auto* node = node_seen(s);
    const bool running = seen != nullptr && seen->state == InstanceState::kRunning;
    if (seen != nullptr && seen->state == InstanceState::kStopped) return Enter{Phase::kStart};
    if (running && node != nullptr &&
        (node->state == NodeState::kUp || node->state == NodeState::kWaitingForGiveback)) {
      return Enter{pair(s) ? Phase::kGiveback : Phase::kHealthy};
    }
  }
  if (waited(s) < limits(s).start + limits(s).boot) return look(s, kParts);
  const auto* node = node_seen(s);
  return needs_operator(s, "no-boot",
                        node_name(s) + " was started and does not boot: ONTAP shows it as " +
                            std::string(node == nullptr ? "not there" : name_of(node->state)));
}

bool given_back(const Situation& s) {
  const auto* node = node_seen(s);
  const auto* partner = s.reading->ontap.find(partner_name(s));
  return node != nullptr && node->state == NodeState::kUp && partner != nullptr && partner->ha &&
         partner->ha->takeover == fleet::TakeoverState::kNotAttempted &&
         partner->ha->giveback == fleet::GivebackState::kNothingToGiveback;
}

// ONTAP's own words on why a giveback does not happen.
std::string veto_words(const Situation& s) {
  std::vector<std::string> words;
  const auto* partner = s.reading == nullptr ? nullptr : s.reading->ontap.find(partner_name(s));
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
  if (fresh(s, kEc2 | kNodes) && given_back(s)) return Enter{Phase::kHealthy};
  if (waited(s) < limits(s).giveback) return look(s, kEc2 | kNodes);
  return needs_operator(
      s, "giveback", node_name(s) + " is up and its storage was not given back: " + veto_words(s));
}

bool only_mirrors(const fleet::Findings& findings) {
  for (const auto& finding : findings) {
    const bool trouble = finding.mark == fleet::Mark::kBad || finding.mark == fleet::Mark::kUnknown;
    if (trouble && finding.gate != "mirrors") return false;
  }
  return true;
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
  if (!booted || !s.record.before.booted) return {};
  if (*booted > *s.record.before.booted) return {};
  return s.record.abandoned ? "" : "its uptime goes back to before the restart";
}

Move healthy(const Situation& s) {
  constexpr auto kParts = kHealthParts;
  if (!fresh(s, kParts)) return Look{kParts, false, {}};
  const auto findings = fleet::healthy(*s.reading, s.gates);
  auto trouble = fleet::first_trouble(findings);
  if (trouble.empty()) trouble = not_proven(s);
  if (trouble.empty() && !options_as_planned(s) && s.record.options_written) {
    trouble = "its options are not as they were written";
  }
  if (trouble.empty()) return Enter{Phase::kSettle};
  // Resync takes as long as it takes.
  const bool resync = !fleet::first_trouble(findings).empty() && only_mirrors(findings);
  if (resync || waited(s) < limits(s).health) return Look{kParts, false, {}};
  return needs_operator(s, "not-healthy", node_name(s) + " is back but not healthy: " + trouble);
}

Move settle(const Situation& s) {
  if (state_of(s, ActKind::kNoteEnd) == ActState::kNotTried) return Act{ActKind::kNoteEnd};
  const Now until{s.now.wall + s.policy.ontap.settle, s.phase_since.mono + s.policy.ontap.settle};
  if (s.now.mono < until.mono) return WaitUntil{until};
  if (!fresh(s, kHealthParts)) return Look{kHealthParts, true, {}};
  if (!fleet::all_good(fleet::healthy(*s.reading, s.gates))) return Enter{Phase::kHealthy};
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
