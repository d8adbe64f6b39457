#include "core/percent.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace v2only {
namespace {

TEST(Percent, EncodesAllButTheUnreservedAndWhatIsToBeKept) {
  EXPECT_EQ(percent_encode("aZ9-_.~ /+\xff"), "aZ9-_.~%20%2F%2B%FF");
  EXPECT_EQ(percent_encode("a/b,c d", "/,"), "a/b,c%20d");
}

TEST(Percent, SignThatEncodesNothingStaysWhenDecoded) {
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%4"), "%4");
  EXPECT_EQ(percent_decode("%zz%41%"), "%zzA%");
}

RC_GTEST_PROP(Percent, WhatIsEncodedAndDecodedIsTheSame, (const std::string& text)) {
  RC_ASSERT(percent_decode(percent_encode(text)) == text);
}

}  // namespace
}  // namespace v2only
