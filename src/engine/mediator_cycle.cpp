// A mediator: options, then a reboot that counts only when a boot later than the request was seen,
// then three good readings. Both nodes are up all the while (facts: netapp.md, 6.3, 6.4 and 10).
#include <string_view>

#include "core/text.h"
#include "engine/cycle.h"
#include "engine/planted.h"

namespace v2only::engine {
namespace {

constexpr int kGoodReadings = 3;
constexpr std::uint32_t kMostReboots = 2;
constexpr std::uint32_t kBootParts = kEc2 | kEc2Status | kBootMark;
constexpr std::uint32_t kGoodParts = kEc2 | kEc2Status | kNodes | kFailoverRows | kConsole;

Move give_up(std::string code, std::string why) {
  return GiveUp{std::move(code), std::move(why), Phase::kRestore};
}

Move options(const Situation& s) {
  const auto next = s.policy.ontap.mediator_reboot ? Phase::kMediatorReboot : Phase::kMediatorGood;
  if (!s.options_refused.empty()) return EndUnit{UnitState::kFailed, "refused", s.options_refused};
  if (!s.option_moved.empty()) return give_up("option-moved", s.option_moved);
  const bool late = is_over(s, s.policy.ontap.timeouts.health);
  if (!late && !was_read(s, kEc2)) return Look{kEc2, !s.record.options_written, {}};
  const auto* seen = member_seen(s);
  if (seen == nullptr) {
    if (!late) return Look{kEc2, false, {}};
    return give_up("gone", "EC2 does not show the mediator any more");
  }
  if (!options_as_planned(s)) {
    if (late) {
      return give_up("not-applied", "the mediator's options do not come to show what was written");
    }
    if (s.record.options_written) return Look{kEc2, false, {}};
    if (s.write_open) return Look{kEc2, false, {}};
    if (s.not_before && s.now.mono < *s.not_before) return WaitUntil{*s.not_before};
    const bool moved = !moved_from(*step_of_member(s), seen->options).empty();
    // As a reboot, its change wants the pair whole: a takeover may have begun meanwhile.
    const bool whole = fresh(s, kGateParts) && gates_hold(s);
    if (s.leave.given && !moved && whole) return WriteOptions{};
    return Enter{Phase::kGates};
  }
  if (auto moved = moved_besides(s); !moved.empty()) return give_up("option-moved", moved);
  if (seen->options_state == fleet::OptionState::kApplied) return Enter{next};
  return Look{kEc2, false, {}};
}

// A console output that lost its lines, or is of the other kind, tells of no boot.
bool is_later_boot(std::string_view before, std::string_view now) {
  const auto count_in = [](std::string_view mark) -> std::optional<std::uint64_t> {
    const auto kind = mark.find(' ');
    if (kind == std::string_view::npos) return std::nullopt;
    mark.remove_prefix(kind + 1);
    return parse_number(mark.substr(0, mark.find(' ')));
  };
  const auto earlier = count_in(before);
  const auto later = count_in(now);
  return earlier && later && *later > *earlier &&
         before.substr(0, before.find(' ')) == now.substr(0, now.find(' '));
}

// What EC2 shows neither by state nor by launch time: the status checks begin anew, or the console
// output has a boot that it did not have before.
bool boot_seen(const Situation& s) {
  const auto* seen = member_seen(s);
  if (seen == nullptr) return false;
  if (seen->instance_status == "initializing" || seen->system_status == "initializing") return true;
  return seen->boot_mark && s.record.before.boot_mark &&
         is_later_boot(*s.record.before.boot_mark, *seen->boot_mark);
}

Move no_boot_seen() {
  return give_up(
      "no-boot-seen",
      "the mediator was told to reboot, and no boot was seen: the nodes were not touched");
}

// A mediator whose options are changed and that was not rebooted may rest as it is: both nodes are
// up. So it waits for its reboot where everything waits that may not begin. One that an earlier
// process has asked for may show meanwhile.
Move ask_for_reboot(const Situation& s) {
  if (s.record.reboots > 0 && was_read(s, kBootParts) && boot_seen(s)) {
    return Enter{Phase::kMediatorBack};
  }
  if (s.record.reboots >= kMostReboots) return no_boot_seen();
  if (!s.leave.given) return Enter{Phase::kGates};
  const bool young = fresh(s, kGateParts);
  if (young && fleet::all_good(fleet::preconditions(*s.reading, s.gates))) {
    return Act{ActKind::kInstanceReboot};
  }
  if (!is_over(s, s.policy.ontap.timeouts.health)) return Look{kGateParts, !young, {}};
  return give_up("not-ready", "the mediator was not rebooted: " +
                                  trouble_of(fleet::preconditions(*s.reading, s.gates)));
}

// Once more only while the pair is whole: the gates say so. The second one is watched as long as
// the first.
Move watch_reboot(const Situation& s, bool unknown) {
  if (planted(Planted::kMediatorWithNode)) return NextMember{};
  const auto& limits = s.policy.ontap.timeouts;
  if (was_read(s, kBootParts) && boot_seen(s)) return Enter{Phase::kMediatorBack};
  if (!is_over_since_act(s, limits.boot)) return Look{kBootParts, false, {}};
  const bool first = s.record.reboots < kMostReboots;
  if (unknown && first) {
    if (!s.leave.given) return Enter{Phase::kGates};
    const bool young = fresh(s, kGateParts);
    if (young && fleet::all_good(fleet::preconditions(*s.reading, s.gates))) {
      return Act{ActKind::kInstanceReboot};
    }
    if (!young && !is_over_since_act(s, limits.boot + limits.health)) {
      return Look{kGateParts, true, {}};
    }
  }
  return no_boot_seen();
}

Move reboot(const Situation& s) {
  switch (state_of(s, ActKind::kInstanceReboot)) {
    case ActState::kNotTried:
      return ask_for_reboot(s);
    case ActState::kRefused:
      return give_up("refused", "the reboot of the mediator was refused: " + s.record.act->said());
    case ActState::kDone:
      return watch_reboot(s, false);
    case ActState::kUnknown:
      return watch_reboot(s, true);
  }
  return WaitUntil{s.now.mono};
}

Move back(const Situation& s) {
  if (was_read(s, kBootParts)) {
    const auto* seen = member_seen(s);
    if (seen != nullptr && seen->status_good()) return Enter{Phase::kMediatorGood};
  }
  if (!is_over(s, s.policy.ontap.timeouts.boot)) return Look{kBootParts, false, {}};
  return give_up("mediator-away", "the mediator was rebooted and does not pass its status checks");
}

Move good(const Situation& s) {
  if (s.in_a_row >= kGoodReadings) return NextMember{};
  if (!is_over(s, s.policy.ontap.timeouts.health)) return Look{kGoodParts, false, {}};
  const auto why = trouble_of(fleet::mediator_good(*s.reading, s.gates));
  return give_up("mediator-not-good", "the mediator is back but not good: " + why);
}

}  // namespace

Move mediator_move(const Situation& s) {
  switch (s.record.phase) {
    case Phase::kMediatorOptions:
      return options(s);
    case Phase::kMediatorReboot:
      return reboot(s);
    case Phase::kMediatorBack:
      return back(s);
    default:
      return good(s);
  }
}

}  // namespace v2only::engine
