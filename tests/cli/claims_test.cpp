// Two runs of one CVO system: which of them may begin, or go on, and a rollback in mid-cycle.
#include "cli/claims.h"

#include <gmock/gmock.h>

#include "app_in_memory.h"
#include "engine/toy_drive.h"
#include "fleet/plan_json.h"
#include "journal/temp_dir.h"

namespace v2only::cli {
namespace {

using engine::Phase;
using engine::UnitState;
using engine::test::Drive;
using std::chrono::minutes;
using ::testing::AllOf;
using ::testing::HasSubstr;

fleet::Plan plan_made(Duration after) {
  auto plan = engine::test::toy_plan();
  plan.account = AccountId("111122223333");
  plan.endpoint = "aws";
  plan.created = engine::test::kStart + after;
  plan.expires = plan.created + std::chrono::hours(24 * 3650);
  for (auto& step : plan.waves[0].units[0].steps) step.account = plan.account;
  return plan;
}

class Claims : public ::testing::Test {
 protected:
  Claims() {
    state_.dir = dir_.path();
    state_.journal = *journal::open_journal(dir_.path());
  }

  // A run of the plan as far as `drive` has brought it.
  void add_run(const std::string& id, const fleet::Plan& plan,
               const std::vector<engine::Entry>& entries = {}, const std::string& of_run = {}) {
    const RunId run(id);
    auto made = state_.journal->create_run(
        {run, "apply", RunId(of_run), plan.created, fleet::digest_of(plan), plan.account.str(),
         plan.endpoint, false},
        fleet::plan_text(plan));
    ASSERT_TRUE(made) << to_string(made.error());
    std::vector<journal::NewRow> rows;
    for (const auto& entry : entries) rows.push_back(drivers::new_row(entry));
    ASSERT_TRUE(state_.journal->append(run, plan.created + std::chrono::hours(12), rows));
  }

  std::string refusal(const fleet::Plan& plan, const engine::RunState* state = nullptr) {
    const RunId run("r-new");
    const auto said = check_claims(state_, {run, plan, state});
    return said ? "" : to_string(said.error());
  }

