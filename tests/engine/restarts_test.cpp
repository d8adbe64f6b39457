#include "engine/restarts.h"

#include <gmock/gmock.h>

#include "engine/written.h"
#include "toy_drive.h"

namespace v2only::engine::test {
namespace {

using fleet::OptionField;
using fleet::OptionSet;
using std::chrono::hours;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Restarts, APairIsTakenThroughMediatorFirstThenOneNodeAfterTheOther) {
  Drive drive(toy_plan());
  drive.run();
  EXPECT_THAT(drive.system.broken, IsEmpty());
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
  EXPECT_EQ(drive.system.restarts, (std::array{1, 1}));
  for (const auto& id : {kToyMediator, toy_node(0), toy_node(1)}) {
    EXPECT_TRUE(required(drive, id)) << id.str();
  }
  std::vector<std::string> order;
  for (const auto& entry : drive.journal) {
    if (const auto* intent = std::get_if<Intent>(&entry)) order.push_back(intent->instance.str());
  }
  EXPECT_EQ(order, (std::vector{kToyMediator.str(), toy_node(0).str(), toy_node(1).str()}));
  EXPECT_EQ(drive.engine->state().ended()->outcome, RunOutcome::kDone);
}

TEST(Restarts, ASingleNodeIsRestartedInsideItsOutage) {
  Drive drive(toy_plan(1));
  drive.run();
  EXPECT_THAT(drive.system.broken, IsEmpty());
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
  EXPECT_EQ(drive.system.restarts[0], 1);
  EXPECT_TRUE(required(drive, toy_node(0)));
}

TEST(Restarts, TheWaitsAreThoseOfTheSystemPlusAFewPercent) {
  Drive drive(toy_plan());
  drive.run();
  // Of each node: stop 2 m, boot 4 m, giveback 10 m, settle 5 m; of the mediator: boot 2 m.
  const auto least = 2 * minutes(2 + 4 + 10 + 5) + minutes(2);
  EXPECT_LT(drive.now.wall - kStart, least + least / 10);
}

TEST(Restarts, WithoutConsentNothingIsTouched) {
  auto plan = toy_plan();
  plan.facts.systems[kSystem].failover.reset();
  Drive drive(std::move(plan));
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kSkipped);
  EXPECT_EQ(drive.unit().code, "restart-not-authorised");
  EXPECT_FALSE(required(drive, kToyMediator));
}

TEST(Restarts, ConsentThatHasEndedIsNone) {
  auto plan = toy_plan();
  plan.facts.systems[kSystem].failover->until = kStart;
  Drive drive(std::move(plan));
  drive.run();
  EXPECT_EQ(drive.unit().code, "restart-not-authorised");
  EXPECT_THAT(drive.unit().reason, HasSubstr("the consent ended at"));
}

TEST(Restarts, BeforeItsConsentBeginsASystemWaitsAndTheRunSaysUntilWhen) {
  auto plan = toy_plan();
  auto& consent = *plan.facts.systems[kSystem].failover;
  consent.from = kStart + hours(3);
  Drive drive(std::move(plan));
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kWaiting);
  const auto* stopped = std::get_if<RunStopped>(&drive.journal.back());
  ASSERT_NE(stopped, nullptr);
  EXPECT_THAT(stopped->why, HasSubstr("resume from " + format_utc(consent.from)));
}

TEST(Restarts, ACycleThatCouldNotEndInsideTheConsentDoesNotBegin) {
  auto plan = toy_plan();
  // Time for the mediator and the first node (a cycle is expected to take 45 m), not for two.
  plan.facts.systems[kSystem].failover->until = kStart + minutes(75);
  Drive drive(std::move(plan));
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kInWork) << "one node is done: a resting state";
  EXPECT_EQ(drive.system.restarts, (std::array{1, 0}));
  EXPECT_FALSE(required(drive, toy_node(1)));
  EXPECT_TRUE(drive.system.served());
  const auto* stopped = std::get_if<RunStopped>(&drive.journal.back());
  ASSERT_NE(stopped, nullptr);
  EXPECT_THAT(stopped->why,
              HasSubstr("one begins only with " + format_duration(Duration(minutes(45)) * 3 / 2) +
                        " left. Give a later consent, then v2only resume RUN "
                        "--facts FILE"));
}

