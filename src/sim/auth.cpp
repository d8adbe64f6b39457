#include "sim/auth.h"

#include <algorithm>
#include <optional>

#include "aws/sigv4.h"
#include "core/digest.h"
#include "core/text.h"

namespace v2only::sim {
namespace {

constexpr Duration kTolerance = std::chrono::minutes(15);
constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256 ";

std::optional<std::string_view> header(const net::Request& request, std::string_view name) {
  for (const auto& h : request.headers) {
    if (equals_ignoring_case(h.name, name)) return h.value;
  }
  return std::nullopt;
}

Unexpected<AuthProblem> problem(AuthProblem what) { return {what}; }

// "20261124T073312Z"
std::optional<WallTime> read_stamp(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T') return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t size) {
    return std::string(text.substr(at, size));
  };
  const auto time = parse_utc(part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + "T" + part(9, 2) +
                              ":" + part(11, 2) + ":" + part(13, 3));
  if (!time) return std::nullopt;
  return time.value();
}

bool read_scope(std::string_view credential, Claims& claims) {
  const auto parts = split(credential, '/');
  if (parts.size() != 5 || parts[4] != "aws4_request") return false;
  claims.access_key_id = parts[0];
  claims.date = parts[1];
  claims.region = parts[2];
  claims.service = parts[3];
  return !claims.access_key_id.empty() && !claims.region.empty() && !claims.service.empty();
}

bool signs(const Claims& claims, std::string_view name) {
  return std::find(claims.signed_headers.begin(), claims.signed_headers.end(), name) !=
         claims.signed_headers.end();
}

std::string expected_signature(const net::Request& request, const Claims& claims,
                               const Secret& secret, std::string_view stamp) {
  const auto target = target_of(request.url);
  const aws::SigningScope scope{claims.region, claims.service};
  const auto canonical =
      aws::canonical_request(request.method, target.path, target.query, request.headers,
                             claims.signed_headers, sha256_hex(request.body));
  return aws::signature(secret, aws::string_to_sign(canonical, stamp, scope), stamp, scope);
}

ApiFault ec2_fault(AuthProblem problem) {
  switch (problem) {
    case AuthProblem::kMissing:
      return {"MissingAuthenticationToken", "Request is missing Authentication Token", 403};
    case AuthProblem::kIncomplete:
      return {"IncompleteSignature", "The request signature does not conform to AWS standards",
              400};
    case AuthProblem::kTooOld:
    case AuthProblem::kTooNew:
      return {"RequestExpired", "Request has expired.", 400};
    default:
      return {"AuthFailure", "AWS was not able to validate the provided access credentials", 401};
  }
}

ApiFault query_fault(AuthProblem problem, WallTime now) {
  const auto server = aws::amz_date(now);
  switch (problem) {
    case AuthProblem::kSignature:
      return {"SignatureDoesNotMatch",
              "The request signature we calculated does not match the signature you provided. "
              "Check your AWS Secret Access Key and signing method. Consult the service "
              "documentation for details.",
              403};
    case AuthProblem::kTooOld:
      return {"SignatureDoesNotMatch",
              "Signature expired: the request's date is earlier than " + server + " - 15 min.",
              403};
    case AuthProblem::kTooNew:
      return {
          "SignatureDoesNotMatch",
          "Signature not yet current: the request's date is later than " + server + " + 15 min.",
          403};
    case AuthProblem::kUnknownKey:
    case AuthProblem::kRegion:
      return {"InvalidClientTokenId", "The security token included in the request is invalid.",
              403};
    default:
      return ec2_fault(problem);
  }
}

}  // namespace

Target target_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme != std::string_view::npos) {
    const auto path = url.find_first_of("/?", scheme + 3);
    url = path == std::string_view::npos ? std::string_view{} : url.substr(path);
  }
  url = url.substr(0, url.find('#'));
  const auto mark = url.find('?');
  Target target{url.substr(0, mark), {}};
  if (mark != std::string_view::npos) target.query = url.substr(mark + 1);
  if (target.path.empty()) target.path = "/";
  return target;
}

Result<Claims, AuthProblem> read_claims(const net::Request& request) {
  const auto found = header(request, "authorization");
  if (!found || trim(*found).empty()) return problem(AuthProblem::kMissing);
  auto text = trim(*found);
  if (text.substr(0, kAlgorithm.size()) != kAlgorithm) return problem(AuthProblem::kIncomplete);
  Claims claims;
  bool has_scope = false;
  for (const auto& part : split(text.substr(kAlgorithm.size()), ',')) {
    const auto pair = trim(part);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) return problem(AuthProblem::kIncomplete);
    const auto value = pair.substr(equals + 1);
    if (pair.substr(0, equals) == "Credential") has_scope = read_scope(value, claims);
    if (pair.substr(0, equals) == "SignedHeaders") claims.signed_headers = split(value, ';');
    if (pair.substr(0, equals) == "Signature") claims.signature = value;
  }
  if (!has_scope || claims.signed_headers.empty() || claims.signature.empty()) {
    return problem(AuthProblem::kIncomplete);
  }
  return claims;
}

Result<void, AuthProblem> verify(const net::Request& request, const Claims& claims,
                                 const KnownKey& key, WallTime now) {
  const auto stamp = header(request, "x-amz-date");
  const auto time = stamp ? read_stamp(*stamp) : std::nullopt;
  if (!time || !signs(claims, "host") || !signs(claims, "x-amz-date") ||
      stamp->substr(0, 8) != claims.date) {
    return problem(AuthProblem::kIncomplete);
  }
  if (claims.access_key_id != key.access_key_id || header(request, "x-amz-security-token")) {
    return problem(AuthProblem::kUnknownKey);
  }
  if (*time + kTolerance < now) return problem(AuthProblem::kTooOld);
  if (*time > now + kTolerance) return problem(AuthProblem::kTooNew);
  if (expected_signature(request, claims, key.secret_access_key, *stamp) != claims.signature) {
    return problem(AuthProblem::kSignature);
  }
  return {};
}

ApiFault auth_fault(AuthProblem problem, Protocol protocol, WallTime now) {
  return protocol == Protocol::kEc2 ? ec2_fault(problem) : query_fault(problem, now);
}

}  // namespace v2only::sim
