// A Console agent and the system that it manages, through the simulated Console: judged by what the
// world shows.
#include "drivers/agent_look.h"

#include <gmock/gmock.h>

#include "system_run.h"

namespace v2only::drivers {
namespace {

using engine::UnitState;
using fleet::OptionField;
using sim::LogEntry;
using std::chrono::hours;
using test::kRegion;
using test::kSystem;
using test::SystemRun;
using testing::HasSubstr;

sim::Fleet fleet_of(const std::string& real_version) {
  sim::FleetBuilder build(1);
  build.agent(kRegion, "agent-1", "4.0.0")
      .instance.options.set(OptionField::kHttpPutResponseHopLimit, "3");
  build.cvo_single({kRegion, "cvo1", kSystem, "9.13.1P4"});
  auto out = build.take();
  out.world.regions = {kRegion};
  out.world.console->agents.front().version = real_version;
  for (auto& each : out.world.instances) each.instance.launched = test::kStart - hours(24 * 30);
  return out;
}

const InstanceId& agent_of(const SystemRun& run) {
  return run.spec.console->agents.front().instance;
}

TEST(AgentLook, AnAgentSoaksThenItsSystemIsRestartedByTheConsole) {
  SystemRun run(fleet_of("4.0.0"));
  run.give_console();
  auto plan = run.plan();
  ASSERT_EQ(plan.waves.size(), 2U);
  EXPECT_EQ(plan.waves[1].units[0].cvo->agents, std::vector{agent_of(run)});
  run.carry_out(std::move(plan));
  for (std::size_t unit = 0; unit < 2; ++unit) {
    EXPECT_EQ(run.unit(unit).state, UnitState::kDone)
        << run.unit(unit).code << " " << run.unit(unit).reason;
  }
  EXPECT_TRUE(run.all_required());
  EXPECT_EQ(run.count(LogEntry::Kind::kStarted), 1U);
  EXPECT_GT(run.clock.true_time(), test::kStart + hours(7));
}

TEST(AgentLook, AnAgentThatLosesAwsWhenItsCredentialsEndIsPutBackAndItsSystemIsNotTouched) {
  SystemRun run(fleet_of("3.9.30"));  // the facts know better, wrongly
  run.give_console();
  run.policy.failures = 5;
  run.carry_out(run.plan());
  EXPECT_EQ(run.unit(0).state, UnitState::kFailed);
  EXPECT_EQ(run.unit(0).code, "agent-not-well") << run.unit(0).reason;
  EXPECT_TRUE(run.world.find(agent_of(run))->options.is(OptionField::kHttpTokens, "optional"));
  EXPECT_EQ(run.unit(1).code, "agent-not-done") << run.unit(1).reason;
  EXPECT_EQ(run.count(LogEntry::Kind::kStopped), 0U);
}

TEST(AgentLook, AnAgentThatTheConsoleDoesNotKnowIsNotChanged) {
  auto fleet = fleet_of("4.0.0");
  SystemRun run(fleet);
  run.give_console();
  auto plan = run.plan();
  auto& step = plan.waves[0].units[0].steps[0];
  const auto node = run.spec.cvo.front().nodes.front().instance;
  step.instance = node;  // an instance at another address
  step.set.clear(OptionField::kHttpPutResponseHopLimit);
  step.expect = run.world.find(node)->options;
  step.known_by.reset();
  run.carry_out(std::move(plan));
  EXPECT_EQ(run.unit(0).code, "agent-not-ready") << run.unit(0).reason;
  EXPECT_THAT(run.unit(0).reason, HasSubstr("no active agent at"));
}

}  // namespace
}  // namespace v2only::drivers