TEST(Restarts, AConsentTooShortForTheFirstCycleAsksForANewPlanSinceNothingIsResumed) {
  auto plan = toy_plan();
  plan.facts.systems[kSystem].failover->until = kStart + minutes(50);
  Drive drive(std::move(plan));
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kSkipped);
  EXPECT_THAT(drive.unit().reason, HasSubstr("Give a later consent, then plan anew"));
}

TEST(Restarts, ARefusedHandoverChangesNothingAndShowsOntapsWords) {
  Drive drive(toy_plan(), {.refuse_handover = true});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kFailed);
  EXPECT_THAT(drive.unit().reason, HasSubstr("LIFs cannot be moved away"));
  EXPECT_EQ(drive.system.stops, 0);
  EXPECT_FALSE(required(drive, toy_node(0)));
}

TEST(Restarts, ATakeoverThatNeverComesEndsTheUnitWithTheNodeUp) {
  Drive drive(toy_plan(), {.no_takeover = true});
  drive.run();
  EXPECT_EQ(drive.unit().code, "no-takeover");
  EXPECT_EQ(drive.system.stops, 0);
}

TEST(Restarts, WhatThePartnerDoesNotServeIsGivenBackUnchanged) {
  Drive drive(toy_plan(), {.partner_unserving = true});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kFailed) << drive.unit().reason;
  EXPECT_EQ(drive.unit().code, "not-served");
  EXPECT_FALSE(required(drive, toy_node(0)));
  EXPECT_EQ(drive.system.state(toy_node(0)), fleet::InstanceState::kRunning);
  EXPECT_EQ(drive.system.restarts, (std::array{1, 0})) << "started again, and its partner let be";
}

TEST(Restarts, ARefusedChangeStartsTheNodeAgainUnchanged) {
  auto plan = toy_plan();
  plan.waves[0].units[0].steps.erase(plan.waves[0].units[0].steps.begin());
  Drive drive(std::move(plan), {.refuse_options = true});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kFailed);
  EXPECT_EQ(drive.unit().code, "refused");
  EXPECT_EQ(drive.system.state(toy_node(0)), fleet::InstanceState::kRunning);
  EXPECT_EQ(drive.system.restarts, (std::array{1, 0}));
}

TEST(Restarts, AStartThatIsRefusedForCapacityIsTriedUntilItSucceeds) {
  Drive drive(toy_plan(), {.refuse_starts = 30});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
}

TEST(Restarts, AStartThatIsUnderWayIsNotAskedForAgainWhateverItsAnswerWas) {
  Drive drive(toy_plan(), {.start_says_busy = true});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
}

TEST(Restarts, AVetoedGivebackNeedsAnOperatorAndThePartnerIsLetBe) {
  Drive drive(toy_plan(), {.veto_giveback = true});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kNeedsOperator);
  EXPECT_THAT(drive.unit().reason, HasSubstr("veto: SMB locks"));
  EXPECT_EQ(drive.system.restarts, (std::array{1, 0}));
  EXPECT_FALSE(required(drive, toy_node(0))) << "its options are put back: that restarts nothing";
  EXPECT_EQ(drive.engine->state().ended()->outcome, RunOutcome::kNeedsOperator);
  EXPECT_EQ(drive.engine->state().ended()->why, "1 needs an operator, 0 failed, 0 skipped");
}

TEST(Restarts, ANodeThatDoesNotBootNeedsAnOperator) {
  Drive drive(toy_plan(), {.does_not_boot = true});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kNeedsOperator);
  EXPECT_EQ(drive.unit().code, "no-boot");
  EXPECT_EQ(drive.system.restarts, (std::array{1, 0}));
}

TEST(Restarts, AMediatorWhoseBootIsNotSeenLeavesTheNodesUntouched) {
  Drive drive(toy_plan(), {.mediator_never_boots = true});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kNeedsOperator);
  EXPECT_EQ(drive.unit().code, "no-boot-seen");
  EXPECT_EQ(drive.system.stops, 0);
  EXPECT_FALSE(required(drive, kToyMediator)) << "put back";
}

