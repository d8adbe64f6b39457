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

TEST(ProgressLine, CountsThoseThatNeedAnOperatorOnlyWhereThereAreAny) {
  SampleRun run(Fleet::of(2).plan());
  run.begin().end(0, UnitState::kNeedsOperator, "not-seen", "why");
  EXPECT_EQ(progress_line({&run.state(), seconds(0), 0}, k120),
            "wave 1 of 2  0 of 2 done  0 in work  0 skipped  0 failed  1 needs an operator");
}

// So many pairs in work.
SampleRun pairs_in_work(std::size_t count) {
  auto plan = Fleet::with_pair().plan();
  auto& units = plan.waves[0].units;
  for (std::size_t i = 1; i < count; ++i) {
    units.push_back(units[0]);
    units[i].id = UnitId("system-" + std::to_string(i));
  }
  SampleRun run(std::move(plan));
  run.begin();
  for (std::size_t i = 0; i < count; ++i) {
    run.turn(i, 1).enter(i, engine::Phase::kGiveback, fleet::test::kNow);
  }
  return run;
}

std::vector<std::string> lines_for(const SampleRun& run, const Style& style) {
  return progress_lines({&run.state(), seconds(4), 0, run.view(RunStanding::kRunning).plan,
                         fleet::test::kNow + seconds(185)},
                        style);
}

TEST(ProgressLines, ASystemInWorkHasItsMembersSideBySide) {
  const auto lines = lines_for(pairs_in_work(1), k120);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], "wave 1 of 1  0 of 1 done  1 in work  0 skipped  0 failed");
  EXPECT_EQ(lines[1],
            "  VsaWorkingEnvironment-a1b2c3d4  mediator done  -02 giveback 3m 05s of 30m  "
            "-01 waiting");
}

TEST(ProgressLines, OfManySystemsThreeAreShownAndTheOthersCounted) {
  EXPECT_EQ(lines_for(pairs_in_work(3), k120).size(), 4U);
  const auto lines = lines_for(pairs_in_work(5), k120);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines.back(), "  and 2 more: v2only status");
}

std::vector<std::string> paused_lines(const SampleRun& run, const Style& style) {
  const auto view = run.view(RunStanding::kRunning);
  return progress_lines({&run.state(), seconds(4), 0, view.plan, fleet::test::kNow, view.id},
                        style);
}

TEST(ProgressLines, AtAPauseTheCommandThatItWaitsForHasALineOfItsOwn) {
  auto run = pairs_in_work(1);
  run.apply(engine::Paused{run.id_of(0), fleet::Pause::kStop});
  const auto lines = paused_lines(run, k80);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[2], "    waits for v2only go r-20261124-073312-4f2a");
}

TEST(ProgressLines, AtAPauseBeforeItsFirstActASystemIsShownToo) {
  SampleRun run(Fleet::with_pair().plan());
  run.begin().apply(engine::Paused{run.id_of(0), fleet::Pause::kMediator});
  ASSERT_EQ(run.state().unit(0).state, UnitState::kWaiting);
  const auto lines = paused_lines(run, k80);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[1],
            "  VsaWorkingEnvironment-a1b2c3d4  mediator waiting  -02 waiting  -01 waiting");
  EXPECT_EQ(lines[2], "    waits for v2only go r-20261124-073312-4f2a");
}

TEST(ProgressLines, WhatWaitsForAPersonComesFirst) {
  auto run = pairs_in_work(5);
  run.apply(engine::Paused{run.id_of(4), fleet::Pause::kStop});
  EXPECT_NE(paused_lines(run, k120)[1].find("system-4"), std::string::npos);
}

TEST(ProgressLines, ARowThatDoesNotFitIsNotCutWithinAWord) {
  const auto run = pairs_in_work(1);
  EXPECT_EQ(lines_for(run, k80)[1], "  VsaWorkingEnvironment-a1b2c3d4  -02 giveback 3m 05s of 30m");
  EXPECT_EQ(lines_for(run, {50, false})[1], "  VsaWorkingEnvironment-a1b2c3d4  -02 giveback");
}

TEST(ProgressLine, SaysNoTimeLeftWhileAnAgentSoaks) {
  SampleRun run(Fleet::plan_with_agent());
  run.begin().end(1, UnitState::kSkipped, "gone", "gone").soak(0, fleet::test::kNow);
  EXPECT_EQ(progress_line({&run.state(), seconds(4), 0}, k120).find("left"), std::string::npos);
}

TEST(ProgressLines, AnAgentThatSoaksHasItsRow) {
  SampleRun run(Fleet::plan_with_agent());
  run.begin().soak(0, fleet::test::kNow);
  const auto lines = lines_for(run, k80);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[1], "  i-000000000000000ff  soak 3m 05s of 7h");
  run.apply(engine::SoakFailed{run.id_of(0), "agent-not-well", "the Console calls it inactive"});
  EXPECT_EQ(lines_for(run, k80)[2],
            "    the Console calls it inactive; its options are being put back");
}

TEST(ProgressLines, NoneIsLongerThanTheTerminal) {
  const auto run = pairs_in_work(5);
  for (std::size_t width = 1; width < 100; ++width) {
    for (const auto& line : lines_for(run, {width, false})) EXPECT_LE(width_of(line), width);
  }
}

TEST(ProgressLines, WithoutSystemsInWorkThereIsOne) {
  EXPECT_EQ(lines_for(under_way(), k120).size(), 1U);
}

TEST(ProgressLine, OfAnEmptyPlanNamesNoWave) {
  const SampleRun run(Fleet::empty().plan());
  EXPECT_EQ(progress_line({&run.state(), seconds(1), 0}, k80),
            "0 of 0 done  0 in work  0 skipped  0 failed");
}

}  // namespace
}  // namespace v2only::report::test
