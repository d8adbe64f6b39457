#include "engine/written.h"

#include <map>
#include <utility>

namespace v2only::engine {
namespace {

struct Trace {
  fleet::OptionSet observed;
  bool refused_only = true;
  bool answered = false;
};

using StepKey = std::pair<UnitId, std::uint32_t>;

std::map<StepKey, Trace> traces_of(const std::vector<Entry>& entries) {
  std::map<StepKey, Trace> out;
  for (const auto& entry : entries) {
    if (const auto* intent = std::get_if<Intent>(&entry)) {
      auto [found, first] = out.try_emplace({intent->write.unit, intent->write.step});
      if (first) found->second.observed = intent->seen;
      found->second.answered = false;
    } else if (const auto* outcome = std::get_if<Outcome>(&entry)) {
      const auto found = out.find({outcome->write.unit, outcome->write.step});
      if (found == out.end()) continue;
      found->second.answered = true;
      if (outcome->fate != WriteFate::kRefused) found->second.refused_only = false;
    }
  }
  return out;
}

// Entries tell when a phase began, and what was answered within it: the time of a change is that of
// the next phase, which is no earlier.
class Changes {
 public:
  explicit Changes(const fleet::Plan& plan) {
    for (const auto& wave : plan.waves) {
      for (const auto& unit : wave.units) units_.emplace(unit.id, &unit);
    }
  }

  void on(const Intent& e) { writing_[e.write.unit] = e.instance; }
  void on(const Outcome& e) {
    if (e.fate == WriteFate::kDone) undated_[e.write.unit] = writing_[e.write.unit];
  }
  void on(const Settled& e) {
    if (e.found == Found::kAfter) undated_[e.write.unit] = writing_[e.write.unit];
  }
  void on(const CycleBegan& e) { in_hand_[e.unit] = member(e.unit, e.member); }
  void on(const PhaseBegan& e) {
    reached_[e.unit] = e.at;
    if (const auto changed = undated_.extract(e.unit)) out[changed.mapped()] = {e.at, false};
    if (e.phase == Phase::kRestore) out.erase(in_hand_[e.unit]);
  }
  void on(const MemberEnded& e) { restarted(e.unit); }
  void on(const UnitEnded& e) {
    if (e.state == UnitState::kDone) restarted(e.unit);
  }
  void on(const SoakBegan& e) {
    if (const auto changed = undated_.extract(e.unit)) out[changed.mapped()] = {e.at, false};
  }
  void on(const SoakFailed& e) { out.erase(writing_[e.unit]); }
  template <class Other>
  void on(const Other& /*entry*/) {}

  fleet::OurChanges out;

 private:
  InstanceId member(const UnitId& unit, std::uint32_t member) const {
    const auto& system = *units_.at(unit)->cvo;
    if (!system.mediator) return system.nodes.at(member).instance;
    return member == 0 ? *system.mediator : system.nodes.at(member - 1).instance;
  }
  void restarted(const UnitId& unit) {
    const auto member = in_hand_.extract(unit);
    if (!member) return;
    auto& change = out[member.mapped()];
    if (change == fleet::OurChange{}) change.at = reached_[unit];
    change.restarted = true;
  }

  std::map<UnitId, const fleet::PlannedUnit*> units_;
  std::map<UnitId, InstanceId> writing_;  // of the last intent
  std::map<UnitId, InstanceId> undated_;  // changed in the phase in hand
  std::map<UnitId, InstanceId> in_hand_;  // whose cycle has begun
  std::map<UnitId, WallTime> reached_;    // when the last phase began
};

}  // namespace

std::vector<fleet::Written> written_by(const fleet::Plan& plan, const std::vector<Entry>& entries) {
  const auto traces = traces_of(entries);
  std::vector<fleet::Written> out;
  for (const auto& wave : plan.waves) {
    for (const auto& unit : wave.units) {
      for (std::uint32_t i = 0; i < unit.steps.size(); ++i) {
        const auto found = traces.find({unit.id, i});
        if (found == traces.end()) continue;
        if (found->second.answered && found->second.refused_only) continue;
        fleet::Written written{unit.steps[i]};
        written.step.observed = found->second.observed;
        out.push_back(std::move(written));
      }
    }
  }
  return out;
}

fleet::OurChanges changes_of(const fleet::Plan& plan, const std::vector<Entry>& entries) {
  Changes changes(plan);
  for (const auto& entry : entries) std::visit([&](const auto& e) { changes.on(e); }, entry);
  return std::move(changes.out);
}

}  // namespace v2only::engine