TEST(Restarts, AStopAskedForInMidCycleIsHeededAtTheNextSafeState) {
  Drive drive(toy_plan());
  while (drive.system.state(toy_node(0)) != fleet::InstanceState::kStopped) {
    ASSERT_TRUE(drive.once());
  }
  drive.tell(StopAsked{"Ctrl-C"});
  drive.run();
  EXPECT_EQ(drive.system.restarts, (std::array{1, 0}));
  EXPECT_EQ(drive.system.state(toy_node(0)), fleet::InstanceState::kRunning);
  EXPECT_TRUE(required(drive, toy_node(0)));
  EXPECT_EQ(drive.unit().state, UnitState::kInWork);
  ASSERT_TRUE(std::holds_alternative<RunStopped>(drive.journal.back()));
  drive.start(true);
  drive.run();
  ASSERT_TRUE(drive.engine->settled());
  drive.tell(GoOn{"test"});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
  EXPECT_EQ(drive.system.restarts, (std::array{1, 1}));
}

TEST(Restarts, APauseWaitsForTheOperatorsWord) {
  auto plan = toy_plan();
  plan.policy.ontap.pause_before = {fleet::Pause::kSecondNode};
  Drive drive(std::move(plan));
  for (int i = 0; i < 100000 && drive.once() && !drive.unit().restart->paused; ++i) {
  }
  ASSERT_TRUE(drive.unit().restart->paused);
  EXPECT_EQ(drive.system.restarts, (std::array{1, 0}));
  EXPECT_FALSE(drive.engine->at_rest()) << "it waits for v2only go";
  drive.pass(hours(1));
  EXPECT_EQ(drive.system.restarts, (std::array{1, 0}));
  drive.tell(GoGiven{});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
}

TEST(Restarts, AResumeBeginsNoHandoverBeforeTheOperatorsYes) {
  for (const auto nodes : {2U, 1U}) {
    Drive drive(toy_plan(nodes));
    drive.run_until([&] { return drive.in(nodes == 2 ? 1 : 0, Phase::kNote); });
    drive.start(true);
    drive.run();
    EXPECT_TRUE(drive.engine->settled());
    EXPECT_EQ(drive.system.handovers, 0) << nodes;
    drive.tell(GoOn{"test"});
    drive.run();
    EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
  }
}

TEST(Restarts, ConsentThatHasEndedMeanwhileHandsNothingOver) {
  Drive drive(toy_plan());
  drive.run_until([&] { return drive.in(1, Phase::kNote); });
  drive.stall(hours(13));
  drive.run();
  EXPECT_EQ(drive.system.handovers, 0);
}

TEST(Restarts, AResumeRebootsNoMediatorBeforeTheOperatorsYes) {
  Drive drive(toy_plan());
  drive.run_until([&] { return drive.phase() == Phase::kMediatorReboot; });
  drive.start(true);
  drive.run();
  EXPECT_TRUE(drive.engine->settled());
  EXPECT_EQ(drive.system.reboots, 0);
  drive.tell(GoOn{"test"});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
}

TEST(Restarts, AProcessThatStoodStillLooksBeforeItGivesUp) {
  Drive drive(toy_plan());
  drive.run_until([&] { return drive.in(1, Phase::kBooted); });
  drive.stall(hours(2));
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
}

TEST(Restarts, ReadingsThatAreOldWhenTheyComeEndTheUnitInsteadOfHangingIt) {
  Drive drive(toy_plan());
  drive.look_takes = seconds(45);
  drive.run();
  EXPECT_EQ(drive.unit().code, "not-ready");
  EXPECT_THAT(drive.unit().reason, testing::Not(testing::EndsWith(": ")));
}

TEST(Restarts, ReadingsThatBecomeSlowWhileANodeIsAwayEndInAClearState) {
  Drive drive(toy_plan());
  drive.run_until([&] { return drive.in(1, Phase::kTakenOver); });
  drive.look_takes = seconds(45);
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kNeedsOperator) << drive.unit().reason;
}

TEST(Restarts, ANodeThatSomebodyElseStartedUnchangedIsNotDone) {
  Drive drive(toy_plan(), {.started_by_others = true});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kFailed) << drive.unit().reason;
  EXPECT_EQ(drive.unit().code, "restarted-by-others");
  EXPECT_TRUE(drive.system.whole());

  Drive late(toy_plan());
  late.run_until([&] { return late.in(1, Phase::kOptions); });
  late.start(true);  // killed before the write arrived
  late.system.start_by_hand(0);
  late.run();
  EXPECT_EQ(late.unit().state, UnitState::kFailed) << late.unit().reason;
  EXPECT_FALSE(required(late, toy_node(0)));
  EXPECT_TRUE(late.system.whole());
}

