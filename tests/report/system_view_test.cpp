#include "report/system_view.h"

#include <gmock/gmock.h>

#include "fleet/pair_world.h"
#include "report/golden.h"
#include "report/sample.h"

namespace v2only::report::test {
namespace {

using engine::ActKind;
using engine::Phase;
using engine::UnitState;
using engine::WriteFate;
using fleet::test::kNow;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

SampleRun pair_run() { return std::move(SampleRun(Fleet::with_pair().plan()).begin()); }

SystemView view_of(const SampleRun& run, WallTime now = kNow) {
  return system_view(*run.view(RunStanding::kRunning).plan, run.state().unit(0), now);
}

TEST(SystemView, MembersStandInTheOrderInWhichTheyAreChanged) {
  const auto run = pair_run();
  const auto view = view_of(run);
  ASSERT_EQ(view.members.size(), 3U);
  EXPECT_EQ(view.members[0].brief, "mediator");
  EXPECT_EQ(view.members[1].brief, "-02");
  EXPECT_EQ(view.members[2].brief, "-01");
  EXPECT_EQ(view.state, "waiting");
}

TEST(SystemView, TheMemberInHandHasItsPhaseSinceWhenAndUntilWhen) {
  auto run = pair_run();
  run.turn(0, 1).enter(0, Phase::kGiveback, kNow);
  const auto view = view_of(run);
  EXPECT_EQ(view.state, "in-progress");
  EXPECT_EQ(view.members[0].standing, InstanceStanding::kDone);
  EXPECT_EQ(view.member().name, "pair-02");
  EXPECT_EQ(view.member().phase, Phase::kGiveback);
  EXPECT_EQ(view.member().since, kNow);
  EXPECT_EQ(view.member().until, kNow + minutes(30));
  EXPECT_EQ(view.members[2].standing, InstanceStanding::kWaiting);
  EXPECT_FALSE(view.members[2].phase);
}

TEST(SystemView, APhaseOfTheMediatorDoesNotNameItTwice) {
  auto run = pair_run();
  run.enter(0, Phase::kMediatorReboot, kNow);
  EXPECT_EQ(member_in_short(view_of(run).member(), kNow + seconds(12)), "mediator reboot 12s");
  EXPECT_THAT(member_in_words(view_of(run).member(), kNow + seconds(12)),
              HasSubstr("mediator is in phase mediator-reboot since"));
}

TEST(SystemView, LimitsOfWaitsAreThePolicys) {
  auto fleet = Fleet::with_pair();
  fleet.world.policy.ontap.timeouts.giveback = seconds(90);
  SampleRun run(fleet.plan());
  run.begin().turn(0, 1).enter(0, Phase::kGiveback, kNow);
  EXPECT_EQ(view_of(run).member().until, kNow + seconds(90));
}

TEST(SystemView, AWaitForWhatAnActDoesIsCountedFromTheAct) {
  auto run = pair_run();
  run.enter(0, Phase::kMediatorReboot, kNow);
  run.act(0, ActKind::kInstanceReboot, kNow + minutes(2));
  EXPECT_EQ(view_of(run).member().until, kNow + minutes(17));
}

TEST(SystemView, AStartIsAskedForWithoutALimitAndSaysWhatItWasRefusedFor) {
  auto run = pair_run();
  run.turn(0, 1).enter(0, Phase::kStart, kNow).act(0, ActKind::kStart, kNow);
  run.answer(0, WriteFate::kRefused, "InsufficientInstanceCapacity", "none left", true);
  const auto view = view_of(run);
  EXPECT_FALSE(view.member().until);
  EXPECT_THAT(view.member().waits_for,
              HasSubstr("refused for now: InsufficientInstanceCapacity: none left"));
}

TEST(SystemView, BetweenTheNodesItRests) {
  auto run = pair_run();
  run.turn(0, 1);
  EXPECT_EQ(view_of(run).state, "in-progress") << "the mediator is no node";
  run.turn(0, 2);
  EXPECT_EQ(view_of(run).state, "one-node-done");
  EXPECT_FALSE(view_of(run).member().since);
}

TEST(SystemView, APauseWaitsForTheOperatorWithoutEnd) {
  auto run = pair_run();
  run.turn(0, 1).enter(0, Phase::kTakenOver, kNow);
  run.apply(engine::Paused{run.id_of(0), fleet::Pause::kStop});
  EXPECT_EQ(view_of(run).member().waits_for, "the operator: v2only go RUN");
  EXPECT_FALSE(view_of(run).member().until);
  EXPECT_TRUE(view_of(run).member().for_go);
  EXPECT_THAT(systems_lines(*run.view(RunStanding::kRunning).plan, run.state(), kNow, 20,
                            Style{200, false}, RunId("r-1")),
              HasSubstr("it waits for the operator: v2only go r-1\n"));
}

TEST(SystemsOf, BeforeItsAgentHasSoakedASystemSaysWhichAndUntilWhen) {
  SampleRun run(Fleet::plan_with_agent());
  run.begin();
  const auto plan = *run.view(RunStanding::kRunning).plan;
  const auto said = [&](WallTime now) {
    return systems_lines(plan, run.state(), now, 20, Style{200, false});
  };
  EXPECT_THAT(said(kNow),
              HasSubstr("mediator waits for its Console agent i-000000000000000ff to be "
                        "changed first\n"));
  run.soak(0, kNow);
  EXPECT_THAT(said(kNow), HasSubstr("mediator waits for its Console agent i-000000000000000ff to "
                                    "soak until 2026-11-24T14:00:00Z\n"));
  run.end(0, UnitState::kDone);
  EXPECT_THAT(said(kNow), HasSubstr("to soak until")) << "nobody could be asked, but it soaks";
  EXPECT_THAT(said(kNow + minutes(7 * 60)), Not(HasSubstr("Console agent")));
}

TEST(SystemView, BeforeItsConsentBeginsItWaitsForThat) {
  auto fleet = Fleet::with_pair();
  fleet.world.facts.systems.at(fleet::test::kPair).failover->from = kNow + minutes(10);
  SampleRun run(fleet.plan());
  run.begin();
  EXPECT_EQ(view_of(run).member().waits_for, "its consent to begin");
  EXPECT_EQ(view_of(run).member().until, kNow + minutes(10));
  EXPECT_EQ(view_of(run, kNow + minutes(10)).member().waits_for, "");
}

TEST(SystemView, OfAnEndedUnitTheMembersStandAsItLeftThem) {
  auto run = pair_run();
  run.turn(0, 1).enter(0, Phase::kGiveback, kNow);
  run.end(0, UnitState::kNeedsOperator, "giveback", "veto");
  const auto view = view_of(run);
  EXPECT_EQ(view.state, "needs-operator");
  EXPECT_EQ(view.members[0].standing, InstanceStanding::kDone);
  EXPECT_EQ(view.members[1].standing, InstanceStanding::kNeedsOperator);
  EXPECT_EQ(view.members[2].standing, InstanceStanding::kSkipped);
  EXPECT_EQ(view.member().waits_for, "");
}

TEST(SystemsLines, ShowMediatorAndNodesSideBySideAt80Columns) {
  auto run = pair_run();
  run.turn(0, 1).enter(0, Phase::kGiveback, kNow);
  const auto plan = run.view(RunStanding::kRunning).plan;
  const auto text = systems_lines(*plan, run.state(), kNow + seconds(185), 20, k80);
  expect_golden("systems-80", text);
  expect_fits(text, k80);
  expect_clean(text);
}

TEST(SystemsLines, SayThatWhatWasBegunIsBeingUndone) {
  auto run = pair_run();
  run.turn(0, 1).enter(0, Phase::kOptions, kNow);
  run.apply(engine::Abandoned{run.id_of(0), 1, "refused", "EC2 refused the change"});
  run.enter(0, Phase::kStart, kNow);
  EXPECT_THAT(systems_lines(*run.view(RunStanding::kRunning).plan, run.state(), kNow, 20, k80),
              HasSubstr("undone: EC2 refused the change"));
}

TEST(SystemsLines, OfARunWithoutSystemsAreNone) {
  const SampleRun run(Fleet::of(2).plan());
  EXPECT_EQ(systems_lines(*run.view(RunStanding::kRunning).plan, run.state(), kNow, 20, k80), "");
}

// So many systems, of which the last is in work.
SampleRun many(std::size_t count) {
  auto plan = Fleet::with_pair().plan();
  auto& units = plan.waves[0].units;
  for (std::size_t i = 1; i < count; ++i) {
    units.push_back(units[0]);
    units[i].id = UnitId("system-" + std::to_string(i));
  }
  SampleRun run(std::move(plan));
  run.begin().turn(count - 1, 1).enter(count - 1, Phase::kStopped, kNow);
  return run;
}

SystemView first_of(const SampleRun& run, WallTime now = kNow) {
  return systems_of(*run.view(RunStanding::kRunning).plan, run.state(), now).at(0);
}

TEST(SystemsOf, AfterOneThatFailedTheOthersSayThatTheyDoNotBegin) {
  auto run = many(2);
  EXPECT_EQ(first_of(run).member().waits_for, "");
  run.end(1, UnitState::kFailed, "not-served", "why");
  EXPECT_THAT(first_of(run).member().waits_for, HasSubstr("another system failed"));
}

TEST(SystemsOf, WhatThePolicyKeepsApartWaitsADay) {
  auto fleet = Fleet::with_pair();
  fleet.world.policy.ontap.apart = {{fleet::test::kPair, UnitId("system-1")}};
  auto plan = fleet.plan();
  auto& units = plan.waves[0].units;
  units.push_back(units[0]);
  units[1].id = UnitId("system-1");
  SampleRun run(std::move(plan));
  run.begin().enter(1, Phase::kMediatorOptions, kNow);
  EXPECT_EQ(first_of(run).member().waits_for, "a day to pass since work on system-1");
  EXPECT_EQ(first_of(run).member().until, kNow + minutes(24 * 60));
  EXPECT_EQ(first_of(run, kNow + minutes(24 * 60)).member().waits_for, "");
}

TEST(SystemsLines, ThoseInWorkComeFirstAndTheRestIsCounted) {
  const auto run = many(30);
  const auto text =
      systems_lines(*run.view(RunStanding::kRunning).plan, run.state(), kNow, 20, k120);
  EXPECT_EQ(lines_of(text)[1].find("system-29"), 0U) << text;
  EXPECT_THAT(text, HasSubstr("... and 10 more systems\n"));
}

}  // namespace
}  // namespace v2only::report::test
