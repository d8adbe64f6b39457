#include "engine/written.h"

#include <gtest/gtest.h>

#include "plans.h"

namespace v2only::engine {
namespace {

const WriteRef kFirst{UnitId(test::instance_name(1)), 0, 1};
const WriteRef kSecond{UnitId(test::instance_name(1)), 0, 2};

Intent intent(const WriteRef& write, const std::string& hop) {
  return {write, InstanceId(test::instance_name(1)), test::options("optional", hop), {}};
}

Outcome outcome(const WriteRef& write, WriteFate fate) { return {write, fate, {}, {}, {}}; }

TEST(WrittenBy, NamesWhatWasDoneWithWhatWasReadJustBefore) {
  const auto plan = test::plan_of({2});
  const auto written = written_by(plan, {intent(kFirst, "4"), outcome(kFirst, WriteFate::kDone)});
  ASSERT_EQ(written.size(), 1U);
  EXPECT_EQ(written[0].step.instance.str(), test::instance_name(1));
  EXPECT_EQ(written[0].step.observed.hop_limit(), 4);
}

TEST(WrittenBy, LeavesOutWhatWasPlainlyRefused) {
  const auto plan = test::plan_of({1});
  EXPECT_TRUE(
      written_by(plan, {intent(kFirst, "1"), outcome(kFirst, WriteFate::kRefused)}).empty());
}

TEST(WrittenBy, TakesInWhatMayHaveBeenDone) {
  const auto plan = test::plan_of({1});
  EXPECT_EQ(written_by(plan, {intent(kFirst, "1")}).size(), 1U) << "killed before the answer";
  EXPECT_EQ(written_by(plan, {intent(kFirst, "1"), outcome(kFirst, WriteFate::kUnknown)}).size(),
            1U);
  EXPECT_EQ(written_by(plan, {intent(kFirst, "1"), outcome(kFirst, WriteFate::kRefused),
                              intent(kSecond, "1")})
                .size(),
            1U)
      << "a second attempt was under way";
}

TEST(WrittenBy, ObservedIsWhatTheFirstAttemptSaw) {
  const auto plan = test::plan_of({1});
  const auto written = written_by(plan, {intent(kFirst, "1"), outcome(kFirst, WriteFate::kUnknown),
                                         intent(kSecond, "9"), outcome(kSecond, WriteFate::kDone)});
  ASSERT_EQ(written.size(), 1U);
  EXPECT_EQ(written[0].step.observed.hop_limit(), 1);
}

}  // namespace
}  // namespace v2only::engine