TEST(Restarts, OptionsThatAreStillPendingAreNotDone) {
  Drive drive(toy_plan(), {.options_pend = minutes(40)});
  drive.run();
  EXPECT_EQ(drive.unit().code, "not-healthy");
  EXPECT_THAT(drive.unit().reason, HasSubstr("pending"));
}

TEST(Restarts, OptionsThatSomebodyElseSetMeanwhileAreLeftAsTheyAre) {
  auto plan = toy_plan();
  for (auto& step : plan.waves[0].units[0].steps) {
    step.set.set(OptionField::kHttpPutResponseHopLimit, "3");
  }
  Drive drive(std::move(plan), {.reverted_by_others = true});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kNeedsOperator) << drive.unit().reason;
  EXPECT_TRUE(drive.system.options(toy_node(0)).is(OptionField::kHttpPutResponseHopLimit, "7"));
}

TEST(Restarts, AStopAskedForAtThePauseBeforeTheStopGivesTheNodeBack) {
  auto plan = toy_plan();
  plan.policy.ontap.pause_before = {fleet::Pause::kStop};
  Drive drive(std::move(plan));
  drive.run_until([&] { return drive.unit().restart->paused; });
  EXPECT_FALSE(drive.system.whole());
  drive.tell(StopAsked{"Ctrl-C"});
  drive.run();
  EXPECT_TRUE(drive.system.whole());
  EXPECT_FALSE(required(drive, toy_node(0)));
}

TEST(Restarts, AResumeIsNotSettledWhileANodeWaitsAtThePauseBeforeItsStop) {
  auto plan = toy_plan();
  plan.policy.ontap.pause_before = {fleet::Pause::kStop};
  Drive drive(std::move(plan));
  drive.run_until([&] { return drive.unit().restart->paused; });
  drive.start(true);
  drive.pass(hours(1));
  EXPECT_FALSE(drive.engine->settled());
  drive.tell(GoGiven{});
  drive.run();
  EXPECT_TRUE(drive.engine->settled());
  EXPECT_TRUE(drive.system.whole());
  EXPECT_TRUE(required(drive, toy_node(0)));
}

TEST(Restarts, AStopIsSentAgainOnlyWhileThePartnerServes) {
  auto plan = toy_plan();
  plan.policy.ontap.handover = fleet::Handover::kReboot;
  Drive drive(std::move(plan), {.lose_stops = 1});
  drive.run_until([&] {
    return drive.in(1, Phase::kStop) && drive.unit().restart->act &&
           drive.unit().restart->act->answered;
  });
  // Meanwhile it boots by itself and is given back.
  for (int i = 0; i < 20; ++i) drive.stall(minutes(1));
  drive.run();
  EXPECT_THAT(drive.system.broken, IsEmpty());
  EXPECT_TRUE(drive.system.whole());
}

TEST(Restarts, ASecondRebootOfTheMediatorIsWatchedLikeTheFirst) {
  Drive drive(toy_plan(), {.lose_reboots = 1});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
}

TEST(Restarts, AnInstanceThatStopsLateIsStartedAgain) {
  Drive drive(toy_plan(), {.stop_takes = minutes(40)});
  drive.run();
  EXPECT_TRUE(drive.system.whole()) << drive.unit().reason;
  EXPECT_EQ(drive.unit().code, "stop-hangs");
}

TEST(Restarts, AStartAfterWhichTheInstanceStopsAgainIsTriedOnAndNotForEver) {
  Drive drive(toy_plan(), {.starts_that_fail = 5});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
  Drive never(toy_plan(), {.starts_that_fail = 1000000});
  never.run();
  EXPECT_EQ(never.unit().state, UnitState::kNeedsOperator) << never.unit().reason;
  EXPECT_LT(never.now.wall - kStart, hours(8));
  EXPECT_LT(never.journal.size(), 2500U);
}

TEST(Restarts, AHandoverWhoseJobFailsWhileTheNodeIsAwayIsGoneOnWith) {
  Drive drive(toy_plan(), {.handover_job_fails = true});
  drive.run();
  EXPECT_TRUE(drive.system.whole()) << drive.unit().reason;
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
}

