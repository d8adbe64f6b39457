#include "journal/journal.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

#include "journal/sqlite.h"
#include "temp_dir.h"

namespace v2only::journal {
namespace {

const RunId kRun{"r-1"};
constexpr WallTime kAt{Duration(1'700'000'000'000)};

RunRow run_row(const std::string& digest = "d1", const RunId& id = kRun) {
  return {id, "apply", {}, kAt, digest, "111122223333", "aws", false};
}

class JournalTest : public ::testing::Test {
 protected:
  std::string path() const { return dir_.path() + "/journal.db"; }
  std::unique_ptr<Journal> open() const {
    auto journal = Journal::open(path());
    EXPECT_TRUE(journal) << to_string(journal.error());
    return *std::move(journal);
  }
  void execute(const char* sql) const {
    auto database = Database::open(path());
    ASSERT_TRUE(database);
    const auto done = (*database)->execute(sql);
    ASSERT_TRUE(done) << to_string(done.error());
  }
  test::TempDir dir_;
};

TEST_F(JournalTest, RowsComeBackInOrderAfterReopening) {
  {
    const auto journal = open();
    ASSERT_TRUE(journal->create_run(run_row(), "plan"));
    ASSERT_TRUE(journal->append(kRun, kAt, {{"a", 1, "{}"}, {"b", 2, "{\"x\":1}"}}));
  }
  const auto journal = open();
  ASSERT_TRUE(journal->append(kRun, kAt + Duration(5), {{"c", 1, "{}"}}));
  const auto rows = journal->rows(kRun);
  ASSERT_TRUE(rows) << to_string(rows.error());
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ((*rows)[1].kind, "b");
  EXPECT_EQ((*rows)[1].version, 2);
  EXPECT_EQ((*rows)[2].seq, 3U);
  EXPECT_EQ((*rows)[2].at, kAt + Duration(5));
  EXPECT_EQ(*journal->plan_text(kRun), "plan");
}

TEST_F(JournalTest, EditedRowIsNoticed) {
  const auto journal = open();
  ASSERT_TRUE(journal->create_run(run_row(), "plan"));
  ASSERT_TRUE(journal->append(kRun, kAt, {{"a", 1, "{}"}, {"b", 1, "{}"}}));
  execute("UPDATE entry SET body = '{\"x\":2}' WHERE seq = 1");
  const auto rows = journal->rows(kRun);
  ASSERT_FALSE(rows);
  EXPECT_NE(to_string(rows.error()).find("entry 1"), std::string::npos);
  EXPECT_NE(rows.error().hint.find("Restore"), std::string::npos);
  EXPECT_NE(rows.error().hint.find(path()), std::string::npos);
}

TEST_F(JournalTest, LostRowIsNoticed) {
  const auto journal = open();
  ASSERT_TRUE(journal->create_run(run_row(), "plan"));
  ASSERT_TRUE(journal->append(kRun, kAt, {{"a", 1, "{}"}, {"b", 1, "{}"}, {"c", 1, "{}"}}));
  execute("DELETE FROM entry WHERE seq = 2");
  EXPECT_FALSE(journal->rows(kRun));
}

TEST_F(JournalTest, PlanThatHasARunIsRefusedWithThatRunsId) {
  const auto journal = open();
  ASSERT_TRUE(journal->create_run(run_row(), "plan"));
  const auto again = journal->create_run(run_row("d1", RunId("r-2")), "plan");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  EXPECT_EQ(again.error().on, "r-1");
  EXPECT_EQ(journal->runs()->size(), 1U);
}

TEST_F(JournalTest, LaterSchemaIsRefused) {
  (void)open();
  execute("PRAGMA user_version=99");
  const auto journal = Journal::open(path());
  ASSERT_FALSE(journal);
  EXPECT_NE(to_string(journal.error()).find("schema 99"), std::string::npos);
}

TEST_F(JournalTest, FileThatIsNotAJournalIsRefused) {
  std::ofstream(path()) << "this is a text file, and a long enough one to be read as a database";
  const auto journal = Journal::open(path());
  ASSERT_FALSE(journal);
  EXPECT_EQ(journal.error().code, ErrorCode::kStorage);
}

TEST_F(JournalTest, JournalInMemoryOutlivesOneConnectionWhileAnotherIsOpen) {
  const std::string memory = "file:/journal-test?vfs=memdb";
  const auto keeper = Journal::open(memory);
  ASSERT_TRUE(keeper) << to_string(keeper.error());
  {
    const auto journal = Journal::open(memory);
    ASSERT_TRUE(journal);
    ASSERT_TRUE((*journal)->create_run(run_row(), "plan"));
    ASSERT_TRUE((*journal)->append(kRun, kAt, {{"a", 1, "{}"}}));
  }
  EXPECT_EQ((*keeper)->rows(kRun)->size(), 1U);
}

TEST_F(JournalTest, RunsAreListedNewestFirst) {
  const auto journal = open();
  ASSERT_TRUE(journal->create_run(run_row("d1"), "plan"));
  auto later = run_row("d2", RunId("r-2"));
  later.created += std::chrono::hours(1);
  ASSERT_TRUE(journal->create_run(later, "plan"));
  const auto runs = journal->runs();
  ASSERT_EQ(runs->size(), 2U);
  EXPECT_EQ(runs->front().id.str(), "r-2");
}

TEST_F(JournalTest, FormOnTheDiskIsTheDocumentedOne) {
  const auto journal = open();
  auto database = Database::open(path());
  auto columns =
      (*database)->prepare("SELECT group_concat(name, ' ') FROM pragma_table_info('entry')");
  ASSERT_TRUE(columns->step());
  EXPECT_EQ(columns->text(0), "run seq at kind v body chain");
  auto mode = (*database)->prepare("PRAGMA journal_mode");
  ASSERT_TRUE(mode->step());
  EXPECT_EQ(mode->text(0), "wal");
}

TEST_F(JournalTest, AWordCountsForWhatStoodThereWhenItWasLeftAndIsTakenOnce) {
  const auto journal = open();
  ASSERT_TRUE(journal->create_run(run_row(), "plan"));
  ASSERT_TRUE(journal->append(kRun, kAt, {{"paused", 1, "{}"}, {"other", 1, "{}"}}));
  EXPECT_FALSE(*journal->take_word(kRun, "paused"));
  EXPECT_FALSE(*journal->has_word(kRun, "paused"));
  ASSERT_TRUE(open()->leave_word(kRun, kAt));
  EXPECT_TRUE(*open()->has_word(kRun, "paused")) << "to look takes nothing";
  EXPECT_TRUE(*journal->take_word(kRun, "paused"));
  EXPECT_FALSE(*journal->take_word(kRun, "paused"));
}

TEST_F(JournalTest, AWordThatCameBeforeTheNewestPauseIsNone) {
  const auto journal = open();
  ASSERT_TRUE(journal->create_run(run_row(), "plan"));
  ASSERT_TRUE(journal->append(kRun, kAt, {{"paused", 1, "{}"}}));
  ASSERT_TRUE(journal->leave_word(kRun, kAt));
  ASSERT_TRUE(journal->append(kRun, kAt, {{"paused", 1, "{}"}}));
  EXPECT_FALSE(*journal->take_word(kRun, "paused"));
}

TEST_F(JournalTest, AJournalOfTheFirstSchemaIsTakenOver) {
  {
    const auto journal = open();
    ASSERT_TRUE(journal->create_run(run_row(), "plan"));
  }
  execute("DROP TABLE word; PRAGMA user_version=1");
  const auto journal = open();
  EXPECT_TRUE(journal->leave_word(kRun, kAt));
  EXPECT_EQ(*journal->plan_text(kRun), "plan");
}

TEST_F(JournalTest, ManyMayOpenANewOneAtOnce) {
  constexpr int kRounds = 20;
  for (int round = 0; round < kRounds; ++round) {
    const auto place = dir_.path() + "/new-" + std::to_string(round) + ".db";
    constexpr int kAtOnce = 6;
    std::vector<std::thread> openers;
    openers.reserve(kAtOnce);
    std::atomic<int> opened = 0;
    for (int i = 0; i < kAtOnce; ++i) {
      openers.emplace_back([&] { opened += Journal::open(place) ? 1 : 0; });
    }
    for (auto& opener : openers) opener.join();
    EXPECT_EQ(opened, kAtOnce) << "in round " << round;
  }
}

}  // namespace
}  // namespace v2only::journal
