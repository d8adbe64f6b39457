// Console agents: seen well before their change, soaked after it, put back where they fail; and the
// CVO systems that they manage wait for them.
#include "engine/soaks.h"

#include <gmock/gmock.h>

#include "bench.h"
#include "fleet/profile.h"
#include "toy_drive.h"

namespace v2only::engine::test {
namespace {

using fleet::OptionField;
using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;

const WallTime kBegin = WallTime(hours(500000));
constexpr Duration kSoak = hours(7);

enum class Asked : std::uint8_t { kNo, kYes };

// Units 1 to `agents` are agents, one a wave; then `others` in one wave.
fleet::Plan agents_plan(Asked asked, int agents = 1, int others = 0) {
  auto waves = std::vector<int>(static_cast<std::size_t>(agents), 1);
  if (others > 0) waves.push_back(others);
  auto plan = plan_of(waves);
  for (int i = 0; i < agents; ++i) {
    plan.waves[static_cast<std::size_t>(i)].units[0].workload = fleet::kConsoleAgent;
  }
  if (asked == Asked::kYes) plan.facts.console.emplace();
  return plan;
}

void add_system(fleet::Plan& plan, std::vector<InstanceId> agents = {}) {
  auto toy = toy_plan();
  auto unit = toy.waves[0].units[0];
  unit.cvo->agents = std::move(agents);
  plan.waves.push_back({{unit}});
  plan.facts.systems = toy.facts.systems;
  plan.facts.systems[kSystem].failover->until = kBegin + hours(100);
}

// The bench, with agents that answer as `agent` says.
class Agents : public Bench {
 public:
  using Bench::Bench;

  // Answers all but what CVO systems are asked, until `there` or the run is at rest.
  template <class There>
  void run_until(There there) {
    for (int i = 0; i < 100000 && !there() && !engine->at_rest(); ++i) once();
  }
  void run() {
    run_until([] { return false; });
    ASSERT_TRUE(engine->at_rest());
  }

  void once() {
    if (const auto write = take<ModifyOptions>()) {
      const bool back = write->send.is(OptionField::kHttpTokens, "optional");
      if (back && refuse_back) return refuse(*write, "UnauthorizedOperation");
      if (back && lose_back-- > 0) return lose_answer(*write, false);
      carry_out(*write);
    } else if (const auto read = take<ReadOptions>()) {
      answer(*read);
    } else if (const auto look = take<ReadAgent>()) {
      ++looks;
      last_look = now;
      answer_look(*look);
    } else if (wake_at) {
      pass(std::max(Duration(1), *wake_at - now.mono));
    }
  }

  void answer_look(const ReadAgent& look) {
    fleet::AgentReading out;
    out.asked_at = now;
    out.instance.id = look.instance;
    const auto& seen = world.at(look.instance);
    out.instance.state = seen.state;
    out.instance.options = seen.options;
    out.agent = agent;
    out.systems.emplace();
    out.systems->emplace_back();
    out.systems->back().no_cloud_connection = !reaches_aws();
    if (!out.agent) out.errors.emplace_back("the Console does not answer");
    tell(AgentRead{look.id, out});
  }

  // It works with credentials that it has until they end.
  bool reaches_aws() const {
    const bool changed = std::any_of(world.begin(), world.end(), [](const auto& each) {
      return each.second.options.is(OptionField::kHttpTokens, "required");
    });
    return !breaks_at || !changed || now.wall < *breaks_at;
  }

