#include "config/cron.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/text.h"

namespace v2only::config {
namespace {

struct Field {
  std::string_view name;
  unsigned least;
  unsigned most;
  std::string_view words;  // three letters each, from `least` on; none: only numbers
};
constexpr std::array<Field, 5> kFields = {{{"minute", 0, 59, ""},
                                           {"hour", 0, 23, ""},
                                           {"day-of-month", 1, 31, ""},
                                           {"month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
                                           {"day-of-week", 0, 7, "sunmontuewedthufrisat"}}};

std::optional<unsigned> number_of(const Field& field, std::string_view text) {
  const auto lower = to_lower(text);
  for (std::size_t i = 0; i + 3 <= field.words.size(); i += 3) {
    if (lower == field.words.substr(i, 3)) return field.least + static_cast<unsigned>(i / 3);
  }
  const auto number = text.size() <= 2 ? parse_number(text) : std::nullopt;
  if (!number || *number < field.least || *number > field.most) return std::nullopt;
  return static_cast<unsigned>(*number);
}

struct Range {
  unsigned from = 0;
  unsigned to = 0;
};

// "*", "N", "N-M"; SUN at the end of a range of days is 7.
std::optional<Range> range_of(const Field& field, std::string_view text) {
  if (text == "*") return Range{field.least, field.most};
  const auto dash = text.find('-');
  const auto from = number_of(field, text.substr(0, dash));
  if (!from || dash == std::string_view::npos) {
    return from ? std::optional(Range{*from, *from}) : std::nullopt;
  }
  auto to = number_of(field, text.substr(dash + 1));
  if (to == 0U && field.most == 7) to = 7;
  if (!to || *to < *from) return std::nullopt;
  return Range{*from, *to};
}

Unexpected<Error> bad_field(const Field& field, std::string_view text) {
  std::string allowed = std::to_string(field.least) + " to " + std::to_string(field.most);
  if (!field.words.empty()) allowed += field.most == 12 ? " or JAN to DEC" : " or SUN to SAT";
  return fail(ErrorCode::kUsage, "'" + one_line(text, 40) + "' is no " + std::string(field.name) +
                                     " of a cron expression (" + allowed +
                                     ", with *, lists, ranges A-B and steps */N or A-B/N)");
}

// One element of a field's list, set in `out`; false when it is none.
template <std::size_t N>
bool set_element(const Field& field, std::string_view text, std::bitset<N>& out) {
  const auto slash = text.find('/');
  const auto range = range_of(field, text.substr(0, slash));
  if (!range) return false;
  unsigned step = 1;
  if (slash != std::string_view::npos) {
    const bool whole = text.front() == '*' || text.substr(0, slash).find('-') != text.npos;
    const auto number = parse_number(text.substr(slash + 1));
    if (!whole || !number || *number < 1 || *number > field.most) return false;
    step = static_cast<unsigned>(*number);
  }
  // Days of the week go round: 7 is Sunday once more.
  for (auto n = range->from; n <= range->to; n += step) out.set(field.most == 7 ? n % 7 : n);
  return true;
}

template <std::size_t N>
Result<void> read_field(const Field& field, std::string_view text, std::bitset<N>& out) {
  for (const auto& element : split(text, ',')) {
    if (!set_element(field, element, out)) return bad_field(field, text);
  }
  return {};
}

// Whether some month named has some day named: 29 February counts.
bool ever_comes(const Cron& cron) {
  constexpr std::array<unsigned, 12> kLengths = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (!cron.any_weekday && !cron.any_day) return true;  // the weekday suffices
  for (unsigned month = 1; month <= 12; ++month) {
    for (unsigned day = 1; cron.months[month] && day <= kLengths[month - 1]; ++day) {
      if (cron.days[day]) return true;
    }
  }
  return false;
}

std::vector<std::string> words_of(std::string_view text) {
  std::string blanks(text);
  std::replace(blanks.begin(), blanks.end(), '\t', ' ');
  std::vector<std::string> words;
  for (auto& word : split(blanks, ' ')) {
    if (!word.empty()) words.push_back(std::move(word));
  }
  return words;
}

}  // namespace

bool Cron::is_on(std::chrono::year_month_day date, std::chrono::weekday day) const {
  if (!months[static_cast<unsigned>(date.month())]) return false;
  const bool of_month = days[static_cast<unsigned>(date.day())];
  const bool of_week = weekdays[day.c_encoding()];
  return any_day || any_weekday ? of_month && of_week : of_month || of_week;
}

Result<Cron> parse_cron(std::string_view text) {
  const auto words = words_of(text);
  if (words.size() != kFields.size()) {
    return fail(ErrorCode::kUsage, "'" + one_line(text, 60) +
                                       "' is no cron expression of five fields: minute hour "
                                       "day-of-month month day-of-week, such as 0 1 * * SAT");
  }
  Cron out;
  auto read = read_field(kFields[0], words[0], out.minutes);
  if (read) read = read_field(kFields[1], words[1], out.hours);
  if (read) read = read_field(kFields[2], words[2], out.days);
  if (read) read = read_field(kFields[3], words[3], out.months);
  if (read) read = read_field(kFields[4], words[4], out.weekdays);
  if (!read) return Unexpected{read.error()};
  out.any_hour = words[1].front() == '*';
  out.any_day = words[2].front() == '*';
  out.any_weekday = words[4].front() == '*';
  if (!ever_comes(out)) {
    return fail(ErrorCode::kUsage,
                "the cron expression '" + one_line(text, 60) + "' names a date that no year has");
  }
  return out;
}

}  // namespace v2only::config
