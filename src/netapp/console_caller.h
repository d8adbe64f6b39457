// Calls to the NetApp Console, or to an agent in restricted mode: logged in, retried. One thread,
// nothing blocking but wait(). Facts: netapp.md, part 5.
//
// A token is fetched when the first call needs one, kept in memory only, and fetched anew shortly
// before it ends, or once for a call that is answered 401. A login that the token host refuses is
// not tried again, and none goes over plain http to another machine. In restricted mode there is no
// token: the agent is asked as it is.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/random.h"
#include "core/result.h"
#include "core/secret.h"
#include "net/transport.h"
#include "netapp/call.h"

namespace v2only::netapp {

struct ConsoleTarget {
  std::string endpoint;  // "https://api.bluexp.netapp.com"; empty in restricted mode
  std::string account;   // "account-…"; empty: no account is named to the Console
  std::string agent;     // "http://10.0.0.5": restricted mode
  // Either client id and secret (a service account), or a refresh token (a user).
  Secret client_id;
  Secret client_secret;
  Secret refresh_token;
  std::string token_url;  // empty: token_url_of(endpoint)

  bool restricted() const { return !agent.empty(); }
};

// The token host that goes with an endpoint: the older Console's is Auth0's, all others have their
// own below /auth.
std::string token_url_of(const std::string& endpoint);

struct ConsoleCall {
  std::string method = "GET";  // anything else is a write
  std::string path;            // "/occm/api/working-environments"
  Params query;
  std::string agent;  // the id of the agent that it goes to, without the suffix "clients"
  std::string body;   // JSON, for a write
  std::optional<Guard> guard;

  bool is_write() const { return method != "GET"; }
  friend bool operator==(const ConsoleCall&, const ConsoleCall&) = default;
};

struct ConsoleReply {
  CallId id = 0;
  Fate fate = Fate::kUnknown;
  int http_status = 0;         // 0: no answer
  std::string body;            // JSON, of a read that is kDone
  std::string request_id;      // OnCloud-Request-Id, whatever the status; may be empty
  bool busy = false;           // 409: another operation is under way; worth another try later
  bool login_refused = false;  // by the token host, now or before; or 401 to a token just fetched
  bool held_back = false;      // its guard was too old: nothing was sent
  Error why;                   // one clear line, when not kDone
  int attempts = 0;            // HTTP requests made, those for tokens left out
};

class ConsoleCaller {
 public:
  ConsoleCaller(net::Transport& transport, const Clock& clock, Random random, ConsoleTarget target,
                CallerOptions options = {});
  ~ConsoleCaller();
  ConsoleCaller(const ConsoleCaller&) = delete;
  ConsoleCaller& operator=(const ConsoleCaller&) = delete;

  CallId submit(ConsoleCall call);

  // As OntapCaller has them.
  std::vector<ConsoleReply> wait(MonoTime until);
  std::optional<MonoTime> due() const;
  std::size_t in_flight() const;

  // Whether there is a login, not refused so far, that brings new tokens without a person.
  bool renews_unattended() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace v2only::netapp