TEST(Restarts, AFewLooksThatFailDoNotStopASingleNodeThatIsStillGoingDown) {
  Drive drive(toy_plan(1), {.takeover_takes = minutes(6)});
  drive.run_until([&] {
    const auto& act = drive.unit().restart->act;
    return drive.phase() == Phase::kShutdown && act && act->answered;
  });
  drive.system.be_silent(seconds(40));
  drive.run();
  EXPECT_THAT(drive.system.broken, IsEmpty());
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
}

TEST(Restarts, AHaltedNodeIsStartedAgainWhenItsPartnerGoesDown) {
  Drive drive(toy_plan());
  drive.run_until([&] { return drive.in(1, Phase::kTakenOver); });
  drive.system.fail_node(1);
  drive.system.switch_off(0);
  drive.run();
  EXPECT_EQ(drive.system.state(toy_node(0)), fleet::InstanceState::kRunning);
  EXPECT_EQ(drive.system.state(toy_node(1)), fleet::InstanceState::kRunning);
  EXPECT_EQ(drive.unit().state, UnitState::kNeedsOperator);
  EXPECT_EQ(drive.system.restarts, (std::array{1, 0}));
}

// Three systems: one rests with one node done, one has failed, one has not begun.
TEST(Restarts, AResumeAtTheFailureLimitStopsAndSaysWhy) {
  auto plan = toy_plan();
  auto& units = plan.waves[0].units;
  units.push_back(units[0]);
  units.push_back(units[0]);
  units[1].id = UnitId("VsaWorkingEnvironment-failed00");
  units[2].id = UnitId("VsaWorkingEnvironment-waiting0");
  for (const auto& unit : units) plan.facts.systems[unit.id] = plan.facts.systems[kSystem];
  const std::vector<Entry> journal = {
      RunBegan{"", 3},
      WaveBegan{0},
      CycleBegan{kSystem, 0, {}},
      MemberEnded{kSystem, 0},
      CycleBegan{units[1].id, 0, {}},
      UnitEnded{units[1].id, UnitState::kFailed, "handover-refused", "no"},
  };
  EngineOptions options;
  options.settle_first = true;
  auto engine = Engine::create(plan, journal, options);
  ASSERT_TRUE(engine);
  const Now now{kStart, MonoTime(hours(1))};
  engine->advance(Tick{}, now);
  ASSERT_TRUE(engine->settled());
  const auto decision = engine->advance(GoOn{"test"}, now);
  EXPECT_TRUE(engine->at_rest());
  EXPECT_TRUE(std::holds_alternative<RunStopped>(decision.entries.back()));
}

TEST(Restarts, ATakeoverUnderWayIsNotTakenForNone) {
  Drive drive(toy_plan(), {.takeover_takes = minutes(8)});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
}

TEST(Restarts, ASystemThatWasHeldHasItsFullTimeToBecomeReady) {
  auto plan = toy_plan();
  plan.policy.ontap.pause_before = {fleet::Pause::kSecondNode};
  Drive drive(std::move(plan));
  drive.run_until([&] { return drive.unit().restart->paused; });
  drive.pass(hours(1));
  drive.system.be_silent(minutes(3));
  drive.tell(GoGiven{});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
}

TEST(Restarts, TheWordToGoOnIsHeardAlsoBeforeAResumeHasSettled) {
  auto plan = toy_plan();
  plan.policy.ontap.pause_before = {fleet::Pause::kMediator};
  Drive drive(std::move(plan));
  drive.run_until([&] { return drive.unit().restart->paused; });
  drive.start(true);
  drive.tell(GoGiven{});
  drive.run();
  drive.tell(GoOn{"test"});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
}

TEST(Restarts, AClockSetBackDoesNotKeepTheWordToGoOnFromBeingHeard) {
  auto plan = toy_plan();
  plan.policy.ontap.pause_before = {fleet::Pause::kSecondNode};
  plan.facts.systems[kSystem].failover->from -= hours(48);
  Drive drive(std::move(plan));
  drive.run_until([&] { return drive.unit().restart->paused; });
  drive.tell(GoGiven{});
  drive.step_wall(-hours(24));
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
  EXPECT_LT(drive.now.mono - MonoTime(hours(1)), hours(3));
}

