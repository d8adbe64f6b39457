// What one attempt at a Console call, or at a token, came to. Private to netapp/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "netapp/console_caller.h"

namespace v2only::netapp {

enum class ConsoleOutcomeKind : std::uint8_t {
  kDone,
  kRefused,       // nothing was carried out
  kTokenRefused,  // 401: nothing was carried out; a new token may do
  kNotSent,       // nothing left this machine
  kUncertain,     // it may have been carried out; a read is worth another try
};

struct ConsoleOutcome {
  ConsoleOutcomeKind kind = ConsoleOutcomeKind::kUncertain;
  int http_status = 0;
  std::string body;
  std::string request_id;
  std::string said;  // one line
};

using HttpResult = std::variant<net::Response, net::TransportError>;

// `token` is cut out of whatever texts come back.
ConsoleOutcome console_outcome(const ConsoleCall& call, const HttpResult& result,
                               const Secret& token);
// The line for a person about a call that did not get through. Not for kDone.
Error console_error(const ConsoleCall& call, const ConsoleTarget& target,
                    const ConsoleOutcome& outcome);

net::Request console_request(const ConsoleCall& call, const ConsoleTarget& target,
                             const Secret& token, const std::string& user_agent);
net::Request token_request(const ConsoleTarget& target, const std::string& user_agent);

struct Token {
  Secret text;
  Duration lifetime{};
};
struct TokenOutcome {
  std::optional<Token> token;
  bool refused = false;  // the host said no to the login: not to be tried again
  Error why;             // without a token
};
TokenOutcome token_outcome(const ConsoleTarget& target, const HttpResult& result);

}  // namespace v2only::netapp
