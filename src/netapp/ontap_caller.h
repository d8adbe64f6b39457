// Calls to the ONTAP REST API of many systems: retried, and taken round each system's addresses.
// One thread, nothing blocking but wait(). Facts: netapp.md, part 4.
//
// A login that ONTAP refuses is never tried again: neither at the system's other addresses nor by a
// later call, until know() brings other words. And while a login is not yet known to be good, one
// call of the system at a time is under way. So nobody is locked out by us.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/ids.h"
#include "core/random.h"
#include "core/result.h"
#include "core/secret.h"
#include "net/transport.h"
#include "netapp/call.h"

namespace v2only::netapp {

// How a system is reached.
struct OntapTarget {
  UnitId system;
  std::vector<std::string> endpoints;  // https://HOST[:PORT]: cluster address, node addresses
  std::string user;
  Secret password;
  net::Trust tls;
};

// At which of a system's addresses a call is made. Nothing said: at the one that answered last,
// then at the others.
struct OntapPlace {
  std::string only;  // at this one and no other (one that is not in the target's list may be named)
  std::string avoid;  // not at this one while there is another

  friend bool operator==(const OntapPlace&, const OntapPlace&) = default;
};

struct OntapCall {
  UnitId system;
  std::string method = "GET";  // anything else is a write
  std::string path;            // "/api/cluster/nodes"; may hold a query
  Params query;
  std::string body;  // JSON, for a write
  OntapPlace place;
  std::optional<Guard> guard;  // of a write: what it rests on
  int max_attempts = 0;        // of a read; 0: as the caller's options have it

  bool is_write() const { return method != "GET"; }
  friend bool operator==(const OntapCall&, const OntapCall&) = default;
};

// ONTAP's own error, word for word: `code` is digits, "852115".
struct OntapError {
  std::string code;
  std::string message;
  std::string target;

  friend bool operator==(const OntapError&, const OntapError&) = default;
};

struct OntapReply {
  CallId id = 0;
  Fate fate = Fate::kUnknown;
  int http_status = 0;         // 0: no answer
  std::string body;            // JSON, when kDone; "{}" where a write's answer had none
  std::string job;             // its uuid, where a 202 names one: what was asked has only begun
  std::string endpoint;        // that answered last; empty when none did
  OntapError error;            // where ONTAP itself said no
  bool login_refused = false;  // now or before: 401
  bool held_back = false;      // its guard was too old: nothing was sent
  Error why;                   // one clear line, when not kDone
  int attempts = 0;            // HTTP requests made
};

class OntapCaller {
 public:
  OntapCaller(net::Transport& transport, const Clock& clock, Random random,
              CallerOptions options = {});
  ~OntapCaller();
  OntapCaller(const OntapCaller&) = delete;
  OntapCaller& operator=(const OntapCaller&) = delete;

  // Makes a system known, or its access anew. A refused login is forgotten only where user or
  // password changed.
  void know(OntapTarget target);

  // A call of a system that is not known is refused.
  CallId submit(OntapCall call);

  // Drives everything that is under way until at least one reply is there, wake() was called, or
  // `until` has come; returns all replies that are there (none when it was the time or a wake).
  std::vector<OntapReply> wait(MonoTime until);

  // When it wants wait() to be called at the latest; nothing while all it waits for are answers.
  std::optional<MonoTime> due() const;
  std::size_t in_flight() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Headers and body of one attempt at `endpoint`.
net::Request ontap_request(const OntapCall& call, const OntapTarget& target,
                           const std::string& endpoint, const std::string& user_agent);

}  // namespace v2only::netapp
