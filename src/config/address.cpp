#include "config/address.h"

#include "core/text.h"
#include "net/url.h"

namespace v2only::config {
namespace {

constexpr std::string_view kTcp = "tcp://";

bool is_host(std::string_view host) {
  constexpr std::string_view kName =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-";
  constexpr std::string_view kAddress6 = "ABCDEFabcdef0123456789:.";
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    return host.find(':') != std::string_view::npos &&
           host.find_first_not_of(kAddress6) == std::string_view::npos;
  }
  return !host.empty() && host.find_first_not_of(kName) == std::string_view::npos;
}

}  // namespace

Result<std::string> base_url(std::string_view text, bool plain_http) {
  const std::string scheme = plain_http ? "http:// or https://HOST[:PORT]" : "https://HOST[:PORT]";
  const auto url = net::parse_url(text);
  if (!url || (url->scheme != "https" && !plain_http)) {
    return fail(ErrorCode::kUsage, "must be " + scheme);
  }
  const bool bare =
      url->path == "/" && url->query.empty() && text.find_first_of("?#") == std::string_view::npos;
  if (!bare) return fail(ErrorCode::kUsage, "must be " + scheme + " with nothing behind it");
  return url->scheme + "://" + url->authority();
}

bool is_loopback(std::string_view url) {
  const auto parsed = net::parse_url(url);
  if (!parsed) return false;
  return parsed->host == "localhost" || parsed->host == "::1" || parsed->host.starts_with("127.");
}

Result<std::string> probe_address(std::string_view text) {
  const auto bad = [] {
    return fail(ErrorCode::kUsage, "must be tcp://HOST:PORT, such as tcp://10.1.2.3:2049");
  };
  const auto colon = text.rfind(':');
  if (!text.starts_with(kTcp) || colon == std::string_view::npos || colon < kTcp.size()) {
    return bad();
  }
  const auto port = parse_number(text.substr(colon + 1));
  if (!port || *port < 1 || *port > 65535) return bad();
  if (!is_host(text.substr(kTcp.size(), colon - kTcp.size()))) return bad();
  return std::string(text);
}

}  // namespace v2only::config
