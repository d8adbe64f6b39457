#include "report/table.h"

#include <gtest/gtest.h>

#include "report/golden.h"

namespace v2only::report::test {
namespace {

TEST(Table, PadsColumnsByTheWidestCellAndEndsLinesWithoutBlanks) {
  Table table({{"A"}, {"Long title"}, {"C"}});
  table.row({{"one"}, {"x"}, {"last"}});
  table.row({{"three"}, {""}, {""}});
  EXPECT_EQ(table.text(k80),
            "A      Long title  C\n"
            "one    x           last\n"
            "three\n");
}

TEST(Table, CountsWideAndCombiningCharactersAsTheTerminalDoes) {
  Table table({{"Name"}, {"Next"}});
  table.row({{"\xE6\xBC\xA2\xE5\xAD\x97"}, {"a"}});  // two characters, four columns
  table.row({{"e\xCC\x81"}, {"b"}});                 // one column
  EXPECT_EQ(table.text(k80),
            "Name  Next\n"
            "\xE6\xBC\xA2\xE5\xAD\x97  a\n"
            "e\xCC\x81     b\n");
}

TEST(Table, TakesBriefTextsBeforeItCutsAnything) {
  Table table({{"W", 3}, {"X", 3}});
  table.row({{"netapp-cvo-node", "cvo-node"}, {"0123456789"}});
  EXPECT_EQ(table.text({27, false}), "W                X\nnetapp-cvo-node  0123456789\n");
  EXPECT_EQ(table.text({20, false}), "W         X\ncvo-node  0123456789\n");
}

TEST(Table, TakesNoMoreBriefTextsThanItNeeds) {
  Table table({{"W"}, {"X"}});
  table.row({{"netapp-cvo-node", "cvo-node"}, {"blocked: v1-use", "v1-use"}});
  EXPECT_EQ(table.text({25, false}), "W         X\ncvo-node  blocked: v1-use\n");
  EXPECT_EQ(table.text({24, false}), "W         X\ncvo-node  v1-use\n");
}

TEST(Table, ShrinksTheWidestColumnThatMayShrink) {
  Table table({{"Id"}, {"N", 4}, {"M", 4}});
  table.row({{"0123456789"}, {"abcdefghijkl"}, {"abcdef"}});
  EXPECT_EQ(table.text({26, false}),
            "Id          N       M\n"
            "0123456789  abcde…  abcdef\n");
}

TEST(Table, NeverCutsAColumnThatMayNotShrink) {
  Table table({{"Id"}, {"N", 4}});
  table.row({{"0123456789"}, {"abcdefghijkl"}});
  EXPECT_EQ(table.text({5, false}), "Id          N\n0123456789  abc…\n");
}

TEST(Table, GroupsStandOnLinesOfTheirOwn) {
  Table table({{"A"}});
  EXPECT_TRUE(table.empty());
  table.group("eu-west-1");
  table.row({{"x"}});
  EXPECT_EQ(table.text(k80), "A\neu-west-1\nx\n");
}

TEST(Table, MakesCellsPrintable) {
  Table table({{"A"}, {"B"}});
  table.row({{"a\nb\x1b[31m"}, {"c"}});
  EXPECT_EQ(table.text(k80), "A         B\na b [31m  c\n");
}

TEST(Table, PadsColouredCellsByWhatIsSeen) {
  Table table({{"A"}, {"B"}});
  table.row({{"x", {}, Tone::kBad}, {"y"}});
  table.row({{"long"}, {"z"}});
  EXPECT_EQ(without_escapes(table.text({80, true})), table.text(k80));
}

TEST(TableDeath, ARowOfAnotherLengthIsABrokenPromise) {
  Table table({{"A"}, {"B"}});
  EXPECT_DEATH(table.row({{"only one"}}), "");
}

}  // namespace
}  // namespace v2only::report::test
