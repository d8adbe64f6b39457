// status over a state directory of which a part is damaged.
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "app_in_memory.h"
#include "core/json.h"
#include "engine/entry.h"
#include "engine/plans.h"
#include "fleet/plan_json.h"
#include "journal/sqlite.h"
#include "journal/state_dir.h"
#include "journal/temp_dir.h"

namespace v2only::cli {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class Status : public ::testing::Test {
 protected:
  // A run that ended, or that is stopped in the midst of its first unit's end.
  void add_run(const std::string& id, bool ended, const std::string& of_run = {}) {
    const auto journal = *journal::open_journal(dir_.path());
    auto plan = engine::test::plan_of({1});
    plan.created += std::chrono::seconds(++runs_);  // each plan has a digest of its own
    if (!of_run.empty()) plan.kind = fleet::PlanKind::kRollback;
    plan.of_run = RunId(of_run);
    const RunId run(id);
    ASSERT_TRUE(
        journal->create_run({run, of_run.empty() ? "apply" : "rollback", RunId(of_run),
                             plan.created, fleet::digest_of(plan), "111122223333", "aws", false},
                            fleet::plan_text(plan)));
    const auto& unit = plan.waves[0].units[0];
    std::vector<engine::Entry> entries = {
        engine::RunBegan{fleet::digest_of(plan), 1}, engine::WaveBegan{0},
        engine::Intent{{unit.id, 0, 1}, unit.steps[0].instance, {}, {}},
        engine::UnitEnded{unit.id, engine::UnitState::kDone, "", ""}};
    if (ended) {
      entries.emplace_back(engine::RunEnded{});
    } else {
      entries.emplace_back(engine::RunStopped{"Ctrl-C"});
    }
    std::vector<journal::NewRow> rows;
    for (const auto& entry : entries) {
      auto row = engine::to_row(entry);
      rows.push_back({row.kind, row.version, row.body});
    }
    ASSERT_TRUE(journal->append(run, plan.created, rows));
  }

  void damage(const char* sql) {
    const auto database = journal::Database::open(dir_.path() + "/journal.db");
    ASSERT_TRUE(database);
    ASSERT_TRUE((*database)->execute(sql));
  }

  struct Said {
    int code;
    std::string out;
    std::string err;
  };
  Said status(std::vector<std::string> words = {}) {
    words.insert(words.begin(), "status");
    words.insert(words.end(), {"--state-dir", dir_.path()});
    test::AppInMemory memory;
    const int code = memory.run(words);
    return {code, memory.out.str(), memory.err.str()};
  }

  v2only::test::TempDir dir_;
  int runs_ = 0;
};

TEST_F(Status, DamagedRunsHideNoneOfTheOthersAndSayWhatToDo) {
  add_run("r-good", true);
  add_run("r-chain", true);
  add_run("r-entry", false);
  add_run("r-plan", true);
  damage("UPDATE entry SET at = at + 1 WHERE run = 'r-chain' AND seq = 2");
  damage("UPDATE entry SET body = '{' WHERE run = 'r-entry' AND seq = 3");
  damage("UPDATE run SET plan = replace(plan, 'required', 'optional') WHERE id = 'r-plan'");
  const auto said = status();
  EXPECT_EQ(said.code, kExitError);
  EXPECT_THAT(said.out, ContainsRegex("r-good +apply +done .* 1/1"));
  for (const std::string id : {"r-chain", "r-entry", "r-plan"}) {
    EXPECT_THAT(said.out, ContainsRegex(id + " +apply +damaged"));
    EXPECT_THAT(said.out, HasSubstr("\n  " + id + ": "));
    const auto one = status({id});
    EXPECT_EQ(one.code, kExitError);
    EXPECT_THAT(one.err, HasSubstr(id));
    EXPECT_THAT(one.err, HasSubstr("from a backup"));
  }
  EXPECT_THAT(said.err, HasSubstr("3 of 4 runs cannot be read"));
  EXPECT_THAT(said.err, HasSubstr("from a backup"));
}

TEST_F(Status, JsonOfADamagedRunIsOneOfTheList) {
  add_run("r-good", true);
  add_run("r-chain", true);
  damage("DELETE FROM entry WHERE run = 'r-chain' AND seq = 2");
  const auto said = status({"--output", "json"});
  EXPECT_EQ(said.code, kExitError);
  EXPECT_TRUE(parse_json(said.out, "output"));
  EXPECT_THAT(said.out, HasSubstr("\"damaged\""));
  EXPECT_THAT(said.out, HasSubstr("\"r-good\""));
}

TEST_F(Status, DamagedRollbackLeavesTheRunThatItUndoesInTheList) {
  add_run("r-good", true);
  add_run("r-back", true, "r-good");
  damage("DELETE FROM entry WHERE run = 'r-back' AND seq = 2");
  const auto said = status();
  EXPECT_EQ(said.code, kExitError);
  EXPECT_THAT(said.out, ContainsRegex("r-good +apply +done"));
  EXPECT_THAT(said.out, ContainsRegex("r-back +rollback +damaged"));
}

TEST_F(Status, ListCountsWhatRollbacksHavePutBack) {
  add_run("r-one", true);
  add_run("r-back", true, "r-one");
  const auto said = status();
  EXPECT_EQ(said.code, kExitDone);
  EXPECT_THAT(said.out, ContainsRegex("r-one +apply +done .* 0/1"));
  EXPECT_THAT(said.out, ContainsRegex("r-back +rollback +done .* 1/1"));
  EXPECT_EQ(said.err, "");
}

TEST_F(Status, StoppedRunThatWasRolledBackIsNotOfferedForResume) {
  add_run("r-one", false);
  EXPECT_THAT(status({"r-one"}).out, HasSubstr("v2only resume r-one"));
  add_run("r-back", true, "r-one");
  const auto said = status({"r-one"});
  EXPECT_THAT(said.out, Not(HasSubstr("v2only resume")));
  EXPECT_THAT(said.out, HasSubstr("rolled back by r-back (done); it cannot be resumed"));
}

TEST_F(Status, PageForTheNextShiftHasNoJson) {
  add_run("r-one", false);
  const auto said = status({"r-one", "--handover", "--output", "json"});
  EXPECT_EQ(said.code, kExitError);
  EXPECT_EQ(said.out, "");
  EXPECT_THAT(said.err, HasSubstr("--handover is a page for people and has no JSON"));
}

}  // namespace
}  // namespace v2only::cli
