#include "config/cron.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace v2only::config {
namespace {

namespace chr = std::chrono;
using testing::HasSubstr;

Cron cron(std::string_view text) {
  auto parsed = parse_cron(text);
  EXPECT_TRUE(parsed) << text << ": " << (parsed ? "" : to_string(parsed.error()));
  return parsed ? *parsed : Cron{};
}

template <std::size_t N>
std::string set_of(const std::bitset<N>& bits) {
  std::string out;
  for (std::size_t i = 0; i < N; ++i) {
    if (bits[i]) out += (out.empty() ? "" : " ") + std::to_string(i);
  }
  return out;
}

bool is_on(const Cron& cron, int year, unsigned month, unsigned day) {
  const chr::year_month_day date{chr::year(year), chr::month(month), chr::day(day)};
  return cron.is_on(date, chr::weekday(chr::sys_days(date)));
}

TEST(Cron, ReadsNumbersListsRangesAndSteps) {
  const auto read = cron("5,10-12 */6 1-31/10 2,4 1-5/2");
  EXPECT_EQ(set_of(read.minutes), "5 10 11 12");
  EXPECT_EQ(set_of(read.hours), "0 6 12 18");
  EXPECT_EQ(set_of(read.days), "1 11 21 31");
  EXPECT_EQ(set_of(read.months), "2 4");
  EXPECT_EQ(set_of(read.weekdays), "1 3 5");
}

TEST(Cron, ReadsNamesInAnyCase) {
  EXPECT_EQ(set_of(cron("0 1 * * SAT").weekdays), "6");
  EXPECT_EQ(set_of(cron("0 1 * JAN-mar,DEC mon-Fri").months), "1 2 3 12");
  EXPECT_EQ(set_of(cron("0 1 * * mon-Fri").weekdays), "1 2 3 4 5");
}

TEST(Cron, SundayIsZeroAndSeven) {
  EXPECT_EQ(cron("0 1 * * 7"), cron("0 1 * * 0"));
  EXPECT_EQ(cron("0 1 * * SUN"), cron("0 1 * * 0"));
  EXPECT_EQ(set_of(cron("0 1 * * FRI-SUN").weekdays), "0 5 6");
  EXPECT_EQ(set_of(cron("0 1 * * 5-7").weekdays), "0 5 6");
}

TEST(Cron, TabsAndRunsOfBlanksPartFields) {
  EXPECT_EQ(cron(" 0\t1  * *   SAT "), cron("0 1 * * SAT"));
}

TEST(Cron, WithBothDaysGivenEitherSuffices) {
  const auto both = cron("0 1 13 * FRI");
  EXPECT_TRUE(is_on(both, 2026, 11, 13));  // a Friday, the 13th
  EXPECT_TRUE(is_on(both, 2026, 11, 20));  // a Friday
  EXPECT_TRUE(is_on(both, 2026, 12, 13));  // a Sunday, the 13th
  EXPECT_FALSE(is_on(both, 2026, 12, 14));
}

TEST(Cron, WithOneDayGivenItDecides) {
  EXPECT_TRUE(is_on(cron("0 1 * * FRI"), 2026, 11, 20));
  EXPECT_FALSE(is_on(cron("0 1 * * FRI"), 2026, 11, 21));
  EXPECT_TRUE(is_on(cron("0 1 13 * *"), 2026, 12, 13));
  EXPECT_FALSE(is_on(cron("0 1 13 * *"), 2026, 12, 14));
}

TEST(Cron, AStepOverAllDaysStillNeedsTheWeekday) {
  // crontab(5): a field that begins with * does not make it either of the two.
  const auto odd_fridays = cron("0 1 */2 * FRI");
  EXPECT_TRUE(is_on(odd_fridays, 2026, 11, 13));
  EXPECT_FALSE(is_on(odd_fridays, 2026, 11, 20));
  EXPECT_FALSE(is_on(odd_fridays, 2026, 11, 15));
}

TEST(Cron, MonthHoldsWhateverTheDay) { EXPECT_FALSE(is_on(cron("0 1 13 NOV FRI"), 2026, 12, 13)); }

TEST(Cron, The29thOfFebruaryIsADate) {
  EXPECT_TRUE(is_on(cron("0 1 29 2 *"), 2028, 2, 29));
  EXPECT_TRUE(parse_cron("0 1 30 2 MON"));  // on Mondays in February
}

struct Bad {
  const char* text;
  const char* error;
};
class BadCron : public testing::TestWithParam<Bad> {};

TEST_P(BadCron, IsRefusedInOneLine) {
  const auto parsed = parse_cron(GetParam().text);
  ASSERT_FALSE(parsed) << GetParam().text;
  EXPECT_EQ(parsed.error().code, ErrorCode::kUsage);
  EXPECT_THAT(to_string(parsed.error()), HasSubstr(GetParam().error)) << GetParam().text;
  EXPECT_EQ(to_string(parsed.error()).find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Each, BadCron,
    testing::Values(Bad{"", "five fields"}, Bad{"0 1 * *", "five fields"},
                    Bad{"0 1 * * SAT 2026", "five fields"}, Bad{"@daily", "five fields"},
                    Bad{"60 1 * * *", "'60' is no minute of a cron expression (0 to 59"},
                    Bad{"0 24 * * *", "'24' is no hour"}, Bad{"0 1 0 * *", "no day-of-month"},
                    Bad{"0 1 32 * *", "no day-of-month"}, Bad{"0 1 * 13 *", "1 to 12 or JAN"},
                    Bad{"0 1 * * 8", "0 to 7 or SUN to SAT"}, Bad{"0 1 * SAT *", "no month"},
                    Bad{"0 1 * * JAN", "no day-of-week"}, Bad{"5-1 1 * * *", "'5-1' is no minute"},
                    Bad{"0 1 * * SAT-MON", "no day-of-week"}, Bad{"*/0 1 * * *", "no minute"},
                    Bad{"*/x 1 * * *", "no minute"}, Bad{"5/10 1 * * *", "no minute"},
                    Bad{"1,,2 1 * * *", "no minute"}, Bad{"1, 1 * * *", "no minute"},
                    Bad{"+1 1 * * *", "no minute"}, Bad{"-1 1 * * *", "no minute"},
                    Bad{"001 1 * * *", "no minute"}, Bad{"* * * * SATURDAY", "no day-of-week"},
                    Bad{"0 1 30 FEB *", "names a date that no year has"},
                    Bad{"0 1 31 4,6,9,11 *", "names a date that no year has"}));

RC_GTEST_PROP(CronProperty, AnyTextIsReadOrRefusedInOneLine, (const std::string& text)) {
  const auto parsed = parse_cron(text);
  if (!parsed) RC_ASSERT(to_string(parsed.error()).find('\n') == std::string::npos);
}

RC_GTEST_PROP(CronProperty, AListOfNumbersIsTheirSet, (const std::vector<unsigned char>& drawn)) {
  RC_PRE(!drawn.empty());
  std::bitset<60> wanted;
  std::string text;
  for (const auto number : drawn) {
    text += (text.empty() ? "" : ",") + std::to_string(number % 60);
    wanted.set(number % 60);
  }
  RC_ASSERT(cron(text + " * * * *").minutes == wanted);
}

}  // namespace
}  // namespace v2only::config
