#include "netapp/ontap_outcome.h"

#include <algorithm>
#include <array>

#include "core/json.h"
#include "core/text.h"
#include "netapp/json_access.h"

namespace v2only::netapp {
namespace {

constexpr std::size_t kTextBytes = 400;
constexpr std::size_t kShortestSecret = 4;

// Errors whose text says that the request was kept from beginning (facts 4.2), whatever the status
// with them: the partner cannot take over, LIFs cannot move, not supported, one is under way,
// the whole cluster would go down, quorum.
constexpr std::array<std::string_view, 7> kKeptFromBeginning = {
    "852046", "852115", "852269", "3604514", "3604515", "9240591", "9240606"};

std::string basic(const OntapTarget& target) {
  return to_base64(target.user + ":" + target.password.reveal());
}

std::string clean(std::string text, const OntapTarget& target) {
  text = without(std::move(text), target.password, kShortestSecret);
  text = without(std::move(text), Secret(basic(target)), kShortestSecret);
  return one_line(text, kTextBytes);
}

bool is_good(int status) { return status >= 200 && status < 300; }

OntapError error_in(const json::value& answer, const OntapTarget& target) {
  return {clean(text_at(answer, "error.code"), target),
          clean(text_at(answer, "error.message"), target),
          clean(text_at(answer, "error.target"), target)};
}

std::string no_json(const net::Response& response) {
  std::string text = "HTTP " + std::to_string(response.status) + " with ";
  const auto type = response.header("Content-Type");
  text += response.body.empty() ? "an empty body" : "something that is not ONTAP's JSON";
  if (!type.empty()) text += " (" + one_line(type, 60) + ")";
  return text;
}

OntapOutcome of_good(const OntapCall& call, const net::Response& response,
                     const json::value* answer) {
  OntapOutcome out;
  out.http_status = response.status;
  const bool empty = trim(response.body).empty();
  if (answer == nullptr && !(empty && call.is_write())) {
    out.said = no_json(response);
    return out;
  }
  out.kind = OntapOutcomeKind::kDone;
  out.is_ontap = true;
  out.body = empty ? "{}" : response.body;
  if (answer != nullptr) out.job = text_at(*answer, "job.uuid");
  return out;
}

OntapOutcomeKind kind_of_error(const OntapCall& call, int status, const OntapError& error) {
  if (status == 401) return OntapOutcomeKind::kLoginRefused;
  const bool kept = std::find(kKeptFromBeginning.begin(), kKeptFromBeginning.end(), error.code) !=
                    kKeptFromBeginning.end();
  if (kept && call.is_write()) return OntapOutcomeKind::kRefused;
  // 408 and 429 are for trying again; of a write, 429 was not begun, which nobody promises of 408.
  if (status == 429)
    return call.is_write() ? OntapOutcomeKind::kRefused : OntapOutcomeKind::kUncertain;
  return status >= 500 || status == 408 || status < 400 ? OntapOutcomeKind::kUncertain
                                                        : OntapOutcomeKind::kRefused;
}

OntapOutcome of_error(const OntapCall& call, const OntapTarget& target,
                      const net::Response& response, const json::value* answer) {
  OntapOutcome out;
  out.http_status = response.status;
  if (answer != nullptr) out.error = error_in(*answer, target);
  out.kind = kind_of_error(call, response.status, out.error);
  const auto& [code, message, aim] = out.error;
  if (code.empty() && message.empty()) {
    out.said = no_json(response);
    // A stranger's 404 says nothing of ONTAP: another address may be the right one.
    if (out.kind == OntapOutcomeKind::kRefused && answer == nullptr && !call.is_write()) {
      out.kind = OntapOutcomeKind::kUncertain;
    }
    return out;
  }
  out.is_ontap = out.kind != OntapOutcomeKind::kLoginRefused && response.status < 500;
  out.said = code.empty() ? message : code + (message.empty() ? "" : ": " + message);
  if (!aim.empty()) out.said += " (" + aim + ")";
  return out;
}

OntapOutcome of_response(const OntapCall& call, const OntapTarget& target,
                         const net::Response& response) {
  const auto parsed = parse_json(response.body, "answer");
  const auto* answer = parsed && parsed->is_object() ? &*parsed : nullptr;
  return is_good(response.status) ? of_good(call, response, answer)
                                  : of_error(call, target, response, answer);
}

OntapOutcome of_transport_error(const OntapTarget& target, const net::TransportError& error) {
  OntapOutcome out;
  out.kind =
      error.sent == net::Sent::kNo ? OntapOutcomeKind::kNotSent : OntapOutcomeKind::kUncertain;
  out.no_trust = error.kind == net::TransportErrorKind::kTls;
  out.ca_unread = error.ca_unread;
  out.said = clean(error.message, target);
  return out;
}

std::string what(const OntapCall& call) { return call.method + " " + one_line(call.path, 120); }

Error login_error(const OntapTarget& target, const std::string& told) {
  return {
      ErrorCode::kDenied,
      "ONTAP refused the login of user '" + one_line(target.user, 60) + "' (" + told +
          "); it is not tried again",
      target.system.str(),
      "check user and password of this system in the facts file, and that the user is not locked"};
}

std::string hint_on_trust(const OntapTarget& target, const OntapOutcome& outcome) {
  if (outcome.ca_unread) {
    return "give `ca` of this system in the facts file a file of PEM certificates, or "
           "`fingerprint`";
  }
  if (target.tls.empty()) {
    return "where its certificate is its own, give `fingerprint` or `ca` of this system in the "
           "facts file";
  }
  return "compare the certificate with `fingerprint` or `ca` of this system in the facts file";
}

Error no_answer(const OntapCall& call, const OntapTarget& target, const OntapOutcome& outcome,
                const std::string& told) {
  if (outcome.no_trust) {
    return {ErrorCode::kUnreachable, what(call) + " was not sent: " + told, target.system.str(),
            hint_on_trust(target, outcome)};
  }
  if (outcome.http_status != 0) {
    return {
        ErrorCode::kGarbage, what(call) + " was answered by " + told, target.system.str(),
        "check that the addresses are ONTAP's management LIFs and that no proxy stands between"};
  }
  return {ErrorCode::kUnreachable, what(call) + " got no answer: " + told, target.system.str(),
          "check the network and the addresses of this system in the facts file"};
}

ErrorCode code_of_refusal(const OntapOutcome& outcome) {
  if (outcome.http_status == 404) return ErrorCode::kNotFound;
  if (outcome.http_status == 429) return ErrorCode::kThrottled;
  if (outcome.http_status >= 500) return ErrorCode::kUnreachable;
  return outcome.http_status == 400 ? ErrorCode::kUsage : ErrorCode::kConflict;
}

}  // namespace

OntapOutcome ontap_outcome(const OntapCall& call, const OntapTarget& target,
                           std::variant<net::Response, net::TransportError> result) {
  if (const auto* response = std::get_if<net::Response>(&result)) {
    return of_response(call, target, *response);
  }
  return of_transport_error(target, std::get<net::TransportError>(result));
}

Error ontap_error(const OntapCall& call, const OntapTarget& target, const OntapOutcome& outcome,
                  const std::string& told) {
  const bool ontaps_own = !outcome.error.code.empty() || !outcome.error.message.empty();
  if (outcome.kind == OntapOutcomeKind::kLoginRefused) return login_error(target, told);
  if (outcome.http_status == 403 && ontaps_own) {
    return {ErrorCode::kDenied,
            "the ONTAP role of user '" + one_line(target.user, 60) + "' does not allow " +
                what(call) + " (HTTP 403: " + told + ")",
            target.system.str(),
            "give its role " + call.method + " on " + one_line(call.path, 120)};
  }
  if (!ontaps_own) return no_answer(call, target, outcome, told);
  if (outcome.kind == OntapOutcomeKind::kUncertain) {
    return {ErrorCode::kUnreachable, what(call) + " failed: " + told, target.system.str(), {}};
  }
  return {code_of_refusal(outcome), what(call) + " refused: " + told, target.system.str(), {}};
}

net::Request ontap_request(const OntapCall& call, const OntapTarget& target,
                           const std::string& endpoint, const std::string& user_agent) {
  net::Request out;
  out.method = call.method;
  out.url = endpoint + target_of(call.path, call.query);
  out.headers = {{"Authorization", "Basic " + basic(target)}, {"Accept", "application/json"}};
  if (!call.body.empty()) out.headers.push_back({"Content-Type", "application/json"});
  if (!user_agent.empty()) out.headers.push_back({"User-Agent", user_agent});
  out.body = call.body;
  out.fresh_connection = call.is_write();
  out.tls = target.tls;
  return out;
}

}  // namespace v2only::netapp
