// Addresses in a file that a person writes. They may hold a password by mistake
// (https://user:password@host), so no error repeats one.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace v2only::config {

// SCHEME://HOST[:PORT] and nothing behind it, as one spelling: lower-case host, no scheme's own
// port, no slash at the end. kUsage for anything else, and for http:// unless `plain_http`.
Result<std::string> base_url(std::string_view text, bool plain_http);

// Whether the URL's host is this machine: 127.0.0.0/8, ::1, localhost.
bool is_loopback(std::string_view url);

// "tcp://10.1.2.3:2049", an IPv6 address in brackets; the port is 1 to 65535. kUsage otherwise.
Result<std::string> probe_address(std::string_view text);

}  // namespace v2only::config
