// Restarts under whatever trouble chance brings: lost answers, kills, silence, clocks that step.

#include <gmock/gmock.h>

#include "toy_drive.h"

namespace v2only::engine::test {
namespace {

using std::chrono::hours;
using testing::HasSubstr;
using testing::IsEmpty;

// After each entry that there is: before what follows from it was sent, and after.
TEST(Restarts, KilledAfterAnyEntryAndResumedNoNodeIsRestartedTwiceAndNoneIsLeftAway) {
  for (const auto nodes : {2U, 1U}) {
    Drive whole(toy_plan(nodes));
    whole.run();
    for (std::size_t entry = 1; entry < whole.journal.size(); ++entry) {
      for (const bool sent : {false, true}) {
        SCOPED_TRACE(std::to_string(entry) + (sent ? " sent" : ""));
        Drive drive(toy_plan(nodes));
        drive.run_until([&] { return drive.journal.size() >= entry; });
        if (sent) drive.send_unheard();
        drive.stall(minutes(3));
        drive.start(true);
        drive.run();
        ASSERT_TRUE(drive.engine->settled() || drive.engine->state().ended());
        if (!drive.engine->state().ended()) drive.tell(GoOn{"test"});
        drive.run();
        ASSERT_THAT(drive.system.broken, IsEmpty());
        for (const int restarts : drive.system.restarts) ASSERT_LE(restarts, 1);
        // A single node whose shutdown was never answered may serve yet: it is not stopped blindly.
        const bool told = drive.unit().state == UnitState::kNeedsOperator && nodes == 1 &&
                          drive.unit().code == "not-seen";
        if (told) continue;
        ASSERT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
        ASSERT_TRUE(drive.system.whole());
      }
    }
  }
}

// Killed at random and resumed, answers lost, calls refused, looks that fail: whatever comes, no
// rule is broken, and what was stopped runs again.
class RestartsUnderTrouble : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RestartsUnderTrouble, BreaksNoRuleAndLeavesNothingStopped) {
  int done = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const auto seed = GetParam() * 1000 + i;
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    ToyTroubles troubles;
    troubles.lose_answer = random.chance(0.5) ? 0.15 : 0;
    troubles.lose_request = random.chance(0.5) ? 0.15 : 0;
    troubles.refuse = random.chance(0.3) ? 0.2 : 0;
    troubles.fail_reading = random.chance(0.5) ? 0.2 : 0;
    troubles.refuse_starts = random.chance(0.3) ? 3 : 0;
    troubles.starts_that_fail = random.chance(0.2) ? 2 : 0;
    troubles.stop_takes = minutes(random.chance(0.2) ? 30 : 2);
    troubles.takeover_takes = minutes(random.chance(0.2) ? 7 : 0);
    auto plan = toy_plan(random.chance(0.2) ? 1 : 2);
    if (random.chance(0.3)) plan.policy.ontap.handover = fleet::Handover::kReboot;
    if (random.chance(0.2)) plan.policy.ontap.pause_before = {fleet::Pause::kStop};
    auto& fact = plan.facts.systems[kSystem];
    for (auto* consent : {&fact.failover, &fact.outage}) {
      if (*consent) *consent = {kStart - hours(1000), kStart + hours(1000), "ada", ""};
    }
    if (random.chance(0.15)) {
      const auto from = kStart + seconds(random.below(5000));
      troubles.silent = {from, from + hours(1)};
      troubles.takeover_takes = {};
    }
    Drive drive(std::move(plan), troubles, seed);
    const bool steps = random.chance(0.2);
    const bool stops = random.chance(0.2);
    const bool kills = random.chance(0.6);
    const bool stalls = random.chance(0.3);
    for (int event = 0; event < 100000; ++event) {
      if (!drive.once()) {
        if (drive.engine->at_rest() && !drive.engine->settled()) break;
        drive.engine->at_rest() ? drive.tell(GoOn{"test"}) : drive.tell(GoGiven{});
      }
      if (stops && random.chance(0.002)) drive.tell(StopAsked{"Ctrl-C"});
      if (steps && random.chance(0.005)) drive.step_wall(hours(random.chance(0.5) ? 24 : -24));
      if (stalls && random.chance(0.005)) drive.stall(seconds(random.below(3600)));
      if (!kills || !random.chance(0.01)) continue;
      drive.now.wall += seconds(random.below(600));
      drive.start(true);
    }
    ASSERT_TRUE(drive.engine->at_rest());
    if (!stalls && !steps) {
      ASSERT_EQ(drive.stale_acts, 0) << "an act was guarded by an old reading";
    }
    ASSERT_THAT(drive.system.broken, IsEmpty());
    const auto nodes = drive.plan().waves[0].units[0].cvo->nodes.size();
    for (std::size_t node = 0; node < nodes; ++node) {
      ASSERT_EQ(drive.system.state(toy_node(node)), fleet::InstanceState::kRunning);
      ASSERT_LE(drive.system.restarts[node], 1) << "restarted twice for one change";
    }
    ASSERT_TRUE(stops || drive.unit().state == UnitState::kDone ||
                drive.unit().state == UnitState::kNeedsOperator ||
                drive.unit().state == UnitState::kFailed ||
                drive.unit().state == UnitState::kSkipped)
        << name_of(drive.unit().state) << " " << drive.unit().reason;
    ASSERT_TRUE(drive.system.whole() || drive.unit().state == UnitState::kNeedsOperator)
        << name_of(drive.unit().state) << " while a node is away: " << drive.unit().reason;
    done += drive.unit().state == UnitState::kDone ? 1 : 0;
  }
  EXPECT_GT(done, 100) << "trouble that passes ends few of the runs";
}

