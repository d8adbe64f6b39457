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
      return step == unit.step ? InstanceStanding::kFailed : InstanceStanding::kSkipped;
    case UnitState::kNeedsOperator:
      return step == unit.step ? InstanceStanding::kNeedsOperator : InstanceStanding::kSkipped;
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

namespace {

// Its turn never came, for another member of its unit ended first.
bool is_not_begun(const RunRow& row) {
  return row.standing == InstanceStanding::kSkipped &&
         row.unit->state != engine::UnitState::kSkipped;
}

// Of a step that was done before its unit failed, the unit's code and reason tell nothing.
bool has_own_reason(const RunRow& row) {
  return row.unit->state == engine::UnitState::kDone ||
         row.standing == InstanceStanding::kSkipped || row.standing == InstanceStanding::kFailed ||
         row.standing == InstanceStanding::kNeedsOperator;
}

}  // namespace

std::string code_of(const RunRow& row) {
  if (is_not_begun(row)) return "not-begun";
  return has_own_reason(row) ? row.unit->code : std::string();
}

std::string reason_of(const RunRow& row) {
  if (is_not_begun(row)) {
    return "not touched: its turn did not come in " + row.unit->planned->id.str();
  }
  return has_own_reason(row) ? row.unit->reason : std::string();
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
