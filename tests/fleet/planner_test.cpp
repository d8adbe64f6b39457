#include "fleet/planner.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "world.h"

namespace v2only::fleet::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

Plan plan_of(const World& world, CommandTarget target = {}) {
  const auto assessments = world.assess();
  return make_plan({world.inventory,
                    assessments,
                    world.policy,
                    world.facts,
                    AccountId("111122223333"),
                    std::move(target),
                    {RegionName("eu-west-1")},
                    kNow});
}

std::vector<std::size_t> sizes_of(const Plan& plan) {
  std::vector<std::size_t> sizes;
  for (const auto& wave : plan.waves) sizes.push_back(wave.units.size());
  return sizes;
}

World fleet_of(int count) {
  World world;
  for (int i = 0; i < count; ++i) {
    auto one = instance('0');
    one.id = InstanceId("i-" + std::to_string(10000000 + i));
    one.name = "web";
    world.add(std::move(one));
  }
  return world;
}

TEST(MakePlan, EachStepSaysWhatItsInstanceWasKnownBy) {
  World world;
  world.policy.profiles["database"] = {"role", "db", {}, {}, "policy.yaml:3"};
  world.add(instance('1')).tags["role"] = "db";
  world.add(instance('2')).tags["role"] = "web";
  const auto plan = plan_of(world);
  std::map<InstanceId, std::optional<KnownBy>> known;
  for (const auto& wave : plan.waves) {
    for (const auto& unit : wave.units) known[unit.steps[0].instance] = unit.steps[0].known_by;
  }
  EXPECT_EQ(known[id('1')], KnownBy{"tag role=db"});
  EXPECT_EQ(known[id('2')], KnownBy{});
}

TEST(MakePlan, CarriesWhatItWasMadeOf) {
  World world;
  world.policy.failures = 7;
  world.say('9', "generic");
  const auto plan = plan_of(world);
  EXPECT_EQ(plan.kind, PlanKind::kApply);
  EXPECT_EQ(plan.account.str(), "111122223333");
  EXPECT_EQ(plan.endpoint, "aws");
  EXPECT_FALSE(plan.simulated);
  EXPECT_EQ(plan.created, kNow);
  EXPECT_EQ(plan.expires, kNow + std::chrono::hours(24 * 7));
  EXPECT_EQ(plan.policy, world.policy);
  EXPECT_EQ(plan.facts, world.facts);
  EXPECT_TRUE(plan.complete);
  EXPECT_TRUE(plan.waves.empty());
}

TEST(MakePlan, ScopeThatCouldNotBeReadMakesItIncompleteByName) {
  World world;
  world.inventory.scopes = {{AccountId("111122223333"), RegionName("us-east-1"), "denied"}};
  const auto plan = plan_of(world);
  EXPECT_FALSE(plan.complete);
  EXPECT_THAT(plan.errors, ElementsAre("111122223333 us-east-1: denied"));
}

TEST(MakePlan, WavesGrowFromTheCanaryByTheFactor) {
  EXPECT_THAT(sizes_of(plan_of(fleet_of(10))), ElementsAre(1, 2, 4, 3));
  auto world = fleet_of(10);
  world.policy.waves = {3, 1, 50};
  EXPECT_THAT(sizes_of(plan_of(world)), ElementsAre(3, 3, 3, 1));
  world.policy.waves = {50, 2, 50};
  EXPECT_THAT(sizes_of(plan_of(world)), ElementsAre(10));
}

