#include "core/printable.h"

#include <gtest/gtest.h>

#include "hostile_name.h"

namespace v2only::test {
namespace {

const std::string kQ = "\xEF\xBF\xBD";  // U+FFFD

TEST(Printable, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(printable("web-1 é 漢字 🚀"), "web-1 é 漢字 🚀");
}

TEST(Printable, MakesControlsBlank) {
  EXPECT_EQ(printable(std::string("a\x1b[2J\nb\0c\x7f", 10)), "a [2J b c ");
  EXPECT_EQ(printable("\xC2\x80\xC2\x9B\xC2\x9F\xC2\xA0"), "   \xC2\xA0");
}

// NOLINTBEGIN(misc-misleading-bidirectional): that is what is refused here
TEST(Printable, ShowsWhatReordersOrHides) {
  EXPECT_EQ(printable("a\xE2\x80\xAE"
                      "b"),
            "a" + kQ + "b");  // right-to-left override
  EXPECT_EQ(printable("a\xE2\x81\xA6"
                      "b"),
            "a" + kQ + "b");  // isolate
  EXPECT_EQ(printable("a\xE2\x80\x8B"
                      "b"),
            "a" + kQ + "b");  // zero-width space
  EXPECT_EQ(printable("a\xF3\xA0\x81\x81"
                      "b"),
            "a" + kQ + "b");  // tag character
}
// NOLINTEND(misc-misleading-bidirectional)

TEST(Printable, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(printable("\xFF"), kQ);
  EXPECT_EQ(printable("\xC0\x80"), kQ + kQ);                    // overlong
  EXPECT_EQ(printable("\xED\xA0\x80"), kQ + kQ + kQ);           // surrogate
  EXPECT_EQ(printable("\xF4\x90\x80\x80"), kQ + kQ + kQ + kQ);  // above U+10FFFF
  EXPECT_EQ(printable("a\xE6\xBC"), "a" + kQ + kQ);             // cut short
  EXPECT_EQ(printable("\x80z"), kQ + "z");                      // a tail without a head
}

TEST(Printable, IsTheSameTheSecondTime) {
  const auto once = printable(hostile_name());
  EXPECT_EQ(printable(once), once);
}

TEST(ValidUtf8, KeepsControlsAndReplacesOtherBytes) {
  EXPECT_EQ(valid_utf8("a\x1b\xFFz"), "a\x1b" + kQ + "z");
}

TEST(Width, CountsColumns) {
  EXPECT_EQ(width_of(""), 0U);
  EXPECT_EQ(width_of("abc"), 3U);
  EXPECT_EQ(width_of("é…"), 2U);
  EXPECT_EQ(width_of("漢字"), 4U);
  EXPECT_EQ(width_of("e\xCC\x81"), 1U);
}

TEST(Shorten, KeepsWhatFits) { EXPECT_EQ(shorten("abc", 3), "abc"); }

TEST(Shorten, CutsBetweenCharactersAndShowsIt) {
  EXPECT_EQ(shorten("abcdef", 4), "abc…");
  EXPECT_EQ(shorten("ééé", 2), "é…");
  EXPECT_EQ(shorten("漢字漢", 4), "漢…");
  EXPECT_EQ(shorten("漢字", 2), "…");
  EXPECT_EQ(shorten("ab", 1), "…");
  EXPECT_EQ(shorten("ab", 0), "");
}

TEST(Shorten, NeverIsWiderThanAsked) {
  for (std::size_t width = 0; width < 60; ++width) {
    EXPECT_LE(width_of(shorten(printable(hostile_name()), width)), width);
  }
}

}  // namespace
}  // namespace v2only::test
