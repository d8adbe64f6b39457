#include "fleet/profile.h"

#include <vector>

#include "core/text.h"

namespace v2only::fleet {
namespace {

// Hop limits and gates: facts/netapp.md, 1.1 and 3. NetApp gives a hop limit for the agent only.
Profiles built_in() {
  Profile agent;
  agent.name = kConsoleAgent;
  agent.maker_tag = TagRule{"OCCMInstance", "true"};
  agent.hop_limit = 3;
  agent.needs_imds = true;
  agent.gate = VersionGate::kAgent;
  agent.v1_gated = false;

  Profile node;
  node.name = kCvoNode;
  node.needs_imds = true;
  node.gate = VersionGate::kOntap;
  node.v1_gated = false;
  node.in_system = true;

  // No page states a least version of the mediator.
  Profile mediator = node;
  mediator.name = kCvoMediator;
  mediator.gate = VersionGate::kNone;

  Profile generic;
  generic.name = kGeneric;

  Profiles out;
  for (auto& profile : {agent, node, mediator, generic}) out.emplace(profile.name, profile);
  return out;
}

}  // namespace

Profiles profiles_of(const Policy& policy) {
  auto profiles = built_in();
  for (const auto& [name, spec] : policy.profiles) {
    auto& profile = profiles[name];
    profile.name = name;
    if (spec.match_tag_name) {
      profile.rule = TagRule{*spec.match_tag_name, spec.match_tag_value};
      profile.rule_where = spec.where;
    }
    if (spec.hop_limit) profile.hop_limit = spec.hop_limit;
    if (spec.needs_imds) profile.needs_imds = *spec.needs_imds;
  }
  return profiles;
}

Result<void> check_workloads(const Facts& facts, const Profiles& profiles) {
  for (const auto& [id, fact] : facts.instances) {
    if (fact.workload.empty() || profiles.contains(fact.workload)) continue;
    std::vector<std::string> known;
    for (const auto& [name, profile] : profiles) known.push_back(name);
    return fail(ErrorCode::kUsage,
                id.str() + " has the workload '" + one_line(fact.workload, 60) +
                    "', which no profile describes",
                fact.where, "known are " + join(known, ", ") + "; the policy file adds others");
  }
  return {};
}

}  // namespace v2only::fleet
