#include "drivers/run_loop.h"

#include <gtest/gtest.h>

#include "drivers/aws_driver.h"
#include "fleet/plan_json.h"
#include "simulated.h"

namespace v2only::drivers {
namespace {

using test::Simulated;

fleet::Plan plan_for(const sim::WorldSpec& spec) {
  fleet::Plan plan;
  plan.account = spec.account;
  plan.endpoint = "aws";
  plan.regions = spec.regions;
  fleet::Wave wave;
  for (const auto& one : spec.instances) {
    fleet::PlannedUnit unit;
    unit.id = UnitId(one.instance.id.str());
    unit.workload = "generic";
    fleet::Step step;
    step.account = spec.account;
    step.region = one.instance.region;
    step.instance = one.instance.id;
    step.observed.set(fleet::OptionField::kHttpTokens, "optional");
    step.expect = step.observed;
    step.set.set(fleet::OptionField::kHttpTokens, "required");
    unit.steps.push_back(step);
    wave.units.push_back(unit);
  }
  plan.waves.push_back(wave);
  return plan;
}

class RunLoopTest : public ::testing::Test {
 protected:
  RunLoopTest() : spec_(test::spec_of(4)), simulated_(spec_), plan_(plan_for(spec_)) {
    journal_ = *journal::Journal::open(":memory:");
    EXPECT_TRUE(journal_->create_run({run_, "apply", {}, test::kStart, "d", "1", "aws", false},
                                     fleet::plan_text(plan_)));
  }

  Result<LoopEnd> run(const LoopHooks& hooks) {
    auto engine = engine::Engine::create(plan_, {}, {});
    AwsDriver driver(simulated_.caller, simulated_.clock);
    RunLoop loop(*engine, *journal_, run_, driver, simulated_.clock, hooks);
    auto end = loop.run(engine::Tick{});
    done_ = engine->state().done();
    return end;
  }

  std::size_t modified() const {
    std::size_t out = 0;
    for (const auto& entry : simulated_.world.log()) {
      out += entry.kind == sim::LogEntry::Kind::kModified ? 1U : 0U;
    }
    return out;
  }

  const RunId run_{"r-1"};
  sim::WorldSpec spec_;
  Simulated simulated_;
  fleet::Plan plan_;
  std::unique_ptr<journal::Journal> journal_;
  std::size_t done_ = 0;
};

TEST_F(RunLoopTest, RunsToRestAndKeepsEveryEntry) {
  const auto end = run({});
  ASSERT_TRUE(end) << to_string(end.error());
  EXPECT_EQ(*end, LoopEnd::kAtRest);
  EXPECT_EQ(done_, 4U);
  const auto rows = journal_->rows(run_);
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->back().kind, "run-ended");
}

TEST_F(RunLoopTest, DeathBeforeTheCommitLeavesNeitherEntryNorEffect) {
  LoopHooks hooks;
  hooks.dies = [](CrashPoint point, std::uint64_t durable) {
    return point == CrashPoint::kBeforeCommit && durable >= 2;
  };
  const auto end = run(hooks);
  ASSERT_TRUE(end);
  EXPECT_EQ(*end, LoopEnd::kDied);
  EXPECT_EQ(journal_->rows(run_)->size(), 2U);
  EXPECT_EQ(modified(), 0U);
}

TEST_F(RunLoopTest, DeathAfterTheCommitLeavesTheIntentAndNoEffect) {
  LoopHooks hooks;
  hooks.dies = [](CrashPoint point, std::uint64_t durable) {
    return point == CrashPoint::kAfterCommit && durable >= 3;
  };
  const auto end = run(hooks);
  ASSERT_TRUE(end);
  EXPECT_EQ(journal_->rows(run_)->back().kind, "intent");
  EXPECT_EQ(modified(), 0U);
}

TEST_F(RunLoopTest, DeathAfterTheSendLeavesBoth) {
  LoopHooks hooks;
  hooks.dies = [](CrashPoint point, std::uint64_t) { return point == CrashPoint::kAfterSend; };
  const auto end = run(hooks);
  ASSERT_TRUE(end);
  EXPECT_EQ(*end, LoopEnd::kDied);
  EXPECT_EQ(modified(), 1U);
}

TEST_F(RunLoopTest, StopAskedForFinishesWhatIsInFlightAndBeginsNothing) {
  plan_.policy.waves.width = 1;
  LoopHooks hooks;
  hooks.stop_asked = []() -> std::optional<std::string> { return "Ctrl-C"; };
  const auto end = run(hooks);
  ASSERT_TRUE(end);
  EXPECT_EQ(*end, LoopEnd::kAtRest);
  EXPECT_EQ(journal_->rows(run_)->back().kind, "run-stopped");
  EXPECT_LE(done_, 1U);
}

TEST_F(RunLoopTest, LeavingAtOnceLeavesTheRestToAResume) {
  LoopHooks hooks;
  int rounds = 0;
  hooks.leave_now = [&] { return ++rounds > 3; };
  const auto end = run(hooks);
  ASSERT_TRUE(end);
  EXPECT_EQ(*end, LoopEnd::kLeft);
}

TEST_F(RunLoopTest, TheWordToGoOnIsAskedForAtLeastOnceASecond) {
  LoopHooks hooks;
  std::vector<MonoTime> asked;
  hooks.go_given = [&] {
    asked.push_back(simulated_.clock.now().mono);
    return true;  // nothing waits at a pause: it changes nothing
  };
  ASSERT_EQ(*run(hooks), LoopEnd::kAtRest);
  EXPECT_EQ(done_, 4U);
  ASSERT_GE(asked.size(), 2U);
  for (std::size_t i = 1; i < asked.size(); ++i) {
    EXPECT_LE(asked[i] - asked[i - 1], std::chrono::seconds(1));
  }
}

TEST_F(RunLoopTest, FailedCommitEndsItAndNoEffectFollows) {
  // A run that the journal does not have: the foreign key refuses every entry.
  auto engine = engine::Engine::create(plan_, {}, {});
  AwsDriver driver(simulated_.caller, simulated_.clock);
  RunLoop loop(*engine, *journal_, RunId("r-other"), driver, simulated_.clock, {});
  const auto end = loop.run(engine::Tick{});
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::kStorage);
  EXPECT_EQ(simulated_.caller.stats().calls, 0U);
}

}  // namespace
}  // namespace v2only::drivers
