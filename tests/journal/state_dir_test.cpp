#include "journal/state_dir.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "temp_dir.h"

namespace v2only::journal {
namespace {

TEST(StateDir, IsMadeForTheOwnerAlone) {
  const test::TempDir temp;
  const auto dir = temp.path() + "/a/b";
  ASSERT_TRUE(prepare_state_dir(dir, file_system_type));
  struct stat info {};
  ASSERT_EQ(stat(dir.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0700U);
}

TEST(StateDir, IsMadeForTheOwnerAloneThoughItIsNamedWithASlash) {
  const test::TempDir temp;
  ASSERT_TRUE(prepare_state_dir(temp.path() + "/a/b/", file_system_type));
  struct stat info {};
  ASSERT_EQ(stat((temp.path() + "/a/b").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0700U);
}

TEST(StateDir, ThatIsAFileIsRefused) {
  const test::TempDir temp;
  const auto path = temp.path() + "/file";
  std::ofstream(path) << "x";
  EXPECT_FALSE(prepare_state_dir(path, file_system_type));
}

TEST(StateDir, JournalAndWhatSqliteMakesBesideItAreForTheOwnerAlone) {
  const test::TempDir temp;
  const auto before = umask(0);
  const auto journal = open_journal(temp.path());
  ASSERT_TRUE(journal) << to_string(journal.error());
  ASSERT_TRUE((*journal)->create_run(
      {RunId("r-1"), "apply", {}, {}, "d", "111122223333", "aws", false}, "plan"));
  umask(before);
  for (const auto* name : {"/journal.db", "/journal.db-wal", "/journal.db-shm"}) {
    struct stat info {};
    ASSERT_EQ(stat((temp.path() + name).c_str(), &info), 0) << name;
    EXPECT_EQ(info.st_mode & 0777U, 0600U) << name;
  }
}

TEST(StateDir, ThatWasThereKeepsItsMode) {
  const test::TempDir temp;
  ASSERT_EQ(chmod(temp.path().c_str(), 01777), 0);
  ASSERT_TRUE(prepare_state_dir(temp.path(), file_system_type));
  struct stat info {};
  ASSERT_EQ(stat(temp.path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 01777U);
}

TEST(StateDir, OnNfsIsRefusedByName) {
  const test::TempDir temp;
  const auto done = prepare_state_dir(
      temp.path(), [](const std::string&) -> Result<std::int64_t> { return 0x6969; });
  ASSERT_FALSE(done);
  EXPECT_NE(to_string(done.error()).find("NFS"), std::string::npos);
  EXPECT_NE(to_string(done.error()).find("--state-dir"), std::string::npos);
}

TEST(StateDir, ThatCannotBeMadeIsRefused) {
  const auto done = prepare_state_dir("/proc/v2only", file_system_type);
  ASSERT_FALSE(done);
  EXPECT_NE(to_string(done.error()).find("/proc/v2only"), std::string::npos);
}

TEST(RunLock, IsHeldByOneAtATime) {
  const test::TempDir temp;
  const RunId run("r-1");
  {
    auto lock = RunLock::take(temp.path(), run);
    ASSERT_TRUE(lock);
    EXPECT_TRUE(RunLock::is_held(temp.path(), run));
    const auto second = RunLock::take(temp.path(), run);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  }
  EXPECT_FALSE(RunLock::is_held(temp.path(), run));
  EXPECT_TRUE(RunLock::take(temp.path(), run));
}

TEST(RunLock, IsTakenThoughSomebodyLooksWhetherItIsHeld) {
  const test::TempDir temp;
  const RunId run("r-1");
  ASSERT_TRUE(RunLock::take(temp.path(), run));
  // A look holds the lock shared; a slow one lasts 60 ms here.
  const int look = open((temp.path() + "/r-1.lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(flock(look, LOCK_SH), 0);
  std::thread end_of_look([look] {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    close(look);
  });
  EXPECT_TRUE(RunLock::take(temp.path(), run));
  end_of_look.join();
}

TEST(RunLock, TwoWhoLookDoNotSeeEachOther) {
  const test::TempDir temp;
  const RunId run("r-1");
  ASSERT_TRUE(RunLock::take(temp.path(), run));
  const int look = open((temp.path() + "/r-1.lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(flock(look, LOCK_SH), 0);
  EXPECT_FALSE(RunLock::is_held(temp.path(), run));
  close(look);
}

}  // namespace
}  // namespace v2only::journal