TEST(MakePlan, HugeGrowthDoesNotOverflow) {
  auto world = fleet_of(5);
  world.policy.waves = {1, 2'000'000'000, 50};
  EXPECT_THAT(sizes_of(plan_of(world)), ElementsAre(1, 4));
}

TEST(MakePlan, AgentsComeFirstThenRegionNameAndId) {
  World world;
  world.add(instance('1')).name = "a";
  world.add(instance('2')).region = RegionName("ap-south-1");
  world.add(instance('3')).name = "z";
  world.say('3', "netapp-console-agent", "3.9.40");
  world.policy.waves.canary = 9;
  std::vector<std::string> ids;
  const auto plan = plan_of(world);
  for (const auto& unit : plan.waves.at(0).units) ids.push_back(unit.id.str());
  EXPECT_THAT(ids, ElementsAre(id('3').str(), id('2').str(), id('1').str()));
}

TEST(MakePlan, StepHasBeforeAfterInverseAndTheCommand) {
  World world;
  world.add(instance('1'));
  world.say('1', "netapp-console-agent", "3.9.40");
  const auto step = plan_of(world).waves.at(0).units.at(0).steps.at(0);
  EXPECT_EQ(step.observed, options("optional"));
  EXPECT_EQ(step.set.to_text(), "HttpTokens=required HttpPutResponseHopLimit=3");
  EXPECT_EQ(step.inverse().to_text(), "HttpTokens=optional HttpPutResponseHopLimit=1");
  EXPECT_EQ(step.command,
            "aws ec2 modify-instance-metadata-options --region eu-west-1 --instance-id "
            "i-00000000000000001 --http-tokens required --http-put-response-hop-limit 3 "
            "--http-endpoint enabled");
}

TEST(MakePlan, StepExpectsWhatDecidesAsItWasObserved) {
  World world;
  world.add(instance('1'));
  EXPECT_EQ(plan_of(world).waves.at(0).units.at(0).steps.at(0).expect.to_text(),
            "HttpTokens=optional HttpPutResponseHopLimit=1 HttpEndpoint=enabled");
}

TEST(MakePlan, UnitsKeepTheirGateEvidenceAndReasons) {
  World world;
  world.add(instance('1'));
  const auto unit = plan_of(world).waves.at(0).units.at(0);
  EXPECT_TRUE(unit.v1_gated);
  EXPECT_EQ(unit.v1_read_at, kNow);
  EXPECT_FALSE(unit.accepted_until);
  EXPECT_EQ(unit.evidence.size(), 2U);
  EXPECT_EQ(unit.reasons.size(), 1U);
}

TEST(MakePlan, EndsWithTheFirstAcceptanceThatItRestsOn) {
  World world;
  world.add(instance('1'));
  world.inventory.v1[id('1')] = reading(V1Use::kUsed, 3);
  const auto until = kNow + std::chrono::hours(30);
  world.policy.accept = {{{id('1')}, "", "", "why", "ada", until, "policy.yaml:7"}};
  const auto plan = plan_of(world);
  EXPECT_EQ(plan.expires, until);
  EXPECT_EQ(plan.waves.at(0).units.at(0).accepted_until, until);
}

TEST(MakePlan, CompliantAndBlockedUnitsAreLeftAloneWithTheirCodes) {
  World world;
  world.add(instance('1', options("required")));
  world.add(instance('2', options("optional", "1", "disabled")));
  world.add(instance('3'));
  world.inventory.v1.erase(id('3'));
  const auto plan = plan_of(world);
  EXPECT_TRUE(plan.waves.empty());
  ASSERT_EQ(plan.left_alone.size(), 3U);
  EXPECT_EQ(plan.left_alone[0].codes, Codes{"compliant"});
  EXPECT_EQ(plan.left_alone[1].codes, (Codes{"compliant", "endpoint-off"}));
  EXPECT_EQ(plan.left_alone[2].codes, Codes{"v1-unknown"});
  EXPECT_EQ(plan.left_alone[2].verdict, Verdict::kBlocked);
  EXPECT_THAT(plan.left_alone[2].instances, ElementsAre(id('3')));
  EXPECT_TRUE(plan.left_alone[2].runbook.empty());
}

TEST(MakePlan, CvoSystemIsLeftAloneWithItsRunbook) {
  World world;
  world.add_pair();
  const auto plan = plan_of(world);
  EXPECT_TRUE(plan.waves.empty());
  const auto& left = plan.left_alone.at(0);
  EXPECT_EQ(left.codes, Codes{"restart-not-authorised"});
  EXPECT_EQ(left.verdict, Verdict::kReady);
  EXPECT_EQ(left.instances.size(), 3U);
  EXPECT_THAT(left.runbook, Contains(HasSubstr("modify-instance-metadata-options")));
}

TEST(MakePlan, OnAnotherEndpointIsSimulatedAndSaysSoInTheCommand) {
  World world;
  world.add(instance('1'));
  const auto plan = plan_of(world, {"http://127.0.0.1:4566", "lab"});
  EXPECT_TRUE(plan.simulated);
  EXPECT_EQ(plan.endpoint, "http://127.0.0.1:4566");
  EXPECT_THAT(plan.waves.at(0).units.at(0).steps.at(0).command,
              HasSubstr("--profile lab --endpoint-url http://127.0.0.1:4566 --region eu-west-1"));
}

TEST(MakePlan, SameInputsGiveTheSamePlan) {
  auto world = fleet_of(20);
  world.add_pair();
  EXPECT_EQ(plan_of(world), plan_of(world));
}

RC_GTEST_PROP(MakePlan, EveryUnitIsChangedOrLeftAloneExactlyOnce, ()) {
  World world;
  const std::string all = "0123456789";
  for (const char last : all) {
    auto& one = world.add(
        instance(last, options(*rc::gen::element<std::string>("optional", "required"), "1",
                               *rc::gen::element<std::string>("enabled", "disabled"))));
    one.network_interfaces = *rc::gen::element(1, 1, 4);
    if (*rc::gen::arbitrary<bool>()) world.say(last, "netapp-console-agent", "3.9.40");
    world.inventory.v1[one.id] =
        reading(*rc::gen::element(V1Use::kUnknown, V1Use::kUnused, V1Use::kUsed), 1);
  }
  world.add_pair();
  world.policy.waves = {*rc::gen::inRange(1, 5), *rc::gen::inRange(1, 5), 50};
  const auto plan = plan_of(world);
  std::multiset<std::string> seen;
  for (const auto& wave : plan.waves) {
    RC_ASSERT(!wave.units.empty());
    for (const auto& unit : wave.units) {
      seen.insert(unit.id.str());
      RC_ASSERT(!unit.steps.empty());
      for (const auto& step : unit.steps) RC_ASSERT(!step.set.empty());
    }
  }
  for (const auto& left : plan.left_alone) {
    seen.insert(left.id.str());
    RC_ASSERT(!left.codes.empty());
  }
  RC_ASSERT(seen.size() == world.assess().size());
  for (const auto& assessment : world.assess()) RC_ASSERT(seen.count(assessment.unit.str()) == 1U);
}

}  // namespace
}  // namespace v2only::fleet::test
