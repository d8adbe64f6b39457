#include "aws/outcome.h"

#include "aws/errors.h"
#include "aws/query.h"
#include "core/text.h"
#include "net/http_date.h"

namespace v2only::aws {
namespace {

constexpr std::size_t kMessageBytes = 300;
// AWS's secrets have 40 characters and more. "test" for a simulated AWS is none, and taking it out
// would garble words that have nothing to do with it.
constexpr std::size_t kShortestSecret = 12;

std::string clean(std::string message, const Credentials& credentials) {
  message = without(std::move(message), credentials.secret_access_key, kShortestSecret);
  message = without(std::move(message), credentials.session_token, kShortestSecret);
  auto line = one_line(message, kMessageBytes);
  return line.size() <= kMessageBytes ? line : one_line(message, kMessageBytes - 3);
}

std::string header_request_id(const net::Response& response) {
  auto id = response.header("x-amzn-requestid");
  if (id.empty()) id = response.header("x-amz-request-id");
  return one_line(id, 128);
}

std::string garbage(const net::Response& response) {
  const auto type = response.header("Content-Type");
  const bool good = response.status >= 200 && response.status < 300;
  std::string text = "HTTP " + std::to_string(response.status);
  text += good ? " with something that is not the whole answer" : " without an AWS error code";
  if (!type.empty()) text += " (" + one_line(type, 60) + ")";
  return text;
}

Outcome of_error(const net::Response& response, ErrorAnswer answer,
                 const Credentials& credentials) {
  Outcome out;
  if (is_throttling_code(answer.code)) {
    out.kind = OutcomeKind::kThrottled;
  } else if (response.status >= 500 || is_transient_code(answer.code)) {
    out.kind = OutcomeKind::kUncertain;
  } else {
    out.kind = OutcomeKind::kRefused;
  }
  out.request_id = one_line(answer.request_id, 128);
  out.error = {one_line(answer.code, 100), clean(std::move(answer.message), credentials),
               response.status};
  return out;
}

Outcome of_response(const ApiCall& call, net::Response response, const Credentials& credentials) {
  Outcome out;
  const bool good = response.status >= 200 && response.status < 300;
  if (good && is_answer_to(call.action, response.body)) {
    out.kind = OutcomeKind::kDone;
    out.request_id = request_id_of(response.body);
  } else if (auto answer = good ? std::nullopt : parse_error(response.body)) {
    out = of_error(response, *std::move(answer), credentials);
  } else {
    out.error = {"", garbage(response), response.status};
  }
  if (auto id = header_request_id(response); !id.empty()) out.request_id = std::move(id);
  out.server_time = net::parse_http_date(response.header("Date"));
  if (const auto hint = parse_number(response.header("x-amz-retry-after"))) {
    out.retry_after = Duration(static_cast<Duration::rep>(std::min<std::uint64_t>(*hint, 60'000)));
  }
  if (out.kind == OutcomeKind::kDone) out.body = std::move(response.body);
  return out;
}

Outcome of_transport_error(const net::TransportError& error) {
  Outcome out;
  out.kind = error.sent == net::Sent::kNo ? OutcomeKind::kNotSent : OutcomeKind::kUncertain;
  out.timed_out = error.kind == net::TransportErrorKind::kTimeout;
  out.error = {"", one_line(error.message, kMessageBytes - 3), 0,
               error.kind == net::TransportErrorKind::kResolve};
  return out;
}

}  // namespace

Outcome outcome_of(const ApiCall& call, std::variant<net::Response, net::TransportError> result,
                   const Credentials& credentials) {
  if (auto* response = std::get_if<net::Response>(&result)) {
    return of_response(call, std::move(*response), credentials);
  }
  return of_transport_error(std::get<net::TransportError>(result));
}

}  // namespace v2only::aws