  std::optional<fleet::ConsoleAgent> agent =
      fleet::ConsoleAgent{"abc", "agent", "active", "4.0.0", "10.0.0.5"};
  std::optional<WallTime> breaks_at;
  bool refuse_back = false;
  int lose_back = 0;
  int looks = 0;
  Now last_look;
};

bool required(Agents& bench, int number) {
  return in_world(bench, number).options.is(OptionField::kHttpTokens, "required");
}

TEST(Soaks, AnAgentIsDoneWhenItWasWellToTheEndOfItsSoak) {
  Agents bench(agents_plan(Asked::kYes));
  bench.tell(Tick{});
  bench.run();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
  EXPECT_TRUE(bench.unit(1).code.empty());
  ASSERT_TRUE(bench.unit(1).soak_began);
  EXPECT_EQ(bench.last_look.wall, *bench.unit(1).soak_began + kSoak);
  EXPECT_GT(bench.looks, 7 * 60 - 20) << "at least once a minute but for the beginning";
}

TEST(Soaks, WithoutAConsoleAnAgentIsDoneWithItsOptionsAndSaysThatNobodyWasAsked) {
  Agents bench(agents_plan(Asked::kNo));
  bench.tell(Tick{});
  bench.run();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
  EXPECT_EQ(bench.unit(1).code, "agent-not-asked");
  EXPECT_EQ(bench.looks, 0);
  EXPECT_LT(bench.now.wall, kBegin + minutes(1));
}

TEST(Soaks, AnAgentThatFailsIsPutBackAtOnce) {
  Agents bench(agents_plan(Asked::kYes));
  bench.breaks_at = kBegin + hours(6);
  bench.tell(Tick{});
  bench.run();
  EXPECT_EQ(bench.unit(1).state, UnitState::kFailed);
  EXPECT_EQ(bench.unit(1).code, "agent-not-well");
  EXPECT_THAT(bench.unit(1).reason, HasSubstr("cannot reach AWS"));
  EXPECT_THAT(bench.unit(1).reason, HasSubstr("put back"));
  EXPECT_FALSE(required(bench, 1));
  EXPECT_LT(bench.now.wall, kBegin + hours(6) + minutes(5));
}

TEST(Soaks, OneLostAnswerOrTwoAreNoFailure) {
  Agents bench(agents_plan(Asked::kYes));
  bench.tell(Tick{});
  bench.run_until([&] { return bench.now.wall > kBegin + hours(1); });
  bench.agent->status = "inactive";
  const auto before = bench.looks;
  bench.run_until([&] { return bench.looks == before + 2; });
  bench.agent->status = "active";
  bench.run();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone) << bench.unit(1).reason;
}

TEST(Soaks, WhileTheConsoleItselfIsSilentNothingIsHeldAgainstTheAgentForHalfAnHour) {
  for (const auto silence : {minutes(25), minutes(40)}) {
    Agents bench(agents_plan(Asked::kYes));
    bench.tell(Tick{});
    bench.run_until([&] { return bench.now.wall > kBegin + hours(1); });
    const auto agent = std::exchange(bench.agent, {});
    const auto from = bench.now.wall;
    bench.run_until([&] { return bench.now.wall >= from + silence; });
    bench.agent = agent;
    bench.run();
    EXPECT_EQ(bench.unit(1).state, silence < minutes(30) ? UnitState::kDone : UnitState::kFailed);
  }
}

TEST(Soaks, ASilentConsoleAtTheEndOfTheSoakIsWaitedFor) {
  Agents bench(agents_plan(Asked::kYes));
  bench.tell(Tick{});
  bench.run_until([&] { return bench.now.wall > kBegin + kSoak - minutes(10); });
  const auto agent = std::exchange(bench.agent, {});
  bench.run_until([&] { return bench.now.wall > kBegin + kSoak + minutes(10); });
  EXPECT_EQ(bench.unit(1).state, UnitState::kInWork);
  bench.agent = agent;
  bench.run();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
}

TEST(Soaks, AnAgentThatDoesNotDoItsWorkIsNotChanged) {
  Agents bench(agents_plan(Asked::kYes));
  bench.agent->status = "inactive";
  bench.tell(Tick{});
  bench.run();
  EXPECT_EQ(bench.unit(1).state, UnitState::kSkipped);
  EXPECT_EQ(bench.unit(1).code, "agent-not-ready");
  EXPECT_THAT(bench.unit(1).reason, HasSubstr("inactive"));
  EXPECT_EQ(bench.entries<Intent>(), 0U);
}

TEST(Soaks, WhatSomebodyElseSetMeanwhileIsLeft) {
  Agents bench(agents_plan(Asked::kYes));
  bench.tell(Tick{});
  bench.run_until([&] { return bench.now.wall > kBegin + hours(1); });
  in_world(bench, 1).options = options("optional", "5");
  bench.run();
  EXPECT_EQ(bench.unit(1).state, UnitState::kFailed);
  EXPECT_EQ(bench.unit(1).code, "changed-meanwhile");
  EXPECT_EQ(in_world(bench, 1).options, options("optional", "5"));
}

TEST(Soaks, WhatCannotBePutBackNeedsAnOperator) {
  Agents bench(agents_plan(Asked::kYes));
  bench.breaks_at = kBegin + hours(1);
  bench.refuse_back = true;
  bench.tell(Tick{});
  bench.run();
  EXPECT_EQ(bench.unit(1).state, UnitState::kNeedsOperator);
  EXPECT_THAT(bench.unit(1).reason, HasSubstr("could not be put back: UnauthorizedOperation"));
}

TEST(Soaks, ALostWriteThatPutsBackIsLookedAtAndSentAgain) {
  Agents bench(agents_plan(Asked::kYes));
  bench.breaks_at = kBegin + hours(1);
  bench.lose_back = 1;
  bench.tell(Tick{});
  bench.run();
  EXPECT_EQ(bench.unit(1).state, UnitState::kFailed);
  EXPECT_FALSE(required(bench, 1));
  EXPECT_EQ(bench.entries<Settled>(), 1U);
}

TEST(Soaks, AResumeCountsFromTheChangeAndLooksOnceMore) {
  Agents bench(agents_plan(Asked::kYes));
  bench.tell(Tick{});
  bench.run_until([&] { return bench.now.wall > kBegin + hours(1); });
  bench.now.wall += hours(8);
  bench.now.mono = MonoTime(minutes(5));  // another boot of this machine
  const auto before = bench.looks;
  bench.start({.settle_first = true});
  bench.tell(Tick{});
  ASSERT_TRUE(bench.engine->settled()) << "a soak is in a safe state";
  bench.tell(GoOn{"1"});
  bench.run();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
  EXPECT_EQ(bench.looks, before + 1);
}

TEST(Soaks, AProcessThatDiedWhilePuttingBackPutsBackBeforeAnythingElse) {
  Agents bench(agents_plan(Asked::kYes));
  bench.breaks_at = kBegin + hours(1);
  bench.tell(Tick{});
  bench.run_until([&] { return bench.entries<SoakFailed>() > 0; });
  bench.start({.settle_first = true});
  bench.tell(Tick{});
  bench.run();
  EXPECT_EQ(bench.unit(1).state, UnitState::kFailed);
  EXPECT_FALSE(required(bench, 1));
}

TEST(Soaks, AClockSetForwardShortensNoSoak) {
  Agents bench(agents_plan(Asked::kYes));
  bench.tell(Tick{});
  bench.run_until([&] { return bench.now.wall > kBegin + hours(1); });
  const auto from = bench.now.mono;
  bench.now.wall += hours(24);
  bench.run();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
  EXPECT_GT(bench.now.mono - from, hours(5));
}

TEST(Soaks, WhoeverStopsTheRunLeavesASoakToAResume) {
  Agents bench(agents_plan(Asked::kYes));
  bench.tell(Tick{});
  bench.run_until([&] { return bench.now.wall > kBegin + hours(1); });
  bench.tell(StopAsked{"Ctrl-C"});
  bench.run();
  EXPECT_LT(bench.now.wall, kBegin + hours(1) + minutes(2));
  EXPECT_EQ(bench.unit(1).state, UnitState::kInWork);
  EXPECT_TRUE(bench.engine->state().stopped());
}

TEST(Soaks, AWindowThatClosesDoesNotEndASoak) {
  EngineOptions options;
  options.calendar = fleet::Calendar(std::vector<fleet::Interval>{{kBegin, kBegin + hours(1)}}, {});
  Agents bench(agents_plan(Asked::kYes, 1, 1), options);
  bench.tell(Tick{});
  bench.run();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
  EXPECT_GE(bench.now.wall, kBegin + kSoak);
}

TEST(Soaks, ASoakHoldsUpNoOtherWaveOnceItsAgentWasSeenWell) {
  Agents bench(agents_plan(Asked::kYes, 2, 3));
  bench.tell(Tick{});
  bench.run_until([&] { return bench.engine->state().done() == 3; });
  EXPECT_LT(bench.now.wall, kBegin + minutes(5));
  EXPECT_EQ(bench.unit(1).state, UnitState::kInWork);
  EXPECT_EQ(bench.unit(2).state, UnitState::kInWork);
  bench.run();
  EXPECT_EQ(bench.engine->state().done(), 5U);
}

TEST(Soaks, AnAgentThatIsNotWellAfterItsChangeHoldsUpTheNextWave) {
  Agents bench(agents_plan(Asked::kYes, 2));
  bench.breaks_at = kBegin;
  bench.tell(Tick{});
  bench.run();
  EXPECT_EQ(bench.unit(1).code, "agent-not-well");
  EXPECT_EQ(bench.unit(2).state, UnitState::kWaiting);
}

TEST(Soaks, ARollbackPutsAgentsBackWithoutASoak) {
  auto plan = agents_plan(Asked::kYes);
  plan.kind = fleet::PlanKind::kRollback;
  Agents bench(std::move(plan));
  bench.tell(Tick{});
  bench.run();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
  EXPECT_EQ(bench.looks, 0);
}

// --- CVO systems -------------------------------------------------------------------------------

bool system_is_looked_at(const Agents& bench) { return !bench.pending<ReadSystem>().empty(); }

class SystemAndAgent : public testing::TestWithParam<Asked> {};

TEST_P(SystemAndAgent, ASystemBeginsWhenTheSoakOfItsAgentIsOverAndTheProcessWaits) {
  auto plan = agents_plan(GetParam());
  add_system(plan);
  Agents bench(std::move(plan));
  bench.tell(Tick{});
  bench.run_until([&] { return system_is_looked_at(bench); });
  ASSERT_TRUE(system_is_looked_at(bench));
  EXPECT_GE(bench.now.wall, *bench.unit(1).soak_began + kSoak);
  EXPECT_LT(bench.now.wall, *bench.unit(1).soak_began + kSoak + minutes(1));
}

TEST_P(SystemAndAgent, ASystemOfAnotherAgentDoesNotWait) {
  auto plan = agents_plan(GetParam());
  add_system(plan, {InstanceId(instance_name(77))});
  Agents bench(std::move(plan));
  bench.tell(Tick{});
  bench.run_until([&] { return system_is_looked_at(bench); });
  EXPECT_LT(bench.now.wall, kBegin + minutes(5));
}

TEST_P(SystemAndAgent, ASystemDoesNotBeginWhereItsAgentWasNotTakenThrough) {
  auto plan = agents_plan(GetParam());
  plan.policy.failures = 9;
  add_system(plan, {InstanceId(instance_name(1))});
  Agents bench(std::move(plan));
  in_world(bench, 1).options = options("optional", "9");
  bench.tell(Tick{});
  bench.run();
  const auto& system = bench.engine->state().unit(1);
  EXPECT_EQ(system.state, UnitState::kSkipped);
  EXPECT_EQ(system.code, "agent-not-done");
}

INSTANTIATE_TEST_SUITE_P(Console, SystemAndAgent, testing::Values(Asked::kNo, Asked::kYes));

TEST(Soaks, ASystemWaitsASoakThatAnEarlierRunBegan) {
  auto plan = agents_plan(Asked::kNo, 0);
  add_system(plan);
  plan.waves.back().units[0].cvo->agents_soaked = kBegin + hours(2);
  Agents bench(std::move(plan));
  bench.tell(Tick{});
  bench.run_until([&] { return system_is_looked_at(bench); });
  ASSERT_TRUE(system_is_looked_at(bench));
  EXPECT_GE(bench.now.wall, kBegin + hours(2));
}

TEST(Soaks, AConsentThatIsOverBeforeTheSoakIsNotWaitedFor) {
  auto plan = agents_plan(Asked::kNo);
  add_system(plan);
  plan.facts.systems[kSystem].failover->until = kBegin + hours(5);
  Agents bench(std::move(plan));
  bench.tell(Tick{});
  bench.run();
  const auto& system = bench.engine->state().unit(1);
  EXPECT_EQ(system.code, "restart-not-authorised");
  EXPECT_THAT(system.reason, HasSubstr("soaks until"));
  EXPECT_LT(bench.now.wall, kBegin + hours(1));
}

TEST(Soaks, AConsentThatBeginsAfterTheSoakIsWhatTheRunWaitsFor) {
  auto plan = agents_plan(Asked::kNo);
  add_system(plan);
  plan.facts.systems[kSystem].failover->from = kBegin + hours(50);
  Agents bench(std::move(plan));
  bench.tell(Tick{});
  bench.run();
  EXPECT_TRUE(bench.engine->waits());
  EXPECT_THAT(std::get<RunStopped>(bench.journal.back()).why,
              HasSubstr("resume from " + format_utc(kBegin + hours(50))));
}

}  // namespace
}  // namespace v2only::engine::test
