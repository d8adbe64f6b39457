#include "config/consent.h"

#include <string>

#include "core/text.h"

namespace v2only::config {
namespace {

namespace chr = std::chrono;

constexpr Duration kLongest = chr::hours(24) * 366;

// Takes NUMBER and `letter` off the front where they stand there. A number past the longest consent
// counts as one that is too long.
bool take_part(std::string_view& text, char letter, Duration unit, Duration& total) {
  const auto digits = text.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos || text[digits] != letter) return false;
  const auto number = parse_number(text.substr(0, digits));
  const auto most = static_cast<std::uint64_t>(kLongest / unit);
  const auto counted = number && *number <= most ? *number : most + 1;
  total += static_cast<Duration::rep>(counted) * unit;
  text.remove_prefix(digits + 1);
  return true;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// The parts after "P", in their order; false where something else stands there.
bool take_parts(std::string_view& rest, Duration& total) {
  if (take_part(rest, 'W', chr::hours(24 * 7), total)) return rest.empty();
  bool any = take_part(rest, 'D', chr::hours(24), total);
  if (take(rest, 'T')) {
    any = take_part(rest, 'H', chr::hours(1), total);
    any = take_part(rest, 'M', chr::minutes(1), total) || any;
    any = take_part(rest, 'S', chr::seconds(1), total) || any;
  }
  return any && rest.empty();
}

}  // namespace

Result<Duration> parse_iso_duration(std::string_view text) {
  auto rest = text;
  Duration total{};
  if (!take(rest, 'P') || !take_parts(rest, total)) {
    return fail(ErrorCode::kUsage,
                "'" + one_line(text, 40) + "' is no duration such as PT6H, PT90M, P1D or P1DT12H");
  }
  if (total == Duration::zero()) return fail(ErrorCode::kUsage, "the duration must not be zero");
  if (total > kLongest) return fail(ErrorCode::kUsage, "the duration must not exceed 366 days");
  return total;
}

Result<Span> parse_span(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) {
    return fail(ErrorCode::kUsage, "'" + one_line(text, 60) +
                                       "' is not START/DURATION, such as "
                                       "2026-12-05T01:00+09:00/PT6H");
  }
  const auto start = text.substr(0, slash);
  const auto from = parse_utc(start);
  if (!from || start.find('T') == std::string_view::npos) {
    return fail(ErrorCode::kUsage, "'" + one_line(start, 60) +
                                       "' is no start such as 2026-12-05T01:00+09:00 (date, time, "
                                       "and an offset or Z)");
  }
  V2_TRY(const auto length, parse_iso_duration(text.substr(slash + 1)));
  return Span{*from, *from + length};
}

}  // namespace v2only::config
