#include "config/secret_source.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "config/shell.h"

namespace v2only::config {
namespace {

using fleet::SecretName;
using testing::HasSubstr;
using testing::Not;
using Kind = SecretName::Kind;

constexpr const char* kSecret = "hunter2-XYZZY";

fleet::Facts facts_with(const SecretName& password) {
  fleet::Facts facts;
  facts.systems[UnitId("x")].ontap = fleet::OntapAccess{{}, "u", password, {}, {}};
  return facts;
}

class SecretSource : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  Result<Secret> read(Kind kind, const std::string& value, Duration limit = kCommandLimit) const {
    const SecretName name{kind, value};
    return read_secret(name, environment_, facts_, limit);
  }
  std::string file(const std::string& text, mode_t mode = 0600) const {
    std::ofstream(path_) << text;
    EXPECT_EQ(chmod(path_.c_str(), mode), 0);
    return path_;
  }

  std::string path_ = testing::TempDir() + "secret-" + std::to_string(getpid());
  Environment environment_ = {{"PATH", "/usr/bin:/bin"}, {"CVO1_PASSWORD", kSecret}};
  fleet::Facts facts_ = facts_with({Kind::kEnv, "CVO1_PASSWORD"});
};

TEST_F(SecretSource, VariableIsTheSecretAsItIs) {
  EXPECT_EQ(read(Kind::kEnv, "CVO1_PASSWORD")->reveal(), kSecret);
}

TEST_F(SecretSource, VariableThatIsNotSetIsNamed) {
  environment_["EMPTY"] = "";
  for (const auto* name : {"CVO2_PASSWORD", "EMPTY"}) {
    const auto secret = read(Kind::kEnv, name);
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().code, ErrorCode::kUsage);
    EXPECT_THAT(to_string(secret.error()),
                HasSubstr("env:" + std::string(name) + ": the variable is not set"));
  }
}

TEST_F(SecretSource, FileIsItsFirstLineWithoutTheEnd) {
  EXPECT_EQ(read(Kind::kFile, file("s3cret\n"))->reveal(), "s3cret");
  EXPECT_EQ(read(Kind::kFile, file("s3cret"))->reveal(), "s3cret");
  EXPECT_EQ(read(Kind::kFile, file("s3cret\r\n"))->reveal(), "s3cret");
  EXPECT_EQ(read(Kind::kFile, file(" two words \nuser: v2only\n"))->reveal(), " two words ");
}

TEST_F(SecretSource, FileWithoutASecretIsNamed) {
  EXPECT_EQ(read(Kind::kFile, "/nowhere/cvo1").error().code, ErrorCode::kNotFound);
  EXPECT_THAT(to_string(read(Kind::kFile, "/nowhere/cvo1").error()),
              HasSubstr("file:/nowhere/cvo1: cannot be read: No such file"));
  for (const auto* text : {"", "\n", "\nhunter2-XYZZY\n"}) {
    const auto secret = read(Kind::kFile, file(text));
    ASSERT_FALSE(secret);
    EXPECT_THAT(to_string(secret.error()), HasSubstr("its first line is empty"));
  }
  EXPECT_FALSE(read(Kind::kFile, "/tmp"));
  EXPECT_FALSE(read(Kind::kFile, file(std::string((64U << 10U) + 1, 'x'))));
}

TEST_F(SecretSource, FileThatOthersMayReadIsWarnedOf) {
  const auto warned = [&](mode_t mode) {
    return secret_warnings(facts_with({Kind::kFile, file("s", mode)}));
  };
  EXPECT_TRUE(warned(0600).empty());
  EXPECT_TRUE(warned(0400).empty());
  for (const mode_t mode : {0640U, 0604U, 0644U}) {
    ASSERT_EQ(warned(mode).size(), 1U);
    EXPECT_THAT(warned(mode)[0], HasSubstr("file:" + path_ +
                                           ": others may read this secret; "
                                           "expected is a file that only its owner may read: "
                                           "chmod 600 " +
                                           path_));
  }
  EXPECT_TRUE(secret_warnings(facts_with({Kind::kFile, "/nowhere/cvo1"})).empty());
}

TEST_F(SecretSource, CommandIsTheFirstLineOfItsOutput) {
  EXPECT_EQ(read(Kind::kCommand, "echo 's3cret' && echo more")->reveal(), "s3cret");
  EXPECT_EQ(read(Kind::kCommand, "printf s3cret")->reveal(), "s3cret");
  EXPECT_EQ(read(Kind::kCommand, "cat; printf 'no input'")->reveal(), "no input");
}

