#include "report/run_rows.h"

#include <algorithm>
#include <array>

#include "fleet/codes.h"

namespace v2only::report {
namespace {

// Of a unit's steps those before the one in hand are done, whatever became of it; those behind it
// were never begun.
InstanceStanding standing_of(const engine::UnitRecord& unit, std::size_t step) {
  using engine::UnitState;
  if (step < unit.step) return InstanceStanding::kDone;
  switch (unit.state) {
    case UnitState::kDone:
      return InstanceStanding::kDone;
    case UnitState::kSkipped:
      return InstanceStanding::kSkipped;
    case UnitState::kFailed:
      return InstanceStanding::kFailed;
    case UnitState::kNeedsOperator:
      return step == unit.step ? InstanceStanding::kNeedsOperator : InstanceStanding::kWaiting;
    case UnitState::kInWork:
      return step == unit.step ? InstanceStanding::kInProgress : InstanceStanding::kWaiting;
    case UnitState::kWaiting:
      break;
  }
  return InstanceStanding::kWaiting;
}

// A rollback takes two steps for an instance whose endpoint goes off again, one after the other.
bool is_same_instance_as_before(const std::vector<fleet::Step>& steps, std::size_t i) {
  return i > 0 && steps[i].instance == steps[i - 1].instance;
}

}  // namespace

std::string_view name_of(InstanceStanding standing) {
  constexpr std::array<std::string_view, kInstanceStandings> kNames = {
      "done", "skipped", "failed", "rolled-back", "in-progress", "waiting", "needs-operator"};
  return kNames[static_cast<std::size_t>(standing)];
}

std::vector<RunRow> rows_of(const RunView& run) {
  std::vector<RunRow> out;
  for (const auto& unit : run.state->units()) {
    const auto& steps = unit.planned->steps;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (is_same_instance_as_before(steps, i)) {
        // What stands of the instance is what stands of its step in hand.
        if (unit.step >= i) out.back().standing = standing_of(unit, i);
        out.back().set = out.back().set.with(steps[i].set);
        continue;
      }
      RunRow row{&steps[i], steps[i].set, &unit, standing_of(unit, i), nullptr};
      out.push_back(std::move(row));
    }
  }
  for (auto& row : out) {
    const auto undone = run.rolled_back.find(row.step->instance);
    if (undone == run.rolled_back.end()) continue;
    row.standing = InstanceStanding::kRolledBack;
    row.rolled_back_by = &undone->second;
  }
  return out;
}

std::vector<const fleet::LeftAlone*> restarts_of(const RunView& run) {
  std::vector<const fleet::LeftAlone*> out;
  for (const auto& unit : run.plan->left_alone) {
    const auto& codes = unit.codes;
    const bool so =
        std::find(codes.begin(), codes.end(), fleet::code::kRestartNotAuthorised) != codes.end();
    if (so) out.push_back(&unit);
  }
  return out;
}

std::vector<std::size_t> counts_of(const RunView& run) {
  std::vector<std::size_t> counts(kInstanceStandings);
  for (const auto& row : rows_of(run)) ++counts[static_cast<std::size_t>(row.standing)];
  return counts;
}

}  // namespace v2only::report
