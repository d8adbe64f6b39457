#include "aws/shared_config.h"

#include <gtest/gtest.h>

namespace v2only::aws {
namespace {

IniSections parsed(std::string_view text) {
  auto sections = parse_ini(text, "~/.aws/config");
  EXPECT_TRUE(sections) << to_string(sections.error());
  return sections ? *sections : IniSections{};
}

TEST(SharedConfig, KeysAreInAnyCaseWithEqualsOrColonAndBlanksAround) {
  const auto sections = parsed("[default]\nRegion = eu-west-1 \noutput:json\n");
  EXPECT_EQ(sections.at("default").values, (IniKeys{{"region", "eu-west-1"}, {"output", "json"}}));
}

TEST(SharedConfig, ValueKeepsItsOwnEqualsSignsAndComments) {
  // A secret key may hold both; there are no comments behind a value.
  const auto sections = parsed("[a]\naws_secret_access_key = ab=c+/d# e ; f\n");
  EXPECT_EQ(sections.at("a").values.at("aws_secret_access_key"), "ab=c+/d# e ; f");
}

TEST(SharedConfig, WholeLinesOfCommentAndEmptyLinesAreNothing) {
  const auto sections = parsed("# one\n\n; two\n[a]\n  # three\nk = v\n\n");
  EXPECT_EQ(sections.at("a").values, (IniKeys{{"k", "v"}}));
}

TEST(SharedConfig, DosLineEndsAndAByteOrderMarkAreRead) {
  const auto sections = parsed("\xEF\xBB\xBF[a]\r\nk = v\r\n");
  EXPECT_EQ(sections.at("a").values, (IniKeys{{"k", "v"}}));
}

TEST(SharedConfig, IndentedKeysUnderAnEmptyOneAreNested) {
  const auto sections = parsed(
      "[services local]\nec2 =\n  endpoint_url = http://localhost:4566\n\n  # no\n  x = y\n"
      "sts =\n\tendpoint_url=http://localhost:1\n");
  const auto& nested = sections.at("services local").nested;
  EXPECT_EQ(nested.at("ec2"), (IniKeys{{"endpoint_url", "http://localhost:4566"}, {"x", "y"}}));
  EXPECT_EQ(nested.at("sts"), (IniKeys{{"endpoint_url", "http://localhost:1"}}));
}

TEST(SharedConfig, IndentedLineUnderAValueGoesOnWithIt) {
  EXPECT_EQ(parsed("[a]\nk = one\n  two\n").at("a").values.at("k"), "one\ntwo");
}

TEST(SharedConfig, KeysOfASectionMayAllBeIndented) {
  const auto sections = parsed("[a]\n  k = v\n  l = w\n[b]\n k = x\n");
  EXPECT_EQ(sections.at("a").values, (IniKeys{{"k", "v"}, {"l", "w"}}));
  EXPECT_EQ(sections.at("b").values, (IniKeys{{"k", "x"}}));
}

struct BadIni {
  const char* text;
  const char* error;
};

class MalformedIni : public ::testing::TestWithParam<BadIni> {};

TEST_P(MalformedIni, IsNamedWithFileAndLine) {
  const auto sections = parse_ini(GetParam().text, "~/.aws/config");
  ASSERT_FALSE(sections);
  EXPECT_EQ(to_string(sections.error()), GetParam().error);
}
INSTANTIATE_TEST_SUITE_P(
    SharedConfig, MalformedIni,
    ::testing::Values(
        BadIni{"k = v\n", "~/.aws/config:1: a line before any [section]. Mend that line"},
        BadIni{"[a]\n\nSECRETKEY\n",
               "~/.aws/config:3: neither a [section] nor a key = value. Mend that line"},
        BadIni{"[a]\n= v\n",
               "~/.aws/config:2: neither a [section] nor a key = value. Mend that line"},
        BadIni{"[a\n", "~/.aws/config:1: a [section] without its end. Mend that line"},
        BadIni{"[]\n", "~/.aws/config:1: a [section] without its end. Mend that line"},
        BadIni{"[a]\n[a]\n", "~/.aws/config:2: the section [a] stands twice. Mend that line"},
        BadIni{"[a]\nk=1\nK=2\n", "~/.aws/config:3: the key k stands twice. Mend that line"},
        BadIni{"[a]\ns =\n  SECRET\n",
               "~/.aws/config:3: an indented line that is not key = value. Mend that line"}));

TEST(SharedConfig, SectionNamesMayBeQuoted) {
  EXPECT_EQ(section_name("profile prod", "profile"), "prod");
  EXPECT_EQ(section_name("profile \"my prod\"", "profile"), "my prod");
  EXPECT_EQ(section_name("profile 'x'", "profile"), "x");
  EXPECT_EQ(section_name("profiles", "profile"), "");
  EXPECT_EQ(section_name("profile", "profile"), "");
  EXPECT_EQ(section_name("services local", "profile"), "");
}

}  // namespace
}  // namespace v2only::aws
