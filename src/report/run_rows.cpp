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
    case UnitState::kInWork:
      return step == unit.step ? InstanceStanding::kInProgress : InstanceStanding::kWaiting;
    case UnitState::kWaiting:
      break;
  }
  return InstanceStanding::kWaiting;
}

}  // namespace

std::string_view name_of(InstanceStanding standing) {
  constexpr std::array<std::string_view, kInstanceStandings> kNames = {
      "done", "skipped", "failed", "rolled-back", "in-progress", "waiting"};
  return kNames[static_cast<std::size_t>(standing)];
}

std::vector<RunRow> rows_of(const RunView& run) {
  std::vector<RunRow> out;
  for (const auto& unit : run.state->units()) {
    const auto& steps = unit.planned->steps;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      RunRow row{&steps[i], &unit, standing_of(unit, i), nullptr};
      const auto undone = run.rolled_back.find(steps[i].instance);
      if (undone != run.rolled_back.end()) {
        row.standing = InstanceStanding::kRolledBack;
        row.rolled_back_by = &undone->second;
      }
      out.push_back(row);
    }
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
