#include <algorithm>
#include <map>

#include "core/text.h"
#include "fleet/codes.h"
#include "fleet/planner.h"

namespace v2only::fleet {
namespace {

using WrittenById = std::map<InstanceId, const Step*>;

Step step_back(const Step& written, const OptionSet& observed, const OptionSet& set,
               const CommandTarget& target) {
  Step step = written;
  step.observed = observed;
  step.set = set;
  step.known_by.reset();
  step.expect = written.set.only(set);
  step.command =
      aws_command(step.region, step.instance, fields_to_send(step, target.aws()), target);
  return step;
}

// The steps that undo one write; none where nothing of what was there is known. AWS takes the other
// options only while the endpoint is enabled, so one that goes off again goes last, alone.
std::vector<Step> undo(const Step& written, const CommandTarget& target) {
  const auto observed = written.observed.with(written.set);
  auto set = written.inverse();
  if (set.empty()) return {};
  if (!set.endpoint_disabled()) return {step_back(written, observed, set, target)};
  OptionSet off;
  off.set(OptionField::kHttpEndpoint, "disabled");
  set.clear(OptionField::kHttpEndpoint);
  std::vector<Step> out;
  if (!set.empty()) out.push_back(step_back(written, observed, set, target));
  out.push_back(step_back(written, observed.with(set), off, target));
  return out;
}

std::vector<std::string> reasons_of(const Step& written) {
  const auto back = written.inverse();
  std::vector<std::string> reasons = {written.instance.str() + ": back to " + back.to_text() +
                                      ", as observed before the run"};
  // The fields that the run alone has seen.
  const auto kept = written.set.changed_from(written.set.only(back));
  if (!kept.empty()) {
    reasons.push_back(written.instance.str() + ": " + kept.to_text() +
                      " stays, for what it was before was never observed");
  }
  if (back.is(OptionField::kHttpTokens, "optional")) {
    reasons.push_back("this re-opens IMDSv1");
  }
  return reasons;
}

// Builds the plan of a rollback, unit by unit of the plan that was carried out.
class Rollback {
 public:
  explicit Rollback(const RollbackInput& input) : input_(input) {
    for (const auto& written : input.written) written_[written.step.instance] = &written.step;
  }

  Result<Plan> run() {
    if (const auto checked = check(); !checked) return Unexpected{checked.error()};
    Plan plan = head();
    for (std::size_t i = input_.plan.waves.size(); i-- > 0;) {
      if (input_.wave && *input_.wave != i + 1) continue;
      Wave wave;
      for (const auto& unit : input_.plan.waves[i].units) {
        if (selected(unit)) put(unit, wave, plan);
      }
      if (!wave.units.empty()) plan.waves.push_back(std::move(wave));
    }
    return plan;
  }

 private:
  Plan head() const {
    Plan plan;
    plan.kind = PlanKind::kRollback;
    plan.of_run = input_.run;
    plan.created = input_.created;
    plan.expires = input_.created + input_.valid_for;
    plan.account = input_.plan.account;
    plan.endpoint = input_.plan.endpoint;
    plan.simulated = input_.plan.simulated;
    plan.regions = input_.plan.regions;
    plan.policy = input_.plan.policy;
    plan.facts = input_.plan.facts;
    return plan;
  }

  Result<void> check() const {
    const auto waves = input_.plan.waves.size();
    if (input_.wave && (*input_.wave < 1 || *input_.wave > waves)) {
      return fail(ErrorCode::kUsage, "there is no wave " + std::to_string(*input_.wave),
                  input_.run.str(), "its plan has " + count_of(waves, "wave"));
    }
    auto left = input_.only;
    for (const auto& wave : input_.plan.waves) {
      for (const auto& unit : wave.units) {
        for (const auto& step : unit.steps) left.erase(step.instance);
      }
    }
    if (left.empty()) return {};
    return fail(ErrorCode::kUsage, "its plan does not change " + left.begin()->str(),
                input_.run.str(), "see: v2only status " + input_.run.str());
  }

  bool selected(const PlannedUnit& unit) const {
    if (input_.only.empty()) return true;
    return std::any_of(unit.steps.begin(), unit.steps.end(),
                       [&](const Step& step) { return input_.only.contains(step.instance); });
  }

  void put(const PlannedUnit& unit, Wave& wave, Plan& plan) const {
    PlannedUnit out;
    out.id = unit.id;
    out.workload = unit.workload;
    out.version = unit.version;
    bool wrote = false;
    if (undone_already(unit)) return plan.left_alone.push_back(left_alone(unit, false));
    for (const auto& step : unit.steps) {
      if (input_.undone.contains(step.instance)) continue;
      const auto found = written_.find(step.instance);
      if (found == written_.end() || found->second->set.empty()) continue;
      wrote = true;
      auto undone = undo(*found->second, input_.target);
      if (undone.empty()) continue;
      mark_sent(undone);
      for (auto& reason : reasons_of(*found->second)) out.reasons.push_back(std::move(reason));
      for (auto& back : undone) out.steps.push_back(std::move(back));
    }
    if (out.steps.empty()) return plan.left_alone.push_back(left_alone(unit, wrote));
    wave.units.push_back(std::move(out));
  }

  // Between the two steps of one instance an earlier rollback may have stopped.
  void mark_sent(std::vector<Step>& undone) const {
    for (std::size_t i = 0; i + 1 < undone.size(); ++i) {
      auto& step = undone[i];
      step.sent_before =
          std::any_of(input_.sent.begin(), input_.sent.end(), [&](const Written& sent) {
            return sent.step.instance == step.instance && sent.step.set == step.set;
          });
    }
  }

  bool undone_already(const PlannedUnit& unit) const {
    return std::all_of(unit.steps.begin(), unit.steps.end(),
                       [&](const Step& step) { return input_.undone.contains(step.instance); });
  }

  LeftAlone left_alone(const PlannedUnit& unit, bool wrote) const {
    LeftAlone out;
    out.id = unit.id;
    out.workload = unit.workload;
    out.version = unit.version;
    out.verdict = Verdict::kBlocked;
    for (const auto& step : unit.steps) {
      out.account = step.account;
      out.region = step.region;
      out.instances.push_back(step.instance);
    }
    out.codes.emplace_back(wrote ? code::kNotObserved : code::kNotChangedByRun);
    out.reasons.emplace_back(wrote ? "what it had before the run was never observed"
                             : undone_already(unit)
                                 ? "rolled back already, by an earlier rollback of the run"
                                 : "the run did not change it");
    return out;
  }

  const RollbackInput& input_;
  WrittenById written_;
};

}  // namespace

Result<Plan> make_rollback(const RollbackInput& input) { return Rollback(input).run(); }

}  // namespace v2only::fleet
