#include "core/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "core/text.h"

namespace v2only {
namespace {

namespace chr = std::chrono;

constexpr Duration kLongest = chr::hours(24) * 3653;

// Reads exactly `digits` digits and moves past them.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  const auto number = parse_number(text.substr(0, digits));
  if (!number) return std::nullopt;
  text.remove_prefix(digits);
  return static_cast<int>(*number);
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

Unexpected<Error> bad_time(std::string_view text) {
  return fail(ErrorCode::kUsage, "'" + one_line(text, 60) + "' is not a time", {},
              "write it as 2026-11-24T07:00:00Z");
}

std::optional<WallTime> take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const chr::year_month_day date{chr::year(*year), chr::month(static_cast<unsigned>(*month)),
                                 chr::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return chr::sys_days(date);
}

std::optional<Duration> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return Duration::zero();
  const auto length = std::min(text.find_first_not_of("0123456789"), text.size());
  if (length == 0) return std::nullopt;
  std::string digits(text.substr(0, std::min<std::size_t>(length, 3)));
  digits.resize(3, '0');
  text.remove_prefix(length);
  return Duration(static_cast<int>(*parse_number(digits)));
}

std::optional<Duration> take_time_of_day(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  int second = 0;
  if (take(text, ':')) {
    const auto read = take_digits(text, 2);
    if (!read || *read > 60) return std::nullopt;
    second = *read;
  }
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  return chr::hours(*hour) + chr::minutes(*minute) + chr::seconds(second) + *fraction;
}

std::optional<Duration> take_offset(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return Duration::zero();
  const bool minus = !text.empty() && text.front() == '-';
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto hour = take_digits(text, 2);
  take(text, ':');
  const auto minute = take_digits(text, 2);
  if (!hour || !minute || *hour > 14 || *minute > 59) return std::nullopt;
  const Duration offset = chr::hours(*hour) + chr::minutes(*minute);
  return minus ? -offset : offset;
}

}  // namespace

bool is_older_than(const Now& read, const Now& now, Duration limit) {
  return now.wall - read.wall > limit || now.mono - read.mono > limit || now.wall < read.wall;
}

std::string format_utc(WallTime time) {
  const auto day = chr::floor<chr::days>(time);
  const chr::year_month_day date(day);
  const chr::hh_mm_ss clock(time - day);
  std::string out =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (clock.subseconds().count() != 0) out += fmt::format(".{:03}", clock.subseconds().count());
  return out + "Z";
}

Result<WallTime> parse_utc(std::string_view text) {
  auto rest = trim(text);
  const auto date = take_date(rest);
  if (!date) return bad_time(text);
  if (rest.empty()) return *date;
  if (!take(rest, 'T') && !take(rest, ' ')) return bad_time(text);
  const auto clock = take_time_of_day(rest);
  if (!clock) return bad_time(text);
  const auto offset = take_offset(rest);
  if (!offset || !rest.empty()) return bad_time(text);
  return *date + *clock - *offset;
}

namespace {

struct Unit {
  std::string_view name;
  Duration size;
};
constexpr std::array kUnits = {Unit{"d", chr::hours(24)}, Unit{"h", chr::hours(1)},
                               Unit{"m", chr::minutes(1)}, Unit{"s", chr::seconds(1)},
                               Unit{"ms", Duration(1)}};

}  // namespace

std::string format_duration(Duration duration) {
  std::string out;
  for (const auto& unit : kUnits) {
    const auto count = duration / unit.size;
    if (count == 0) continue;
    out += fmt::format("{}{}", count, unit.name);
    duration -= count * unit.size;
  }
  return out.empty() ? "0s" : out;
}

Result<Duration> parse_duration(std::string_view text) {
  const auto bad = [&] {
    return fail(ErrorCode::kUsage, "'" + one_line(text, 40) + "' is not a duration", {},
                "write it as 30s, 15m, 7h or 14d");
  };
  auto rest = trim(text);
  if (rest.empty()) return bad();
  Duration total{};
  while (!rest.empty()) {
    const auto digits = rest.find_first_not_of("0123456789");
    if (digits > 12) return bad();  // npos too: there is no unit
    const auto number = parse_number(rest.substr(0, digits));
    rest.remove_prefix(digits);
    const auto letters = std::min(rest.find_first_of("0123456789"), rest.size());
    const auto name = rest.substr(0, letters);
    rest.remove_prefix(letters);
    const auto* unit =
        std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.name == name; });
    if (!number || unit == kUnits.end()) return bad();
    if (*number > static_cast<std::uint64_t>(kLongest / unit->size)) return bad();
    total += static_cast<std::int64_t>(*number) * unit->size;
  }
  if (total > kLongest) return bad();
  return total;
}

std::string format_elapsed(Duration duration) {
  const auto seconds = chr::floor<chr::seconds>(duration).count();
  if (seconds >= 3600) return fmt::format("{}h {:02}m", seconds / 3600, seconds / 60 % 60);
  if (seconds >= 60) return fmt::format("{}m {:02}s", seconds / 60, seconds % 60);
  return fmt::format("{}s", seconds);
}

}  // namespace v2only
