#include <gmock/gmock.h>

#include "fleet/planner.h"
#include "world.h"

namespace v2only::fleet::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

struct Undo {
  Plan plan;
  std::vector<Written> written;
  std::set<InstanceId> only;
  std::optional<std::size_t> wave;

  // Five units: waves of 1, 2 and 2. The run has written all of them.
  Undo() {
    World world;
    for (const char last : {'1', '2', '3', '4', '5'}) world.add(instance(last));
    world.say('1', "netapp-console-agent", "3.9.40");
    const auto assessments = world.assess();
    plan = make_plan({world.inventory,
                      assessments,
                      world.policy,
                      world.facts,
                      AccountId("111122223333"),
                      {},
                      {RegionName("eu-west-1")},
                      kNow});
    for (const auto& each : plan.waves) {
      for (const auto& unit : each.units) {
        for (const auto& step : unit.steps) written.push_back({step});
      }
    }
  }

  Result<Plan> make() const {
    return make_rollback({plan, written, RunId("r-1"), {}, only, wave, kNow});
  }

  std::vector<std::string> units() const {
    std::vector<std::string> out;
    const auto made = make();
    EXPECT_TRUE(made);
    if (!made) return out;
    for (const auto& each : made->waves) {
      for (const auto& unit : each.units) out.push_back(unit.id.str().substr(18));
    }
    return out;
  }
};

TEST(MakeRollback, PutsBackWhatWasObservedWhereTheRunsValueStillStands) {
  const auto plan = *Undo().make();
  EXPECT_EQ(plan.kind, PlanKind::kRollback);
  EXPECT_EQ(plan.of_run.str(), "r-1");
  const auto& unit = plan.waves.back().units.at(0);
  const auto& step = unit.steps.at(0);
  EXPECT_EQ(step.set.to_text(), "HttpTokens=optional HttpPutResponseHopLimit=1");
  EXPECT_EQ(step.expect.to_text(), "HttpTokens=required HttpPutResponseHopLimit=3");
  EXPECT_EQ(step.observed, options("required", "3"));
  EXPECT_EQ(step.inverse(), step.expect);
  EXPECT_FALSE(unit.v1_gated);
  EXPECT_EQ(unit.v1_read_at, std::nullopt);
  EXPECT_THAT(unit.reasons, Contains(HasSubstr("this re-opens IMDSv1")));
  EXPECT_THAT(step.command, HasSubstr("--http-tokens optional"));
}

TEST(MakeRollback, LastWaveIsUndoneFirst) {
  EXPECT_THAT(Undo().units(), ElementsAre("4", "5", "2", "3", "1"));
}

TEST(MakeRollback, OnlyWhatTheRunWroteIsPutBack) {
  Undo undo;
  undo.written = {undo.written[1]};
  const auto plan = *undo.make();
  EXPECT_THAT(undo.units(), ElementsAre("2"));
  ASSERT_EQ(plan.left_alone.size(), 4U);
  for (const auto& left : plan.left_alone) EXPECT_EQ(left.codes, Codes{"not-changed-by-run"});
}

TEST(MakeRollback, OnlyTheFieldsThatTheRunWroteArePutBack) {
  Undo undo;
  undo.written.front().step.set.clear(OptionField::kHttpTokens);
  EXPECT_EQ(undo.make()->waves.back().units.at(0).steps.at(0).set.to_text(),
            "HttpPutResponseHopLimit=1");
}

TEST(MakeRollback, ValueThatWasNeverObservedIsNotInvented) {
  Undo undo;
  undo.written = {undo.written[1]};
  undo.written[0].step.observed.clear(OptionField::kHttpTokens);
  const auto plan = *undo.make();
  EXPECT_TRUE(plan.waves.empty());
  Codes codes;
  for (const auto& left : plan.left_alone) {
    if (left.id.str() == id('2').str()) codes = left.codes;
  }
  EXPECT_EQ(codes, Codes{"not-observed"});
}

TEST(MakeRollback, FieldThatStaysForWantOfAnOldValueIsNamed) {
  Undo undo;
  undo.written.front().step.observed.clear(OptionField::kHttpPutResponseHopLimit);
  const auto plan = undo.make();
  const auto& unit = plan->waves.back().units.at(0);
  EXPECT_EQ(unit.steps.at(0).set.to_text(), "HttpTokens=optional");
  EXPECT_EQ(unit.steps.at(0).expect.to_text(), "HttpTokens=required");
  EXPECT_THAT(unit.reasons, Contains(HasSubstr("HttpPutResponseHopLimit=3 stays")));
}

TEST(MakeRollback, InstancesAndWavesCanBeChosen) {
  Undo undo;
  undo.only = {id('3'), id('5')};
  EXPECT_THAT(undo.units(), ElementsAre("5", "3"));
  undo.wave = 2;
  EXPECT_THAT(undo.units(), ElementsAre("3"));
  undo.only.clear();
  EXPECT_THAT(undo.units(), ElementsAre("2", "3"));
}

TEST(MakeRollback, WaveThatDoesNotExistIsRefused) {
  Undo undo;
  for (const std::size_t wave : {0U, 4U}) {
    undo.wave = wave;
    const auto plan = undo.make();
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().code, ErrorCode::kUsage);
    EXPECT_THAT(to_string(plan.error()), HasSubstr("Its plan has 3 waves"));
  }
}

