// The engine, the drivers and the clients of ONTAP and EC2 against a simulated pair, in virtual
// time: judged by the world's own log.
#include "drivers/system_driver.h"

#include <gmock/gmock.h>

#include "system_run.h"

namespace v2only::drivers {
namespace {

using fleet::OptionField;
using sim::LogEntry;
using test::kRegion;
using test::kSystem;
using test::SystemRun;
using testing::HasSubstr;

sim::Fleet fleet_of(bool pair, sim::FailoverMode mode = sim::FailoverMode::kPrivateIp) {
  sim::FleetBuilder build(1);
  const sim::FleetBuilder::Cvo cvo{kRegion, "cvo1", kSystem, "9.13.1P4", "m5.2xlarge", mode};
  pair ? build.cvo_pair(cvo) : build.cvo_single(cvo);
  auto out = build.take();
  out.world.regions = {kRegion};
  return out;
}

class PairRun : public testing::TestWithParam<sim::FailoverMode> {};

TEST_P(PairRun, TakesBothNodesAndTheMediatorThroughAndServesThroughout) {
  SystemRun run(fleet_of(true, GetParam()));
  auto plan = run.plan();
  ASSERT_EQ(plan.waves.size(), 1U) << plan.left_alone.at(0).reasons.back();
  run.carry_out(std::move(plan));
  EXPECT_EQ(run.unit().state, engine::UnitState::kDone)
      << run.unit().code << " " << run.unit().reason;
  EXPECT_TRUE(run.all_required());
  EXPECT_EQ(run.count(LogEntry::Kind::kUnserved), 0U);
  EXPECT_EQ(run.count(LogEntry::Kind::kTakeover), 2U);
  EXPECT_EQ(run.count(LogEntry::Kind::kGiveback), 2U);
  EXPECT_EQ(run.count(LogEntry::Kind::kStopped), 2U);
  EXPECT_EQ(run.count(LogEntry::Kind::kStarted), 2U);
}

INSTANTIATE_TEST_SUITE_P(Modes, PairRun,
                         testing::Values(sim::FailoverMode::kPrivateIp,
                                         sim::FailoverMode::kFloatingIp));

TEST(SystemDriver, ASingleNodeIsRestartedInsideItsOutage) {
  SystemRun run(fleet_of(false));
  run.carry_out(run.plan());
  EXPECT_EQ(run.unit().state, engine::UnitState::kDone)
      << run.unit().code << " " << run.unit().reason;
  EXPECT_TRUE(run.all_required());
  EXPECT_EQ(run.count(LogEntry::Kind::kStarted), 1U);
}

TEST(SystemDriver, ProbesThatAnswerAreAskedWhileTheNodeIsAway) {
  SystemRun run(fleet_of(true));
  const auto address = run.spec.cvo.front().nodes.front().data_addresses.front();
  run.facts.systems[kSystem].probes = {"tcp://" + address + ":2049"};
  run.carry_out(run.plan());
  EXPECT_EQ(run.unit().state, engine::UnitState::kDone)
      << run.unit().code << " " << run.unit().reason;
}

TEST(SystemDriver, AddressesThatDoNotMoveGiveTheNodeBackUnchanged) {
  auto fleet = fleet_of(true);
  fleet.world.cvo.front().mediator_knows_v2 = false;
  SystemRun run(fleet);
  run.carry_out(run.plan());
  EXPECT_EQ(run.unit().code, "not-served") << run.unit().reason;
  EXPECT_THAT(run.unit().reason, HasSubstr("EC2 sends"));
  EXPECT_EQ(run.count(LogEntry::Kind::kGiveback), 1U);
  EXPECT_TRUE(run.world.served(kSystem, run.clock.true_time()));
  for (const auto& node : run.spec.cvo.front().nodes) {
    EXPECT_TRUE(run.world.find(node.instance)->options.is(OptionField::kHttpTokens, "optional"));
  }
}

TEST(SystemDriver, AnActIsACrashPointToo) {
  SystemRun run(fleet_of(false));
  LoopHooks hooks;
  hooks.dies = [&](CrashPoint point, std::uint64_t) {
    const auto& restart = run.unit().restart;
    return point == CrashPoint::kAfterSend && restart->phase == engine::Phase::kShutdown;
  };
  run.carry_out(run.plan(), std::move(hooks), LoopEnd::kDied);
  EXPECT_EQ(run.count(LogEntry::Kind::kUnserved), 1U) << "it was told to go before we died";
}

TEST(SystemDriver, ARefusedHandoverShowsOntapsWords) {
  auto fleet = fleet_of(true);
  fleet.world.cvo.front().lifs_keep_reboots = true;
  SystemRun run(fleet);
  run.carry_out(run.plan());
  EXPECT_EQ(run.unit().code, "handover-refused") << run.unit().reason;
  EXPECT_EQ(run.count(LogEntry::Kind::kStopped), 0U);
}

}  // namespace
}  // namespace v2only::drivers