TEST(Restarts, OptionsThatCannotBePutBackAreToldAndNotTriedWithoutEnd) {
  Drive drive(toy_plan(), {.does_not_boot = true});
  drive.run_until([&] { return drive.in(1, Phase::kBooted); });
  drive.system.refuse_options();
  drive.run();
  EXPECT_EQ(drive.unit().code, "no-boot");
  EXPECT_THAT(drive.unit().reason, HasSubstr("could not be put back"));
  EXPECT_LT(drive.system.modifies, 10);
}

TEST(Restarts, WhatSomebodyElseChangedOfAnyMemberIsSeenBeforeTheFirstIsTouched) {
  Drive drive(toy_plan());
  drive.system.change_hop_limit(toy_node(1));
  drive.run();
  EXPECT_EQ(drive.unit().code, "changed-since-plan");
  EXPECT_FALSE(required(drive, kToyMediator));
}

TEST(Restarts, ANodeWhoseRestartIsProvenAlreadyIsLetBe) {
  auto plan = toy_plan();
  auto& unit = plan.waves[0].units[0];
  unit.cvo->nodes[0].restart = false;
  unit.steps.erase(unit.steps.begin() + 1);
  Drive drive(std::move(plan));
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
  EXPECT_EQ(drive.system.restarts, (std::array{0, 1}));
}

TEST(Restarts, AnotherClusterAtTheAddressSaysNothingOfANode) {
  Drive drive(toy_plan());
  drive.run_until([&] { return drive.in(1, Phase::kTakenOver); });
  drive.system.answer_for_another();
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kNeedsOperator) << drive.unit().reason;
  EXPECT_THAT(drive.unit().reason, HasSubstr("answers for another cluster"));
  EXPECT_EQ(drive.system.stops, 0);
}

TEST(Restarts, WhatIsProvenAlreadyIsPassedOver) {
  auto plan = toy_plan();
  auto& unit = plan.waves[0].units[0];
  unit.cvo->reboot_mediator = false;
  unit.cvo->nodes[0].restart = false;
  unit.steps = {unit.steps[2]};
  Drive drive(std::move(plan));
  drive.run();
  EXPECT_THAT(drive.system.broken, IsEmpty());
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
  EXPECT_EQ(drive.system.restarts, (std::array{0, 1}));
  EXPECT_EQ(drive.system.reboots, 0);
  EXPECT_EQ(drive.system.modifies, 1);
}

TEST(Restarts, AnOwedRestartIsDoneWithoutAChange) {
  auto plan = toy_plan();
  plan.waves[0].units[0].steps.clear();
  Drive drive(std::move(plan));
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
  EXPECT_EQ(drive.system.restarts, (std::array{1, 1}));
  EXPECT_EQ(drive.system.reboots, 1);
  EXPECT_EQ(drive.system.modifies, 0);
}

TEST(Restarts, ASystemOfWhichNothingWasTouchedIsSkippedWhereItIsNotReady) {
  auto plan = toy_plan();
  auto& unit = plan.waves[0].units[0];
  unit.cvo->reboot_mediator = false;
  unit.steps.erase(unit.steps.begin());
  Drive drive(std::move(plan));
  drive.system.answer_for_another();
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kSkipped);
  EXPECT_EQ(drive.unit().code, "not-ready");
}

TEST(Restarts, TheJournalDatesWhatWasChangedAndSaysWhatWasRestarted) {
  Drive drive(toy_plan());
  drive.run_until([&] { return drive.in(2, Phase::kStart); });
  const auto changes = changes_of(drive.plan(), drive.journal);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_TRUE(changes.at(kToyMediator).restarted);
  EXPECT_TRUE(changes.at(toy_node(0)).restarted);
  EXPECT_FALSE(changes.at(toy_node(1)).restarted);
  EXPECT_EQ(changes.at(toy_node(1)).at, *drive.unit().restart->worked_at);
}

TEST(Restarts, WhatWasPutBackIsNoChange) {
  Drive drive(toy_plan(), {.does_not_boot = true});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kNeedsOperator);
  EXPECT_FALSE(changes_of(drive.plan(), drive.journal).contains(toy_node(0)));
}

}  // namespace
}  // namespace v2only::engine::test
