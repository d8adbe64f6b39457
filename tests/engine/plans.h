// Small plans for the engine's tests.
#pragma once

#include <string>
#include <vector>

#include "fleet/plan.h"

namespace v2only::engine::test {

inline fleet::OptionSet options(const std::string& tokens, const std::string& hop = "1",
                                const std::string& endpoint = "enabled") {
  fleet::OptionSet out;
  out.set(fleet::OptionField::kHttpTokens, tokens);
  out.set(fleet::OptionField::kHttpPutResponseHopLimit, hop);
  out.set(fleet::OptionField::kHttpEndpoint, endpoint);
  out.set(fleet::OptionField::kHttpProtocolIpv6, "disabled");
  out.set(fleet::OptionField::kInstanceMetadataTags, "disabled");
  return out;
}

inline std::string instance_name(int number) {
  const auto digits = std::to_string(number);
  return "i-" + std::string(17 - digits.size(), '0') + digits;
}

inline fleet::Step step_for(int number, const std::string& region = "eu-west-1") {
  fleet::Step step;
  step.account = AccountId("111122223333");
  step.region = RegionName(region);
  step.instance = InstanceId(instance_name(number));
  step.observed = options("optional");
  step.expect = step.observed;
  step.set.set(fleet::OptionField::kHttpTokens, "required");
  return step;
}

inline fleet::PlannedUnit unit_for(int number) {
  fleet::PlannedUnit unit;
  unit.id = UnitId(instance_name(number));
  unit.workload = "generic";
  unit.steps.push_back(step_for(number));
  return unit;
}

// Waves of the given sizes; units are numbered from 1 on.
inline fleet::Plan plan_of(const std::vector<int>& waves) {
  fleet::Plan plan;
  plan.account = AccountId("111122223333");
  int next = 1;
  for (const int size : waves) {
    fleet::Wave wave;
    for (int i = 0; i < size; ++i) wave.units.push_back(unit_for(next++));
    plan.waves.push_back(std::move(wave));
  }
  return plan;
}

}  // namespace v2only::engine::test
