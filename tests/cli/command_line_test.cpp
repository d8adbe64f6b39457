#include "cli/command_line.h"

#include <gtest/gtest.h>

#include "core/text.h"

namespace v2only::cli {
namespace {

Result<CommandLine> parse(std::string_view words) {
  return parse_command_line(words.empty() ? std::vector<std::string>{} : split(words, ' '));
}

Invocation parsed(std::string_view words) {
  const auto line = parse(words);
  EXPECT_TRUE(line) << to_string(line.error());
  EXPECT_TRUE(line->invocation);
  return line && line->invocation ? *line->invocation : Invocation{};
}

std::string error_of(std::string_view words) {
  const auto line = parse(words);
  EXPECT_FALSE(line) << words;
  return line ? "" : to_string(line.error());
}

TEST(CommandLine, WithoutWordsShowsTheCommands) {
  EXPECT_NE(parse("")->text.find("audit"), std::string::npos);
  EXPECT_EQ(parse("--help")->text, parse("")->text);
}

TEST(CommandLine, RegionMayBeGivenSeveralTimes) {
  EXPECT_EQ(parsed("audit --region eu-west-1 --region us-east-1").regions,
            (std::vector<std::string>{"eu-west-1", "us-east-1"}));
}

TEST(CommandLine, InstanceIdsMayFollowEachOther) {
  EXPECT_EQ(parsed("audit --instance-ids i-1 i-2 --region eu-west-1").instance_ids,
            (std::vector<std::string>{"i-1", "i-2"}));
}

TEST(CommandLine, PlanMayBeLeftOutOfApplyAndNotOfShow) {
  EXPECT_EQ(parsed("apply plan.json --yes").argument, "plan.json");
  EXPECT_TRUE(parsed("apply --region eu-west-1").argument.empty());
  EXPECT_NE(error_of("show").find("PLAN is missing"), std::string::npos);
}

TEST(CommandLine, UnknownCommandNamesTheKnownOnes) {
  const auto error = error_of("adit");
  EXPECT_NE(error.find("'adit'"), std::string::npos);
  EXPECT_NE(error.find("audit, plan"), std::string::npos);
}

TEST(CommandLine, UnknownFlagIsNamedWithTheHelpToAsk) {
  const auto error = error_of("audit --regoin eu-west-1");
  EXPECT_NE(error.find("--regoin"), std::string::npos);
  EXPECT_NE(error.find("v2only audit --help"), std::string::npos);
}

TEST(CommandLine, FlagOfAnotherCommandIsRefused) {
  EXPECT_FALSE(parse("status --yes"));
  EXPECT_FALSE(parse("show plan.json --region eu-west-1"));
}

TEST(CommandLine, FlagWithoutItsValueIsRefused) {
  EXPECT_EQ(error_of("plan --out"), "--out needs a value: --out FILE. See: v2only plan --help");
  EXPECT_EQ(error_of("audit --region"),
            "--region needs a value: --region REGION. See: v2only audit --help");
}

TEST(CommandLine, SwitchWithAValueIsRefused) {
  EXPECT_EQ(error_of("apply --yes=maybe"), "--yes takes no value. See: v2only apply --help");
}

TEST(CommandLine, MisspeltFlagHasTheNearestOneNamed) {
  EXPECT_EQ(
      error_of("audit --regoin eu-west-1"),
      "there is no option --regoin for audit. Did you mean --region? See: v2only audit --help");
}

TEST(CommandLine, WordTooMuchIsNamedWithWhatTheCommandTakes) {
  EXPECT_EQ(error_of("audit web-1"),
            "'web-1' is too much: audit takes no argument. See: v2only audit --help");
  EXPECT_EQ(error_of("status r-1 r-2"),
            "'r-2' is too much: status takes one RUN. See: v2only status --help");
}

TEST(CommandLine, EmptyValueIsRefusedByName) {
  const auto with = [](const std::vector<std::string>& words) {
    const auto line = parse_command_line(words);
    return line ? "" : to_string(line.error());
  };
  EXPECT_NE(with({"apply", "", "--yes"}).find("PLAN is empty"), std::string::npos);
  EXPECT_NE(with({"rollback", "r-1", "--wave", ""}).find("--wave is empty"), std::string::npos);
  EXPECT_NE(with({"audit", "--facts", ""}).find("--facts is empty"), std::string::npos);
}

TEST(CommandLine, OutputIsTableOrJson) {
  EXPECT_TRUE(parsed("audit --output json").json());
  EXPECT_FALSE(parsed("audit").json());
  EXPECT_NE(error_of("audit --output yaml").find("'yaml'"), std::string::npos);
}

TEST(CommandLine, HelpOfACommandIsAskedForInThreeWays) {
  const auto help = parse("help apply")->text;
  EXPECT_EQ(parse("apply --help")->text, help);
  EXPECT_EQ(parse("apply -h")->text, help);
  EXPECT_NE(help.find("Exit status"), std::string::npos);
}

}  // namespace
}  // namespace v2only::cli
