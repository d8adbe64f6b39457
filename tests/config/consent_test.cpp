#include "config/consent.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace v2only::config {
namespace {

namespace chr = std::chrono;

TEST(Consent, BeginsInItsOwnOffsetAndLastsItsDuration) {
  const auto span = parse_span("2026-12-05T01:00+09:00/PT6H");
  ASSERT_TRUE(span) << to_string(span.error());
  EXPECT_EQ(span->from, *parse_utc("2026-12-04T16:00:00Z"));
  EXPECT_EQ(span->until, *parse_utc("2026-12-04T22:00:00Z"));
  EXPECT_EQ(parse_span("2026-12-05T01:00:00Z/P1D")->until, *parse_utc("2026-12-06T01:00:00Z"));
}

TEST(Consent, DurationsAreIso8601WithoutYearsAndMonths) {
  EXPECT_EQ(*parse_iso_duration("PT6H"), chr::hours(6));
  EXPECT_EQ(*parse_iso_duration("PT90M"), chr::minutes(90));
  EXPECT_EQ(*parse_iso_duration("PT30S"), chr::seconds(30));
  EXPECT_EQ(*parse_iso_duration("P1D"), chr::hours(24));
  EXPECT_EQ(*parse_iso_duration("P2W"), chr::hours(24 * 14));
  EXPECT_EQ(*parse_iso_duration("P1DT12H30M5S"),
            chr::hours(36) + chr::minutes(30) + chr::seconds(5));
  EXPECT_EQ(*parse_iso_duration("P366D"), chr::hours(24 * 366));
}

TEST(Consent, WhatIsNoDurationIsRefused) {
  for (const auto* text : {"",
                           "P",
                           "PT",
                           "P1",
                           "6H",
                           "PT6",
                           "T6H",
                           "PT6H1D",
                           "PT1M1H",
                           "P1DT",
                           "P1W1D",
                           "P1Y",
                           "P1M",
                           "PT1.5H",
                           "PT-1H",
                           "-PT1H",
                           "pt6h",
                           "PT6H ",
                           "PT0S",
                           "P0D",
                           "P367D",
                           "PT8785H",
                           "P54W",
                           "PT99999999999999999999S",
                           "P99999999999999999999999D"}) {
    const auto duration = parse_iso_duration(text);
    ASSERT_FALSE(duration) << text;
    EXPECT_EQ(duration.error().code, ErrorCode::kUsage) << text;
  }
}

TEST(Consent, AStartNeedsATimeAndAnOffset) {
  for (const auto* text :
       {"2026-12-05/PT6H", "2026-12-05T01:00/PT6H", "2026-12-05 01:00Z/PT6H", "PT6H",
        "2026-12-05T01:00+09:00", "2026-12-05T01:00+09:00/", "/PT6H", "2026-13-05T01:00Z/PT6H",
        "2026-12-05T01:00Z/2026-12-05T07:00Z", "2026-12-05T01:00Z/PT6H/PT6H"}) {
    EXPECT_FALSE(parse_span(text)) << text;
  }
}

RC_GTEST_PROP(ConsentProperty, DurationIsTheSumOfItsParts,
              (unsigned char days, unsigned char hours, unsigned char minutes)) {
  RC_PRE(days + hours + minutes > 0);
  const auto text = "P" + std::to_string(days) + "DT" + std::to_string(hours) + "H" +
                    std::to_string(minutes) + "M";
  RC_ASSERT(*parse_iso_duration(text) ==
            chr::hours(24 * days) + chr::hours(hours) + chr::minutes(minutes));
}

RC_GTEST_PROP(ConsentProperty, AnyTextIsReadOrRefused, (const std::string& text)) {
  const auto span = parse_span(text);
  if (span) RC_ASSERT(span->from < span->until);
}

}  // namespace
}  // namespace v2only::config
