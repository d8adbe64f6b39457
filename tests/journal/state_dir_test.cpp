#include "journal/state_dir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

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

}  // namespace
}  // namespace v2only::journal
