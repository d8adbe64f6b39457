#include "report/run.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "report/golden.h"
#include "report/run_rows.h"
#include "report/sample.h"

namespace v2only::report::test {
namespace {

using engine::UnitState;
using ::testing::HasSubstr;
using ::testing::Not;

json::value parsed(const std::string& text) {
  auto value = parse_json(text, "output");
  EXPECT_TRUE(value) << text;
  return value ? *std::move(value) : json::value();
}

// Five units: done, failed, skipped, in work, waiting.
SampleRun troubled(bool simulated = false) {
  auto fleet = Fleet::of(5);
  fleet.simulated = simulated;
  SampleRun run(fleet.plan());
  run.begin().write(0).end(0, UnitState::kDone);
  run.write(1).end(1, UnitState::kFailed, "refused",
                   "UnauthorizedOperation: ec2:ModifyInstanceMetadataOptions denied for role ops");
  run.end(2, UnitState::kSkipped, "changed-since-plan", "the hop limit is 3, was 1 when planned");
  run.write(3);
  return run;
}

TEST(RunText, OfAWhollyGoodRunIsShortAndSaysWhatNext) {
  const SampleRun run = std::move(SampleRun(Fleet::of(5).plan()).all_done());
  const auto text = run_text(run.view(RunStanding::kDone), k80);
  expect_golden("run-done-80", text);
  EXPECT_LT(lines_of(text).size(), 10U);
}

TEST(RunText, OfAStoppedRunNamesTroublesAndResume) {
  const auto run = troubled(true);
  auto view = run.view(RunStanding::kStopped);
  view.why = "the service cannot be reached";
  const auto text = run_text(view, k80);
  expect_golden("run-stopped-80-simulated", text);
  expect_fits(text, k80);
  expect_clean(text);
  EXPECT_THAT(text, HasSubstr("v2only resume r-20261124-073312-4f2a"));
}

TEST(RunText, OfARollbackNamesTheRunThatItUndoes) {
  auto plan = Fleet::of(1).plan();
  plan.kind = fleet::PlanKind::kRollback;
  plan.of_run = RunId("r-20261123-000000-0001");
  const SampleRun run = std::move(SampleRun(plan).all_done());
  const auto text = run_text(run.view(RunStanding::kDone), k80);
  expect_golden("run-rollback-80", text);
  EXPECT_THAT(text, Not(HasSubstr("v2only rollback")));
}

TEST(RunText, OfAnEmptyPlanSaysThatItChangesNothing) {
  const SampleRun run(Fleet::empty().plan());
  EXPECT_THAT(run_text(run.view(RunStanding::kDone), k80), HasSubstr("changes no instance"));
}

TEST(RunText, ColourAddsNothingButColour) {
  const auto run = troubled();
  const auto view = run.view(RunStanding::kStopped);
  EXPECT_EQ(without_escapes(run_text(view, {80, true})), run_text(view, k80));
}

TEST(RunText, AHostileNameOrMessageNeitherEscapesNorBreaksALine) {
  auto plan = Fleet::of(1).plan();
  plan.waves[0].units[0].steps[0].name = hostile_name();
  SampleRun run(plan);
  run.begin().end(0, UnitState::kFailed, "refused", hostile_name());
  const auto text = run_text(run.view(RunStanding::kPartlyDone), k80);
  expect_clean(text);
  expect_fits(text, k80);
}

// A pair of which the mediator is done and one node away.
SampleRun with_a_node_away() {
  SampleRun run(Fleet::with_pair().plan());
  run.begin().turn(0, 1).enter(0, engine::Phase::kGiveback, fleet::test::kNow);
  return run;
}

TEST(RunText, OfASystemInWorkShowsItsMembersSideBySideAndWhatItWaitsFor) {
  const auto run = with_a_node_away();
  auto view = run.view(RunStanding::kRunning);
  view.now = fleet::test::kNow + std::chrono::seconds(185);
  const auto text = run_text(view, k80);
  expect_golden("run-system-80", text);
  expect_fits(text, k80);
}

TEST(RunText, OfASystemThatNeedsAnOperatorHasItsPage) {
  auto run = with_a_node_away();
  run.end(0, UnitState::kNeedsOperator, "giveback", "aggr2: veto");
  const auto text = run_text(run.view(RunStanding::kNeedsOperator), k80);
  EXPECT_THAT(text, HasSubstr("Needs an operator"));
  EXPECT_THAT(text, HasSubstr("VsaWorkingEnvironment-a1b2c3d4 needs an operator: giveback"));
  EXPECT_THAT(text, HasSubstr("storage failover giveback -ofnode pair-02"));
}

TEST(RunText, WhileOneSystemNeedsAnOperatorTheOthersMayBeResumed) {
  auto plan = Fleet::with_pair().plan();
  auto& units = plan.waves[0].units;
  units.push_back(units[0]);
  units[1].id = UnitId("VsaWorkingEnvironment-22222222");
  SampleRun run(std::move(plan));
  run.begin().end(0, UnitState::kNeedsOperator, "giveback", "veto");
  EXPECT_THAT(run_text(run.view(RunStanding::kNeedsOperator), k80), HasSubstr("v2only resume r-"));
  run.end(1, UnitState::kDone).apply(engine::RunEnded{engine::RunOutcome::kNeedsOperator, ""});
  EXPECT_THAT(run_text(run.view(RunStanding::kNeedsOperator), k80),
              Not(HasSubstr("v2only resume")));
}

TEST(RunText, OfARunAtAPauseOffersToGoOn) {
  auto run = with_a_node_away();
  EXPECT_THAT(run_text(run.view(RunStanding::kRunning), k80), Not(HasSubstr("v2only go")));
  run.apply(engine::Paused{run.id_of(0), fleet::Pause::kStop});
  EXPECT_THAT(run_text(run.view(RunStanding::kRunning), k80),
              HasSubstr("v2only go r-20261124-073312-4f2a"));
  run.end(0, UnitState::kFailed, "stopping", "why");
  EXPECT_THAT(run_text(run.view(RunStanding::kRunning), k80), Not(HasSubstr("v2only go r-")));
}

TEST(RunText, AnAgentThatSoaksIsNotJustInProgress) {
  SampleRun run(Fleet::plan_with_agent());
  run.begin().soak(0, fleet::test::kNow);
  EXPECT_THAT(run_text(run.view(RunStanding::kRunning), k80),
              HasSubstr("      phase soak since 2026-11-24T07:00:00Z (3m 00s), until "
                        "2026-11-24T14:00:00Z\n"));
  const auto json = parsed(run_json(run.view(RunStanding::kRunning)));
  const auto& agent = json.at("Instances").at(0);
  EXPECT_EQ(agent.at("Phase"), json::value("soak"));
  EXPECT_EQ(agent.at("Until"), json::value("2026-11-24T14:00:00Z"));
  EXPECT_FALSE(agent.as_object().contains("Trouble"));
}

TEST(RunJson, OfASystemHasItsMembersWithPhaseAndTimes) {
  const auto run = with_a_node_away();
  const auto json = parsed(run_json(run.view(RunStanding::kRunning)));
  const auto& system = json.at("Systems").at(0);
  EXPECT_EQ(system.at("System"), json::value("VsaWorkingEnvironment-a1b2c3d4"));
  EXPECT_EQ(system.at("State"), json::value("in-progress"));
  const auto& members = system.at("Members").as_array();
  ASSERT_EQ(members.size(), 3U);
  EXPECT_EQ(members[0].at("Role"), json::value("mediator"));
  EXPECT_EQ(members[1].at("Name"), json::value("pair-02"));
  EXPECT_EQ(members[1].at("Phase"), json::value("giveback"));
  EXPECT_EQ(members[1].at("Since"), json::value("2026-11-24T07:00:00Z"));
  EXPECT_EQ(members[1].at("Until"), json::value("2026-11-24T07:30:00Z"));
  EXPECT_FALSE(members[2].as_object().contains("Phase"));
  EXPECT_FALSE(system.as_object().contains("Operator"));
}

TEST(RunRows, StepsBeforeTheOneInHandAreDoneWhateverBecameOfTheUnit) {
  auto plan = Fleet::of(1).plan();
  auto& steps = plan.waves[0].units[0].steps;
  for (int i = 0; i < 2; ++i) {
    steps.push_back(steps.front());
    steps.back().instance = InstanceId("i-0000000b" + std::to_string(i));
  }
  SampleRun run(plan);
  run.begin().write(0).apply(engine::StepEnded{{run.id_of(0), 0, 1}});
  const auto standing = [&](std::size_t i) {
    return name_of(rows_of(run.view(RunStanding::kRunning))[i].standing);
  };
  run.apply(engine::Intent{{run.id_of(0), 1, 1}, steps[1].instance, {}, {}});
  EXPECT_EQ(standing(0), "done");
  EXPECT_EQ(standing(1), "in-progress");
  EXPECT_EQ(standing(2), "waiting");
  run.end(0, UnitState::kFailed, "refused", "no");
  EXPECT_EQ(standing(0), "done");
  EXPECT_EQ(standing(1), "failed");
  EXPECT_EQ(standing(2), "skipped");
  const auto json = parsed(run_json(run.view(RunStanding::kPartlyDone)));
  EXPECT_EQ(json.at("Instances").at(0).at("Code"), json::value(""));
  EXPECT_EQ(json.at("Instances").at(1).at("Code"), json::value("refused"));
  EXPECT_EQ(json.at("Instances").at(2).at("Code"), json::value("not-begun"));
}

TEST(RunText, OfAStoppedRunThatWasRolledBackDoesNotOfferToResumeIt) {
  const auto run = troubled();
  auto view = run.view(RunStanding::kStopped);
  const RunId rollback("r-20261125-000000-0001");
  view.rollbacks = {{rollback, RunStanding::kDone}};
  view.rolled_back[rows_of(view)[0].step->instance] = rollback;
  const auto text = run_text(view, k80);
  expect_fits(text, k80);
  EXPECT_THAT(text, Not(HasSubstr("v2only resume")));
  EXPECT_THAT(text,
              HasSubstr("rolled back by " + rollback.str() + " (done); it cannot be resumed"));
  EXPECT_THAT(text, HasSubstr("v2only verify " + view.id.str()));
  EXPECT_THAT(text, HasSubstr("v2only plan"));
  EXPECT_THAT(text, Not(HasSubstr("v2only rollback"))) << "nothing is left to put back";
  EXPECT_EQ(parsed(run_json(view)).at("Rollbacks"), json::value({rollback.str()}));
}

TEST(RunText, OfARunWhoseRollbackStoppedOffersToResumeTheRollback) {
  const auto run = troubled();
  auto view = run.view(RunStanding::kStopped);
  view.rollbacks = {{RunId("r-20261125-000000-0001"), RunStanding::kStopped}};
  const auto text = run_text(view, k80);
  EXPECT_THAT(text, HasSubstr("v2only resume r-20261125-000000-0001"));
  EXPECT_THAT(text, Not(HasSubstr("v2only resume " + view.id.str())));
  EXPECT_THAT(text, HasSubstr("v2only rollback " + view.id.str())) << "one is not put back yet";
}

TEST(RunText, OfAPartlyDoneRollbackOffersALookAnotherRollbackAndVerify) {
  auto plan = Fleet::of(2).plan();
  plan.kind = fleet::PlanKind::kRollback;
  plan.of_run = RunId("r-20261123-000000-0001");
  SampleRun run(plan);
  run.begin().write(0).end(0, UnitState::kDone);
  run.end(1, UnitState::kSkipped, "changed-since-run",
          "HttpTokens is optional, the run wrote required");
  const auto view = run.view(RunStanding::kPartlyDone);
  const auto text = run_text(view, k80);
  expect_fits(text, k80);
  EXPECT_THAT(text, Not(HasSubstr("v2only plan")));
  EXPECT_THAT(text, HasSubstr("v2only explain " + rows_of(view)[1].step->instance.str() +
                              " --region eu-west-1  look why"));
  EXPECT_THAT(text, HasSubstr("v2only rollback r-20261123-000000-0001"));
  EXPECT_THAT(text, HasSubstr("v2only verify r-20261123-000000-0001"));
}

// A rollback that puts one instance back in two steps.
SampleRun two_steps() {
  auto plan = Fleet::of(1).plan();
  plan.kind = fleet::PlanKind::kRollback;
  plan.of_run = RunId("r-20261123-000000-0001");
  auto& steps = plan.waves[0].units[0].steps;
  steps.push_back(steps.front());
  steps[0].set = fleet::OptionSet().set(fleet::OptionField::kHttpTokens, "optional");
  steps[1].set = fleet::OptionSet().set(fleet::OptionField::kHttpEndpoint, "disabled");
  return SampleRun(std::move(plan));
}

TEST(RunJson, ListsAnInstanceOfTwoStepsOnceWithAllThatIsSet) {
  auto run = two_steps();
  run.all_done();
  const auto json = parsed(run_json(run.view(RunStanding::kDone)));
  ASSERT_EQ(json.at("Instances").as_array().size(), 1U);
  EXPECT_EQ(json.at("Instances").at(0).at("Set"),
            (json::value{{"HttpTokens", "optional"}, {"HttpEndpoint", "disabled"}}));
  EXPECT_EQ(json.at("Counts").at("Total"), json::value(1));
}

TEST(RunRows, AnInstanceOfTwoStepsStandsWhereItsStepInHandStands) {
  auto run = two_steps();
  const auto standing = [&] {
    const auto rows = rows_of(run.view(RunStanding::kRunning));
    return rows.size() == 1 ? name_of(rows[0].standing) : "not once";
  };
  EXPECT_EQ(standing(), "waiting");
  run.begin().write(0);
  EXPECT_EQ(standing(), "in-progress");
  run.apply(engine::StepEnded{{run.id_of(0), 0, 1}});
  EXPECT_EQ(standing(), "in-progress");
  run.end(0, UnitState::kFailed, "refused", "no");
  EXPECT_EQ(standing(), "failed");
}

TEST(RunJson, HasEveryInstanceWithItsStateCodeAndReason) {
  const auto run = troubled();
  auto view = run.view(RunStanding::kStopped);
  view.rolled_back[rows_of(view)[0].step->instance] = RunId("r-20261125-000000-0001");
  view.rollbacks = {{RunId("r-20261125-000000-0001"), RunStanding::kDone}};
  const auto text = run_json(view);
  EXPECT_EQ(text, run_json(view));
  expect_golden("run-json", text);
  const auto value = parsed(text);
  std::vector<std::string> states;
  for (const auto& instance : value.at("Instances").as_array()) {
    states.emplace_back(instance.at("State").as_string().c_str());
  }
  EXPECT_EQ(states, (std::vector<std::string>{"rolled-back", "failed", "skipped", "in-progress",
                                              "waiting"}));
  EXPECT_EQ(value.at("State"), json::value("stopped"));
  EXPECT_EQ(value.at("Counts").at("Total"), json::value(5));
}

// A pair that would be ready with a restart, and what the plan changes at once.
SampleRun with_restarts() { return std::move(SampleRun(Fleet::mixed().plan()).all_done()); }

TEST(RunText, CountsInstancesThatNeedARestartApart) {
  const auto run = with_restarts();
  const auto text = run_text(run.view(RunStanding::kDone), k80);
  expect_golden("run-restart-80", text);
  expect_fits(text, k80);
  EXPECT_THAT(text, HasSubstr("3 instances need a restart, not changed: v2only explain i-"));
}

TEST(RunJson, HasInstancesThatNeedARestartAsSkippedAndDoesNotCountThem) {
  const auto run = with_restarts();
  const auto view = run.view(RunStanding::kDone);
  const auto value = parsed(run_json(view));
  std::size_t restarts = 0;
  for (const auto& instance : value.at("Instances").as_array()) {
    if (instance.at("Code") != json::value("restart-not-authorised")) continue;
    ++restarts;
    EXPECT_EQ(instance.at("State"), json::value("skipped"));
    EXPECT_FALSE(instance.at("Reason").as_string().empty());
    EXPECT_EQ(instance.as_object().count("Wave"), 0U);
  }
  EXPECT_EQ(restarts, 3U);
  const auto planned = rows_of(view).size();
  EXPECT_EQ(value.at("Instances").as_array().size(), planned + restarts)
      << "what is left alone for another reason is not listed";
  EXPECT_EQ(value.at("Counts").at("Total"), json::value(planned));
  EXPECT_EQ(value.at("Counts").at("Skipped"), json::value(0));
}

TEST(RunJson, NamesEveryStanding) {
  EXPECT_EQ(name_of(RunStanding::kRunning), "running");
  EXPECT_EQ(name_of(RunStanding::kStopped), "stopped");
  EXPECT_EQ(name_of(RunStanding::kDone), "done");
  EXPECT_EQ(name_of(RunStanding::kPartlyDone), "partly-done");
  EXPECT_EQ(name_of(RunStanding::kNeedsOperator), "needs-operator");
  EXPECT_EQ(name_of(RunStanding::kDamaged), "damaged");
}

TEST(RunsTable, FitsAt80ColumnsWithLargeCounts) {
  auto fleet = Fleet::of(10000);
  fleet.simulated = true;
  const SampleRun one = std::move(SampleRun(fleet.plan()).all_done());
  const auto two = troubled();
  const auto text = runs_table(
      {summary_of(one.view(RunStanding::kDone)), summary_of(two.view(RunStanding::kPartlyDone))},
      k80);
  expect_golden("runs-80", text);
  expect_fits(text, k80);
}

TEST(RunsTable, SaysSimulatedOnceWhereAllAreOfOneEndpoint) {
  const auto run = troubled(true);
  const auto one = summary_of(run.view(RunStanding::kStopped));
  const auto text = runs_table({one}, k80);
  EXPECT_EQ(lines_of(text).front(),
            "SIMULATED  endpoint http://127.0.0.1:4566  account 111122223333");
  auto other = one;
  other.endpoint = "http://127.0.0.1:9";
  EXPECT_EQ(lines_of(runs_table({one, other}, k80)).front(), "SIMULATED  every run below");
  const auto real = troubled();
  EXPECT_THAT(runs_table({summary_of(real.view(RunStanding::kStopped))}, k80),
              Not(HasSubstr("SIMULATED")));
}

RunSummary damaged() {
  RunSummary out;
  out.id = RunId("r-20261101-000000-dead");
  out.why = "entry 2 of the journal was changed, lost or added. Restore it from a backup";
  out.account = AccountId("111122223333");
  out.endpoint = "aws";
  return out;
}

TEST(RunsTable, ShowsADamagedRunAmongTheOthersAndSaysBelowWhatIsWrong) {
  const auto run = troubled();
  const auto text = runs_table({damaged(), summary_of(run.view(RunStanding::kStopped))}, k80);
  expect_fits(text, k80);
  EXPECT_THAT(text, ::testing::ContainsRegex("r-20261101-000000-dead +apply +damaged"));
  EXPECT_THAT(text, ::testing::ContainsRegex("r-20261124-073312-4f2a +apply +stopped"));
  EXPECT_THAT(text, HasSubstr("r-20261101-000000-dead: entry 2 of the journal was changed"));
}

TEST(RunsJson, OfADamagedRunHasWhyAndNoCounts) {
  const auto value = parsed(runs_json({damaged()}));
  const auto& run = value.at("Runs").at(0).as_object();
  EXPECT_EQ(run.at("State"), json::value("damaged"));
  EXPECT_NE(std::string(run.at("Why").as_string().c_str()).find("entry 2"), std::string::npos);
  EXPECT_FALSE(run.contains("Counts"));
}

TEST(RunsTable, OfNoRunsSaysSo) { EXPECT_EQ(runs_table({}, k80), "No runs yet\n"); }

TEST(RunsJson, ListsRunsInTheOrderGiven) {
  const auto run = troubled(true);
  auto second = summary_of(run.view(RunStanding::kDone));
  second.id = RunId("r-20261101-000000-0000");
  const auto value = parsed(runs_json({summary_of(run.view(RunStanding::kRunning)), second}));
  EXPECT_EQ(value.at("Runs").at(0).at("State"), json::value("running"));
  EXPECT_EQ(value.at("Runs").at(0).at("Simulated"), json::value(true));
  EXPECT_EQ(value.at("Runs").at(1).at("RunId"), json::value("r-20261101-000000-0000"));
  EXPECT_TRUE(parsed(runs_json({})).at("Runs").as_array().empty());
}

}  // namespace
}  // namespace v2only::report::test
