#include "net/url.h"

#include <curl/curl.h>

#include <memory>
#include <optional>

#include "core/text.h"

namespace v2only::net {
namespace {

struct UrlFree {
  void operator()(CURLU* handle) const { curl_url_cleanup(handle); }
};
using Handle = std::unique_ptr<CURLU, UrlFree>;

std::optional<std::string> part(CURLU* handle, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(handle, which, &text, flags) != CURLUE_OK) return std::nullopt;
  const std::unique_ptr<char, decltype(&curl_free)> owned(text, curl_free);
  return std::string(text);
}

std::uint16_t default_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

Unexpected<Error> bad_url(std::string_view text) {
  return fail(ErrorCode::kUsage, "'" + one_line(text, 120) + "' is not an http or https URL", {},
              "write it as https://HOST or http://HOST:PORT");
}

// libcurl would guess a scheme where none stands; a URL here has to name it.
bool names_http(std::string_view text) {
  const auto lower = to_lower(text.substr(0, 8));
  return lower.starts_with("http://") || lower.starts_with("https://");
}

}  // namespace

std::string Url::authority() const {
  if (port == default_port(scheme)) return bracketed(host);
  return peer();
}

std::string Url::peer() const { return bracketed(host) + ":" + std::to_string(port); }

Result<Url> parse_url(std::string_view text) {
  const Handle handle(curl_url());
  if (!names_http(text) || text.find('\0') != std::string_view::npos ||
      curl_url_set(handle.get(), CURLUPART_URL, std::string(text).c_str(), CURLU_PATH_AS_IS) !=
          CURLUE_OK) {
    return bad_url(text);
  }
  if (part(handle.get(), CURLUPART_USER) || part(handle.get(), CURLUPART_PASSWORD)) {
    return fail(ErrorCode::kUsage, "a URL must not hold a user name or password", {},
                "leave out what stands before the @");
  }
  Url url;
  url.scheme = to_lower(part(handle.get(), CURLUPART_SCHEME).value_or(""));
  url.host = to_lower(part(handle.get(), CURLUPART_HOST).value_or(""));
  if (url.host.starts_with('[')) url.host = url.host.substr(1, url.host.size() - 2);
  const auto port =
      parse_number(part(handle.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or(""));
  if (url.host.empty() || !port || *port == 0) return bad_url(text);
  url.port = static_cast<std::uint16_t>(*port);
  url.path = part(handle.get(), CURLUPART_PATH).value_or("/");
  url.query = part(handle.get(), CURLUPART_QUERY).value_or("");
  return url;
}

}  // namespace v2only::net
