#include "aws/sigv4.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "core/digest.h"
#include "core/percent.h"
#include "core/text.h"
#include "net/url.h"

namespace v2only::aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

// What clients, proxies and load balancers change on the way is never signed (botocore's list).
constexpr std::array<std::string_view, 12> kUnsigned = {"authorization",
                                                        "connection",
                                                        "expect",
                                                        "keep-alive",
                                                        "proxy-authenticate",
                                                        "proxy-authorization",
                                                        "te",
                                                        "trailer",
                                                        "transfer-encoding",
                                                        "upgrade",
                                                        "user-agent",
                                                        "x-amzn-trace-id"};

bool is_signed(std::string_view lower_name) {
  return std::find(kUnsigned.begin(), kUnsigned.end(), lower_name) == kUnsigned.end();
}

// Dot segments resolved, doubled slashes made one, as AWS and botocore do for all but S3.
std::string normal_path(std::string_view path) {
  std::vector<std::string_view> kept;
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    const auto segment = path.substr(begin, end - begin);
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
    begin = end + 1;
  }
  std::string out;
  for (const auto segment : kept) out.append("/").append(segment);
  if (kept.empty() || path.ends_with('/')) out += '/';
  return out;
}

std::string canonical_query(std::string_view query) {
  if (query.empty()) return {};
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& pair : split(query, '&')) {
    const auto equals = std::min(pair.find('='), pair.size());
    const auto value = equals < pair.size() ? pair.substr(equals + 1) : std::string();
    pairs.emplace_back(percent_encode(percent_decode(std::string_view(pair).substr(0, equals))),
                       percent_encode(percent_decode(value)));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string out;
  for (const auto& [key, value] : pairs) {
    if (!out.empty()) out += '&';
    out.append(key).append("=").append(value);
  }
  return out;
}

// Trimmed, inner runs of blanks made one.
void append_header_value(std::string& out, std::string_view value) {
  bool gap = false;
  bool begun = false;
  for (const char c : value) {
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      gap = begun;
      continue;
    }
    if (gap) out += ' ';
    gap = false;
    begun = true;
    out += c;
  }
}

void append_header_line(std::string& out, const std::string& name,
                        const std::vector<net::Header>& headers) {
  out.append(name).append(":");
  bool first = true;
  for (const auto& header : headers) {
    if (!equals_ignoring_case(header.name, name)) continue;
    if (!first) out += ',';
    first = false;
    append_header_value(out, header.value);
  }
  out += '\n';
}

std::vector<std::string> lower_and_sorted(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  out.reserve(names.size());
  for (const auto& name : names) out.push_back(to_lower(name));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string credential_scope(std::string_view day, const SigningScope& scope) {
  return fmt::format("{}/{}/{}/aws4_request", day, scope.region, scope.service);
}

Secret derived_key(const Secret& secret_access_key, std::string_view day,
                   const SigningScope& scope) {
  const Secret start("AWS4" + secret_access_key.reveal());
  const Secret for_day(hmac_sha256(start.reveal(), day));
  const Secret for_region(hmac_sha256(for_day.reveal(), scope.region));
  const Secret for_service(hmac_sha256(for_region.reveal(), scope.service));
  return Secret(hmac_sha256(for_service.reveal(), "aws4_request"));
}

void drop_earlier_signing(std::vector<net::Header>& headers) {
  constexpr std::array<std::string_view, 3> kOurs = {"authorization", "x-amz-date",
                                                     "x-amz-security-token"};
  std::erase_if(headers, [&](const net::Header& header) {
    return std::any_of(kOurs.begin(), kOurs.end(), [&](std::string_view name) {
      return equals_ignoring_case(header.name, name);
    });
  });
}

bool has_header(const std::vector<net::Header>& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(), [&](const net::Header& header) {
    return equals_ignoring_case(header.name, name);
  });
}

std::vector<std::string> names_to_sign(const std::vector<net::Header>& headers) {
  std::vector<std::string> names;
  for (const auto& header : headers) {
    auto name = to_lower(header.name);
    if (is_signed(name)) names.push_back(std::move(name));
  }
  return lower_and_sorted(names);
}

}  // namespace

std::string amz_date(WallTime time) {
  namespace chr = std::chrono;
  const auto day = chr::floor<chr::days>(time);
  const chr::year_month_day date(day);
  const chr::hh_mm_ss clock(chr::floor<chr::seconds>(time) - day);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string canonical_request(std::string_view method, std::string_view path,
                              std::string_view query, const std::vector<net::Header>& headers,
                              const std::vector<std::string>& signed_headers,
                              std::string_view payload_hash) {
  const auto names = lower_and_sorted(signed_headers);
  std::string out;
  out.reserve(512);
  out.append(method).append("\n");
  append_percent_encoded(out, normal_path(path), "/");
  out.append("\n").append(canonical_query(query)).append("\n");
  for (const auto& name : names) append_header_line(out, name, headers);
  out.append("\n").append(join(names, ";")).append("\n").append(payload_hash);
  return out;
}

std::string string_to_sign(std::string_view canonical_request, std::string_view amz_date,
                           const SigningScope& scope) {
  return fmt::format("{}\n{}\n{}\n{}", kAlgorithm, amz_date,
                     credential_scope(amz_date.substr(0, 8), scope), sha256_hex(canonical_request));
}

std::string signature(const Secret& secret_access_key, std::string_view string_to_sign,
                      std::string_view amz_date, const SigningScope& scope) {
  const auto key = derived_key(secret_access_key, amz_date.substr(0, 8), scope);
  return to_hex(hmac_sha256(key.reveal(), string_to_sign));
}

const Secret& Signer::key_for(std::string_view day, const SigningScope& scope) {
  auto& kept = keys_[scope];
  if (kept.day != day) {
    kept = {std::string(day), derived_key(credentials_.secret_access_key, day, scope)};
  }
  return kept.key;
}

void Signer::sign(net::Request& request, const SigningScope& scope, WallTime now) {
  // A URL that is none gets a signature nobody sees: the transport refuses to send it.
  const auto url = net::parse_url(request.url).value_or(net::Url{});
  const auto date = amz_date(now);
  const auto day = std::string_view(date).substr(0, 8);

  auto& headers = request.headers;
  drop_earlier_signing(headers);
  if (!has_header(headers, "host")) headers.push_back({"Host", url.authority()});
  headers.push_back({"X-Amz-Date", date});
  if (!credentials_.session_token.empty()) {
    headers.push_back({"X-Amz-Security-Token", credentials_.session_token.reveal()});
  }
  const auto names = names_to_sign(headers);
  const auto canonical = canonical_request(request.method, url.path, url.query, headers, names,
                                           sha256_hex(request.body));
  const auto mac =
      hmac_sha256(key_for(day, scope).reveal(), string_to_sign(canonical, date, scope));
  headers.push_back(
      {"Authorization", fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}",
                                    kAlgorithm, credentials_.access_key_id,
                                    credential_scope(day, scope), join(names, ";"), to_hex(mac))});
}

void sign(net::Request& request, const Credentials& credentials, const SigningScope& scope,
          WallTime now) {
  Signer(credentials).sign(request, scope, now);
}

}  // namespace v2only::aws
