#include "netapp/json_access.h"

#include <gtest/gtest.h>

#include "core/json.h"

namespace v2only::netapp {
namespace {

const json::value& sample() {
  static const json::value value =
      parse_json(
          R"({"a":{"b":"text","n":-7,"big":18446744073709551615,"d":1.5,"t":true,"s":"false","z":null,
          "l":[1,2]}})",
          "sample")
          .value();
  return value;
}

TEST(JsonAccess, TextIsATextOrAWholeNumbersDigits) {
  EXPECT_EQ(text_at(sample(), "a.b"), "text");
  EXPECT_EQ(text_at(sample(), "a.n"), "-7");
  EXPECT_EQ(text_at(sample(), "a.big"), "18446744073709551615");
  for (const auto* path : {"a.d", "a.t", "a.z", "a.l", "a", "a.b.c", "x", "a.x", "a..b"}) {
    EXPECT_EQ(text_at(sample(), path), "") << path;
  }
}

TEST(JsonAccess, IntegerIsAWholeNumberThatFits) {
  EXPECT_EQ(integer_at(sample(), "a.n"), -7);
  for (const auto* path : {"a.big", "a.d", "a.b", "a.z", "x"}) {
    EXPECT_EQ(integer_at(sample(), path), std::nullopt) << path;
  }
}

TEST(JsonAccess, BoolIsOneOrItsWord) {
  EXPECT_EQ(bool_at(sample(), "a.t"), true);
  EXPECT_EQ(bool_at(sample(), "a.s"), false);
  for (const auto* path : {"a.b", "a.n", "a.z", "x"}) {
    EXPECT_EQ(bool_at(sample(), path), std::nullopt) << path;
  }
}

TEST(JsonAccess, ArrayThatIsNotThereHasNoElements) {
  EXPECT_EQ(array_at(sample(), "a.l").size(), 2U);
  EXPECT_TRUE(array_at(sample(), "a.b").empty());
  EXPECT_TRUE(array_at(sample(), "x").empty());
  EXPECT_TRUE(array_at(json::value(3), "x").empty());
}

}  // namespace
}  // namespace v2only::netapp