INSTANTIATE_TEST_SUITE_P(Seeds, RestartsUnderTrouble, testing::Range<std::uint64_t>(0, 10));

// --- what is owed when a cycle is given up -----------------------------------------------------

TEST(Restarts, MaintenanceIsOverHoweverACycleEnds) {
  const std::vector<ToyTroubles> all = {{},
                                        {.refuse_handover = true},
                                        {.no_takeover = true},
                                        {.partner_unserving = true},
                                        {.does_not_boot = true},
                                        {.refuse_options = true},
                                        {.veto_giveback = true}};
  for (const auto& troubles : all) {
    auto plan = toy_plan();
    plan.waves[0].units[0].cvo->reboot_mediator = false;
    auto& steps = plan.waves[0].units[0].steps;
    steps.erase(steps.begin());
    Drive drive(std::move(plan), troubles);
    drive.run();
    EXPECT_FALSE(drive.system.noted) << drive.unit().code;
    EXPECT_NE(drive.unit().state, UnitState::kInWork);
  }
}

TEST(Restarts, ARefusedHandoverIsNotTriedAgainBecauseMaintenanceEnded) {
  Drive drive(toy_plan(), {.refuse_handover = true});
  drive.run();
  EXPECT_EQ(drive.unit().code, "handover-refused");
  EXPECT_EQ(drive.system.handovers, 1);
}

TEST(Restarts, AProcessThatDiesBetweenMaintenanceAndItsEndEndsTheUnitAlike) {
  Drive drive(toy_plan(), {.refuse_handover = true});
  drive.run_until([&] {
    const auto* act = std::get_if<ActIntent>(&drive.journal.back());
    return act != nullptr && act->act.kind == ActKind::kNoteEnd;
  });
  drive.send_unheard();
  drive.start(true);
  drive.tell(GoOn{"1"});
  drive.run();
  EXPECT_EQ(drive.unit().code, "handover-refused");
  EXPECT_EQ(drive.system.handovers, 1);
}

TEST(Restarts, AnEchoThatShowsAnotherOptionMovedStopsTheSystem) {
  auto plan = toy_plan();
  plan.waves[0].units[0].cvo->reboot_mediator = false;
  auto& steps = plan.waves[0].units[0].steps;
  steps.erase(steps.begin());
  Drive drive(std::move(plan), {.move_option = true});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kFailed);
  EXPECT_EQ(drive.unit().code, "option-moved");
  EXPECT_THAT(drive.unit().reason, HasSubstr("HttpEndpoint=disabled"));
  EXPECT_EQ(drive.system.restarts, (std::array{1, 0})) << "started again, its partner let be";
}

TEST(Restarts, AMediatorWhoseOtherOptionMovedIsNotRebooted) {
  Drive drive(toy_plan(), {.move_option = true});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kNeedsOperator);
  EXPECT_EQ(drive.unit().code, "option-moved");
  EXPECT_EQ(drive.system.reboots, 0);
}

TEST(Restarts, V1UseOfACvoSystemIsNotAskedForAgain) {
  auto plan = toy_plan();
  plan.waves[0].units[0].v1_gated = true;
  Drive drive(std::move(plan));
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
}

TEST(Restarts, AddressesThatDoNotComeHomeKeepThePartnerFromItsTurn) {
  Drive drive(toy_plan(), {.addresses_stay = true});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kNeedsOperator);
  EXPECT_EQ(drive.unit().code, "not-healthy");
  EXPECT_THAT(drive.unit().reason, HasSubstr("EC2 sends 10.9.0.0 to " + toy_node(1).str()));
  EXPECT_EQ(drive.system.restarts, (std::array{1, 0}));
}

