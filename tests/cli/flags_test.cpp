#include "cli/flags.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/printable.h"
#include "core/text.h"

namespace v2only::cli {
namespace {

TEST(Flags, EachIsUsedByACommandAndHasAHelpLine) {
  std::set<std::string_view> used;
  for (const auto& command : commands()) used.insert(command.flags.begin(), command.flags.end());
  for (const auto& flag : flags()) {
    EXPECT_TRUE(used.count(flag.name)) << flag.name;
    EXPECT_FALSE(flag.help.empty()) << flag.name;
    EXPECT_FALSE(flag.help.ends_with('.')) << flag.name;
  }
}

TEST(Flags, OneNameMeansOneThing) {
  std::set<std::string_view> names;
  for (const auto& flag : flags()) EXPECT_TRUE(names.insert(flag.name).second) << flag.name;
}

TEST(Commands, EachHasTwoExamplesOfItselfAndItsExitStatus) {
  for (const auto& command : commands()) {
    ASSERT_GE(command.examples.size(), 2U) << command.name;
    for (const auto& example : command.examples) {
      EXPECT_TRUE(example.starts_with("v2only " + std::string(command.name))) << example;
    }
    ASSERT_FALSE(command.exits.empty()) << command.name;
    EXPECT_EQ(command.exits.front().code, 0) << command.name;
  }
}

TEST(Commands, HelpFitsEightyColumns) {
  for (const auto& command : commands()) {
    for (const auto& line : split(help_text(command), '\n')) {
      // A command line to copy is not broken.
      if (line.starts_with("  v2only ")) continue;
      EXPECT_LE(width_of(line), 80U) << line;
    }
  }
  for (const auto& line : split(help_text(), '\n')) EXPECT_LE(width_of(line), 80U) << line;
}

TEST(Commands, HelpNamesEachFlagOfTheCommandAndNoOther) {
  for (const auto& command : commands()) {
    const auto help = help_text(command);
    for (const auto& flag : flags()) {
      const bool has =
          std::find(command.flags.begin(), command.flags.end(), flag.name) != command.flags.end();
      const bool named = help.find("\n  " + std::string(flag.name) + " ") != std::string::npos;
      EXPECT_EQ(named, has) << command.name << " " << flag.name;
    }
  }
}

}  // namespace
}  // namespace v2only::cli
