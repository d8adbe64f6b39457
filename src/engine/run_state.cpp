#include "engine/run_state.h"

#include <fmt/format.h>

namespace v2only::engine {
namespace {

Unexpected<Error> misfit(std::string_view what, const UnitId& unit) {
  return fail(ErrorCode::kStorage, fmt::format("{} does not fit the run's earlier entries", what),
              "journal, unit " + unit.str());
}

bool has_ended(const UnitRecord& unit) {
  return unit.state != UnitState::kWaiting && unit.state != UnitState::kInWork;
}

}  // namespace

RunState::RunState(const fleet::Plan& plan) {
  for (const auto& wave : plan.waves) {
    wave_begin_.push_back(units_.size());
    for (const auto& unit : wave.units) {
      index_.emplace(unit.id, units_.size());
      UnitRecord record;
      record.planned = &unit;
      record.wave = static_cast<std::uint32_t>(wave_begin_.size() - 1);
      if (unit.cvo) record.restart.emplace();
      units_.push_back(std::move(record));
    }
  }
  wave_begin_.push_back(units_.size());
}

std::optional<std::size_t> RunState::index_of(const UnitId& unit) const {
  const auto found = index_.find(unit);
  if (found == index_.end()) return std::nullopt;
  return found->second;
}

Result<void> RunState::apply(const Entry& entry) {
  return std::visit([this](const auto& e) { return on(e); }, entry);
}

Result<UnitRecord*> RunState::find(const WriteRef& write) {
  const auto index = index_of(write.unit);
  if (!index) return misfit("a unit that the plan does not have", write.unit);
  auto& unit = units_[*index];
  if (has_ended(unit) || write.step != unit.step) return misfit("a write", write.unit);
  return &unit;
}

Result<void> RunState::on(const RunBegan& /*entry*/) {
  begun_ = true;
  return {};
}

Result<void> RunState::on(const WaveBegan& entry) {
  wave_ = entry.wave;
  return {};
}

Result<void> RunState::on(const Intent& entry) {
  V2_TRY(auto* unit, find(entry.write));
  if (unit->state == UnitState::kWaiting) {
    unit->state = UnitState::kInWork;
    ++in_work_;
  }
  unit->attempts = entry.write.attempt;
  unit->steps_intended = entry.write.step + 1;
  unit->open = true;
  return {};
}

void RunState::step_written(UnitRecord& unit) {
  unit.open = false;
  unit.written = true;
  if (!unit.restart) return;
  unit.restart->options_written = true;
  unit.restart->landed_late = unit.restart->abandoned && unit.restart->phase >= Phase::kStart;
}

// A restart goes on through entries of its own kinds; its unit is in work from the first of them.
template <class E>
Result<void> RunState::of_restart(const UnitId& id, const E& entry) {
  const auto index = index_of(id);
  if (!index) return misfit("a unit that the plan does not have", id);
  auto& unit = units_[*index];
  if (has_ended(unit) || !unit.restart || !unit.restart->apply(entry)) {
    return misfit("a step of a restart", id);
  }
  return {};
}

Result<void> RunState::on(const CycleBegan& entry) {
  if (auto done = of_restart(entry.unit, entry); !done) return done;
  auto& unit = units_[*index_of(entry.unit)];
  if (unit.state != UnitState::kWaiting) return {};
  unit.state = UnitState::kInWork;
  ++in_work_;
  return {};
}

Result<void> RunState::on(const Outcome& entry) {
  V2_TRY(auto* unit, find(entry.write));
  if (entry.fate == WriteFate::kDone) step_written(*unit);
  if (entry.fate == WriteFate::kUnknown) {
    ++unit->unknown;
    unit->may_have_landed = true;
  }
  if (entry.fate != WriteFate::kRefused) return {};
  unit->open = false;
  if (unit->unknown == 0) wait_as_before(*unit);
  return {};
}

// Nothing of this unit was changed: it waits as before. Otherwise it stays in work.
void RunState::wait_as_before(UnitRecord& unit) {
  if (unit.step > 0 || unit.restart || unit.soak_began) return;
  if (unit.state != UnitState::kInWork) return;
  unit.state = UnitState::kWaiting;
  --in_work_;
}

Result<void> RunState::on(const Settled& entry) {
  V2_TRY(auto* unit, find(entry.write));
  if (entry.found == Found::kAfter) step_written(*unit);
  unit->open = false;
  unit->may_have_landed = true;
  if (entry.found == Found::kBefore) wait_as_before(*unit);
  return {};
}

Result<void> RunState::on(const SoakBegan& entry) {
  const auto index = index_of(entry.unit);
  if (!index) return misfit("a unit that the plan does not have", entry.unit);
  auto& unit = units_[*index];
  if (has_ended(unit) || unit.soak_began) return misfit("a soak", entry.unit);
  unit.soak_began = entry.at;
  if (unit.state == UnitState::kInWork) return {};
  unit.state = UnitState::kInWork;
  ++in_work_;
  return {};
}

Result<void> RunState::on(const SoakFailed& entry) {
  const auto index = index_of(entry.unit);
  if (!index) return misfit("a unit that the plan does not have", entry.unit);
  auto& unit = units_[*index];
  if (has_ended(unit) || !unit.soak_began) return misfit("the end of a soak", entry.unit);
  unit.soak_failed = entry;
  return {};
}

Result<void> RunState::on(const UnitEnded& entry) {
  const auto index = index_of(entry.unit);
  if (!index) return misfit("a unit that the plan does not have", entry.unit);
  auto& unit = units_[*index];
  if (has_ended(unit)) return misfit("a second end", entry.unit);
  if (unit.state == UnitState::kInWork) --in_work_;
  unit.state = entry.state;
  unit.code = entry.code;
  unit.reason = entry.reason;
  if (entry.state == UnitState::kDone) ++done_;
  if (entry.state == UnitState::kSkipped) ++skipped_;
  if (entry.state == UnitState::kFailed) ++failed_;
  if (entry.state == UnitState::kNeedsOperator) ++needs_operator_;
  return {};
}

Result<void> RunState::on(const StepEnded& entry) {
  V2_TRY(auto* unit, find(entry.write));
  ++unit->step;
  unit->attempts = 0;
  unit->unknown = 0;
  unit->open = false;
  unit->may_have_landed = false;
  unit->written = false;
  return {};
}

Result<void> RunState::on(const RunStopped& /*entry*/) {
  stopped_ = true;
  return {};
}

Result<void> RunState::on(const RunResumed& /*entry*/) {
  stopped_ = false;
  return {};
}

Result<void> RunState::on(const RunEnded& entry) {
  ended_ = entry;
  return {};
}

}  // namespace v2only::engine
