#include "engine/fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/planted.h"

namespace v2only::engine {
namespace {

bool is_apply(const fleet::Plan& plan) { return plan.kind == fleet::PlanKind::kApply; }

bool is_whole(const UnitRecord& unit, const Seen& seen) {
  return seen.size() == unit.planned->steps.size();
}

// Each instance that is still to be done has all that it would get.
bool is_back(const UnitRecord& unit, const Seen& seen) {
  const auto& steps = unit.planned->steps;
  std::map<InstanceId, fleet::OptionSet> wanted;
  for (std::size_t i = unit.step; i < steps.size(); ++i) {
    auto& all = wanted[steps[i].instance];
    all = all.with(steps[i].set);
  }
  return std::all_of(seen.begin(), seen.end(), [&](const SeenInstance& instance) {
    return instance.options.satisfies(wanted[instance.id]);
  });
}

bool is_in_effect(const fleet::Plan& plan, const UnitRecord& unit, const Seen& seen,
                  std::size_t step) {
  const auto& steps = unit.planned->steps;
  const bool late = step == unit.step && unit.may_have_landed;
  if ((!steps[step].sent_before && !late) || step + 1 >= steps.size()) return false;
  if (is_apply(plan) || planted(Planted::kForgetHalfWay)) return false;
  const auto& next = steps[step + 1];
  return next.instance == steps[step].instance && seen[step].options.satisfies(steps[step].set) &&
         seen[step].options.satisfies(next.expect);
}

std::optional<std::string> moved(const fleet::Plan& plan, const fleet::Step& step,
                                 const SeenInstance& seen) {
  const auto differs = step.expect.changed_from(seen.options);
  if (!differs.empty()) {
    const auto now_has = seen.options.only(differs);
    return fmt::format("{} is {}, was {} {}", step.instance.str(),
                       now_has.empty() ? "not shown" : now_has.to_text(), differs.to_text(),
                       is_apply(plan) ? "when planned" : "after the run");
  }
  // A hop limit that was not observed when it was planned may be larger than the plan's.
  const auto hops = step.set.hop_limit();
  if (is_apply(plan) && hops && seen.options.hop_limit() > hops) {
    return step.instance.str() +
           " has a larger hop limit than the plan would set: " + seen.options.to_text();
  }
  if (!step.known_by || planted(Planted::kForgetIdentity)) return std::nullopt;
  const auto identity = fleet::identity_moved(*step.known_by, seen.known_by);
  if (!identity) return std::nullopt;
  return step.instance.str() + " " + *identity;
}

// What is not as the plan expects it, of the steps that are still to be done.
std::optional<std::string> moved(const fleet::Plan& plan, const UnitRecord& unit,
                                 const Seen& seen) {
  for (std::size_t i = unit.step; i < seen.size(); ++i) {
    if (is_in_effect(plan, unit, seen, i)) continue;
    if (auto reason = moved(plan, unit.planned->steps[i], seen[i])) return reason;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Misfit> misfit_of(const fleet::Plan& plan, const UnitRecord& unit, const Seen& seen,
                                Now now) {
  const auto& steps = unit.planned->steps;
  const auto& step = steps[unit.step];
  const auto in_hand =
      std::find_if(seen.begin(), seen.end(), [&](const auto& s) { return s.id == step.instance; });
  const bool whole = is_whole(unit, seen);
  if (in_hand == seen.end() || (!whole && !planted(Planted::kChangePartlySeen))) {
    return Misfit{"gone", steps.size() == 1 ? "the instance does not exist any more"
                                            : "a member of the unit does not exist any more"};
  }
  const bool last_step = unit.step + 1 == steps.size();
  if (last_step && unit.may_have_landed && in_hand->options.satisfies(step.set)) {
    return Misfit{"", "an earlier call of this run took effect late"};
  }
  if (!is_apply(plan) && is_back(unit, seen)) {
    return Misfit{"changed-since-run", "it is as it was before the run already"};
  }
  const auto& until = unit.planned->accepted_until;
  if (unit.step == 0 && until && now.wall >= *until) {
    return Misfit{"acceptance-ended",
                  "the acceptance that it rests on ended at " + format_utc(*until)};
  }
  if (planted(Planted::kIgnoreStale) || !whole) return std::nullopt;
  auto reason = moved(plan, unit, seen);
  if (!reason) return std::nullopt;
  return Misfit{is_apply(plan) ? "changed-since-plan" : "changed-since-run", *std::move(reason)};
}

bool is_in_effect(const fleet::Plan& plan, const UnitRecord& unit, const Seen& seen) {
  return is_whole(unit, seen) && is_in_effect(plan, unit, seen, unit.step);
}

}  // namespace v2only::engine
