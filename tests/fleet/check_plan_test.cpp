#include "fleet/check_plan.h"

#include <gtest/gtest.h>

#include <functional>
#include <utility>

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

// A single node with a way to ask it and a consent.
Plan system_plan() {
  auto plan = good_plan();
  auto& unit = plan.waves[0].units[0];
  unit.id = UnitId("VsaWorkingEnvironment-a1b2c3d4");
  unit.cvo.emplace();
  unit.cvo->nodes = {{unit.steps[0].instance, "cvo1-01", "uuid-1", "10.0.0.1", true}};
  SystemFact fact;
  fact.ontap = OntapAccess{{"https://10.0.0.1"}, "v2only", {}, {}, {}};
  fact.outage = Consent{{}, WallTime(std::chrono::hours(1)), "ada", "text"};
  plan.facts.systems.emplace(unit.id, fact);
  return plan;
}

TEST(CheckPlan, ASystemWithMembersAccessAndConsentPasses) {
  EXPECT_EQ(refusal_of(system_plan()), "");
}

TEST(CheckPlan, ASystemWithoutConsentOfItsKindIsRefused) {
  auto plan = system_plan();
  auto& fact = plan.facts.systems.begin()->second;
  std::swap(fact.outage, fact.failover);
  EXPECT_NE(refusal_of(plan).find("nobody has consented"), std::string::npos);
}

TEST(CheckPlan, ASystemThatCanNotBeAskedIsRefused) {
  auto plan = system_plan();
  plan.facts.systems.begin()->second.ontap.reset();
  EXPECT_NE(refusal_of(plan).find("how ONTAP is asked"), std::string::npos);
}

TEST(CheckPlan, MembersThatMakeNoSystemAreRefused) {
  using Spoil = std::function<void(PlannedUnit&)>;
  const std::vector<Spoil> spoils = {
      [](PlannedUnit& unit) { unit.cvo->nodes.clear(); },
      [](PlannedUnit& unit) { unit.cvo->nodes.resize(3, unit.cvo->nodes.front()); },
      [](PlannedUnit& unit) { unit.cvo->nodes.resize(2, unit.cvo->nodes.front()); },
      [](PlannedUnit& unit) { unit.cvo->mediator = unit.cvo->nodes.front().instance; },
      [](PlannedUnit& unit) { unit.cvo->nodes.front().uuid.clear(); },
      [](PlannedUnit& unit) { unit.steps[0].instance = InstanceId("i-00000000000000002"); },
      [](PlannedUnit& unit) { unit.steps.push_back(unit.steps.front()); },
      [](PlannedUnit& unit) { unit.v1_gated = true; },
  };
  for (std::size_t i = 0; i < spoils.size(); ++i) {
    auto plan = system_plan();
    spoils[i](plan.waves[0].units[0]);
    EXPECT_NE(refusal_of(plan), "") << i;
  }
}

TEST(CheckPlan, ARollbackRestartsNothing) {
  auto plan = system_plan();
  plan.kind = PlanKind::kRollback;
  EXPECT_NE(refusal_of(plan).find("restarts nothing"), std::string::npos);
}

}  // namespace
}  // namespace v2only::fleet::test
