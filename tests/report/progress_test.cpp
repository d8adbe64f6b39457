#include "report/progress.h"

#include <gtest/gtest.h>

#include "core/printable.h"
#include "report/golden.h"
#include "report/sample.h"

namespace v2only::report::test {
namespace {

using engine::UnitState;
using std::chrono::seconds;

// Forty units: 17 done, one skipped, three in work, in the fifth wave.
SampleRun under_way() {
  SampleRun run(Fleet::of(40).plan());
  run.begin();
  for (std::size_t i = 0; i < 17; ++i) run.write(i).end(i, UnitState::kDone);
  run.end(17, UnitState::kSkipped, "gone", "gone");
  for (std::size_t i = 18; i < 21; ++i) run.write(i);
  return std::move(run.apply(engine::WaveBegan{4}));
}

TEST(ProgressLine, TellsWaveCountsRateAndTimeLeft) {
  const auto run = under_way();
  EXPECT_EQ(progress_line({&run.state(), seconds(4), 0}, k120),
            "wave 5 of 6  17 of 40 done  3 in work  1 skipped  0 failed  4.5/s  about 5s left");
}

TEST(ProgressLine, CountsOnlyThisProcessesPartForTheRate) {
  const auto run = under_way();
  EXPECT_EQ(progress_line({&run.state(), seconds(4), 16}, k120),
            "wave 5 of 6  17 of 40 done  3 in work  1 skipped  0 failed  0.5/s  about 44s left");
}

TEST(ProgressLine, SaysNoRateBeforeThereIsOne) {
  const auto run = under_way();
  const std::string bare = "wave 5 of 6  17 of 40 done  3 in work  1 skipped  0 failed";
  EXPECT_EQ(progress_line({&run.state(), seconds(4), 18}, k120), bare);
  EXPECT_EQ(progress_line({&run.state(), Duration(100), 0}, k120), bare);
}

TEST(ProgressLine, SaysNoTimeLeftWhenAllHaveEnded) {
  const SampleRun run = std::move(SampleRun(Fleet::of(20).plan()).all_done());
  EXPECT_EQ(progress_line({&run.state(), seconds(1), 0}, k120),
            "wave 1 of 5  20 of 20 done  0 in work  0 skipped  0 failed  20/s");
}

TEST(ProgressLine, NeverIsLongerThanTheTerminal) {
  const auto run = under_way();
  for (std::size_t width = 0; width < 90; ++width) {
    EXPECT_LE(width_of(progress_line({&run.state(), seconds(4), 0}, {width, false})), width);
  }
}

TEST(ProgressLine, LeavesOutWholePartsOnly) {
  const auto run = under_way();
  EXPECT_EQ(progress_line({&run.state(), seconds(4), 0}, {30, false}),
            "wave 5 of 6  17 of 40 done");
}

TEST(ProgressLine, OfAnEmptyPlanNamesNoWave) {
  const SampleRun run(Fleet::empty().plan());
  EXPECT_EQ(progress_line({&run.state(), seconds(1), 0}, k80),
            "0 of 0 done  0 in work  0 skipped  0 failed");
}

}  // namespace
}  // namespace v2only::report::test
