#include "report/plan.h"

#include <gmock/gmock.h>

#include "engine/written.h"
#include "fleet/planner.h"
#include "report/golden.h"
#include "report/sample.h"

namespace v2only::report::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

// The rollback of a run that did all of the plan.
fleet::Plan rollback_of(const fleet::Plan& plan) {
  std::vector<fleet::Written> written;
  for (const auto& wave : plan.waves) {
    for (const auto& unit : wave.units) {
      for (const auto& step : unit.steps) written.push_back({step});
    }
  }
  auto out = fleet::make_rollback(
      {plan, written, RunId("r-20261124-073312-4f2a"), {plan.endpoint, {}}, {}, {}, plan.created});
  EXPECT_TRUE(out);
  return *std::move(out);
}

TEST(PlanText, SaysWhichAcceptancesHadEndedAndOfARollbackNothing) {
  auto plan = Fleet::of(1).plan();
  plan.policy.accept = {
      {{InstanceId("i-0123456789abcdef0")}, "", "", "why", "ada", plan.created, "policy.yaml:12"},
      {{}, "team", "x", "why", "ada", plan.created + Duration(1), "policy.yaml:16"}};
  const auto text = plan_text(plan, {200, false}, false);
  EXPECT_THAT(text, HasSubstr("Note: acceptance of i-0123456789abcdef0 (policy.yaml:12) ended "));
  EXPECT_THAT(text, Not(HasSubstr("policy.yaml:16")));
  plan.kind = fleet::PlanKind::kRollback;
  EXPECT_THAT(plan_text(plan, {200, false}, false), Not(HasSubstr("acceptance")));
}

TEST(PlanText, CountsAnInstanceOfTwoStepsOnce) {
  auto plan = rollback_of(Fleet::of(1).plan());
  auto& steps = plan.waves.at(0).units.at(0).steps;
  steps.push_back(steps.front());
  EXPECT_THAT(plan_summary(plan), HasSubstr("Puts 1 instance back"));
  EXPECT_THAT(plan_text(plan, k80, false), HasSubstr("Wave 1 of 1: 1 instance\n"));
}

TEST(PlanText, OfAMixedFleetReadsWellAt80Columns) {
  const auto text = plan_text(Fleet::mixed().plan(), k80, false);
  expect_golden("plan-80", text);
  expect_fits(text, k80);
  expect_clean(text);
}

TEST(PlanText, WithCommandsHasEachCommandAndTheRunbookInFull) {
  auto fleet = Fleet::mixed();
  fleet.simulated = true;
  const auto text = plan_text(fleet.plan(), k120, true);
  expect_golden("plan-120-commands-simulated", text);
  expect_fits(text, k120);
  expect_clean(text);
}

TEST(PlanText, OfARollbackSaysWhatItReopens) {
  const auto text = plan_text(rollback_of(Fleet::mixed().plan()), k80, false);
  expect_golden("plan-rollback-80", text);
  expect_fits(text, k80);
}

TEST(PlanText, ColourAddsNothingButColour) {
  const auto plan = Fleet::mixed().plan();
  EXPECT_EQ(without_escapes(plan_text(plan, {80, true}, true)), plan_text(plan, k80, true));
}

TEST(PlanText, OfMoreThan200StepsIsCondensedByWave) {
  const auto plan = Fleet::of(300).plan();
  const auto text = plan_text(plan, k80, false);
  EXPECT_LT(count(text, "  ~ i-"), 130U);
  EXPECT_THAT(text, HasSubstr("... and 108 more; v2only show PLAN lists all"));
}

TEST(PlanText, WithCommandsIsNeverCondensed) {
  const auto text = plan_text(Fleet::of(300).plan(), k80, true);
  EXPECT_EQ(count(text, "  ~ i-"), 300U);
  EXPECT_THAT(text, Not(HasSubstr("more;")));
}

TEST(PlanText, OfUpTo200StepsShowsAll) {
  EXPECT_EQ(count(plan_text(Fleet::of(200).plan(), k80, false), "  ~ i-"), 200U);
}

TEST(PlanText, AHostileNameNeitherEscapesNorBreaksALine) {
  auto fleet = Fleet::mixed();
  for (auto& instance : fleet.world.inventory.instances) instance.name = hostile_name();
  fleet.assess();
  const auto text = plan_text(fleet.plan(), k80, true);
  expect_clean(text);
  expect_fits(text, k80);
}

TEST(PlanText, SaysThatItIsIncomplete) {
  EXPECT_THAT(plan_text(Fleet::mixed().plan(), k120, false),
              HasSubstr("\nINCOMPLETE  111122223333 ap-south-1: "));
  auto plan = Fleet::empty().plan();
  EXPECT_THAT(plan_text(plan, k80, false), Not(HasSubstr("INCOMPLETE")));
  plan.complete = false;
  EXPECT_THAT(plan_text(plan, k80, false), HasSubstr("INCOMPLETE"));
}

TEST(PlanText, NamesTheAcceptanceOfAllUnknownUse) {
  auto plan = Fleet::empty().plan();
  EXPECT_THAT(plan_text(plan, k80, false), Not(HasSubstr("--accept-unknown")));
  plan.policy.accept_unknown = true;
  EXPECT_THAT(plan_text(plan, k80, false), HasSubstr("--accept-unknown"));
}

TEST(PlanSummary, CountsInOneLine) {
  EXPECT_EQ(plan_summary(Fleet::empty().plan()), "No instance changes.");
  EXPECT_EQ(plan_summary(Fleet::of(1).plan()), "1 instance changes in 1 wave.");
  EXPECT_EQ(plan_summary(Fleet::of(1200).plan()), "1,200 instances change in 11 waves.");
  EXPECT_EQ(plan_summary(Fleet::mixed().plan()),
            "2 instances change in 2 waves; 3 are compliant, 4 are blocked, 3 need a restart.");
}

TEST(PlanSummary, OfARollbackSaysHowManyItReopens) {
  EXPECT_EQ(plan_summary(rollback_of(Fleet::of(212).plan())),
            "Puts 212 instances back as before r-20261124-073312-4f2a in 8 waves; re-opens IMDSv1 "
            "on 212 instances.");
  EXPECT_EQ(plan_summary(rollback_of(Fleet::empty().plan())),
            "Nothing to put back of r-20261124-073312-4f2a.");
}

TEST(PlanText, NotesStandAtTheHead) {
  const auto text = plan_text(Fleet::of(1).plan(), k80, false, {"mind the gap"});
  EXPECT_LT(text.find("\nNote: mind the gap\n"), text.find("\nWave 1"));
}

}  // namespace
}  // namespace v2only::report::test
