#include "config/yaml.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "config/facts_file.h"
#include "config/map_reader.h"
#include "config/policy_file.h"

namespace v2only::config {
namespace {

using testing::HasSubstr;

std::string error_of(std::string_view text) {
  const auto root = parse_yaml(text, "a.yaml");
  return root ? std::string("no error") : to_string(root.error());
}

TEST(Yaml, KeepsTheOrderAndThePlaceOfEachValue) {
  const auto root = parse_yaml("b: 1\na:\n  - x\n  - {k: v}\n", "a.yaml");
  ASSERT_TRUE(root);
  ASSERT_EQ(root->members.size(), 2U);
  EXPECT_EQ(root->members[0].key, "b");
  const auto& list = root->members[1].value;
  EXPECT_EQ(list.items.at(0).text, "x");
  EXPECT_EQ(list.items.at(1).line, 4);
  EXPECT_EQ(list.items.at(1).members.at(0).column, 6);
}

TEST(Yaml, NullIsNothingAndInQuotesItIsText) {
  const auto root = parse_yaml("a: ~\nb: null\nc:\nd: 'null'\ne: \"~\"", "a.yaml");
  ASSERT_TRUE(root);
  for (const std::size_t i : {0U, 1U, 2U}) {
    EXPECT_EQ(root->members[i].value.kind, YamlNode::Kind::kNull) << i;
  }
  EXPECT_EQ(root->members[3].value.text, "null");
  EXPECT_EQ(root->members[4].value.text, "~");
}

TEST(Yaml, MalformedTextIsRefusedWithLineAndColumn) {
  EXPECT_THAT(error_of("a: 1\nb: [1, 2\nc: 3"), testing::StartsWith("a.yaml:"));
  EXPECT_THAT(error_of("a: b: c"), HasSubstr("a.yaml:1:"));
  EXPECT_THAT(error_of("\ta: 1"), HasSubstr("not valid YAML"));
}

TEST(Yaml, AliasesAreRefusedSoThatNoFileGrows) {
  EXPECT_THAT(error_of("a: &x [1]\nb: *x"), HasSubstr("a.yaml:2:4: aliases"));
}

TEST(Yaml, KeyThatIsNoPlainTextIsRefused) {
  EXPECT_THAT(error_of("? [a, b]\n: c"), HasSubstr("a key has to be plain text"));
  EXPECT_THAT(error_of("~: c"), HasSubstr("a key has to be plain text"));
}

TEST(Yaml, SecondDocumentIsRefused) {
  EXPECT_THAT(error_of("a: 1\n---\nb: 2"), HasSubstr("only one YAML document"));
}

TEST(Yaml, NestingDeeperThan32IsRefused) {
  EXPECT_EQ(error_of(std::string(32, '[') + std::string(32, ']')), "no error");
  EXPECT_THAT(error_of(std::string(33, '[') + std::string(33, ']')), HasSubstr("too deeply"));
  EXPECT_THAT(error_of(std::string(20000, '[')), testing::StartsWith("a.yaml:1:"));
}

TEST(Nearest, IsASlipAwayOrNothing) {
  const std::vector<std::string> known = {"canary", "growth", "width"};
  EXPECT_EQ(nearest("canry", known), "canary");
  EXPECT_EQ(nearest("Growth", known), "growth");
  EXPECT_EQ(nearest("elephant", known), "");
  EXPECT_EQ(nearest(std::string(5000, 'x'), known), "");
}

TEST(MapReader, FirstThingThatIsWrongIsTheError) {
  const auto root = parse_yaml("a: x\nb: y", "a.yaml");
  MapReader reader(*root, "a.yaml");
  EXPECT_EQ(reader.integer("a", 1, 9), std::nullopt);
  EXPECT_EQ(reader.boolean("b"), std::nullopt);
  EXPECT_THAT(to_string(reader.finish().error()), HasSubstr("a.yaml:1:4: a must be"));
}

TEST(MapReader, NumbersAreFiniteAndInRange) {
  const auto root = parse_yaml("a: 0.25\nb: nan\nc: inf\nd: 7", "a.yaml");
  MapReader reader(*root, "a.yaml");
  EXPECT_EQ(reader.number("a", 0, 1), 0.25);
  EXPECT_FALSE(reader.number("b", 0, 1));
  EXPECT_FALSE(reader.number("c", 0, 1));
  EXPECT_FALSE(reader.number("d", 0, 1));
}

// No input makes the parsers crash, and every refusal names the file.

template <class Parse>
void holds(Parse parse, const std::string& text) {
  const auto parsed = parse(text, "f.yaml");
  if (!parsed) RC_ASSERT(to_string(parsed.error()).starts_with("f.yaml:"));
}

void every_parser_holds(const std::string& text) {
  holds(parse_yaml, text);
  holds([](std::string_view in, std::string_view path) { return parse_facts(in, path); }, text);
  holds(parse_policy, text);
}

RC_GTEST_PROP(AnyBytes, AreReadOrRefused, (const std::string& bytes)) { every_parser_holds(bytes); }

RC_GTEST_PROP(AnyYamlTokens, AreReadOrRefused, ()) {
  const auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "instances", "systems", "accept", "ontap", "console", "windows", "blackout", "i-00000001",
      ":", ": ", "\n", "\n  ", "- ", "{", "}", "[", "]", ",", "'", "\"", "&a ", "*a", "!!", "? ",
      "| ", "> ", "#", "~", "---\n", "...\n", "%", "@", "\t", "\\", "\xff", "é"));
  std::string text;
  for (const auto& part : parts) text += part;
  every_parser_holds(text);
}

RC_GTEST_PROP(MutatedYaml, IsReadOrRefused, ()) {
  std::string text =
      "instances:\n  i-00000001: {workload: netapp-cvo-node, system: x, version: 9.13.1}\n"
      "systems:\n  x: {ha: false}\nwaves: {canary: 1, growth: 2}\nlook_back: 14d\n"
      "accept:\n  - {tag: a=b, reason: r, by: b, until: 2026-12-31}\n";
  for (int edits = *rc::gen::inRange(1, 8); edits > 0 && !text.empty(); --edits) {
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        text[at] = *rc::gen::arbitrary<char>();
        break;
      case 1:
        text.erase(at, *rc::gen::inRange<std::size_t>(1, 20));
        break;
      default:
        text.insert(at, text.substr(*rc::gen::inRange<std::size_t>(0, text.size()), 9));
    }
  }
  every_parser_holds(text);
}

}  // namespace
}  // namespace v2only::config
