#include "report/paragraph.h"

#include <gtest/gtest.h>

#include "report/golden.h"
#include "report/manual.h"
#include "report/sample.h"

namespace v2only::report::test {
namespace {

constexpr Style k30{30, false};

TEST(Paragraph, BreaksAtBlanksWithHangingIndent) {
  EXPECT_EQ(paragraph("one two three four five six seven", k30, "- ", "  "),
            "- one two three four five six\n  seven\n");
}

TEST(Paragraph, FillsALineToTheLastColumn) {
  EXPECT_EQ(paragraph("012345678 012345678 0123456789", k30), "012345678 012345678 0123456789\n");
  EXPECT_EQ(paragraph("012345678 012345678 0123456789x", k30),
            "012345678 012345678\n0123456789x\n");
}

TEST(Paragraph, KeepsBlanksWithinALine) {
  EXPECT_EQ(paragraph("a  b   c", k30), "a  b   c\n");
  EXPECT_EQ(paragraph("01234567890123456789  0123456789", k30),
            "01234567890123456789\n0123456789\n");
}

TEST(Paragraph, CutsAWordThatIsLongerThanALine) {
  const auto text = paragraph("a " + std::string(70, 'x') + " b", k30, "- ", "  ");
  expect_fits(text, k30);
  EXPECT_EQ(lines_of(text).front(), "- a");
}

TEST(Paragraph, OfNothingIsItsFirstPrefix) { EXPECT_EQ(paragraph("", k30, "-"), "-\n"); }

TEST(Paragraph, MakesTheTextPrintable) {
  const auto text = paragraph(hostile_name(), k30, "- ", "  ");
  expect_fits(text, k30);
  for (const auto& line : lines_of(text)) EXPECT_EQ(line.find('\x1b'), std::string::npos);
}

TEST(Paragraph, HoldsOutOnATerminalThatClaimsNoWidth) {
  const auto text = paragraph("one two three four five six seven", {0, false}, "  ", "  ");
  expect_fits(text, {22, false});
}

TEST(ManualLines, NeverBreakACommand) {
  const std::string command = "   aws ec2 stop-instances --region eu-west-1 --instance-ids i-1";
  EXPECT_EQ(manual_lines({command}, "  ", k30), "  " + command + "\n");
}

TEST(ManualLines, BreakOtherLinesBehindTheirIndent) {
  EXPECT_EQ(manual_lines({"1. Check", "   storage failover show    both nodes: yes"}, "  ", k30),
            "  1. Check\n"
            "     storage failover show\n"
            "        both nodes: yes\n");
}

}  // namespace
}  // namespace v2only::report::test
