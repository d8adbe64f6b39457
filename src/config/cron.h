// A cron expression of five fields, as crontab(5) has them: minute hour day-of-month month
// day-of-week. Pure: which days and minutes it names, whatever the time zone.
#pragma once

#include <bitset>
#include <chrono>
#include <string_view>

#include "core/result.h"

namespace v2only::config {

struct Cron {
  std::bitset<60> minutes;
  std::bitset<24> hours;
  std::bitset<32> days;      // 1 to 31
  std::bitset<13> months;    // 1 to 12
  std::bitset<7> weekdays;   // 0: Sunday
  bool any_hour = false;     // the field begins with *
  bool any_day = false;      // likewise
  bool any_weekday = false;  // likewise

  // With both day fields given (neither begins with *) either suffices, as in crontab(5).
  bool is_on(std::chrono::year_month_day date, std::chrono::weekday day) const;

  friend bool operator==(const Cron&, const Cron&) = default;
};

// Lists, ranges, steps (*/15, 1-5/2), JAN-DEC and SUN-SAT in any case, 7 as Sunday. Refused with
// one line (kUsage, without a place): anything else, @daily and the like, and a date that no year
// has (30 FEB).
Result<Cron> parse_cron(std::string_view text);

}  // namespace v2only::config
