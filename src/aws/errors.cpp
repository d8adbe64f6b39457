#include "aws/errors.h"

#include <algorithm>
#include <array>
#include <pugixml.hpp>

#include "core/text.h"

namespace v2only::aws {
namespace {

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& codes, std::string_view code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

constexpr std::array<std::string_view, 14> kThrottling = {"RequestLimitExceeded",
                                                          "EC2ThrottledException",
                                                          "Throttling",
                                                          "ThrottlingException",
                                                          "ThrottledException",
                                                          "RequestThrottled",
                                                          "RequestThrottledException",
                                                          "TooManyRequestsException",
                                                          "ProvisionedThroughputExceededException",
                                                          "TransactionInProgressException",
                                                          "BandwidthLimitExceeded",
                                                          "LimitExceededException",
                                                          "SlowDown",
                                                          "PriorRequestNotComplete"};

constexpr std::array<std::string_view, 3> kDenied = {"UnauthorizedOperation", "AccessDenied",
                                                     "AccessDeniedException"};

constexpr std::array<std::string_view, 11> kTransient = {
    "RequestTimeout",        "RequestTimeoutException",
    "InternalError",         "InternalFailure",
    "InternalServerError",   "InternalServiceError",
    "Unavailable",           "ServiceUnavailable",
    "IDPCommunicationError", "DependencyTimeoutException",
    "KMSInternalException"};

constexpr std::array<std::string_view, 5> kSkew = {"RequestTimeTooSkewed", "RequestExpired",
                                                   "SignatureDoesNotMatch", "AuthFailure",
                                                   "InvalidSignatureException"};

constexpr std::array<std::string_view, 16> kCredential = {
    "AuthFailure",           "InvalidClientTokenId",       "UnrecognizedClientException",
    "SignatureDoesNotMatch", "InvalidSignatureException",  "IncompleteSignature",
    "ExpiredToken",          "ExpiredTokenException",      "RequestExpired",
    "RequestTimeTooSkewed",  "MissingAuthenticationToken", "InvalidAccessKeyId",
    "OptInRequired",         "PendingVerification",        "Blocked",
    "InvalidSecurityToken"};

std::string between(std::string_view text, std::string_view open, std::string_view close) {
  const auto begin = text.find(open);
  if (begin == std::string_view::npos) return {};
  const auto from = begin + open.size();
  const auto end = text.find(close, from);
  if (end == std::string_view::npos || end - from > 128) return {};
  return std::string(trim(text.substr(from, end - from)));
}

}  // namespace

bool is_throttling_code(std::string_view code) { return is_one_of(kThrottling, code); }
bool is_denied_code(std::string_view code) { return is_one_of(kDenied, code); }
bool is_transient_code(std::string_view code) { return is_one_of(kTransient, code); }
bool may_be_clock_skew(std::string_view code) { return is_one_of(kSkew, code); }
bool is_credential_code(std::string_view code) { return is_one_of(kCredential, code); }

std::string without_blobs(std::string message) {
  for (const std::string_view mark :
       {"Encoded authorization failure message:", "The Canonical String for this request",
        "The canonical string for this request"}) {
    const auto at = message.find(mark);
    if (at != std::string::npos) message.resize(at);
  }
  return std::string(trim(message));
}

std::optional<ErrorAnswer> parse_error(std::string_view xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size(), pugi::parse_cdata | pugi::parse_escapes,
                            pugi::encoding_utf8)) {
    return std::nullopt;
  }
  const auto ec2 = document.child("Response");
  const auto query = document.child("ErrorResponse");
  const auto error = ec2 ? ec2.child("Errors").child("Error") : query.child("Error");
  ErrorAnswer answer;
  answer.code = trim(error.child_value("Code"));
  if (answer.code.empty()) return std::nullopt;
  answer.message = without_blobs(error.child_value("Message"));
  answer.request_id = trim(ec2 ? ec2.child_value("RequestID") : query.child_value("RequestId"));
  return answer;
}

// By text, not by parsing: a page of instances is parsed once, by its codec. EC2 has the id at the
// beginning, the others at the end.
std::string request_id_of(std::string_view xml) {
  constexpr std::size_t kNear = 2048;
  auto id = between(xml.substr(0, kNear), "<requestId>", "</requestId>");
  if (!id.empty()) return id;
  const auto tail = xml.size() > kNear ? xml.substr(xml.size() - kNear) : xml;
  return between(tail, "<RequestId>", "</RequestId>");
}

}  // namespace v2only::aws
