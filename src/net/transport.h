// One interface to the network: a request in, its completion later, and the waiting in between.
//
// Completions come only out of wait(), never from inside start(), so that nothing re-enters. A
// request ends in exactly one completion. One thread uses a Transport; only wake() may be called
// from others (or from a signal handler).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/time.h"

namespace v2only::net {

struct Header {
  std::string name;
  std::string value;

  friend bool operator==(const Header&, const Header&) = default;
};

// Whom a request over https trusts. Empty: the transport's own trust (the system's store).
struct Trust {
  std::string ca_file;  // a PEM file that counts instead; the host name is checked as usual
  // "sha256:" and 64 hexadecimal digits, over the DER of the server's own certificate. It must be
  // that very one, and nothing else is asked: no chain, host name or date. Goes before `ca_file`.
  std::string fingerprint;

  bool empty() const { return ca_file.empty() && fingerprint.empty(); }
  friend bool operator==(const Trust&, const Trust&) = default;
};

struct Request {
  std::string method = "GET";
  std::string url;
  std::vector<Header> headers;
  std::string body;
  // A connection of its own: libcurl sends a POST again by itself when a reused connection dies
  // unanswered, which must not happen to a call that is not safe to repeat.
  bool fresh_connection = false;
  // A connection made under another trust never carries the request. With a trust, a URL that is
  // not https is refused.
  Trust tls;
  // Only connects, by no proxy, and lets go again: no byte of a request is sent. The URL is
  // http://HOST:PORT whatever is spoken there; the response has status 0.
  bool connect_only = false;
  std::size_t max_response_bytes = 64U << 20U;
};

struct Response {
  int status = 0;
  std::vector<Header> headers;
  std::string body;

  // The first header of that name (case ignored), or an empty text.
  std::string_view header(std::string_view name) const;
};

enum class TransportErrorKind : std::uint8_t {
  kResolve,  // the host name has no address
  kConnect,  // refused, unreachable
  kTls,      // no trust, no handshake
  kProxy,
  kTimeout,  // the deadline passed
  kCut,      // the connection ended inside the answer, or before it
  kNotHttp,  // what came back is not HTTP
  kTooLarge,
  kOther,
};
std::string_view name_of(TransportErrorKind kind);

// Whether the other side can have seen the request decides whether a write may be repeated.
enum class Sent : std::uint8_t { kNo, kMaybe };

struct TransportError {
  TransportErrorKind kind = TransportErrorKind::kOther;
  Sent sent = Sent::kMaybe;
  std::string message;     // one line, without the request's headers or body
  bool ca_unread = false;  // of kTls: the CA file is no such, whatever the server shows
};

using RequestId = std::uint64_t;

struct Completion {
  RequestId id = 0;
  std::variant<Response, TransportError> result;
};

class Transport {
 public:
  virtual ~Transport() = default;

  // The answer, or a timeout, is out of wait() no later than shortly after `deadline`.
  virtual RequestId start(Request request, MonoTime deadline) = 0;

  // Waits for something to come in, for wake(), or until `until`; then returns all that has come.
  virtual std::vector<Completion> wait(MonoTime until) = 0;

  // Ends a wait() that is under way, or the next one. Safe in a signal handler.
  virtual void wake() = 0;

 protected:
  Transport() = default;
  Transport(const Transport&) = default;
  Transport& operator=(const Transport&) = default;
};

}  // namespace v2only::net
