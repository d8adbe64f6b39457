// The Date header: how far another machine's clock is from ours.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/time.h"

namespace v2only::net {

// "Tue, 24 Nov 2026 07:33:12 GMT" (IMF-fixdate, RFC 9110, 5.6.7; the two obsolete forms are not
// read). Nothing for anything else.
std::optional<WallTime> parse_http_date(std::string_view text);
std::string format_http_date(WallTime time);

}  // namespace v2only::net
