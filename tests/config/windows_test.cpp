#include "config/windows.h"

#include <date/tz.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace v2only::config {
namespace {

namespace chr = std::chrono;
using fleet::Policy;
using testing::HasSubstr;

WallTime at(std::string_view text) { return *parse_utc(text); }

Policy policy_with(std::string cron, std::string zone, Duration length) {
  Policy policy;
  policy.windows.push_back({std::move(cron), std::move(zone), length, "policy.yaml:3"});
  return policy;
}

fleet::Calendar expanded(const Policy& policy, WallTime from) {
  auto calendar = expand_windows(policy, from);
  EXPECT_TRUE(calendar) << to_string(calendar.error());
  return calendar ? *calendar : fleet::Calendar();
}

// The first windows that end after `from`, as text.
std::vector<std::string> first(const Policy& policy, std::string_view from, std::size_t count) {
  std::vector<std::string> out;
  for (const auto& one : expanded(policy, at(from)).open()) {
    if (one.until <= at(from) || out.size() == count) continue;
    out.push_back(format_utc(one.from) + " " + format_duration(one.until - one.from));
  }
  return out;
}

using Texts = std::vector<std::string>;

TEST(Windows, NoneMeanAlways) {
  EXPECT_EQ(expanded(Policy{}, at("2026-11-24")), fleet::Calendar());
}

TEST(Windows, TokyoHasNoDaylightSavingTime) {
  const auto policy = policy_with("0 1 * * SAT", "Asia/Tokyo", chr::hours(4));
  EXPECT_EQ(first(policy, "2026-11-24", 2),
            (Texts{"2026-11-27T16:00:00Z 4h", "2026-12-04T16:00:00Z 4h"}));
  EXPECT_EQ(first(policy, "2027-07-01", 1), (Texts{"2027-07-02T16:00:00Z 4h"}));
}

TEST(Windows, NewYorkMovesWithItsClocks) {
  const auto policy = policy_with("0 1 * * SUN", "America/New_York", chr::hours(4));
  // On 2027-03-14 clocks go from 02:00 to 03:00: four real hours all the same.
  EXPECT_EQ(
      first(policy, "2027-03-07T00:00:00Z", 3),
      (Texts{"2027-03-07T06:00:00Z 4h", "2027-03-14T06:00:00Z 4h", "2027-03-21T05:00:00Z 4h"}));
}

TEST(Windows, AMomentThatTheClocksLeaveOutIsTheMomentOfTheChange) {
  const auto berlin = policy_with("30 2 * * *", "Europe/Berlin", chr::hours(1));
  // On 2027-03-28 clocks go from 02:00 to 03:00 at 01:00Z.
  EXPECT_EQ(
      first(berlin, "2027-03-27T00:00:00Z", 3),
      (Texts{"2027-03-27T01:30:00Z 1h", "2027-03-28T01:00:00Z 1h", "2027-03-29T00:30:00Z 1h"}));
  const auto york = policy_with("30 2 14 3 *", "America/New_York", chr::minutes(20));
  EXPECT_EQ(first(york, "2027-03-13T00:00:00Z", 1), (Texts{"2027-03-14T07:00:00Z 20m"}));
}

TEST(Windows, AMomentThatComesTwiceOpensTheFirstTime) {
  const auto berlin = policy_with("30 2 * * *", "Europe/Berlin", chr::minutes(10));
  // On 2027-10-31 clocks go from 03:00 back to 02:00 at 01:00Z.
  EXPECT_EQ(first(berlin, "2027-10-30T12:00:00Z", 2),
            (Texts{"2027-10-31T00:30:00Z 10m", "2027-11-01T01:30:00Z 10m"}));
  const auto york = policy_with("30 1 * * *", "America/New_York", chr::minutes(10));
  EXPECT_EQ(first(york, "2027-11-07T00:00:00Z", 2),
            (Texts{"2027-11-07T05:30:00Z 10m", "2027-11-08T06:30:00Z 10m"}));
}

TEST(Windows, EveryHourIsEveryRealHour) {
  const auto berlin = policy_with("0 * * * *", "Europe/Berlin", chr::minutes(10));
  EXPECT_EQ(first(berlin, "2027-10-30T23:30:00Z", 4),
            (Texts{"2027-10-31T00:00:00Z 10m", "2027-10-31T01:00:00Z 10m",
                   "2027-10-31T02:00:00Z 10m", "2027-10-31T03:00:00Z 10m"}));
  EXPECT_EQ(
      first(berlin, "2027-03-28T00:30:00Z", 3),
      (Texts{"2027-03-28T01:00:00Z 10m", "2027-03-28T02:00:00Z 10m", "2027-03-28T03:00:00Z 10m"}));
  const auto always =
      expanded(policy_with("0 * * * *", "America/New_York", chr::hours(1)), at("2027-01-01"));
  EXPECT_EQ(always.open().size(), 1U);  // no gap at either change
}

TEST(Windows, OneThatBeganBeforeIsStillOpen) {
  const auto policy = policy_with("0 1 * * SAT", "UTC", chr::hours(4));
  const auto calendar = expanded(policy, at("2026-11-28T03:00:00Z"));
  EXPECT_TRUE(calendar.is_open(at("2026-11-28T03:00:00Z")));
  EXPECT_EQ(calendar.closes_at(at("2026-11-28T03:00:00Z")), at("2026-11-28T05:00:00Z"));
}

TEST(Windows, ReachFourHundredDaysAhead) {
  const auto calendar = expanded(policy_with("0 1 1 1 *", "UTC", chr::hours(1)), at("2026-01-02"));
  EXPECT_EQ(calendar.opens_at(at("2026-01-02")), at("2027-01-01T01:00:00Z"));
  EXPECT_EQ(calendar.opens_at(at("2027-01-02")), std::nullopt);
}

TEST(Windows, SeveralAreOpenWhereAnyIs) {
  auto policy = policy_with("0 1 * * SAT", "UTC", chr::hours(4));
  policy.windows.push_back({"0 3 * * SAT", "UTC", chr::hours(4), "policy.yaml:4"});
  EXPECT_EQ(first(policy, "2026-11-24", 1), (Texts{"2026-11-28T01:00:00Z 6h"}));
}

TEST(Windows, BlackoutDaysAreWholeAndInUtc) {
  Policy policy;
  policy.blackout.push_back({chr::floor<chr::days>(at("2026-12-24")),
                             chr::floor<chr::days>(at("2027-01-04")), "policy.yaml:1"});
  const auto calendar = expanded(policy, at("2026-11-24"));
  EXPECT_EQ(calendar.closes_at(at("2026-11-24")), at("2026-12-24"));
  EXPECT_EQ(calendar.opens_at(at("2026-12-24")), at("2027-01-05"));
}

TEST(Windows, UnknownZoneIsNamedWithItsPlace) {
  const auto calendar =
      expand_windows(policy_with("0 1 * * *", "Asia/Edo", chr::hours(1)), at("2026-11-24"));
  ASSERT_FALSE(calendar);
  EXPECT_EQ(calendar.error().code, ErrorCode::kUsage);
  EXPECT_THAT(to_string(calendar.error()),
              HasSubstr("policy.yaml:3: 'Asia/Edo' is no time zone that this machine knows"));
}

TEST(Windows, BadCronIsNamedWithItsPlace) {
  const auto calendar =
      expand_windows(policy_with("daily", "UTC", chr::hours(1)), at("2026-11-24"));
  ASSERT_FALSE(calendar);
  EXPECT_THAT(to_string(calendar.error()), HasSubstr("policy.yaml:3: 'daily' is no cron"));
}

TEST(Windows, ZonesAreKnownByTheirIanaNames) {
  for (const auto* zone : {"UTC", "Asia/Tokyo", "America/New_York", "Europe/Berlin", "Etc/GMT+5"}) {
    EXPECT_TRUE(check_zone(zone)) << zone;
  }
  for (const auto* zone : {"", "JST", "Tokyo", "../etc/passwd", "/etc/localtime", "+09:00"}) {
    EXPECT_FALSE(check_zone(zone)) << zone;
  }
}

// The library is asked the other way round: for each real minute, what the clocks show then.
RC_GTEST_PROP(WindowsProperty, EveryMinuteNamedThatTheClocksShowIsOpen,
              (unsigned short drawn_day, unsigned char drawn_hour, unsigned char drawn_minute)) {
  const auto hour = drawn_hour % 24U;
  const auto minute = drawn_minute % 60U;
  const auto policy = policy_with(std::to_string(minute) + " " + std::to_string(hour) + " * * *",
                                  "America/New_York", chr::minutes(1));
  const auto from = at("2027-01-01");
  static const auto* zone = date::locate_zone("America/New_York");
  const auto calendar = expanded(policy, from);
  const auto day = from + chr::hours(24 * (drawn_day % 360));
  int shown = 0;
  int open = 0;
  for (auto t = day; t < day + chr::hours(24); t += chr::minutes(1)) {
    const auto local = t + zone->get_info(chr::floor<chr::seconds>(t)).offset;
    const chr::hh_mm_ss clock(local - chr::floor<chr::days>(local));
    const bool names = clock.hours().count() == hour && clock.minutes().count() == minute;
    shown += names ? 1 : 0;
    open += calendar.is_open(t) ? 1 : 0;
    if (calendar.is_open(t) && !names) {  // only at the change of the clocks
      const auto before = zone->get_info(chr::floor<chr::seconds>(t - chr::minutes(1))).offset;
      RC_ASSERT(before != zone->get_info(chr::floor<chr::seconds>(t)).offset);
    }
  }
  RC_ASSERT(open == 1 || (open == 0 && shown == 0) || (open == 2 && shown == 2));
}

RC_GTEST_PROP(WindowsProperty, TheBeginningOfTheExpansionChangesNothingAfterIt,
              (unsigned short first_hour, unsigned short later)) {
  const auto policy = policy_with("30 2 * * SUN", "Europe/Berlin", chr::hours(3));
  const auto from = at("2027-01-01") + chr::hours(first_hour % 5000);
  const auto then = from + chr::minutes(later);
  const auto early = expanded(policy, from);
  const auto late = expanded(policy, then);
  RC_ASSERT(early.is_open(then) == late.is_open(then));
  RC_ASSERT(early.opens_at(then) == late.opens_at(then));
  RC_ASSERT(early.closes_at(then) == late.closes_at(then));
}

}  // namespace
}  // namespace v2only::config
