// A node that stands still: stopped without force, changed meanwhile, started until it comes.
#include "engine/node_cycle.h"
#include "engine/planted.h"

namespace v2only::engine::node {
namespace {

using fleet::InstanceState;
using fleet::NodeState;

constexpr std::uint32_t kMostAttempts = 3;

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

Move not_seen(const Situation& s) {
  return needs_operator(s, "not-seen",
                        "ONTAP does not tell in which state " + node_name(s) + " is: " +
                            instance_in_hand(s).str() + " was not stopped, nor started again");
}

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

}  // namespace

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
  const auto why = "EC2 refused to stop " + instance_in_hand(s).str() + ": " + s.record.act->said();
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
  // A write without an answer may land yet: not on an ONTAP that runs.
  const bool may_land = s.write_open && !unknown_settled(s);
  const bool late = is_over(s, limits(s).stop) && !may_land;
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
  if (!s.record.act) return Act{start_kind(s)};
  const auto state = state_of(s, s.record.act->kind);
  if (state == ActState::kDone) return Enter{Phase::kBooted};
  if (state == ActState::kUnknown && !unknown_settled(s)) return look(s, kEc2);
  // Whatever became of the last call: where the instance is on its way, it is not asked again.
  if (!was_read(s, kEc2)) return look(s, kEc2, true);
  const auto* seen = member_seen(s);
  if (seen != nullptr &&
      (seen->state == InstanceState::kPending || seen->state == InstanceState::kRunning)) {
    return Enter{Phase::kBooted};
  }
  if (waited(s) < kStartLimit) return Act{start_kind(s)};
  return needs_operator(s, "start-refused",
                        instance_in_hand(s).str() + " could not be started for " +
                            format_duration(kStartLimit) + ": " + s.record.act->said());
}

// The Console's start where there is a Console; EC2's once that one has had its time, for its agent
// may be away, and what we stopped we start again.
ActKind start_kind(const Situation& s) {
  if (!s.gates.console_given || pair(s)) return ActKind::kStart;
  const bool tried = s.record.act && waited(s) >= limits(s).start;
  return tried ? ActKind::kStart : ActKind::kConsoleStart;
}

}  // namespace v2only::engine::node
