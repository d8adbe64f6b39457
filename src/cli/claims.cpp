#include "cli/claims.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "fleet/profile.h"

namespace v2only::cli {
namespace {

using engine::UnitState;

bool is_system(const fleet::PlannedUnit& unit) {
  return unit.cvo || unit.workload == fleet::kCvoNode;
}

// Since when the claimant knows how the system stands; nothing where it is done with it.
using Known = std::map<UnitId, WallTime>;

Known systems_to_come(const Claimant& claimant) {
  Known out;
  for (const auto& wave : claimant.plan.waves) {
    for (const auto& unit : wave.units) {
      if (is_system(unit)) out.emplace(unit.id, claimant.plan.created);
    }
  }
  if (claimant.state == nullptr) return out;
  for (const auto& unit : claimant.state->units()) {
    const auto found = out.find(unit.planned->id);
    if (found == out.end()) continue;
    const bool to_come = unit.state == UnitState::kWaiting || unit.state == UnitState::kInWork;
    if (!to_come) {
      out.erase(found);
    } else if (unit.restart && unit.restart->worked_at) {
      found->second = std::max(found->second, *unit.restart->worked_at);
    }
  }
  return out;
}

// How another run stands.
class Other {
 public:
  static Result<Other> load(const State& state, const RunId& run) {
    Other out;
    V2_TRY(auto record, drivers::load_run(*state.journal, run));
    out.record_ = std::make_unique<drivers::RunRecord>(std::move(record));
    out.state_ = std::make_unique<engine::RunState>(out.record_->plan);
    for (const auto& entry : out.record_->entries) {
      if (auto applied = out.state_->apply(entry); !applied) return Unexpected{applied.error()};
    }
    out.held_ = journal::RunLock::is_held(state.dir, run);
    return out;
  }

  // Nothing of it is done any more, however often it is resumed: a system of it needs a person, and
  // what waits does not begin.
  bool is_stuck() const {
    const auto& units = state_->units();
    const auto halts = [](const engine::UnitRecord& unit) {
      return unit.restart && engine::is_trouble(unit.state);
    };
    const auto away = [](const engine::UnitRecord& unit) { return unit.mid_cycle(); };
    return !held_ && std::any_of(units.begin(), units.end(), halts) &&
           std::none_of(units.begin(), units.end(), away);
  }
  bool is_open() const { return !state_->ended(); }
  bool is_held() const { return held_; }
  const engine::UnitRecord* find(const UnitId& system) const {
    const auto index = state_->index_of(system);
    return index ? &state_->unit(*index) : nullptr;
  }

 private:
  std::unique_ptr<drivers::RunRecord> record_;
  std::unique_ptr<engine::RunState> state_;
  bool held_ = false;
};

class Claims {
 public:
  Claims(const State& state, const Claimant& claimant)
      : state_(state), claimant_(claimant), known_(systems_to_come(claimant)) {}

  Result<void> run() {
    if (known_.empty()) return {};
    V2_TRY(const auto rows, state_.journal->runs());
    for (const auto& row : rows) {
      V2_TRY(const bool concerned, concerns(row, rows));
      if (!concerned) continue;
      const auto other = Other::load(state_, row.id);
      if (!other) continue;  // it is damaged, and cannot go on
      for (const auto& [system, since] : known_) {
        const auto* unit = other->find(system);
        if (unit == nullptr) continue;
        if (auto ok = judge(row.id, *other, *unit, since); !ok) return ok;
      }
    }
    return {};
  }

 private:
  bool begins() const { return claimant_.state == nullptr; }

  // Without a look at what it did: whether it may matter.
  Result<bool> concerns(const journal::RunRow& row, const std::vector<journal::RunRow>& all) const {
    if (row.id == claimant_.run || row.id == claimant_.plan.of_run) return false;
    if (row.account != claimant_.plan.account.str() || row.endpoint != claimant_.plan.endpoint) {
      return false;
    }
    // What was rolled back is not resumed; of several rollbacks of a run the newest counts.
    const auto over = std::find_if(all.begin(), all.end(), [&](const journal::RunRow& each) {
      return each.of_run == row.id || (!row.of_run.empty() && each.of_run == row.of_run);
    });
    if (over != all.end() && over->id != row.id) return false;
    if (!row.of_run.empty() && row.of_run == claimant_.plan.of_run) return false;
    V2_TRY(const auto last, state_.journal->last_row(row.id));
    if (last && last->kind == engine::kEndedKind && last->at < claimant_.plan.created) return false;
    V2_TRY(const auto plan, state_.journal->plan_text(row.id));
    return std::any_of(known_.begin(), known_.end(), [&](const auto& known) {
      return plan.find(known.first.str()) != std::string::npos;
    });
  }

  Result<void> judge(const RunId& run, const Other& other, const engine::UnitRecord& unit,
                     WallTime since) const {
    const auto& system = unit.planned->id.str();
    const auto& id = run.str();
    const bool kept = begins() && claimant_.plan.kind == fleet::PlanKind::kApply
                          ? !other.is_stuck()
                          : other.is_held() || unit.mid_cycle();
    if (other.is_open() && kept && unit.state != UnitState::kSkipped) {
      const auto what = "the run " + id + ", which has this system in its plan, ";
      if (other.is_held()) {
        return fail(ErrorCode::kConflict, what + "is at work", system, "See: v2only status " + id);
      }
      return fail(
          ErrorCode::kConflict, what + "was begun and is not over", system,
          "Bring it to its end: v2only resume " + id + ". How it stands: v2only status " + id);
    }
    if (claimant_.plan.kind != fleet::PlanKind::kApply) return {};
    if (!unit.restart || !unit.restart->worked_at || *unit.restart->worked_at < since) return {};
    return fail(ErrorCode::kConflict,
                "the run " + id + " has worked on this system since " +
                    (begins() ? "the plan was made" : claimant_.run.str() + " did"),
                system, "Make a new plan: v2only plan. What that run did: v2only status " + id);
  }

  const State& state_;
  const Claimant& claimant_;
  Known known_;
};

}  // namespace

Result<void> check_claims(const State& state, const Claimant& claimant) {
  return Claims(state, claimant).run();
}

}  // namespace v2only::cli