TEST_F(SecretSource, CommandDoesNotInheritTheSecretsOfTheFacts) {
  facts_.console = fleet::ConsoleAccess{};
  facts_.console->client_secret = SecretName{Kind::kEnv, "NC_SECRET"};
  environment_["NC_SECRET"] = kSecret;
  environment_["OTHER"] = "kept";
  EXPECT_EQ(read(Kind::kCommand, "echo \"$OTHER,$CVO1_PASSWORD,$NC_SECRET\"")->reveal(), "kept,,");
  // Nor anything that this program's own environment holds.
  ASSERT_EQ(setenv("V2ONLY_TEST_SECRET", kSecret, 1), 0);
  EXPECT_EQ(read(Kind::kCommand, "env | grep -c XYZZY; true")->reveal(), "0");
  unsetenv("V2ONLY_TEST_SECRET");
}

TEST_F(SecretSource, ChildrenSeeAllButTheSecretsOfTheFacts) {
  EXPECT_EQ(environment_for_children(environment_, facts_),
            (Environment{{"PATH", "/usr/bin:/bin"}}));
  EXPECT_EQ(environment_for_children(environment_, fleet::Facts{}), environment_);
}

TEST_F(SecretSource, CommandThatFailsIsSaidWithItsStatus) {
  EXPECT_THAT(to_string(read(Kind::kCommand, "exit 3").error()),
              HasSubstr("command:…: the command ended with status 3"));
  EXPECT_THAT(to_string(read(Kind::kCommand, "kill -9 $$").error()), HasSubstr("by signal 9"));
  EXPECT_THAT(to_string(read(Kind::kCommand, "none-such-XYZZY 2>/dev/null").error()),
              HasSubstr("with status 127"));
  EXPECT_THAT(to_string(read(Kind::kCommand, "true").error()), HasSubstr("is empty"));
}

TEST_F(SecretSource, CommandThatTakesTooLongIsEndedWithAllThatItStarted) {
  const auto late =
      read(Kind::kCommand, "(while :; do echo beat >> '" + path_ + "'; sleep 0.02; done) & wait",
           std::chrono::seconds(2));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(to_string(late.error()), HasSubstr("was not done within 2s and was ended"));
  const auto beats = std::filesystem::file_size(path_);
  EXPECT_GT(beats, 0U);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(std::filesystem::file_size(path_), beats);
}

TEST_F(SecretSource, CommandThatClosesItsOutputAndGoesOnIsEndedToo) {
  const auto late = read(Kind::kCommand, "exec >&-; exec sleep 60", std::chrono::milliseconds(300));
  EXPECT_EQ(late.error().code, ErrorCode::kUnreachable);
}

TEST_F(SecretSource, CommandThatPrintsWithoutEndIsEnded) {
  const auto endless = read(Kind::kCommand, "yes hunter2-XYZZY");
  ASSERT_FALSE(endless);
  EXPECT_THAT(to_string(endless.error()), HasSubstr("more than 64 KiB"));
}

// The shell's own words name the command; they go to our stderr, not into an error.
TEST_F(SecretSource, NoErrorHoldsTheSecretOrTheCommand) {
  const std::vector<std::string> lines = {"echo hunter2-XYZZY >&2; exit 1",
                                          "echo hunter2-XYZZY; exit 1",
                                          "echo; echo hunter2-XYZZY",
                                          "echo hunter2-XYZZY; kill -9 $$",
                                          "yes hunter2-XYZZY",
                                          "echo hunter2-XYZZY; sleep 9"};
  testing::internal::CaptureStderr();
  for (const auto& line : lines) {
    const auto secret = read(Kind::kCommand, line, std::chrono::seconds(2));
    ASSERT_FALSE(secret) << line;
    EXPECT_THAT(to_string(secret.error()), Not(HasSubstr("XYZZY"))) << line;
    EXPECT_THAT(to_string(secret.error()), Not(HasSubstr("echo"))) << line;
  }
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("XYZZY"));
  const auto big = std::string(70'000, 'x') + kSecret;
  EXPECT_THAT(to_string(read(Kind::kFile, file(big)).error()), Not(HasSubstr("XYZZY")));
}

}  // namespace
}  // namespace v2only::config
