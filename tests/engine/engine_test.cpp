#include "bench.h"

namespace v2only::engine {
namespace {

using fleet::OptionField;
using fleet::OptionState;
using test::Bench;
using test::in_world;
using test::instance_name;
using test::plan_of;

TEST(Engine, WriteFollowsAReadingAndAnIntent) {
  Bench bench(plan_of({1}));
  bench.tell(Tick{});
  EXPECT_TRUE(bench.pending<ModifyOptions>().empty());
  bench.read_all();
  ASSERT_EQ(bench.pending<ModifyOptions>().size(), 1U);
  ASSERT_TRUE(std::holds_alternative<Intent>(bench.journal.back()));
  EXPECT_EQ(std::get<Intent>(bench.journal.back()).instance.str(), instance_name(1));
}

TEST(Engine, UnitIsDoneOnlyWhenSeenApplied) {
  Bench bench(plan_of({1}));
  bench.tell(Tick{});
  bench.read_all();
  bench.carry_out(*bench.take<ModifyOptions>());
  in_world(bench, 1).options_state = OptionState::kPending;
  bench.pass(std::chrono::seconds(1));
  bench.read_all();
  EXPECT_EQ(bench.unit(1).state, UnitState::kInWork);
  in_world(bench, 1).options_state = OptionState::kApplied;
  bench.finish();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
  EXPECT_EQ(bench.engine->state().ended()->outcome, RunOutcome::kDone);
}

TEST(Engine, OnAStoppedInstanceDoneMeansReadBack) {
  Bench bench(plan_of({1}));
  in_world(bench, 1).state = fleet::InstanceState::kStopped;
  in_world(bench, 1).options_state = OptionState::kPending;
  bench.tell(Tick{});
  bench.finish();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
}

TEST(Engine, UnitThatNoLongerFitsThePlanIsSkippedWithTheReason) {
  Bench bench(plan_of({1}));
  in_world(bench, 1).options.set(OptionField::kHttpPutResponseHopLimit, "5");
  bench.tell(Tick{});
  bench.finish();
  EXPECT_EQ(bench.unit(1).state, UnitState::kSkipped);
  EXPECT_EQ(bench.unit(1).code, "changed-since-plan");
  EXPECT_NE(bench.unit(1).reason.find("HttpPutResponseHopLimit=5"), std::string::npos);
  EXPECT_EQ(bench.entries<Intent>(), 0U);
}

TEST(Engine, InstanceThatIsGoneIsSkipped) {
  Bench bench(plan_of({2}));
  in_world(bench, 1).state = fleet::InstanceState::kTerminated;
  bench.world.erase(InstanceId(instance_name(2)));
  bench.tell(Tick{});
  bench.finish();
  EXPECT_EQ(bench.unit(1).code, "gone");
  EXPECT_EQ(bench.unit(2).code, "gone");
}

TEST(Engine, NeverMoreUnitsInWorkThanTheWidth) {
  auto plan = plan_of({10});
  plan.policy.waves.width = 3;
  Bench bench(plan);
  bench.tell(Tick{});
  bench.read_all();
  EXPECT_EQ(bench.pending<ModifyOptions>().size(), 3U);
  EXPECT_EQ(bench.engine->state().in_work(), 3U);
}

TEST(Engine, NextWaveWaitsUntilEachUnitOfTheOneBeforeHasEnded) {
  Bench bench(plan_of({2, 2}));
  bench.tell(Tick{});
  bench.read_all();
  bench.carry_out(*bench.take<ModifyOptions>());
  bench.pass(std::chrono::seconds(2));
  bench.read_all();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
  EXPECT_EQ(bench.engine->state().wave(), 0U);
  bench.finish();
  EXPECT_EQ(bench.entries<WaveBegan>(), 2U);
  EXPECT_EQ(bench.engine->state().done(), 4U);
}

TEST(Engine, FailureLimitLetsNoUnitBegin) {
  Bench bench(plan_of({1, 5}));
  bench.tell(Tick{});
  bench.read_all();
  bench.refuse(*bench.take<ModifyOptions>(), "UnauthorizedOperation");
  EXPECT_EQ(bench.unit(1).state, UnitState::kFailed);
  bench.finish();
  EXPECT_EQ(bench.entries<Intent>(), 1U);
  ASSERT_TRUE(bench.engine->state().ended());
  EXPECT_EQ(bench.engine->state().ended()->outcome, RunOutcome::kPartlyDone);
  EXPECT_EQ(bench.engine->state().waiting(), 5U);
}

TEST(Engine, UnknownOutcomeThatTookEffectIsNotRepeated) {
  Bench bench(plan_of({1}));
  bench.tell(Tick{});
  bench.read_all();
  bench.lose_answer(*bench.take<ModifyOptions>(), true);
  bench.finish();
  EXPECT_EQ(bench.entries<Intent>(), 1U);
  EXPECT_EQ(bench.entries<Settled>(), 1U);
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
}

TEST(Engine, UnknownOutcomeThatDidNotTakeEffectIsRepeatedAfterALook) {
  Bench bench(plan_of({1}));
  bench.tell(Tick{});
  bench.read_all();
  bench.lose_answer(*bench.take<ModifyOptions>(), false);
  EXPECT_TRUE(bench.pending<ModifyOptions>().empty());
  bench.read_all();
  EXPECT_EQ(bench.pending<ModifyOptions>().size(), 1U);
  bench.finish();
  EXPECT_EQ(bench.entries<Intent>(), 2U);
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
}

TEST(Engine, AfterFourCallsWithoutAnAnswerTheLastLookWaitsUntilNoneCanTakeEffectAnyMore) {
  Bench bench(plan_of({1}));
  bench.tell(Tick{});
  for (int i = 0; i < 4; ++i) {
    bench.read_all();
    bench.lose_answer(*bench.take<ModifyOptions>(), false);
  }
  bench.read_all();
  EXPECT_EQ(bench.unit(1).state, UnitState::kInWork);
  bench.pass(std::chrono::seconds(89));
  EXPECT_TRUE(bench.pending<ReadOptions>().empty());
  bench.pass(std::chrono::seconds(1));
  bench.read_all();
  EXPECT_EQ(bench.unit(1).state, UnitState::kFailed);
  EXPECT_EQ(bench.unit(1).code, "no-answer");
}

TEST(Engine, ResumeLooksAtAnOpenWriteBeforeAnythingElse) {
  Bench bench(plan_of({1, 1}));
  bench.tell(Tick{});
  bench.read_all();
  bench.echo(*bench.take<ModifyOptions>());  // it took effect; the process died before the answer
  bench.start({.settle_first = true});
  bench.tell(Tick{});
  EXPECT_TRUE(bench.pending<ModifyOptions>().empty());
  bench.read_all();
  EXPECT_TRUE(bench.engine->settled());
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
  EXPECT_EQ(bench.entries<Intent>(), 1U);
  bench.tell(GoOn{"0.1.0"});
  bench.finish();
  EXPECT_EQ(bench.unit(2).state, UnitState::kDone);
}

TEST(Engine, ResumeThatHasSettledBeginsNothingUntilTheOperatorSaysSo) {
  Bench bench(plan_of({3}));
  bench.tell(Tick{});
  bench.start({.settle_first = true});
  bench.tell(Tick{});
  EXPECT_TRUE(bench.engine->settled());
  EXPECT_TRUE(bench.effects.empty());
}

TEST(Engine, StopFinishesWhatIsInFlightAndBeginsNothing) {
  auto plan = plan_of({4});
  plan.policy.waves.width = 2;
  Bench bench(plan);
  bench.tell(Tick{});
  bench.read_all();
  bench.tell(StopAsked{"Ctrl-C"});
  bench.finish();
  EXPECT_EQ(bench.engine->state().done(), 2U);
  EXPECT_EQ(bench.engine->state().waiting(), 2U);
  EXPECT_TRUE(bench.engine->state().stopped());
  EXPECT_FALSE(bench.engine->state().ended());
}

TEST(Engine, ReadingOlderThanItsTimeGuardsNothingByEitherClock) {
  auto plan = plan_of({2});
  plan.policy.waves.width = 1;
  Bench bench(plan);
  bench.tell(Tick{});
  bench.read_all();
  const auto write = *bench.take<ModifyOptions>();
  bench.now.wall += std::chrono::hours(3);  // suspended: the monotonic clock stood still
  bench.carry_out(write);
  bench.pass(std::chrono::seconds(1));
  const auto read = bench.take<ReadOptions>();
  ASSERT_TRUE(read);
  bench.answer(*read);
  EXPECT_EQ(bench.pending<ModifyOptions>().size() + bench.pending<ReadOptions>().size(), 1U);
  bench.finish();
  EXPECT_EQ(bench.unit(2).state, UnitState::kDone);
}

TEST(Engine, ThrottledWriteWaitsAndIsReadAgain) {
  Bench bench(plan_of({1}));
  bench.tell(Tick{});
  bench.read_all();
  ModifyAnswered throttled;
  throttled.id = bench.take<ModifyOptions>()->id;
  throttled.fate = WriteFate::kRefused;
  throttled.throttled = true;
  throttled.code = "RequestLimitExceeded";
  bench.tell(throttled);
  EXPECT_TRUE(bench.effects.empty());
  ASSERT_TRUE(bench.wake_at);
  bench.pass(*bench.wake_at - bench.now.mono);
  EXPECT_EQ(bench.pending<ReadOptions>().size(), 1U);
  bench.finish();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
}

TEST(Engine, RefusalAfterALostAnswerEndsTheUnitWhenTheLostOneCannotLandAnyMore) {
  Bench bench(plan_of({1}));
  bench.tell(Tick{});
  bench.read_all();
  bench.lose_answer(*bench.take<ModifyOptions>(), false);
  bench.read_all();
  bench.refuse(*bench.take<ModifyOptions>(), "UnauthorizedOperation");
  bench.read_all();
  EXPECT_EQ(bench.unit(1).state, UnitState::kInWork);
  bench.finish();
  EXPECT_EQ(bench.unit(1).state, UnitState::kFailed);
  EXPECT_EQ(bench.unit(1).code, "refused");
  EXPECT_EQ(bench.entries<Intent>(), 2U);
}

TEST(Engine, RefusalAfterALostAnswerThatLandedIsDone) {
  Bench bench(plan_of({1}));
  bench.tell(Tick{});
  bench.read_all();
  bench.lose_answer(*bench.take<ModifyOptions>(), false);
  bench.read_all();
  const auto second = *bench.take<ModifyOptions>();
  bench.echo(second);  // the first call lands late
  bench.refuse(second, "UnauthorizedOperation");
  bench.finish();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
}

TEST(Engine, InstanceTerminatedBetweenReadingAndCallIsSkippedNotFailed) {
  Bench bench(plan_of({1}));
  bench.tell(Tick{});
  bench.read_all();
  in_world(bench, 1).state = fleet::InstanceState::kShuttingDown;
  bench.refuse(*bench.take<ModifyOptions>(), "IncorrectInstanceState");
  bench.finish();
  EXPECT_EQ(bench.unit(1).state, UnitState::kSkipped);
  EXPECT_EQ(bench.unit(1).code, "gone");
}

TEST(Engine, StateThatNeverPassesFailsAfterAFewTries) {
  Bench bench(plan_of({1}));
  bench.tell(Tick{});
  for (int i = 0; i < 100 && !bench.engine->at_rest(); ++i) {
    if (const auto write = bench.take<ModifyOptions>()) {
      bench.refuse(*write, "IncorrectInstanceState");
    } else if (const auto read = bench.take<ReadOptions>()) {
      bench.answer(*read);
    } else {
      bench.pass(std::max(Duration(1), *bench.wake_at - bench.now.mono));
    }
  }
  EXPECT_EQ(bench.unit(1).state, UnitState::kFailed);
  EXPECT_LE(bench.entries<Intent>(), 8U);
}

TEST(Engine, AcceptanceThatHasEndedLetsNoUnitBegin) {
  auto plan = plan_of({1});
  const Bench clock(plan_of({}));
  plan.waves[0].units[0].accepted_until = clock.now.wall + std::chrono::hours(1);
  Bench bench(plan, {.settle_first = true});
  bench.tell(Tick{});
  bench.now.wall += std::chrono::hours(1);
  bench.tell(GoOn{"0.1.0"});
  bench.finish();
  EXPECT_EQ(bench.unit(1).code, "acceptance-ended");
  EXPECT_EQ(bench.entries<Intent>(), 0U);
}

TEST(Engine, ResumeReadsV1UseAfreshHoweverYoungThePlansIs) {
  auto plan = plan_of({1});
  const Bench clock(plan_of({}));
  plan.waves[0].units[0].v1_gated = true;
  plan.waves[0].units[0].v1_read_at = clock.now.wall;
  Bench bench(plan, {.settle_first = true});
  bench.tell(Tick{});
  EXPECT_TRUE(bench.pending<ReadV1Use>().empty());
  bench.tell(GoOn{"0.1.0"});
  EXPECT_EQ(bench.pending<ReadV1Use>().size(), 1U);
}

TEST(Engine, LargerHopLimitThanThePlanWouldSetIsNeverLowered) {
  auto plan = plan_of({1});
  auto& step = plan.waves[0].units[0].steps[0];
  step.set.set(OptionField::kHttpPutResponseHopLimit, "3");
  step.expect.clear(OptionField::kHttpPutResponseHopLimit);
  Bench bench(plan);
  in_world(bench, 1).options.set(OptionField::kHttpPutResponseHopLimit, "5");
  bench.tell(Tick{});
  bench.finish();
  EXPECT_EQ(bench.unit(1).code, "changed-since-plan");
}

TEST(Engine, EchoThatLacksTheChangeIsNotTakenForIt) {
  Bench bench(plan_of({1}));
  bench.tell(Tick{});
  bench.read_all();
  auto answer = bench.echo(*bench.take<ModifyOptions>());
  answer.options.clear(OptionField::kHttpTokens);
  answer.state = OptionState::kApplied;
  bench.tell(answer);
  EXPECT_EQ(bench.unit(1).state, UnitState::kInWork);
}

TEST(Engine, SomebodyElsesChangeAfterAThrottledCallIsNotTakenForOurs) {
  Bench bench(plan_of({1}));
  bench.tell(Tick{});
  bench.read_all();
  ModifyAnswered throttled;
  throttled.id = bench.take<ModifyOptions>()->id;
  throttled.fate = WriteFate::kRefused;
  throttled.throttled = true;
  throttled.code = "RequestLimitExceeded";
  bench.tell(throttled);
  in_world(bench, 1).options.set(OptionField::kHttpTokens, "required");
  bench.finish();
  EXPECT_EQ(bench.unit(1).state, UnitState::kSkipped);
}

TEST(Engine, ReadingThatFailsWhileSettlingStopsTheRunAndSaysWhy) {
  Bench bench(plan_of({1}));
  bench.tell(Tick{});
  bench.read_all();
  bench.start({.settle_first = true});
  bench.tell(Tick{});
  for (int i = 0; i < 50 && !bench.engine->at_rest(); ++i) {
    if (const auto read = bench.take<ReadOptions>()) {
      bench.tell(OptionsRead{read->id, bench.now, {}, "eu-west-1: no answer"});
    } else {
      bench.pass(*bench.wake_at - bench.now.mono);
    }
  }
  EXPECT_FALSE(bench.engine->settled());
  EXPECT_TRUE(bench.engine->state().stopped());
}

TEST(Engine, CredentialsThatAreRefusedStopTheRunAndFailNoUnit) {
  Bench bench(plan_of({1, 1}));
  bench.tell(Tick{});
  bench.read_all();
  ModifyAnswered refused;
  refused.id = bench.take<ModifyOptions>()->id;
  refused.fate = WriteFate::kRefused;
  refused.credentials = true;
  refused.code = "ExpiredToken";
  refused.message = "the credentials have expired";
  bench.tell(refused);
  bench.finish();
  EXPECT_TRUE(bench.engine->state().stopped());
  EXPECT_FALSE(bench.engine->state().ended());
  EXPECT_EQ(bench.engine->state().waiting(), 2U);
}

TEST(Engine, OptionThatMovedWithoutBeingNamedIsAFailure) {
  Bench bench(plan_of({1}));
  bench.tell(Tick{});
  bench.read_all();
  auto answer = bench.echo(*bench.take<ModifyOptions>());
  answer.options.set(OptionField::kInstanceMetadataTags, "enabled");
  bench.tell(answer);
  EXPECT_EQ(bench.unit(1).code, "option-moved");
}

TEST(Engine, NoMemberIsChangedWhileAnotherHasNotBeenSeen) {
  auto plan = plan_of({1});
  plan.waves[0].units[0].steps.push_back(test::step_for(2));
  Bench bench(plan);
  bench.world.erase(InstanceId(instance_name(2)));
  bench.tell(Tick{});
  bench.finish();
  EXPECT_EQ(bench.entries<Intent>(), 0U);
  EXPECT_EQ(bench.unit(1).code, "gone");
}

TEST(Engine, StepsOfAUnitFollowEachOther) {
  auto plan = plan_of({1});
  plan.waves[0].units[0].steps.push_back(test::step_for(2));
  Bench bench(plan);
  bench.tell(Tick{});
  bench.read_all();
  ASSERT_EQ(bench.pending<ModifyOptions>().size(), 1U);
  EXPECT_EQ(bench.pending<ModifyOptions>()[0].instance.str(), instance_name(1));
  bench.finish();
  EXPECT_EQ(bench.entries<Intent>(), 2U);
  EXPECT_TRUE(in_world(bench, 2).options.tokens_required());
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
}

TEST(Engine, V1EvidenceOlderThanADayIsReadAgainBeforeTheWave) {
  auto plan = plan_of({2});
  const Bench clock(plan_of({}));
  for (auto& unit : plan.waves[0].units) {
    unit.v1_gated = true;
    unit.v1_read_at = clock.now.wall - std::chrono::hours(25);
  }
  Bench bench(plan);
  bench.tell(Tick{});
  ASSERT_EQ(bench.pending<ReadV1Use>().size(), 1U);
  EXPECT_TRUE(bench.pending<ReadOptions>().empty());
  V1UseRead answer{bench.take<ReadV1Use>()->id, {}};
  fleet::V1Reading used;
  used.use = fleet::V1Use::kUsed;
  used.calls = 12;
  answer.readings[InstanceId(instance_name(1))] = used;
  answer.readings[InstanceId(instance_name(2))].use = fleet::V1Use::kUnused;
  bench.tell(answer);
  bench.finish();
  EXPECT_EQ(bench.unit(1).code, "v1-use");
  EXPECT_EQ(bench.unit(2).state, UnitState::kDone);
}

TEST(Engine, ListingThatKeepsFailingStopsTheRunAndLosesNothing) {
  Bench bench(plan_of({1}));
  bench.tell(Tick{});
  for (int i = 0; i < 50 && !bench.engine->at_rest(); ++i) {
    if (const auto read = bench.take<ReadOptions>()) {
      bench.tell(OptionsRead{read->id, bench.now, {}, "eu-west-1: no answer"});
    } else {
      bench.pass(*bench.wake_at - bench.now.mono);
    }
  }
  EXPECT_TRUE(bench.engine->state().stopped());
  EXPECT_EQ(bench.engine->state().waiting(), 1U);
}

TEST(Engine, ListingsAndPollsStayUnderFivePercentOfTheWrites) {
  auto plan = plan_of({10000});
  plan.policy.waves.width = 256;
  Bench bench(plan, {.table_rates = false});
  std::size_t listings = 0;
  bench.tell(Tick{});
  while (!bench.engine->at_rest()) {
    if (const auto read = bench.take<ReadOptions>()) {
      ++listings;
      ASSERT_LE(read->instances.size(), 200U);
      bench.answer(*read);
    } else if (const auto write = bench.take<ModifyOptions>()) {
      bench.carry_out(*write);
    } else {
      bench.pass(std::max(Duration(1), *bench.wake_at - bench.now.mono));
    }
  }
  EXPECT_EQ(bench.engine->state().done(), 10000U);
  EXPECT_LE(listings, 300U);
}

TEST(Engine, SamePlanAndSameEventsGiveTheSameEntriesToTheByte) {
  const auto once = [] {
    Bench bench(plan_of({1, 2, 4}));
    bench.tell(Tick{});
    bench.finish();
    std::string all;
    for (const auto& entry : bench.journal) all += to_row(entry).body + "\n";
    return all;
  };
  EXPECT_EQ(once(), once());
}

}  // namespace
}  // namespace v2only::engine
