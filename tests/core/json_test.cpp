#include "core/json.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <boost/json.hpp>

namespace v2only {
namespace {

json::value gen_value(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 6 : 4)) {
    case 0:
      return nullptr;
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *rc::gen::arbitrary<std::int64_t>();
    case 3:
      return json::value(*rc::gen::element<std::string>("", "a", "é", "\"\\\n", "\x01"));
    case 4: {
      json::array out;
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) out.push_back(gen_value(depth - 1));
      return out;
    }
    default: {
      json::object out;
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        out[*rc::gen::element<std::string>("a", "B", "é", "long key", "\n")] = gen_value(depth - 1);
      }
      return out;
    }
  }
}

TEST(Canonical, SortsKeysByBytesAndLeavesNoBlanks) {
  EXPECT_EQ(canonical(json::parse(R"({"b": [1, true, null], "a": {"é": "x", "B": -2}})")),
            R"({"a":{"B":-2,"é":"x"},"b":[1,true,null]})");
}

RC_GTEST_PROP(Canonical, IsReadBackAndDoesNotDependOnTheOrderOfKeys, ()) {
  const auto value = gen_value(3);
  RC_ASSERT(*parse_json(canonical(value), "x") == value);
  RC_ASSERT(canonical(*parse_json(pretty(value), "x")) == canonical(value));
}

TEST(Pretty, IndentsByTwoAndKeepsTheOrder) {
  EXPECT_EQ(pretty(json::parse(R"({"b":1,"a":[{"c":"x"},[]],"e":{}})")),
            "{\n  \"b\": 1,\n  \"a\": [\n    {\n      \"c\": \"x\"\n    },\n    []\n  ],\n"
            "  \"e\": {}\n}");
}

TEST(ParseJson, SaysInWhichLineItFailed) {
  const auto value = parse_json("{\n  \"a\": 1,\n  b\n}", "plan.json");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, ErrorCode::kGarbage);
  EXPECT_THAT(to_string(value.error()), testing::StartsWith("plan.json:3: not valid JSON"));
}

TEST(ParseJson, RefusesWhatComesAfterTheValueAndWhatIsCutShort) {
  EXPECT_TRUE(parse_json("{} \n", "x"));
  EXPECT_FALSE(parse_json("{} {}", "x"));
  EXPECT_FALSE(parse_json("{\"a\": [1, 2", "x"));
  EXPECT_FALSE(parse_json("", "x"));
  EXPECT_FALSE(parse_json("<html>", "x"));
}

RC_GTEST_PROP(ParseJson, TakesAnyBytesWithoutCrashing, (const std::string& bytes)) {
  const auto value = parse_json(bytes, "x");
  if (value) RC_ASSERT(*parse_json(canonical(*value), "x") == *value);
}

TEST(ObjectReader, ReadsEachKind) {
  const auto value = json::parse(
      R"({"t":"x","i":7,"b":true,"at":"2026-11-24T07:00:00Z","l":["a","b"],"o":{"k":1}})");
  ObjectReader reader(value, "x");
  EXPECT_EQ(reader.text("t"), "x");
  EXPECT_EQ(reader.integer("i"), 7);
  EXPECT_TRUE(reader.boolean("b"));
  EXPECT_EQ(reader.time("at"), *parse_utc("2026-11-24T07:00:00Z"));
  EXPECT_EQ(reader.texts("l"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(reader.member("o").is_object());
  EXPECT_EQ(reader.text_or("none", "y"), "y");
  EXPECT_EQ(reader.integer_or("none", 3), 3);
  EXPECT_TRUE(reader.boolean_or("none", true));
  EXPECT_TRUE(reader.elements("none").empty());
  EXPECT_TRUE(reader.status());
}

TEST(ObjectReader, FirstErrorIsKeptWithItsPath) {
  const auto value = json::parse(R"({"i":"seven"})");
  ObjectReader reader(value, "plan");
  reader.integer("i");
  reader.text("t");
  ASSERT_FALSE(reader.status());
  EXPECT_EQ(reader.status().error().what, "plan.i must be an integer");
}

TEST(ObjectReader, EachWrongKindIsAnError) {
  const auto value = json::parse(R"({"n":1.5,"s":"x","l":[1]})");
  const auto fails = [&](auto read) {
    ObjectReader reader(value, "x");
    read(reader);
    return !reader.status();
  };
  EXPECT_TRUE(fails([](ObjectReader& r) { r.text("n"); }));
  EXPECT_TRUE(fails([](ObjectReader& r) { r.integer("n"); }));
  EXPECT_TRUE(fails([](ObjectReader& r) { r.boolean("s"); }));
  EXPECT_TRUE(fails([](ObjectReader& r) { r.time("s"); }));
  EXPECT_TRUE(fails([](ObjectReader& r) { r.texts("l"); }));
  EXPECT_TRUE(fails([](ObjectReader& r) { r.elements("s"); }));
  EXPECT_TRUE(fails([](ObjectReader& r) { r.member("none"); }));
  EXPECT_TRUE(fails([](ObjectReader& r) { r.boolean("none"); }));
}

TEST(ObjectReader, OfSomethingElseThanAnObjectFails) {
  const json::value value = 3;
  ObjectReader reader(value, "plan");
  EXPECT_FALSE(reader.has("a"));
  ASSERT_FALSE(reader.status());
  EXPECT_EQ(reader.status().error().what, "plan: an object is needed here");
}

}  // namespace
}  // namespace v2only
