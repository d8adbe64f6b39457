#include "report/colour.h"

#include <gtest/gtest.h>

namespace v2only::report {
namespace {

TEST(Colour, IsLeftOutWhereTheStyleHasNone) { EXPECT_EQ(paint("x", Tone::kBad, {80, false}), "x"); }

TEST(Colour, EndsWhereItsTextEnds) {
  for (const auto tone :
       {Tone::kStrong, Tone::kFaint, Tone::kGood, Tone::kNews, Tone::kWarning, Tone::kBad}) {
    const auto text = paint("x", tone, {80, true});
    EXPECT_TRUE(text.starts_with("\x1b["));
    EXPECT_TRUE(text.ends_with("x\x1b[0m"));
  }
}

TEST(Colour, AddsNothingToPlainOrEmptyText) {
  EXPECT_EQ(paint("x", Tone::kPlain, {80, true}), "x");
  EXPECT_EQ(paint("", Tone::kBad, {80, true}), "");
}

}  // namespace
}  // namespace v2only::report
