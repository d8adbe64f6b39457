#include "core/text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cstdio>
#include <memory>

namespace v2only {
namespace {

TEST(Trim, TakesBlanksOffBothEnds) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (std::vector<std::string>{""}));
}

RC_GTEST_PROP(Split, IsUndoneByJoin, (const std::string& text)) {
  RC_ASSERT(join(split(text, ','), ",") == text);
}

TEST(Join, OfEmptyPartsKeepsTheSeparators) {
  EXPECT_EQ(join({"", "", ""}, ", "), ", , ");
  EXPECT_EQ(join({"a", "a", "b"}, "-"), "a-a-b");
  EXPECT_EQ(join({}, ","), "");
}

TEST(Case, IsAsciiOnly) {
  EXPECT_EQ(to_lower("AbÉ"), "abÉ");
  EXPECT_EQ(to_upper("abé"), "ABé");
  EXPECT_TRUE(equals_ignoring_case("Content-Type", "content-TYPE"));
  EXPECT_FALSE(equals_ignoring_case("a", "ab"));
}

TEST(MatchesWildcard, KnowsAnyRunAndAnyOne) {
  EXPECT_TRUE(matches_wildcard("Setup-As-Service-AMI*", "Setup-As-Service-AMI-Prod-1"));
  EXPECT_TRUE(matches_wildcard("m?.*large", "m5.2xlarge"));
  EXPECT_TRUE(matches_wildcard("*", ""));
  EXPECT_TRUE(matches_wildcard("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(matches_wildcard("a?", "a"));
  EXPECT_FALSE(matches_wildcard("abc", "ABC"));
  EXPECT_FALSE(matches_wildcard("", "a"));
  EXPECT_FALSE(matches_wildcard("a*b", "ac"));
}

TEST(MatchesWildcard, ManyStarsTakeNoTime) {
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "a*";
  EXPECT_FALSE(matches_wildcard(pattern + "b", std::string(5000, 'a')));
}

// The slow and obvious way, to hold the quick one against.
bool matches_slowly(std::string_view p, std::string_view t) {
  if (p.empty()) return t.empty();
  if (p[0] == '*') {
    return matches_slowly(p.substr(1), t) || (!t.empty() && matches_slowly(p, t.substr(1)));
  }
  return !t.empty() && (p[0] == '?' || p[0] == t[0]) && matches_slowly(p.substr(1), t.substr(1));
}

RC_GTEST_PROP(MatchesWildcard, AgreesWithTheObviousWay, ()) {
  const auto pattern =
      *rc::gen::resize(8, rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab*?"))));
  const auto text =
      *rc::gen::resize(10, rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab"))));
  RC_ASSERT(matches_wildcard(pattern, text) == matches_slowly(pattern, text));
}

TEST(ParseNumber, TakesWholeDecimalNumbersOnly) {
  EXPECT_EQ(parse_number("18446744073709551615"), 18446744073709551615ULL);
  EXPECT_EQ(parse_number("007"), 7U);
  for (const auto* text : {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "18446744073709551616"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  }
}

// RFC 4648, part 10.
TEST(ToBase64, WritesThePublishedVectors) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64("\xff\xfe\xfd"), "//79");
}

TEST(FromBase64, ReadsWhatToBase64Writes) {
  for (const std::string& text : {std::string(), std::string("f"), std::string("fo"),
                                  std::string("foo"), std::string("\0\xff+/", 4)}) {
    EXPECT_EQ(from_base64(to_base64(text)), text);
  }
}

TEST(FromBase64, TakesWholeGroupsWithPaddingAtTheEndOnly) {
  for (const auto* text : {"Z", "Zg", "Zg=", "Z===", "====", "Zg==Zg==", "Zm=v", "Zm9 ", "Zm9-"}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

TEST(ToHex, WritesEveryByte) { EXPECT_EQ(to_hex(std::string("\x00\x7f\xff", 3)), "007fff"); }

TEST(CountOf, KnowsOneFromMany) {
  EXPECT_EQ(count_of(0, "instance"), "0 instances");
  EXPECT_EQ(count_of(1, "instance"), "1 instance");
  EXPECT_EQ(count_of(2, "entry", "entries"), "2 entries");
}

TEST(OneLine, MakesOneLineOfControlCharacters) {
  EXPECT_EQ(one_line(" a\r\n\tb\x7f"), "a b ");
  EXPECT_EQ(one_line("<html>\n<body>"), "<html> <body>");
}

TEST(OneLine, CutsBetweenCharacters) {
  EXPECT_EQ(one_line("ééé", 3), "é…");
  EXPECT_EQ(one_line("abc", 3), "abc");
}

RC_GTEST_PROP(OneLine, NeverHoldsAControlCharacterNorMoreThanItsLimit, (const std::string& text)) {
  const auto line = one_line(text, 20);
  RC_ASSERT(line.size() <= 20U + std::string_view("…").size());
  for (const char c : line) {
    RC_ASSERT(static_cast<unsigned char>(c) >= 0x20U);
    RC_ASSERT(c != '\x7f');
  }
}

TEST(ShellQuote, LeavesPlainWordsAsTheyAre) {
  EXPECT_EQ(shell_quote("i-0abc_1.x:/=@%+,"), "i-0abc_1.x:/=@%+,");
  EXPECT_EQ(shell_quote(""), "''");
  EXPECT_EQ(shell_quote("it's"), "'it'\\''s'");
}

// A real shell is the judge.
RC_GTEST_PROP(ShellQuote, IsReadBackByAShell, ()) {
  const auto word = *rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("ab '\"$`\\!*?&|;<>(){}[]#~\n\t")));
  const auto command = "printf %s " + shell_quote(word) + "X";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  RC_ASSERT(pipe != nullptr);
  std::array<char, 4096> buffer{};
  const auto got = std::fread(buffer.data(), 1, buffer.size(), pipe.get());
  RC_ASSERT(std::string(buffer.data(), got) == word + "X");
}

}  // namespace
}  // namespace v2only
