// Consent to restarts as a person writes it: START/DURATION in ISO 8601.
#pragma once

#include <string_view>

#include "core/result.h"
#include "core/time.h"

namespace v2only::config {

struct Span {
  WallTime from{};
  WallTime until{};

  friend bool operator==(const Span&, const Span&) = default;
};

// "PT6H", "P1D", "P1DT12H", "P2W": weeks, or days, hours, minutes and seconds, in whole numbers,
// not all zero, a year at most. Years and months have no fixed length and are refused. kUsage.
Result<Duration> parse_iso_duration(std::string_view text);

// "2026-12-05T01:00+09:00/PT6H": the start has a time, and an offset or Z. kUsage.
Result<Span> parse_span(std::string_view text);

}  // namespace v2only::config
