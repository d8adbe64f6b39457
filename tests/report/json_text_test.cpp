#include "report/json_text.h"

#include <gtest/gtest.h>

namespace v2only::report {
namespace {

TEST(JsonText, IsWhatPrettyMakesOfTheSameObject) {
  const json::value inner = {{"A", 1}, {"B", {1, 2}}, {"C", json::object()}};
  JsonText text;
  text.member("Inner", inner);
  text.array("Many");
  text.element(inner);
  text.element("x");
  text.array("None");
  text.member("Last", true);

  json::object whole;
  whole["FormatVersion"] = "1.0";
  whole["Inner"] = inner;
  whole["Many"] = json::array{inner, "x"};
  whole["None"] = json::array();
  whole["Last"] = true;
  EXPECT_EQ(text.take(), pretty(whole) + "\n");
}

TEST(JsonText, EndsWithAnOpenArray) {
  JsonText text;
  text.array("Many");
  text.element(1);
  EXPECT_EQ(text.take(), "{\n  \"FormatVersion\": \"1.0\",\n  \"Many\": [\n    1\n  ]\n}\n");
}

TEST(JsonText, WritesDelAndC1ControlsAsEscapesThatReadBackTheSame) {
  const std::string name =
      "a\x7f\xC2\x9B"
      "31m\xC2\xA0\xC3\x9B\x1b";
  JsonText text;
  text.member("Name", text_value(name));
  const auto out = text.take();
  EXPECT_NE(out.find("a\\u007f\\u009b31m\xC2\xA0\xC3\x9B\\u001b"), std::string::npos) << out;
  const auto value = parse_json(out, "output");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->at("Name"), json::value(name));
}

TEST(JsonText, TextsAreUtf8WhateverTheyWere) {
  EXPECT_EQ(text_value("a\xFF"), json::string("a\xEF\xBF\xBD"));
  EXPECT_EQ(texts_value({"a", "\xC3"}), (json::array{"a", "\xEF\xBF\xBD"}));
}

}  // namespace
}  // namespace v2only::report
