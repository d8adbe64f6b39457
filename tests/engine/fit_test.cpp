#include "engine/fit.h"

#include "bench.h"

namespace v2only::engine {
namespace {

using fleet::OptionField;
using test::Bench;
using test::in_world;
using test::plan_of;

TEST(Fit, InstanceThatGotAnIdentifyingTagIsSkippedByIt) {
  auto plan = plan_of({2});
  for (auto& unit : plan.waves[0].units) unit.steps[0].known_by = fleet::KnownBy{};
  Bench bench(plan);
  in_world(bench, 1).tags["OCCMInstance"] = "true";
  in_world(bench, 2).tags["Team"] = "blue";
  bench.tell(Tick{});
  bench.finish();
  EXPECT_EQ(bench.unit(1).state, UnitState::kSkipped);
  EXPECT_EQ(bench.unit(1).code, "changed-since-plan");
  EXPECT_NE(bench.unit(1).reason.find("tag OCCMInstance=true"), std::string::npos);
  EXPECT_EQ(bench.unit(2).state, UnitState::kDone);
  EXPECT_EQ(bench.entries<Intent>(), 1U);
}

TEST(Fit, InstanceThatLostTheTagItWasKnownByIsSkipped) {
  auto plan = plan_of({1});
  plan.policy.profiles["database"] = {"role", "db", {}, {}, "policy.yaml:3"};
  plan.waves[0].units[0].steps[0].known_by = fleet::KnownBy{"tag role=db"};
  Bench bench(plan);
  bench.tell(Tick{});
  bench.finish();
  EXPECT_EQ(bench.unit(1).code, "changed-since-plan");
  EXPECT_NE(bench.unit(1).reason.find("tag role=db"), std::string::npos);
}

TEST(Fit, PlanThatDoesNotSayWhatInstancesWereKnownByIsCarriedOut) {
  Bench bench(plan_of({1}));
  in_world(bench, 1).tags["OCCMInstance"] = "true";
  bench.tell(Tick{});
  bench.finish();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
}

// A rollback of one instance whose endpoint goes off again; `sent`: an earlier one sent the first.
fleet::Plan two_steps_back(bool sent) {
  auto plan = plan_of({1});
  plan.kind = fleet::PlanKind::kRollback;
  auto& steps = plan.waves[0].units[0].steps;
  steps.push_back(steps[0]);
  steps[0].observed = test::options("required");
  steps[0].expect = steps[0].set;
  steps[0].set = fleet::OptionSet().set(OptionField::kHttpTokens, "optional");
  steps[0].sent_before = sent;
  steps[1].observed = test::options("optional");
  steps[1].expect = fleet::OptionSet().set(OptionField::kHttpEndpoint, "enabled");
  steps[1].set = fleet::OptionSet().set(OptionField::kHttpEndpoint, "disabled");
  return plan;
}

TEST(Fit, RollbackFinishesWhatAnEarlierOneLeftHalfWay) {
  Bench bench(two_steps_back(true));
  in_world(bench, 1).options = test::options("optional");
  bench.tell(Tick{});
  bench.finish();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone) << bench.unit(1).reason;
  EXPECT_EQ(bench.entries<Intent>(), 1U);
  EXPECT_TRUE(in_world(bench, 1).options.endpoint_disabled());
}

TEST(Fit, RollbackThatAnEarlierOneOnlyMeantToBeginTakesBothSteps) {
  Bench bench(two_steps_back(true));
  in_world(bench, 1).options = test::options("required");
  bench.tell(Tick{});
  bench.finish();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
  EXPECT_EQ(bench.entries<Intent>(), 2U);
  EXPECT_EQ(in_world(bench, 1).options, test::options("optional", "1", "disabled"));
}

TEST(Fit, HalfWayThatNoRollbackHasWrittenIsSomebodyElses) {
  Bench bench(two_steps_back(false));
  in_world(bench, 1).options = test::options("optional");
  bench.tell(Tick{});
  bench.finish();
  EXPECT_EQ(bench.unit(1).code, "changed-since-run");
  EXPECT_EQ(bench.entries<Intent>(), 0U);
}

TEST(Fit, FirstStepOfARollbackThatTookEffectLateIsNotTakenForSomebodyElses) {
  Bench bench(two_steps_back(false));
  in_world(bench, 1).options = test::options("required");
  bench.tell(Tick{});
  bench.read_all();
  const auto lost = *bench.take<ModifyOptions>();
  EngineOptions resumed;
  resumed.settle_first = true;
  bench.start(resumed);
  bench.tell(Tick{});
  bench.finish();
  ASSERT_EQ(bench.entries<Settled>(), 1U) << "looked at, and found as before";
  bench.echo(lost);
  bench.pass(std::chrono::minutes(2));
  bench.tell(GoOn{"1"});
  bench.finish();
  EXPECT_EQ(bench.entries<Intent>(), 2U);
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone) << bench.unit(1).reason;
  EXPECT_TRUE(in_world(bench, 1).options.endpoint_disabled());
}

TEST(Fit, RollbackOfWhatIsWhollyBackIsSkippedAsSuch) {
  Bench bench(two_steps_back(true));
  in_world(bench, 1).options = test::options("optional", "1", "disabled");
  bench.tell(Tick{});
  bench.finish();
  EXPECT_EQ(bench.unit(1).code, "changed-since-run");
  EXPECT_NE(bench.unit(1).reason.find("as it was before the run already"), std::string::npos);
}

TEST(Fit, RollbackThatWasFinishedFromHalfWayIsResumedWhereItStopped) {
  Bench bench(two_steps_back(true));
  in_world(bench, 1).options = test::options("optional");
  bench.tell(Tick{});
  bench.read_all();
  ASSERT_EQ(bench.pending<ModifyOptions>().size(), 1U);
  EngineOptions resumed;
  resumed.settle_first = true;
  bench.start(resumed);
  bench.tell(Tick{});
  bench.finish();
  bench.tell(GoOn{"1"});
  bench.finish();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
  EXPECT_TRUE(in_world(bench, 1).options.endpoint_disabled());
}

}  // namespace
}  // namespace v2only::engine
