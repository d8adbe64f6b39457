#include "config/file.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace v2only::config {
namespace {

class ReadFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "v2only-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& text) const {
    auto path = (folder_ / "file").string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  std::filesystem::path folder_;
};

TEST_F(ReadFile, GivesEveryByte) {
  const std::string text = std::string("a\0b\r\n\xff", 6) + std::string(200000, 'x');
  EXPECT_EQ(*read_file(write(text)), text);
  EXPECT_EQ(*read_file(write("")), "");
}

TEST_F(ReadFile, RefusesMoreThanTheLimitInsteadOfCuttingIt) {
  EXPECT_TRUE(read_file(write("12345"), 5));
  const auto text = read_file(write("123456"), 5);
  ASSERT_FALSE(text);
  EXPECT_THAT(to_string(text.error()), testing::HasSubstr("is larger than 5 bytes"));
}

TEST_F(ReadFile, NamesAFolderAsOne) {
  const auto text = read_file(folder_.string());
  ASSERT_FALSE(text);
  EXPECT_THAT(to_string(text.error()), testing::HasSubstr("Is a directory"));
}

TEST_F(ReadFile, NamesAMissingFile) {
  EXPECT_EQ(read_file((folder_ / "none").string()).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(read_file(write("") + "/below").error().code, ErrorCode::kNotFound);
}

TEST_F(ReadFile, NamesAFileThatMayNotBeRead) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const auto path = write("x");
  std::filesystem::permissions(path, std::filesystem::perms::none);
  EXPECT_EQ(read_file(path).error().code, ErrorCode::kDenied);
}

}  // namespace
}  // namespace v2only::config
