#include "fleet/check_plan.h"

#include <algorithm>
#include <set>

#include "core/text.h"

namespace v2only::fleet {
namespace {

Unexpected<Error> refused(const Step& step, const std::string& what) {
  return fail(ErrorCode::kUsage, "the plan may not be carried out: " + what,
              one_line(step.instance.str(), 40), "Make a new one: v2only plan");
}

bool is_value(OptionField field, const std::string& value) {
  if (field == OptionField::kHttpTokens) return value == "optional" || value == "required";
  if (field != OptionField::kHttpPutResponseHopLimit) {
    return value == "enabled" || value == "disabled";
  }
  const auto hops = parse_number(value);
  return hops && *hops >= 1 && *hops <= 64;
}

Result<void> check_place(const Plan& plan, const Step& step) {
  if (!is_instance_id(step.instance.str())) return refused(step, "this is no instance id");
  if (step.account != plan.account) {
    return refused(step, "its account " + one_line(step.account.str(), 40) + " is not the plan's");
  }
  const auto& regions = plan.regions;
  if (std::find(regions.begin(), regions.end(), step.region) == regions.end()) {
    return refused(step, "its region " + one_line(step.region.str(), 40) + " is not the plan's");
  }
  return {};
}

Result<void> check_values(const Step& step) {
  if (step.set.empty()) return refused(step, "it changes nothing");
  for (const auto field : kOptionFields) {
    const auto& value = step.set.get(field);
    if (value && !is_value(field, *value)) {
      return refused(step,
                     std::string(name_of(field)) + " cannot be '" + one_line(*value, 40) + "'");
    }
  }
  if (!step.expect.only(step.set).satisfies(step.observed.only(step.set))) {
    return refused(step, "it does not expect what was observed");
  }
  return {};
}

Result<void> check_direction(const Step& step) {
  const auto& tokens = step.set.get(OptionField::kHttpTokens);
  if (tokens && *tokens != "required") return refused(step, "it would re-open IMDSv1");
  if (step.set.endpoint_disabled()) return refused(step, "it would switch the endpoint off");
  const auto hops = step.set.hop_limit();
  if (hops && step.observed.hop_limit() > hops)
    return refused(step, "it would lower the hop limit");
  return {};
}

Unexpected<Error> refused(const PlannedUnit& unit, const std::string& what) {
  return fail(ErrorCode::kUsage, "the plan may not be carried out: " + what,
              one_line(unit.id.str(), 80), "Make a new one: v2only plan");
}

bool is_member(const CvoSystem& system, const InstanceId& id) {
  return system.mediator == id ||
         std::any_of(system.nodes.begin(), system.nodes.end(),
                     [&](const auto& node) { return node.instance == id; });
}

// One or two nodes, a mediator with two and only then, each step one member's.
Result<void> check_members(const PlannedUnit& unit) {
  const auto& system = *unit.cvo;
  if (system.nodes.empty() || system.nodes.size() > 2)
    return refused(unit, "it has no node, or three");
  if (system.pair() != system.mediator.has_value()) {
    return refused(unit, "a pair has a mediator, a single node has none");
  }
  std::set<InstanceId> ids;
  for (const auto& node : system.nodes) {
    if (!is_instance_id(node.instance.str()) || node.uuid.empty()) {
      return refused(unit, "a node has no instance id or no uuid");
    }
    ids.insert(node.instance);
  }
  if (system.mediator) ids.insert(*system.mediator);
  if (ids.size() != system.nodes.size() + (system.mediator ? 1 : 0)) {
    return refused(unit, "one instance stands for two members");
  }
  std::set<InstanceId> changed;
  for (const auto& step : unit.steps) {
    if (!is_member(system, step.instance)) return refused(step, "it is no member of its system");
    if (!changed.insert(step.instance).second) return refused(step, "it is changed twice");
  }
  return {};
}

// What a restart rests on stands in the plan itself.
Result<void> check_system(const Plan& plan, const PlannedUnit& unit) {
  if (plan.kind != PlanKind::kApply) return refused(unit, "a rollback restarts nothing");
  if (unit.v1_gated) return refused(unit, "v1 use does not hold a CVO system back");
  if (auto ok = check_members(unit); !ok) return ok;
  const auto fact = plan.facts.systems.find(unit.id);
  if (fact == plan.facts.systems.end() || !fact->second.ontap ||
      fact->second.ontap->endpoints.empty()) {
    return refused(unit, "it does not say how ONTAP is asked");
  }
  const auto& consent = unit.cvo->pair() ? fact->second.failover : fact->second.outage;
  if (!consent) return refused(unit, "nobody has consented to restarting it");
  return {};
}

}  // namespace

Result<void> check_plan(const Plan& plan) {
  for (const auto& wave : plan.waves) {
    for (const auto& unit : wave.units) {
      if (unit.cvo) {
        if (auto ok = check_system(plan, unit); !ok) return ok;
      }
      for (const auto& step : unit.steps) {
        if (auto ok = check_place(plan, step); !ok) return ok;
        if (auto ok = check_values(step); !ok) return ok;
        if (plan.kind != PlanKind::kApply) continue;
        if (auto ok = check_direction(step); !ok) return ok;
      }
    }
  }
  const auto& policy = plan.policy;
  if (policy.failures < 1 || policy.waves.width < 1 || policy.waves.width > 1000) {
    return fail(ErrorCode::kUsage, "the plan may not be carried out: its policy is out of range",
                {}, "Make a new one: v2only plan");
  }
  return {};
}

}  // namespace v2only::fleet