TEST(MakeRollback, InstanceThatThePlanDoesNotChangeIsRefusedByName) {
  Undo undo;
  undo.only = {id('9')};
  const auto plan = undo.make();
  ASSERT_FALSE(plan);
  EXPECT_THAT(to_string(plan.error()), HasSubstr(id('9').str()));
}

// An agent whose endpoint the run has switched on.
struct SwitchedOn {
  Plan plan;
  std::vector<Written> written;

  SwitchedOn() {
    World world;
    world.add(instance('1', options("optional", "3", "disabled")));
    world.say('1', "netapp-console-agent", "3.9.40").enable_endpoint = true;
    const auto assessments = world.assess();
    plan = make_plan({world.inventory,
                      assessments,
                      world.policy,
                      world.facts,
                      AccountId("111122223333"),
                      {},
                      {RegionName("eu-west-1")},
                      kNow});
    written = {{plan.waves.at(0).units.at(0).steps.at(0)}};
  }

  Result<Plan> back(std::vector<Written> sent = {}) const {
    RollbackInput input{plan, written, RunId("r-1"), {}, {}, {}, kNow};
    input.sent = std::move(sent);
    return make_rollback(input);
  }
};

TEST(MakeRollback, EndpointThatTheRunSwitchedOnGoesOffAgain) {
  const SwitchedOn run;
  const auto& written = run.written;
  const auto back = run.back();
  // AWS takes the other options only while the endpoint is enabled: it goes off last, alone.
  const auto& steps = back->waves.at(0).units.at(0).steps;
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].set.to_text(), "HttpTokens=optional");
  EXPECT_EQ(steps[1].set.to_text(), "HttpEndpoint=disabled");
  EXPECT_EQ(fields_to_send(steps[1], true).to_text(), "HttpEndpoint=disabled");
  EXPECT_EQ(steps[0].expect.to_text(), "HttpTokens=required");
  EXPECT_EQ(steps[1].expect.to_text(), "HttpEndpoint=enabled");
  EXPECT_EQ(fields_to_send(steps[0], true).to_text(), "HttpTokens=optional HttpEndpoint=enabled");
  EXPECT_TRUE(steps[0].observed.satisfies(steps[1].expect));
  EXPECT_TRUE(steps[0].observed.with(steps[0].set).satisfies(steps[1].expect));
  // The way back ends where the run began.
  const auto end = steps[1].observed.with(steps[1].set);
  EXPECT_TRUE(end.satisfies(written[0].step.inverse()));
}

TEST(MakeRollback, WhatAnEarlierRollbackHasSentIsMarkedUpToTheLastStep) {
  const SwitchedOn run;
  const auto first = *run.back();
  const auto& steps = first.waves.at(0).units.at(0).steps;
  EXPECT_FALSE(steps[0].sent_before);
  const auto second = *run.back({{steps[0]}, {steps[1]}});
  const auto& again = second.waves.at(0).units.at(0).steps;
  EXPECT_TRUE(again[0].sent_before);
  EXPECT_FALSE(again[1].sent_before);
  auto other = steps[0];
  other.set = options("optional", "2");
  EXPECT_FALSE(run.back({{other}})->waves.at(0).units.at(0).steps[0].sent_before);
}

TEST(MakeRollback, PutsBackWhateverTheInstanceIsByNow) {
  const SwitchedOn run;
  EXPECT_TRUE(run.written[0].step.known_by.has_value());
  const auto plan = run.back();
  for (const auto& step : plan->waves.at(0).units.at(0).steps) {
    EXPECT_EQ(step.known_by, std::nullopt);
  }
}

TEST(MakeRollback, UnitThatWasPutBackAlreadyIsLeftToWhoeverChangedItSince) {
  const Undo undo;
  RollbackInput input{undo.plan, undo.written, RunId("r-1"), {}, {}, {}, kNow};
  const auto first = undo.written.front().step.instance;
  input.undone.insert(first);
  const auto back = make_rollback(input);
  ASSERT_TRUE(back);
  for (const auto& each : back->waves) {
    for (const auto& unit : each.units) EXPECT_NE(unit.steps.front().instance, first);
  }
  ASSERT_EQ(back->left_alone.size(), 1U);
  EXPECT_EQ(back->left_alone[0].codes.front(), "not-changed-by-run");
  EXPECT_THAT(back->left_alone[0].reasons.front(), HasSubstr("rolled back already"));
}

TEST(MakeRollback, OfAUnitThatWasPutBackInPartOnlyTheRestIsPutBack) {
  Undo undo;
  // Two of the units as one.
  auto& units = undo.plan.waves.at(1).units;
  ASSERT_EQ(units.size(), 2U);
  units[0].steps.push_back(units[1].steps.front());
  units.pop_back();
  const auto& steps = units[0].steps;
  RollbackInput input{undo.plan, undo.written, RunId("r-1"), {}, {}, {}, kNow};
  input.wave = 2;
  input.undone = {steps[0].instance};
  const auto back = make_rollback(input);
  ASSERT_TRUE(back);
  ASSERT_EQ(back->waves.size(), 1U);
  const auto& left = back->waves[0].units.at(0).steps;
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].instance, steps[1].instance);
}

}  // namespace
}  // namespace v2only::fleet::test
