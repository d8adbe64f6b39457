#include "fleet/check_plan.h"

#include <gtest/gtest.h>

namespace v2only::fleet::test {
namespace {

Plan good_plan() {
  Plan plan;
  plan.account = AccountId("111122223333");
  plan.regions = {RegionName("eu-west-1")};
  Step step;
  step.account = plan.account;
  step.region = plan.regions.front();
  step.instance = InstanceId("i-00000000000000001");
  step.observed.set(OptionField::kHttpTokens, "optional")
      .set(OptionField::kHttpPutResponseHopLimit, "3")
      .set(OptionField::kHttpEndpoint, "enabled");
  step.expect = step.observed;
  step.set.set(OptionField::kHttpTokens, "required");
  PlannedUnit unit;
  unit.steps = {step};
  plan.waves = {Wave{{unit}}};
  return plan;
}

Step& step_of(Plan& plan) { return plan.waves[0].units[0].steps[0]; }

std::string refusal_of(const Plan& plan) {
  const auto checked = check_plan(plan);
  return checked ? "" : to_string(checked.error());
}

TEST(CheckPlan, WhatThePlannerMakesPasses) { EXPECT_EQ(refusal_of(good_plan()), ""); }

TEST(CheckPlan, LowerHopLimitIsRefused) {
  auto plan = good_plan();
  step_of(plan).set.set(OptionField::kHttpPutResponseHopLimit, "1");
  EXPECT_NE(refusal_of(plan).find("lower the hop limit"), std::string::npos);
}

TEST(CheckPlan, EndpointSwitchedOffIsRefusedUnlessRolledBack) {
  auto plan = good_plan();
  step_of(plan).set.set(OptionField::kHttpEndpoint, "disabled");
  EXPECT_NE(refusal_of(plan).find("switch the endpoint off"), std::string::npos);
  plan.kind = PlanKind::kRollback;
  EXPECT_EQ(refusal_of(plan), "");
}

TEST(CheckPlan, TokensThatWouldBeOptionalAgainAreRefused) {
  auto plan = good_plan();
  step_of(plan).observed.set(OptionField::kHttpTokens, "required");
  step_of(plan).expect = step_of(plan).observed;
  step_of(plan).set.set(OptionField::kHttpTokens, "optional");
  EXPECT_NE(refusal_of(plan).find("re-open IMDSv1"), std::string::npos);
}

TEST(CheckPlan, ValuesThatAwsDoesNotHaveAreRefused) {
  for (const char* hops : {"0", "65", "-1", "99999999999999999999", "3x", ""}) {
    auto plan = good_plan();
    step_of(plan).set.set(OptionField::kHttpPutResponseHopLimit, hops);
    EXPECT_NE(refusal_of(plan), "") << hops;
  }
  auto plan = good_plan();
  step_of(plan).set.set(OptionField::kHttpTokens, "required\nx");
  EXPECT_NE(refusal_of(plan), "");
}

TEST(CheckPlan, PlacesOutsideThePlanAreRefused) {
  auto region = good_plan();
  step_of(region).region = RegionName("evil.example/#");
  EXPECT_NE(refusal_of(region).find("region"), std::string::npos);
  auto account = good_plan();
  step_of(account).account = AccountId("999999999999");
  EXPECT_NE(refusal_of(account).find("account"), std::string::npos);
  auto instance = good_plan();
  step_of(instance).instance = InstanceId("../../etc/passwd");
  EXPECT_NE(refusal_of(instance).find("no instance id"), std::string::npos);
}

TEST(CheckPlan, StepThatExpectsNothingOfWhatItChangesIsRefused) {
  auto plan = good_plan();
  step_of(plan).expect = {};
  EXPECT_NE(refusal_of(plan).find("expect"), std::string::npos);
}

TEST(CheckPlan, PolicyOutOfRangeIsRefused) {
  auto plan = good_plan();
  plan.policy.waves.width = -5;
  EXPECT_NE(refusal_of(plan), "");
}

}  // namespace
}  // namespace v2only::fleet::test