TEST(Restarts, ANodeIsNotStartedWhileAChangeOfItMayLandYet) {
  auto plan = toy_plan();
  plan.policy.ontap.timeouts.stop = seconds(30);
  Drive drive(std::move(plan), {.write_never_heard = true, .stop_takes = seconds(10)});
  drive.run();
  EXPECT_THAT(drive.system.broken, IsEmpty());
  EXPECT_EQ(drive.unit().code, "not-changed");
  EXPECT_TRUE(drive.system.whole());
}

TEST(Restarts, WhatAnEarlierRunHasDoneIsNotDoneAgain) {
  Drive drive(toy_plan());
  for (const auto& id : {kToyMediator, toy_node(0), toy_node(1)}) drive.system.require_tokens(id);
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kSkipped);
  EXPECT_EQ(drive.unit().code, "changed-since-plan");
  EXPECT_EQ(drive.system.reboots + drive.system.handovers, 0);
}

TEST(Restarts, ASingleNodeWhoseAgentIsAwayIsStartedByEc2) {
  auto plan = toy_plan(1);
  plan.facts.console.emplace();
  Drive drive(std::move(plan), {.console_cannot_start = true});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
  EXPECT_FALSE(drive.system.console_started);
  EXPECT_LT(drive.now.wall - kStart, hours(2));
}

TEST(Restarts, ASingleNodeThatIsStillStoppingAtTheDeadlineIsChangedAndStarted) {
  auto plan = toy_plan(1);
  plan.facts.console.emplace();
  Drive drive(std::move(plan), {.console_tells_nothing = true, .stop_takes = minutes(20)});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
}

TEST(Restarts, AMediatorIsChangedOnlyWhileThePairIsWhole) {
  Drive drive(toy_plan(), {.throttle_options = 3});
  drive.run_until([&] { return drive.system.modifies == 1; });
  drive.system.fail_node(1);
  drive.run();
  EXPECT_THAT(drive.system.broken, IsEmpty());
  EXPECT_FALSE(required(drive, kToyMediator));
}

TEST(Restarts, AConsoleOutputThatWasLostIsNoBoot) {
  Drive drive(toy_plan(), {.mediator_never_boots = true, .console_output_lost = true});
  drive.run();
  EXPECT_EQ(drive.unit().code, "no-boot-seen");
}

TEST(Restarts, OneNodeDoneIsARestingStateWhateverKeepsTheOtherFromItsTurn) {
  Drive drive(toy_plan(), {.volume_moves = true});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kInWork) << drive.unit().reason;
  EXPECT_TRUE(drive.engine->waits());
  EXPECT_EQ(drive.system.restarts, (std::array{1, 0}));
  drive.stall(hours(4));
  drive.start(true);
  drive.run();
  drive.tell(GoOn{"test"});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
}

TEST(Restarts, AnOptionThatMovedIsRememberedByTheNextProcess) {
  Drive drive(toy_plan(), {.move_option = true});
  drive.run_until([&] { return drive.unit().restart->options_written; });
  drive.start(true);
  drive.run();
  if (drive.engine->settled()) drive.tell(GoOn{"test"});
  drive.run();
  EXPECT_NE(drive.unit().state, UnitState::kDone);
  EXPECT_EQ(drive.system.reboots, 0);
}

TEST(Restarts, ANodeThatIsGivenBackAtThePauseBeforeItsStopWaitsForNobodyAnyMore) {
  auto plan = toy_plan();
  plan.policy.ontap.pause_before = {fleet::Pause::kStop};
  Drive drive(std::move(plan));
  drive.run_until([&] { return drive.unit().restart->paused; });
  drive.tell(StopAsked{"Ctrl-C"});
  drive.run_until([&] { return drive.phase() == Phase::kBooted; });
  EXPECT_FALSE(drive.unit().restart->paused);
  drive.run();
  EXPECT_TRUE(drive.system.whole());
  EXPECT_EQ(drive.unit().code, "stopping");
}

TEST(Restarts, WhatCannotBeSeenIsNotCalledANodeThatDoesNotBoot) {
  Drive drive(toy_plan());
  drive.run_until([&] { return drive.in(1, Phase::kBooted); });
  drive.system.be_silent(hours(5));
  drive.run();
  EXPECT_EQ(drive.unit().code, "not-seen");
  Drive gone(toy_plan());
  gone.run_until([&] { return gone.in(1, Phase::kBooted); });
  gone.system.terminate(0);
  gone.run();
  EXPECT_EQ(gone.unit().code, "gone");
}

}  // namespace
}  // namespace v2only::engine::test
