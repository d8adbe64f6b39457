#include "netapp/console_outcome.h"

#include <algorithm>

#include "core/json.h"
#include "core/text.h"
#include "netapp/json_access.h"

namespace v2only::netapp {
namespace {

constexpr std::size_t kTextBytes = 300;
constexpr std::size_t kShortestSecret = 8;

bool is_good(int status) { return status >= 200 && status < 300; }

// The services behind the Console word their errors differently: the first text that is there.
std::string message_in(const net::Response& response) {
  const auto parsed = parse_json(response.body, "answer");
  if (!parsed) return {};
  for (const auto* path :
       {"message", "error.message", "error_description", "error", "causeMessage", "detail"}) {
    if (auto text = text_at(*parsed, path); !text.empty()) return text;
  }
  return {};
}

std::string said_of(const net::Response& response) {
  std::string text = "HTTP " + std::to_string(response.status);
  const auto message = message_in(response);
  if (!message.empty()) return text + ": " + message;
  const auto type = response.header("Content-Type");
  if (!type.empty()) text += " with " + one_line(type, 60);
  return text;
}

ConsoleOutcomeKind kind_of(const ConsoleCall& call, int status) {
  if (status == 401) return ConsoleOutcomeKind::kTokenRefused;
  if (status == 429 && !call.is_write()) return ConsoleOutcomeKind::kUncertain;
  const bool no = status >= 400 && status < 500 && status != 408;
  return no ? ConsoleOutcomeKind::kRefused : ConsoleOutcomeKind::kUncertain;
}

ConsoleOutcome of_response(const ConsoleCall& call, const net::Response& response) {
  ConsoleOutcome out;
  out.http_status = response.status;
  out.request_id = one_line(response.header("OnCloud-Request-Id"), 128);
  if (!is_good(response.status)) {
    out.kind = kind_of(call, response.status);
    out.said = said_of(response);
  } else if (!call.is_write() && !parse_json(response.body, "answer")) {
    out.said = said_of(response) + ", which is not the Console's JSON";
  } else {
    out.kind = ConsoleOutcomeKind::kDone;
    out.body = response.body;
  }
  return out;
}

std::string what(const ConsoleCall& call) { return call.method + " " + one_line(call.path, 160); }

std::string where(const ConsoleTarget& target) {
  return target.restricted() ? target.agent : target.endpoint;
}

Error refusal(const ConsoleCall& call, const ConsoleTarget& target, const ConsoleOutcome& outcome) {
  const auto told = what(call) + " refused: " + outcome.said;
  const auto on = where(target);
  switch (outcome.http_status) {
    case 401:
      return {ErrorCode::kDenied, told, on,
              "check the account and the login under `console:` in the facts file"};
    case 403:
      return {ErrorCode::kDenied, told, on,
              call.is_write() ? "give this account the Cloud Volumes ONTAP operator or admin role"
                              : "give this account a Cloud Volumes ONTAP role, viewer at least"};
    case 404:
      return {ErrorCode::kNotFound, told, on, {}};
    case 409:
      return {ErrorCode::kConflict, told, on,
              "another operation of the Console is in progress; try again when it is over"};
    case 420:
      return {ErrorCode::kConflict, told, on, "the Console agent is not set up; finish that first"};
    case 429:
      return {ErrorCode::kThrottled, told, on, "try again later"};
    default:
      return {ErrorCode::kUsage, told, on, {}};
  }
}

Token token_in(const json::value& answer, std::string text) {
  constexpr std::int64_t kLongest = std::int64_t{7} * 86400;
  const auto seconds = integer_at(answer, "expires_in").value_or(3600);
  const auto lifetime = std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, kLongest));
  return {Secret(std::move(text)), lifetime};
}

}  // namespace

std::string token_url_of(const std::string& endpoint) {
  if (endpoint.find("//cloudmanager.cloud.netapp.com") != std::string::npos) {
    return "https://netapp-cloud-account.auth0.com/oauth/token";
  }
  return endpoint + "/auth/oauth/token";
}

ConsoleOutcome console_outcome(const ConsoleCall& call, const HttpResult& result,
                               const Secret& token) {
  ConsoleOutcome out;
  if (const auto* response = std::get_if<net::Response>(&result)) {
    out = of_response(call, *response);
  } else {
    const auto& error = std::get<net::TransportError>(result);
    if (error.sent == net::Sent::kNo) out.kind = ConsoleOutcomeKind::kNotSent;
    out.said = error.message;
  }
  out.said = one_line(without(std::move(out.said), token, kShortestSecret), kTextBytes);
  return out;
}

