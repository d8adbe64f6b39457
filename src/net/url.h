// An absolute http or https URL, split. libcurl's own parser does it, so that what is signed, shown
// and judged is what will be connected to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace v2only::net {

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case; an IPv6 address without its brackets
  std::uint16_t port = 0;
  std::string path;   // as written, "/" at least
  std::string query;  // as written, without the "?"

  // What the Host header says: brackets around IPv6, the port only where it is not the scheme's.
  std::string authority() const;
  // host:port with the port always there: how errors name the other side.
  std::string peer() const;

  friend bool operator==(const Url&, const Url&) = default;
};

// kUsage for anything but an absolute http(s) URL, and for one with a user name or password in it
// (which is not repeated in the error).
Result<Url> parse_url(std::string_view text);

}  // namespace v2only::net
