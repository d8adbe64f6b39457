#include "report/handover.h"

#include <gmock/gmock.h>

#include "fleet/pair_world.h"
#include "report/golden.h"
#include "report/sample.h"

namespace v2only::report::test {
namespace {

using engine::Phase;
using engine::UnitState;
using fleet::test::kNow;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::size_t kPage = 60;  // lines

SampleRun away() {
  SampleRun run(Fleet::with_pair().plan());
  run.begin().turn(0, 1).enter(0, Phase::kGiveback, kNow);
  return run;
}

std::string page_of(const SampleRun& run, RunStanding standing, WallTime now = kNow) {
  return handover_text(run.view(standing), now, k80);
}

TEST(Handover, OfARunWithANodeAwayReadsWellOnAPage) {
  const auto text = page_of(away(), RunStanding::kRunning, kNow + seconds(185));
  expect_golden("handover-80", text);
  expect_fits(text, k80);
  expect_clean(text);
  EXPECT_LE(lines_of(text).size(), kPage);
}

TEST(Handover, SaysWhoConsentedAndHowMuchOfItIsLeft) {
  const auto run = away();
  EXPECT_THAT(page_of(run, RunStanding::kRunning),
              HasSubstr("VsaWorkingEnvironment-a1b2c3d4: failover, by storage team, change 4711, "
                        "until\n      2026-11-24T12:00:00Z (5h 00m left)"));
  EXPECT_THAT(page_of(run, RunStanding::kRunning, kNow - minutes(90)), HasSubstr("not begun yet"));
  EXPECT_THAT(page_of(run, RunStanding::kRunning, kNow + minutes(600)),
              HasSubstr("ended\n      2026-11-24T12:00:00Z"));
}

TEST(Handover, SaysWhatMustNotBeDoneByHandWhileASystemIsOpen) {
  auto run = away();
  EXPECT_THAT(page_of(run, RunStanding::kRunning),
              HasSubstr("start, stop or reboot a member in work"));
  EXPECT_THAT(page_of(run, RunStanding::kRunning), HasSubstr("override a veto, ever"));
  run.end(0, UnitState::kDone);
  EXPECT_THAT(page_of(run, RunStanding::kDone), Not(HasSubstr("Not by hand")));
}

TEST(Handover, NamesTheNextCommands) {
  auto run = away();
  const auto running = page_of(run, RunStanding::kRunning);
  EXPECT_THAT(running, HasSubstr("v2only resume r-20261124-073312-4f2a"));
  EXPECT_THAT(running, HasSubstr("if its process has ended"));
  EXPECT_THAT(running, HasSubstr("v2only rollback r-20261124-073312-4f2a"));
  EXPECT_THAT(running, Not(HasSubstr("v2only go")));
  run.apply(engine::Paused{run.id_of(0), fleet::Pause::kStop});
  EXPECT_THAT(page_of(run, RunStanding::kRunning), HasSubstr("v2only go r-20261124-073312-4f2a"));
  EXPECT_THAT(page_of(run, RunStanding::kStopped),
              HasSubstr("settle what is in flight, and go on"));
}

TEST(Handover, HasThePageOfASystemThatNeedsAnOperator) {
  auto run = away();
  run.end(0, UnitState::kNeedsOperator, "giveback", "aggr2: veto");
  const auto text = page_of(run, RunStanding::kNeedsOperator);
  EXPECT_THAT(text, HasSubstr("said      aggr2: veto"));
  EXPECT_THAT(text, HasSubstr("storage failover giveback -ofnode pair-02"));
  EXPECT_LE(lines_of(text).size(), kPage);
}

TEST(Handover, HasFailedAndSkippedUnitsWithCodesAndReasons) {
  SampleRun run(Fleet::with_pair().plan());
  run.begin().turn(0, 1).enter(0, Phase::kHandover, kNow);
  run.end(0, UnitState::kFailed, "no-takeover", "ONTAP refused: LIFs cannot be moved away");
  run.apply(engine::RunEnded{engine::RunOutcome::kPartlyDone, ""});
  const auto text = page_of(run, RunStanding::kPartlyDone);
  EXPECT_THAT(text, HasSubstr("\nFailed\n"));
  EXPECT_THAT(text, HasSubstr("  no-takeover\n      ONTAP refused: LIFs cannot be moved away\n"));
  EXPECT_THAT(text, HasSubstr("\nSkipped\n"));
}

TEST(Handover, OfManyThatFailedTheFirstAreShownAndTheOthersCounted) {
  SampleRun run(Fleet::of(9).plan());
  run.begin();
  for (std::size_t i = 0; i < 9; ++i) run.end(i, UnitState::kSkipped, "gone", "terminated");
  EXPECT_THAT(page_of(run, RunStanding::kStopped),
              HasSubstr("and 7 more instances: v2only status r-"));
}

TEST(Handover, OfARunThatIsOverOrHasNotBegunForbidsNothing) {
  SampleRun waiting(Fleet::with_pair().plan());
  waiting.begin();
  EXPECT_THAT(page_of(waiting, RunStanding::kRunning), Not(HasSubstr("Not by hand")));
  auto over = away();
  over.end(0, UnitState::kNeedsOperator, "giveback", "aggr2: veto");
  over.apply(engine::RunEnded{engine::RunOutcome::kNeedsOperator, ""});
  const auto text = page_of(over, RunStanding::kNeedsOperator);
  EXPECT_THAT(text, Not(HasSubstr("Not by hand")));
  EXPECT_THAT(text, HasSubstr("override a veto of a giveback")) << "what would make it worse stays";
  EXPECT_LE(lines_of(text).size(), kPage);
}

TEST(Handover, OfAStoppedRunWithANodeAwaySaysFirstWhatIsDownAndWhoServes) {
  const auto text = page_of(away(), RunStanding::kStopped);
  const auto first = text.find("A node is away, and nobody carries the run on");
  ASSERT_NE(first, std::string::npos) << text;
  EXPECT_LT(first, text.find("\nConsent\n"));
  EXPECT_THAT(text, HasSubstr("node pair-02 (i-0000000000000000b) is down or\n"));
  EXPECT_THAT(text, HasSubstr("its partner pair-01 (10.0.0.1) serves for both"));
  EXPECT_THAT(text, HasSubstr("  v2only resume r-20261124-073312-4f2a  at once\n"));
  EXPECT_THAT(page_of(away(), RunStanding::kRunning), Not(HasSubstr("nobody carries")));
}

TEST(Handover, AnAgentThatSoaksSaysUntilWhen) {
  SampleRun run(Fleet::plan_with_agent());
  run.begin().soak(0, kNow);
  const auto text = page_of(run, RunStanding::kRunning, kNow + seconds(185));
  EXPECT_THAT(text, HasSubstr("      phase soak since 2026-11-24T07:00:00Z (3m 05s), until "
                              "2026-11-24T14:00:00Z\n"));
  EXPECT_THAT(
      text,
      HasSubstr("its Console agent\n      i-000000000000000ff to soak until 2026-11-24T14:00:00Z"));
  EXPECT_THAT(page_of(run, RunStanding::kRunning, kNow + minutes(7 * 60 + 1)),
              HasSubstr("its time is over"));
}

TEST(Handover, NamesRisksThatWereTakenOnAndByWhom) {
  auto plan = Fleet::of(2).plan();
  plan.policy.accept = {{{}, "team", "x", "legacy", "ada", kNow + minutes(60), "policy.yaml:3"}};
  const SampleRun run = std::move(SampleRun(plan).begin());
  EXPECT_THAT(page_of(run, RunStanding::kRunning),
              HasSubstr("IMDSv1 use of tag team=x accepted by ada, until 2026-11-24T08:00:00Z: "
                        "legacy"));
}

TEST(Handover, OfARunWithoutSystemsSaysNothingOfThem) {
  SampleRun run(Fleet::of(9).plan());
  run.begin();
  for (std::size_t i = 0; i < 6; ++i) run.write(i);
  const auto text = page_of(run, RunStanding::kRunning);
  EXPECT_THAT(text, Not(HasSubstr("System")));
  EXPECT_THAT(text, Not(HasSubstr("Not by hand")));
  EXPECT_THAT(text, HasSubstr("In flight"));
  EXPECT_THAT(text, HasSubstr("and 3 more instances: v2only status "));
}

TEST(Handover, HoweverMuchIsUnderWayItStaysOnAPage) {
  auto plan = Fleet::with_pair().plan();
  auto& units = plan.waves[0].units;
  for (std::size_t i = 1; i < 40; ++i) {
    units.push_back(units[0]);
    units[i].id = UnitId("VsaWorkingEnvironment-" + std::to_string(10000000 + i));
    plan.facts.systems[units[i].id] = plan.facts.systems[units[0].id];
  }
  for (int i = 0; i < 20; ++i) {
    plan.policy.accept.push_back({{}, "team", "x", "legacy", "ada", {}, "policy.yaml:3"});
    plan.policy.windows.push_back({"0 1 * * SAT", "Asia/Tokyo", minutes(240), "policy.yaml:9"});
  }
  SampleRun run(std::move(plan));
  run.begin();
  for (std::size_t i = 0; i < 20; ++i) run.turn(i, 1).enter(i, Phase::kGiveback, kNow);
  for (std::size_t i = 0; i < 10; ++i) {
    run.end(i, UnitState::kNeedsOperator, "giveback", "pair-02: its storage was not given back");
  }
  const auto text = page_of(run, RunStanding::kNeedsOperator);
  EXPECT_LE(lines_of(text).size(), kPage) << text;
  expect_fits(text, k80);
  EXPECT_THAT(text, HasSubstr("and 8 more systems: v2only status "));
}

}  // namespace
}  // namespace v2only::report::test