Error console_error(const ConsoleCall& call, const ConsoleTarget& target,
                    const ConsoleOutcome& outcome) {
  if (outcome.kind == ConsoleOutcomeKind::kRefused ||
      outcome.kind == ConsoleOutcomeKind::kTokenRefused) {
    return refusal(call, target, outcome);
  }
  if (is_good(outcome.http_status) || (outcome.http_status >= 300 && outcome.http_status < 400)) {
    return {ErrorCode::kGarbage, what(call) + " was answered by " + outcome.said, where(target),
            "check that the endpoint and the proxy lead to the NetApp Console"};
  }
  const auto* verb = outcome.http_status == 0 ? " got no answer: " : " failed: ";
  return {ErrorCode::kUnreachable, what(call) + verb + outcome.said, where(target),
          target.restricted() ? "check that the agent runs and can be reached from here"
                              : "check the network, the proxy and the agent"};
}

net::Request console_request(const ConsoleCall& call, const ConsoleTarget& target,
                             const Secret& token, const std::string& user_agent) {
  net::Request out;
  out.method = call.method;
  out.url = where(target) + target_of(call.path, call.query);
  out.headers = {{"Accept", "application/json"}};
  if (!token.empty()) {
    out.headers.push_back({"Authorization", "Bearer " + token.reveal()});
    // Asked for by the two services that manage accounts and agents.
    if (call.path.starts_with("/agents-mgmt/") || call.path.starts_with("/tenancy/")) {
      out.headers.push_back({"X-User-Token", "Bearer " + token.reveal()});
    }
  }
  if (!call.agent.empty()) out.headers.push_back({"X-Agent-Id", call.agent + "clients"});
  if (!target.account.empty()) out.headers.push_back({"X-Tenancy-Account-Id", target.account});
  if (!call.body.empty()) out.headers.push_back({"Content-Type", "application/json"});
  if (!user_agent.empty()) out.headers.push_back({"User-Agent", user_agent});
  out.body = call.body;
  out.fresh_connection = call.is_write();
  return out;
}

net::Request token_request(const ConsoleTarget& target, const std::string& user_agent) {
  // The same for every customer; it names the Console, not the user (facts, part 5).
  constexpr std::string_view kConsoleClient = "Mu0V1ywgYteI6w1MbD15fKfVIUrNXGWC";
  json::object body;
  if (!target.refresh_token.empty()) {
    body = {{"grant_type", "refresh_token"},
            {"refresh_token", target.refresh_token.reveal()},
            {"client_id", kConsoleClient}};
  } else {
    body = {{"grant_type", "client_credentials"},
            {"client_id", target.client_id.reveal()},
            {"client_secret", target.client_secret.reveal()}};
  }
  body["audience"] = "https://api.cloud.netapp.com";
  net::Request out;
  out.method = "POST";
  out.url = target.token_url.empty() ? token_url_of(target.endpoint) : target.token_url;
  out.headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};
  if (!user_agent.empty()) out.headers.push_back({"User-Agent", user_agent});
  out.body = json::serialize(body);
  return out;
}

TokenOutcome token_outcome(const ConsoleTarget& target, const HttpResult& result) {
  const auto on = target.token_url.empty() ? token_url_of(target.endpoint) : target.token_url;
  TokenOutcome out;
  const auto* response = std::get_if<net::Response>(&result);
  if (response == nullptr) {
    out.why = {ErrorCode::kUnreachable,
               "no token for the NetApp Console: " +
                   one_line(std::get<net::TransportError>(result).message, kTextBytes),
               on, "check the network and the proxy"};
    return out;
  }
  const auto answer = parse_json(response->body, "token");
  auto text = answer ? text_at(*answer, "access_token") : std::string();
  if (is_good(response->status) && !text.empty()) {
    out.token = token_in(*answer, std::move(text));
    return out;
  }
  auto said = is_good(response->status) ? std::string("an answer without access_token")
                                        : said_of(*response);
  for (const auto* secret : {&target.client_secret, &target.refresh_token}) {
    said = without(std::move(said), *secret, kShortestSecret);
  }
  const int status = response->status;
  const bool passes = status == 408 || status == 409 || status == 429;
  out.refused = status >= 400 && status < 500 && !passes;
  out.why = {out.refused ? ErrorCode::kDenied : ErrorCode::kUnreachable,
             (out.refused ? "the login to the NetApp Console was refused: "
                          : "no token for the NetApp Console: ") +
                 one_line(said, kTextBytes),
             on,
             out.refused ? "check client_id and client_secret, or refresh_token, in the facts file"
                         : "try again later"};
  return out;
}

}  // namespace v2only::netapp
