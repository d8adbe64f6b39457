#include "drivers/run_record.h"

#include <gtest/gtest.h>

#include "fleet/plan_json.h"
#include "simulated.h"

namespace v2only::drivers {
namespace {

using engine::Entry;

const engine::WriteRef kWrite{UnitId("u"), 0, 1};

RunRecord record_of(const std::vector<Entry>& entries) {
  RunRecord out;
  out.entries = entries;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    out.at.push_back(test::kStart + std::chrono::seconds(i));
  }
  return out;
}

TEST(RunRecord, UnknownRunIsNotFound) {
  const auto journal = *journal::Journal::open(":memory:");
  const auto record = load_run(*journal, RunId("r-none"));
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().code, ErrorCode::kNotFound);
}

TEST(RunRecord, DamagedPlanOrEntryNamesTheRunAndTheBackup) {
  const auto journal = *journal::Journal::open(":memory:");
  const auto plan = fleet::plan_text({});
  auto changed = plan;
  changed.replace(changed.find("Kind"), 4, "Kine");
  const auto begin = [&](const char* id, const std::string& text) {
    ASSERT_TRUE(
        journal->create_run({RunId(id), "apply", {}, test::kStart, id, "1", "aws", false}, text));
  };
  begin("r-plan", changed);
  begin("r-cut", plan.substr(0, plan.size() / 2));
  begin("r-entry", plan);
  ASSERT_TRUE(journal->append(RunId("r-entry"), test::kStart, {{"wave-began", 1, "{"}}));
  for (const auto* id : {"r-plan", "r-cut", "r-entry"}) {
    const auto record = load_run(*journal, RunId(id));
    ASSERT_FALSE(record) << id;
    EXPECT_EQ(record.error().code, ErrorCode::kStorage);
    EXPECT_EQ(record.error().on, id);
    EXPECT_NE(record.error().hint.find("Restore"), std::string::npos) << to_string(record.error());
  }
}

TEST(RunRecord, EntryOfALaterVersionAsksForThatVersionNotForABackup) {
  const auto journal = *journal::Journal::open(":memory:");
  ASSERT_TRUE(journal->create_run({RunId("r-1"), "apply", {}, test::kStart, "d", "1", "aws", false},
                                  fleet::plan_text({})));
  ASSERT_TRUE(journal->append(RunId("r-1"), test::kStart, {{"wave-slept", 1, "{}"}}));
  const auto record = load_run(*journal, RunId("r-1"));
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().on, "r-1");
  EXPECT_EQ(record.error().hint.find("Restore"), std::string::npos);
}

TEST(RunRecord, PlanAndEntriesAreReadBack) {
  const auto journal = *journal::Journal::open(":memory:");
  fleet::Plan plan;
  plan.account = AccountId("111122223333");
  plan.endpoint = "aws";
  ASSERT_TRUE(journal->create_run({RunId("r-1"), "apply", {}, test::kStart, "d", "1", "aws", false},
                                  fleet::plan_text(plan)));
  const auto row = engine::to_row(engine::WaveBegan{0});
  ASSERT_TRUE(journal->append(RunId("r-1"), test::kStart, {{row.kind, row.version, row.body}}));
  const auto record = load_run(*journal, RunId("r-1"));
  ASSERT_TRUE(record) << to_string(record.error());
  EXPECT_EQ(record->plan, plan);
  EXPECT_EQ(record->entries, std::vector<Entry>{engine::WaveBegan{0}});
}

TEST(RunRecord, RunWithEveryCallAnsweredIsSettledAtOnce) {
  const auto record = record_of({engine::Intent{kWrite, InstanceId("i"), {}, {}},
                                 engine::Outcome{kWrite, engine::WriteFate::kDone, {}, {}, {}},
                                 engine::RunEnded{}});
  EXPECT_FALSE(unsettled_until(record));
}

TEST(RunRecord, CallWithoutAnAnswerIsWaitedForFromItsOutcomeOn) {
  const auto record = record_of({engine::Intent{kWrite, InstanceId("i"), {}, {}},
                                 engine::Outcome{kWrite, engine::WriteFate::kUnknown, {}, {}, {}},
                                 engine::RunEnded{}});
  EXPECT_EQ(unsettled_until(record), test::kStart + std::chrono::seconds(1 + 30 + 60));
}

TEST(RunRecord, KilledRunMayHaveHadItsLastCallUnderWay) {
  const auto record = record_of({engine::Intent{kWrite, InstanceId("i"), {}, {}}});
  EXPECT_EQ(unsettled_until(record), test::kStart + std::chrono::seconds(30 + 60));
}

}  // namespace
}  // namespace v2only::drivers
