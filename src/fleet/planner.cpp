#include "fleet/planner.h"

#include <algorithm>
#include <map>

#include "core/text.h"
#include "fleet/codes.h"
#include "fleet/runbook.h"
#include "fleet/step.h"

namespace v2only::fleet {
namespace {

LeftAlone left_alone(const Assessment& assessment, const Inventory& inventory) {
  LeftAlone out;
  const auto& first = inventory.instances[assessment.members.front().index];
  out.id = assessment.unit;
  out.workload = assessment.workload;
  out.version = assessment.version;
  out.account = first.account;
  out.region = first.region;
  for (const auto& member : assessment.members) {
    out.instances.push_back(inventory.instances[member.index].id);
  }
  out.verdict = assessment.verdict;
  out.codes = assessment.codes;
  out.reasons = assessment.reasons;
  return out;
}

// Of none where no ONTAP was asked at all.
SystemVerdicts verdicts_of(const PlanInput& input) {
  if (input.systems == nullptr) return {};
  return verdicts_of({input.inventory, input.facts, *input.systems, input.console,
                      input.target.aws(), input.created, input.policy.ontap.expected},
                     input.assessments);
}

LeftAlone why_not(const Assessment& assessment, const PlanInput& input,
                  const SystemVerdicts& verdicts) {
  auto out = left_alone(assessment, input.inventory);
  if (assessment.verdict == Verdict::kCompliant) {
    out.codes.insert(out.codes.begin(), std::string(code::kCompliant));
  }
  if (assessment.verdict != Verdict::kReady) return out;
  const auto judged = verdicts.find(assessment.unit);
  if (judged != verdicts.end()) {
    out.codes.push_back(judged->second.code);
    out.reasons.push_back(judged->second.reason + "; the runbook does it by hand");
  } else {
    out.codes.emplace_back(code::kRestartNotAuthorised);
    out.reasons.emplace_back(
        "a Cloud Volumes ONTAP system is changed only together with a restart, and none is "
        "authorised; the runbook does it by hand");
  }
  out.runbook = runbook_of(assessment, input.inventory, input.target);
  return out;
}

PlannedUnit planned_unit(const Assessment& assessment, const PlanInput& input,
                         const Profiles& profiles) {
  PlannedUnit out;
  out.id = assessment.unit;
  out.workload = assessment.workload;
  out.version = assessment.version;
  for (const auto& member : assessment.members) {
    if (member.change.empty()) continue;
    const auto& instance = input.inventory.instances[member.index];
    auto step = make_step(instance, member.change, input.target);
    step.known_by = known_by(instance, fact_of(input.facts, instance.id), profiles);
    out.steps.push_back(std::move(step));
  }
  out.evidence = assessment.evidence;
  out.reasons = assessment.reasons;
  out.v1_gated = assessment.v1_gated;
  out.v1_read_at = assessment.v1_read_at;
  out.accepted_until = assessment.accepted_until;
  return out;
}

bool is_agent(const Assessment& assessment) { return assessment.workload == kConsoleAgent; }

// The assessments to be changed, in the order in which they will be.
std::vector<const Assessment*> in_order(const PlanInput& input) {
  std::vector<const Assessment*> out;
  for (const auto& assessment : input.assessments) {
    if (assessment.verdict == Verdict::kReady && !assessment.needs_restart) {
      out.push_back(&assessment);
    }
  }
  const auto instance = [&](const Assessment* a) -> const Instance& {
    return input.inventory.instances[a->members.front().index];
  };
  std::sort(out.begin(), out.end(), [&](const auto* a, const auto* b) {
    const bool later_a = !is_agent(*a);
    const bool later_b = !is_agent(*b);
    return std::tie(later_a, instance(a).region, instance(a).name, instance(a).id) <
           std::tie(later_b, instance(b).region, instance(b).name, instance(b).id);
  });
  return out;
}

std::vector<Wave> waves_of(const std::vector<const Assessment*>& ordered, const PlanInput& input) {
  const auto profiles = profiles_of(input.policy);
  std::vector<Wave> waves;
  auto size = static_cast<std::size_t>(std::max(input.policy.waves.canary, 1));
  const auto growth = static_cast<std::size_t>(std::max(input.policy.waves.growth, 1));
  for (std::size_t done = 0; done < ordered.size();) {
    const auto count = std::min(size, ordered.size() - done);
    Wave wave;
    wave.units.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      wave.units.push_back(planned_unit(*ordered[done + i], input, profiles));
    }
    waves.push_back(std::move(wave));
    done += count;
    size = std::min(size * growth, ordered.size());  // no wave can be larger; no overflow either
  }
  return waves;
}

// The step of each member in the order in which members are changed.
void order_steps(PlannedUnit& unit, const CvoSystem& system) {
  std::vector<Step> ordered;
  const auto take = [&](const InstanceId& id) {
    for (auto& step : unit.steps) {
      if (step.instance == id) ordered.push_back(std::move(step));
    }
  };
  if (system.mediator) take(*system.mediator);
  for (const auto& node : system.nodes) take(node.instance);
  unit.steps = std::move(ordered);
}

// Who was asked for what a gate goes by.
std::string source_of(const Finding& finding) {
  if (finding.gate.starts_with("ec2-") || finding.gate == "no-ec2-event" ||
      finding.gate == "comes-back" || finding.gate == "permissions") {
    return "ec2";
  }
  if (finding.gate == "credentials") return "session";
  const bool by_console = finding.gate.starts_with("console") || finding.gate == "mediator";
  return by_console ? "console" : "ontap";
}

// The end of the soaks of agents that earlier runs have changed, where one is still to come.
std::optional<WallTime> soaked_by(const CvoSystem& system, const PlanInput& input) {
  std::optional<WallTime> out;
  if (input.changes == nullptr) return out;
  for (const auto& assessment : input.assessments) {
    if (!is_agent(assessment)) continue;
    const auto& id = input.inventory.instances[assessment.members.front().index].id;
    const auto& all = system.agents;
    const auto change = input.changes->find(id);
    const bool manages = all.empty() || std::find(all.begin(), all.end(), id) != all.end();
    if (!manages || change == input.changes->end()) continue;
    const auto over = change->second.at + input.policy.agent_soak;
    if (over > input.created) out = std::max<WallTime>(out.value_or(over), over);
  }
  return out;
}

// The CVO systems that may be restarted.
Wave systems_of(const PlanInput& input, const SystemVerdicts& verdicts) {
  const auto profiles = profiles_of(input.policy);
  Wave wave;
  for (const auto& assessment : input.assessments) {
    const auto judged = verdicts.find(assessment.unit);
    if (judged == verdicts.end() || !judged->second.cvo) continue;
    const auto& verdict = judged->second;
    auto unit = planned_unit(assessment, input, profiles);
    order_steps(unit, *verdict.cvo);
    unit.cvo = verdict.cvo;
    unit.cvo->agents_soaked = soaked_by(*unit.cvo, input);
    unit.v1_gated = false;  // the version of its ONTAP is its gate
    const auto& reading = input.systems->at(assessment.unit);
    for (const auto& finding : verdict.findings) {
      unit.evidence.push_back({finding.gate + ": " + finding.text, source_of(finding),
                               reading.asked_at.wall, finding.mark});
    }
    if (auto trouble = first_trouble(verdict.findings); !trouble.empty()) {
      unit.reasons.push_back("not ready as it is now, and read again before it begins: " +
                             std::move(trouble));
    }
    wave.units.push_back(std::move(unit));
  }
  return wave;
}

WallTime expiry_of(const std::vector<const Assessment*>& ordered, const PlanInput& input) {
  auto expires = input.created + input.valid_for;
  for (const auto* assessment : ordered) {
    if (assessment->accepted_until) expires = std::min(expires, *assessment->accepted_until);
  }
  return expires;
}

}  // namespace

Plan make_plan(const PlanInput& input) {
  const auto ordered = in_order(input);
  Plan plan;
  plan.created = input.created;
  plan.expires = expiry_of(ordered, input);
  plan.account = input.account;
  plan.endpoint = input.target.endpoint;
  plan.simulated = !input.target.aws();
  plan.regions = input.regions;
  plan.complete = input.inventory.complete();
  for (const auto& scope : input.inventory.scopes) {
    if (scope.error.empty()) continue;
    plan.errors.push_back(scope.account.str() + " " + scope.region.str() + ": " + scope.error);
  }
  plan.policy = input.policy;
  plan.facts = input.facts;
  plan.waves = waves_of(ordered, input);
  const auto verdicts = verdicts_of(input);
  if (auto systems = systems_of(input, verdicts); !systems.units.empty()) {
    plan.waves.push_back(std::move(systems));
  }
  for (const auto& assessment : input.assessments) {
    if (assessment.verdict == Verdict::kReady && !assessment.needs_restart) continue;
    const auto judged = verdicts.find(assessment.unit);
    if (judged != verdicts.end() && judged->second.cvo) continue;
    plan.left_alone.push_back(why_not(assessment, input, verdicts));
  }
  return plan;
}

}  // namespace v2only::fleet
