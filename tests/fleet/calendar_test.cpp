#include "fleet/calendar.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace v2only::fleet {
namespace {

WallTime at(int hour) { return WallTime(std::chrono::hours(hour)); }

TEST(Calendar, WithoutWindowsItIsAlwaysOpenAndNeverCloses) {
  const Calendar always;
  EXPECT_TRUE(always.is_open(at(5)));
  EXPECT_EQ(always.opens_at(at(5)), at(5));
  EXPECT_EQ(always.closes_at(at(5)), std::nullopt);
  EXPECT_EQ(Calendar(std::nullopt, {}), always);
}

TEST(Calendar, AnEmptyListOfWindowsNeverOpens) {
  const Calendar never(std::vector<Interval>{}, {});
  EXPECT_FALSE(never.is_open(at(5)));
  EXPECT_EQ(never.opens_at(at(5)), std::nullopt);
  EXPECT_EQ(never.closes_at(at(5)), at(5));
}

TEST(Calendar, WindowHoldsFromItsStartUntilJustBeforeItsEnd) {
  const Calendar one({{{at(10), at(14)}}}, {});
  EXPECT_FALSE(one.is_open(at(10) - Duration(1)));
  EXPECT_TRUE(one.is_open(at(10)));
  EXPECT_TRUE(one.is_open(at(14) - Duration(1)));
  EXPECT_FALSE(one.is_open(at(14)));
  EXPECT_EQ(one.opens_at(at(3)), at(10));
  EXPECT_EQ(one.opens_at(at(11)), at(11));
  EXPECT_EQ(one.opens_at(at(14)), std::nullopt);
  EXPECT_EQ(one.closes_at(at(11)), at(14));
  EXPECT_EQ(one.closes_at(at(3)), at(3));
}

TEST(Calendar, WindowsThatOverlapOrTouchAreOne) {
  const Calendar joined({{{at(4), at(6)}, {at(1), at(3)}, {at(3), at(5)}, {at(9), at(9)}}}, {});
  EXPECT_EQ(joined.open(), (std::vector<Interval>{{at(1), at(6)}}));
}

TEST(Calendar, BlackoutCutsAWindowInTwo) {
  const Calendar cut({{{at(1), at(10)}}}, {{at(3), at(4)}, {at(6), at(7)}, {at(9), at(12)}});
  EXPECT_EQ(cut.open(), (std::vector<Interval>{{at(1), at(3)}, {at(4), at(6)}, {at(7), at(9)}}));
  EXPECT_EQ(cut.closes_at(at(2)), at(3));
  EXPECT_EQ(cut.opens_at(at(3)), at(4));
}

TEST(Calendar, BlackoutHoldsWithoutWindowsToo) {
  const Calendar open(std::nullopt, {{at(3), at(4)}});
  EXPECT_EQ(open.closes_at(at(1)), at(3));
  EXPECT_FALSE(open.is_open(at(3)));
  EXPECT_EQ(open.opens_at(at(3)), at(4));
  EXPECT_EQ(open.closes_at(at(4)), std::nullopt);
}

std::vector<Interval> intervals(const std::vector<std::pair<unsigned char, unsigned char>>& in) {
  std::vector<Interval> out;
  out.reserve(in.size());
  for (const auto& [from, length] : in) out.push_back({at(from), at(from + length % 16)});
  return out;
}

bool holds(const std::vector<Interval>& all, WallTime t) {
  return std::any_of(all.begin(), all.end(),
                     [&](const Interval& one) { return one.from <= t && t < one.until; });
}

using Drawn = std::vector<std::pair<unsigned char, unsigned char>>;

RC_GTEST_PROP(CalendarProperty, IsOpenExactlyInAWindowAndInNoBlackout,
              (const Drawn& windows, const Drawn& blackouts, unsigned char hour)) {
  const auto open = intervals(windows);
  const auto closed = intervals(blackouts);
  const Calendar calendar(open, closed);
  RC_ASSERT(calendar.is_open(at(hour)) == (holds(open, at(hour)) && !holds(closed, at(hour))));
}

RC_GTEST_PROP(CalendarProperty, IntervalsAreSortedDisjointAndNotEmpty,
              (const Drawn& windows, const Drawn& blackouts)) {
  const Calendar calendar(intervals(windows), intervals(blackouts));
  for (std::size_t i = 0; i < calendar.open().size(); ++i) {
    RC_ASSERT(calendar.open()[i].from < calendar.open()[i].until);
    if (i > 0) RC_ASSERT(calendar.open()[i - 1].until < calendar.open()[i].from);
  }
}

RC_GTEST_PROP(CalendarProperty, NextOpeningIsOpenAndNothingBeforeItIs,
              (const Drawn& windows, const Drawn& blackouts, unsigned char hour)) {
  const Calendar calendar(intervals(windows), intervals(blackouts));
  const auto opening = calendar.opens_at(at(hour));
  for (int h = hour; h < 300 && (!opening || at(h) < *opening); ++h) {
    RC_ASSERT(!calendar.is_open(at(h)));
  }
  if (opening) {
    RC_ASSERT(*opening >= at(hour));
    RC_ASSERT(calendar.is_open(*opening));
    const auto closing = calendar.closes_at(*opening);
    RC_ASSERT(closing.has_value());
    RC_ASSERT(*closing > *opening);
    RC_ASSERT(!calendar.is_open(*closing));
    RC_ASSERT(calendar.is_open(*closing - Duration(1)));
  }
}

}  // namespace
}  // namespace v2only::fleet
