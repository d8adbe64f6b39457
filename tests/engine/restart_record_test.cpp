#include "engine/restart_record.h"

#include <gtest/gtest.h>

namespace v2only::engine::test {
namespace {

const UnitId kUnit("VsaWorkingEnvironment-a1b2c3d4");
const WallTime kAt{std::chrono::hours(500000)};
constexpr auto kMinute = std::chrono::minutes(1);

ActRef act(ActKind kind) { return {kUnit, 0, kind, 1}; }

TEST(RestartRecord, KnowsWhenThePhaseInHandBeganUntilTheNextMembersTurn) {
  RestartRecord record;
  EXPECT_FALSE(record.phase_at);
  ASSERT_TRUE(record.apply(PhaseBegan{kUnit, 0, Phase::kStop, kAt}));
  ASSERT_TRUE(record.apply(PhaseBegan{kUnit, 0, Phase::kStopped, kAt + kMinute}));
  EXPECT_EQ(record.phase_at, kAt + kMinute);
  ASSERT_TRUE(record.apply(MemberEnded{kUnit, 0}));
  EXPECT_FALSE(record.phase_at);
  EXPECT_EQ(record.worked_at, kAt + kMinute);
}

TEST(RestartRecord, KeepsTheLastActOfTheMemberThroughItsPhases) {
  RestartRecord record;
  ASSERT_TRUE(record.apply(PhaseBegan{kUnit, 0, Phase::kStart, kAt}));
  ASSERT_TRUE(record.apply(ActIntent{act(ActKind::kStart), InstanceId("i-1"), kAt + kMinute}));
  EXPECT_FALSE(record.last_act->answered);
  ASSERT_TRUE(record.apply(ActOutcome{act(ActKind::kStart), WriteFate::kDone, false, "", "", ""}));
  ASSERT_TRUE(record.apply(PhaseBegan{kUnit, 0, Phase::kBooted, kAt}));
  EXPECT_FALSE(record.act);
  ASSERT_TRUE(record.last_act);
  EXPECT_EQ(record.last_act->kind, ActKind::kStart);
  EXPECT_EQ(record.last_act->at, kAt + kMinute);
  EXPECT_EQ(record.last_act->fate, WriteFate::kDone);
  ASSERT_TRUE(record.apply(MemberEnded{kUnit, 0}));
  EXPECT_FALSE(record.last_act);
}

}  // namespace
}  // namespace v2only::engine::test
