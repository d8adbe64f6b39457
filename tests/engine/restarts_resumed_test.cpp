// Restarts whose process died, or whose time ran out: what the simulation harness has found.
#include <gmock/gmock.h>

#include "toy_drive.h"

namespace v2only::engine::test {
namespace {

using fleet::OptionField;
using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;

bool is_act_open(const Drive& drive, ActKind kind) {
  const auto& act = drive.unit().restart->act;
  return act && act->kind == kind && !act->answered;
}

// A handover that lets the node boot again is over by itself while nobody looks.
TEST(Restarts, ANodeThatBootedAgainAndIsBackBeforeItWasStoppedIsNotHandedOverTwice) {
  auto plan = toy_plan();
  plan.policy.ontap.handover = fleet::Handover::kReboot;
  Drive drive(std::move(plan));
  drive.run_until([&] { return is_act_open(drive, ActKind::kReboot); });
  drive.send_unheard();
  for (int i = 0; i < 3; ++i) drive.stall(minutes(20));
  ASSERT_TRUE(drive.system.whole());
  drive.start(true);
  drive.run();
  EXPECT_EQ(drive.system.handovers, 1);
  EXPECT_EQ(drive.unit().state, UnitState::kFailed);
  EXPECT_EQ(drive.unit().code, "restarted-unchanged");
  EXPECT_THAT(drive.unit().reason, HasSubstr("nothing was changed"));
  EXPECT_TRUE(drive.system.whole());
}

TEST(Restarts, AHandoverThatNeverArrivedIsAskedForAnew) {
  auto plan = toy_plan();
  plan.policy.ontap.handover = fleet::Handover::kReboot;
  Drive drive(std::move(plan));
  drive.run_until([&] { return is_act_open(drive, ActKind::kReboot); });
  drive.stall(hours(1));
  drive.start(true);
  drive.run();
  drive.tell(GoOn{"test"});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
}

// One process after the other asks for the reboot and hears nothing of it.
TEST(Restarts, AMediatorIsRebootedTwiceAtMostHoweverOftenTheRunIsResumed) {
  Drive drive(toy_plan(), {.mediator_never_boots = true});
  for (int process = 0; process < 4; ++process) {
    for (int i = 0; i < 200000 && !is_act_open(drive, ActKind::kInstanceReboot); ++i) {
      if (drive.once()) continue;
      if (!drive.engine->settled()) break;
      drive.tell(GoOn{"test"});
    }
    drive.send_unheard();
    drive.stall(minutes(1));
    drive.start(true);
  }
  drive.run();
  EXPECT_LE(drive.system.reboots, 2);
}

// What was put back has taken effect, and nobody heard of it.
TEST(Restarts, AWriteThatPutsBackIsSettledByWhatItPutBack) {
  Drive drive(toy_plan(), {.mediator_never_boots = true});
  drive.run_until([&] { return drive.phase() == Phase::kRestore && drive.unit().open; });
  drive.send_unheard();
  drive.stall(minutes(10));
  drive.start(true);
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kNeedsOperator);
  EXPECT_FALSE(drive.unit().open);
  EXPECT_TRUE(drive.system.options(kToyMediator).is(OptionField::kHttpTokens, "optional"));
  EXPECT_EQ(drive.system.modifies, 2) << "written once, put back once";
}

TEST(Restarts, AWriteThatPutsBackAndNeverArrivedIsSentAgainOnceThatIsCertain) {
  Drive drive(toy_plan(), {.mediator_never_boots = true});
  drive.run_until([&] { return drive.phase() == Phase::kRestore && drive.unit().open; });
  drive.start(true);
  const auto resumed = drive.now.mono;
  drive.run_until([&] { return drive.system.modifies == 2; });
  EXPECT_GE(drive.now.mono - resumed, drive.plan().policy.calls.unknown_settle);
  drive.run();
  EXPECT_TRUE(drive.system.options(kToyMediator).is(OptionField::kHttpTokens, "optional"));
}

// The Console has been heard, its answer was not; it takes snapshots, and the node is still up.
TEST(Restarts, AConsoleThatIsAtWorkOnASystemIsWaitedFor) {
  auto plan = toy_plan(1);
  plan.facts.console.emplace();
  plan.policy.ontap.timeouts.stop = seconds(100);
  Drive drive(std::move(plan));
  drive.run_until([&] { return is_act_open(drive, ActKind::kConsoleStop); });
  drive.send_unheard();
  drive.start(true);
  drive.run();
  drive.tell(GoOn{"test"});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
  EXPECT_EQ(drive.system.handovers, 1);
}

TEST(Restarts, ANodeThatIsFoundStoppedAfterItsCycleBeganNeedsAnOperator) {
  auto plan = toy_plan(1);
  plan.policy.ontap.timeouts.health = minutes(5);
  Drive drive(std::move(plan));
  drive.run_until([&] { return is_act_open(drive, ActKind::kHalt); });
  drive.stall(hours(1));
  drive.start(true);
  drive.run();
  ASSERT_EQ(drive.phase(), Phase::kGates) << "it never arrived";
  drive.system.switch_off(0);
  drive.tell(GoOn{"test"});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kNeedsOperator);
  EXPECT_THAT(drive.unit().reason, HasSubstr(toy_node(0).str() + " is stopped"));
}

TEST(Restarts, ANodeThatSomebodyElseChangesWhileItIsStoppedIsStartedAgainUnchanged) {
  Drive drive(toy_plan());
  drive.run_until([&] { return drive.in(1, Phase::kStopped); });
  drive.system.change_hop_limit(toy_node(0));
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kFailed);
  EXPECT_EQ(drive.unit().code, "changed-since-plan");
  EXPECT_THAT(drive.unit().reason, HasSubstr("HttpPutResponseHopLimit=5"));
  EXPECT_FALSE(required(drive, toy_node(0)));
  EXPECT_TRUE(drive.system.whole());
}

TEST(Restarts, AMediatorThatSomebodyElseChangesBeforeItsWriteGetsThroughIsLetBe) {
  Drive drive(toy_plan(), {.throttle_options = 1});
  drive.run_until([&] { return drive.system.modifies == 1; });
  drive.system.change_hop_limit(kToyMediator);
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kSkipped);
  EXPECT_EQ(drive.unit().code, "changed-since-plan");
  EXPECT_EQ(drive.system.modifies, 1);
}

TEST(Restarts, ACycleThatCouldNotEndInsideItsWindowWaitsForTheNext) {
  EngineOptions options;
  const auto next = kStart + hours(24);
  options.calendar =
      fleet::Calendar({{{kStart, kStart + minutes(60)}, {next, next + hours(6)}}}, {});
  Drive drive(toy_plan(), {}, 1, options);
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kWaiting);
  EXPECT_EQ(drive.system.modifies, 0);
  const auto* stopped = std::get_if<RunStopped>(&drive.journal.back());
  ASSERT_NE(stopped, nullptr);
  EXPECT_THAT(stopped->why, HasSubstr("is too short for a cycle: one begins only with " +
                                      format_duration(Duration(minutes(45)) * 3 / 2) + " left"));
  EXPECT_THAT(stopped->why, HasSubstr("resume from " + format_utc(next)));
}

}  // namespace
}  // namespace v2only::engine::test
