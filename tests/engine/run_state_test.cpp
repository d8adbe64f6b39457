#include "engine/run_state.h"

#include <gtest/gtest.h>

#include "plans.h"

namespace v2only::engine {
namespace {

const UnitId kUnit{test::instance_name(1)};
const WriteRef kWrite{kUnit, 0, 1};

Intent intent() { return {kWrite, InstanceId(kUnit.str()), {}, {}}; }

TEST(RunState, UnitIsInWorkFromItsFirstIntentOn) {
  const auto plan = test::plan_of({2});
  RunState state(plan);
  ASSERT_TRUE(state.apply(intent()));
  EXPECT_EQ(state.in_work(), 1U);
  EXPECT_TRUE(state.unit(0).open);
  EXPECT_EQ(state.waiting(), 1U);
}

TEST(RunState, RefusedWriteOfAnUntouchedUnitLetsItWaitAgain) {
  const auto plan = test::plan_of({1});
  RunState state(plan);
  ASSERT_TRUE(state.apply(intent()));
  ASSERT_TRUE(state.apply(Outcome{kWrite, WriteFate::kRefused, "RequestLimitExceeded", {}, {}}));
  EXPECT_EQ(state.unit(0).state, UnitState::kWaiting);
  EXPECT_FALSE(state.unit(0).open);
}

TEST(RunState, RefusalAfterAnUnknownOutcomeStaysInWork) {
  const auto plan = test::plan_of({1});
  RunState state(plan);
  ASSERT_TRUE(state.apply(intent()));
  ASSERT_TRUE(state.apply(Outcome{kWrite, WriteFate::kUnknown, {}, {}, {}}));
  ASSERT_TRUE(state.apply(Outcome{kWrite, WriteFate::kRefused, "Denied", {}, {}}));
  EXPECT_EQ(state.unit(0).state, UnitState::kInWork);
}

TEST(RunState, EntryOfAUnitThatThePlanDoesNotHaveIsRefused) {
  const auto plan = test::plan_of({1});
  RunState state(plan);
  EXPECT_FALSE(state.apply(UnitEnded{UnitId("i-other"), UnitState::kDone, {}, {}}));
}

TEST(RunState, SecondEndOfAUnitIsRefused) {
  const auto plan = test::plan_of({1});
  RunState state(plan);
  const UnitEnded end{kUnit, UnitState::kDone, {}, {}};
  ASSERT_TRUE(state.apply(end));
  EXPECT_FALSE(state.apply(end));
  EXPECT_FALSE(state.apply(intent()));
}

}  // namespace
}  // namespace v2only::engine