  v2only::test::TempDir dir_;
  State state_;
};

std::vector<engine::Entry> entries_until(const fleet::Plan& plan, std::uint32_t member,
                                         Phase phase) {
  Drive drive(plan);
  drive.run_until([&] { return drive.unit().restart && drive.in(member, phase); });
  return drive.journal;
}

std::vector<engine::Entry> entries_to_the_end(const fleet::Plan& plan) {
  Drive drive(plan);
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone);
  return drive.journal;
}

TEST_F(Claims, ARunThatOnlyBeganHoldsUpAnotherOfItsSystem) {
  add_run("r-old", plan_made({}));
  EXPECT_THAT(refusal(plan_made(minutes(1))),
              AllOf(HasSubstr(engine::test::kSystem.str()), HasSubstr("r-old"),
                    HasSubstr("v2only resume r-old"), HasSubstr("v2only status r-old")));
}

TEST_F(Claims, ARunAtWorkIsNamedWithItsStatus) {
  add_run("r-old", plan_made({}));
  const auto lock = journal::RunLock::take(state_.dir, RunId("r-old"));
  ASSERT_TRUE(lock);
  EXPECT_THAT(refusal(plan_made(minutes(1))), HasSubstr("is at work. See: v2only status r-old"));
}

TEST_F(Claims, OfTwoThatBeginAtOnceTheJournalTakesOne) {
  const auto begin = [&](const std::string& id, const fleet::Plan& plan) {
    const RunId run(id);
    return state_.journal->create_run({run,
                                       "apply",
                                       {},
                                       plan.created,
                                       fleet::digest_of(plan),
                                       plan.account.str(),
                                       plan.endpoint,
                                       false},
                                      fleet::plan_text(plan), [&] {
                                        return check_claims(state_, {run, plan});
                                      });
  };
  EXPECT_TRUE(begin("r-one", plan_made({})));
  EXPECT_FALSE(begin("r-two", plan_made(minutes(1))));
  EXPECT_EQ(state_.journal->runs()->size(), 1U);
}

TEST_F(Claims, AnotherAccountsRunOrOneOfOtherSystemsHoldsUpNothing) {
  auto elsewhere = plan_made({});
  elsewhere.account = AccountId("999988887777");
  for (auto& step : elsewhere.waves[0].units[0].steps) step.account = elsewhere.account;
  add_run("r-elsewhere", elsewhere);
  EXPECT_EQ(refusal(plan_made(minutes(1))), "");
  add_run("r-old", plan_made({}));
  auto other = plan_made(minutes(1));
  other.waves[0].units[0].id = UnitId("VsaWorkingEnvironment-e5f6a7b8");
  EXPECT_EQ(refusal(other), "");
  auto ordinary = plan_made(minutes(1));
  ordinary.waves[0].units[0].cvo.reset();
  ordinary.waves[0].units[0].workload = "generic";
  EXPECT_EQ(refusal(ordinary), "");
}

TEST_F(Claims, WhatWasRolledBackHoldsUpNothing) {
  add_run("r-old", plan_made({}));
  auto back = plan_made(minutes(1));
  back.kind = fleet::PlanKind::kRollback;
  back.of_run = RunId("r-old");
  back.waves.clear();
  add_run("r-back", back, {}, "r-old");
  EXPECT_EQ(refusal(plan_made(minutes(2))), "");
}

TEST_F(Claims, AnOldPlanDoesNotRestartWhatAnotherRunHasDone) {
  const auto plan = plan_made({});
  add_run("r-old", plan, entries_to_the_end(plan));
  EXPECT_THAT(refusal(plan_made(minutes(1))),
              AllOf(HasSubstr("r-old has worked on this system since the plan was made"),
                    HasSubstr("v2only plan")));
  EXPECT_EQ(refusal(plan_made(std::chrono::hours(24))), "") << "a plan that was made afterwards";
}

TEST_F(Claims, ARunThatNeedsAnOperatorAndCannotGoOnHoldsUpNoNewPlan) {
  const auto plan = plan_made({});
  engine::test::ToyTroubles troubles;
  troubles.veto_giveback = true;
  Drive drive(plan, troubles);
  drive.run();
  ASSERT_EQ(drive.unit().state, UnitState::kNeedsOperator);
  auto entries = drive.journal;
  while (std::holds_alternative<engine::RunEnded>(entries.back())) entries.pop_back();
  add_run("r-old", plan, entries);
  EXPECT_EQ(refusal(plan_made(std::chrono::hours(24))), "");
}

// A rollback changes options, so it is held up by what is at work; by what waits it is not.
TEST_F(Claims, ARollbackIsHeldUpByAMemberInMidCycleOnly) {
  auto back = plan_made(std::chrono::hours(24));
  back.kind = fleet::PlanKind::kRollback;
  back.of_run = RunId("r-first");
  back.waves[0].units[0].cvo.reset();
  add_run("r-waits", plan_made({}));
  EXPECT_EQ(refusal(back), "");
  const auto plan = plan_made(minutes(1));
  add_run("r-busy", plan, entries_until(plan, 1, Phase::kStopped));
  EXPECT_THAT(refusal(back), HasSubstr("v2only resume r-busy"));
}

TEST_F(Claims, ARunThatGoesOnYieldsToOneAtWorkAndToWhatWasDoneSince) {
  const auto plan = plan_made({});
  engine::RunState waits(plan);
  add_run("r-other", plan_made(minutes(1)));
  EXPECT_EQ(refusal(plan, &waits), "") << "both rest: one of them may go on";
  {
    const auto lock = journal::RunLock::take(state_.dir, RunId("r-other"));
    EXPECT_THAT(refusal(plan, &waits), HasSubstr("is at work"));
  }
  const auto later = plan_made(minutes(2));
  add_run("r-later", later, entries_to_the_end(later));
  EXPECT_THAT(refusal(plan, &waits), HasSubstr("r-later has worked on this system since"));
}

TEST_F(Claims, ARollbackInMidCycleIsRefusedUntilTheRunIsSettled) {
  const auto plan = plan_made({});
  add_run("r-busy", plan, entries_until(plan, 1, Phase::kStopped));
  test::AppInMemory memory;
  EXPECT_EQ(memory.run({"rollback", "r-busy", "--yes", "--state-dir", dir_.path()}), kExitError);
  EXPECT_THAT(memory.err.str(),
              AllOf(HasSubstr("the node toy-01 of VsaWorkingEnvironment-a1b2c3d4"),
                    HasSubstr("phase stopped"), HasSubstr("v2only resume r-busy")));
  EXPECT_EQ(state_.journal->runs()->size(), 1U);
}

TEST_F(Claims, StatusOffersNoRollbackInMidCycle) {
  for (const auto& [id, phase, offered] :
       {std::tuple("r-busy", Phase::kStopped, false), std::tuple("r-rests", Phase::kGates, true)}) {
    const auto plan = plan_made(minutes(offered ? 1 : 0));
    add_run(id, plan, entries_until(plan, 1, phase));
    test::AppInMemory memory;
    memory.run({"status", id, "--state-dir", dir_.path()});
    const auto said = memory.out.str();
    EXPECT_THAT(said, HasSubstr(std::string("v2only resume ") + id)) << said;
    EXPECT_EQ(said.find("v2only rollback") != std::string::npos, offered) << said;
  }
}

}  // namespace
}  // namespace v2only::cli
