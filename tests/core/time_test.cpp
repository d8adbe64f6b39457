#include "core/time.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace v2only {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(FormatUtc, ShowsMillisecondsOnlyWhereThereAreSome) {
  EXPECT_EQ(format_utc(WallTime{}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_utc(WallTime(Duration(1'795'505'592'007))), "2026-11-24T07:33:12.007Z");
}

RC_GTEST_PROP(FormatUtc, IsReadBackToTheMillisecond, ()) {
  const WallTime time(
      Duration(*rc::gen::inRange<std::int64_t>(-62'135'596'800'000, 253'402'300'799'999)));
  RC_ASSERT(*parse_utc(format_utc(time)) == time);
}

struct Same {
  const char* text;
  const char* utc;
};
class Times : public testing::TestWithParam<Same> {};

TEST_P(Times, AreReadAsAwsAndPeopleWriteThem) {
  const auto time = parse_utc(GetParam().text);
  ASSERT_TRUE(time) << GetParam().text;
  EXPECT_EQ(format_utc(*time), GetParam().utc);
}

INSTANTIATE_TEST_SUITE_P(Forms, Times,
                         testing::Values(Same{"2026-11-24", "2026-11-24T00:00:00Z"},
                                         Same{"2026-11-24T07:00Z", "2026-11-24T07:00:00Z"},
                                         Same{"2026-11-24 07:00:05Z", "2026-11-24T07:00:05Z"},
                                         Same{"2026-11-24T07:00:05.5Z", "2026-11-24T07:00:05.500Z"},
                                         Same{"2026-11-24T07:00:05.123456789z",
                                              "2026-11-24T07:00:05.123Z"},
                                         Same{"2026-11-24T07:00:00+02:00", "2026-11-24T05:00:00Z"},
                                         Same{"2026-11-24T07:00:00-0730", "2026-11-24T14:30:00Z"},
                                         Same{"  2024-02-29\n", "2024-02-29T00:00:00Z"}));

class NoTimes : public testing::TestWithParam<const char*> {};

TEST_P(NoTimes, AreRefused) { EXPECT_FALSE(parse_utc(GetParam())) << GetParam(); }

INSTANTIATE_TEST_SUITE_P(Forms, NoTimes,
                         testing::Values("", "now", "2026-13-01", "2026-02-29", "2026-11-24T",
                                         "2026-11-24T07:00:00", "2026-11-24T24:00:00Z",
                                         "2026-11-24T07:60:00Z", "2026-11-24T07:00:61Z",
                                         "2026-11-24T07:00:00.Z", "2026-11-24T07:00:00+15:00",
                                         "2026-11-24T07:00:00Z tail", "24.11.2026", "2026-1-2"));

RC_GTEST_PROP(ParseUtc, TakesAnyTextWithoutCrashing, (const std::string& text)) {
  const auto time = parse_utc(text);
  if (time) RC_ASSERT(format_utc(*time).ends_with("Z"));
}

TEST(FormatDuration, UsesTheLargestUnitsFirst) {
  EXPECT_EQ(format_duration({}), "0s");
  EXPECT_EQ(format_duration(hours(24 * 14)), "14d");
  EXPECT_EQ(format_duration(minutes(90)), "1h30m");
  EXPECT_EQ(format_duration(Duration(1250)), "1s250ms");
}

RC_GTEST_PROP(FormatDuration, IsReadBack, ()) {
  const Duration duration(*rc::gen::inRange<std::int64_t>(0, 86'400'000LL * 3653));
  RC_ASSERT(*parse_duration(format_duration(duration)) == duration);
}

class NoDurations : public testing::TestWithParam<const char*> {};

TEST_P(NoDurations, AreRefused) { EXPECT_FALSE(parse_duration(GetParam())) << GetParam(); }

INSTANTIATE_TEST_SUITE_P(Forms, NoDurations,
                         testing::Values("", "5", "s", "-5s", "5 s", "5w", "1.5h", "4000d",
                                         "3653d24h", "99999999999999999999s", "5s x"));

TEST(ParseDuration, TenYearsIsTheLongest) {
  EXPECT_EQ(*parse_duration("3653d"), hours(24 * 3653));
  EXPECT_FALSE(parse_duration("3653d1ms"));
}

TEST(FormatElapsed, ReadsAsAProgressLine) {
  EXPECT_EQ(format_elapsed(Duration(999)), "0s");
  EXPECT_EQ(format_elapsed(seconds(65)), "1m 05s");
  EXPECT_EQ(format_elapsed(minutes(130)), "2h 10m");
}

// Either clock alone can be fooled.
TEST(IsOlderThan, EitherClockOrAWallThatWentBackMakesItOld) {
  const Now read{WallTime(hours(1)), MonoTime(hours(1))};
  const auto at = [&](Duration wall, Duration mono) {
    return is_older_than(read, {read.wall + wall, read.mono + mono}, seconds(30));
  };
  EXPECT_FALSE(at(seconds(30), seconds(30)));
  EXPECT_TRUE(at(Duration(30001), seconds(1)));
  EXPECT_TRUE(at(seconds(1), Duration(30001)));
  EXPECT_TRUE(at(Duration(-1), seconds(1)));
}

}  // namespace
}  // namespace v2only
