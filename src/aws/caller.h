// Calls to AWS services: signed, governed, retried; one thread, nothing blocking but wait().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/session.h"
#include "core/clock.h"
#include "core/ids.h"
#include "core/random.h"
#include "net/transport.h"

namespace v2only::aws {

using Params = std::vector<std::pair<std::string, std::string>>;

using v2only::Guard;
// The code of a call that its guard held back, as kRefused: nothing was sent.
inline constexpr std::string_view kHeldBackCode = "NotSent";

// One call of a service's Query protocol.
struct ApiCall {
  Service service = Service::kEc2;
  RegionName region;
  std::string action;  // "DescribeInstances"
  Params params;       // without Action and Version
  // A write is sent again only when it was provably not carried out: a throttling code, or a
  // request that never left. Reads are retried on all that the service calls retryable.
  bool write = false;
  // A write that does the same when done twice. libcurl sends a POST again by itself when a kept
  // connection dies unanswered; every other write therefore gets a connection of its own.
  bool repeat_is_harmless = false;
  std::optional<Guard> guard = {};
};

// AWS's own error code decides, before the HTTP status does.
struct ApiError {
  std::string code;           // "UnauthorizedOperation"; "" when the answer had none
  std::string message;        // one line, at most 300 bytes; never holds a credential
  int http_status = 0;        // 0: no answer
  bool no_such_host = false;  // the endpoint's name has no address

  friend bool operator==(const ApiError&, const ApiError&) = default;
};

enum class Fate : std::uint8_t {
  kDone,     // 2xx: body holds the answer
  kRefused,  // not carried out: the service said no, or no request ever left (http_status 0)
  kUnknown,  // no answer, half of one, or one that makes no sense: it may have been carried out
};

using CallId = std::uint64_t;

struct ApiReply {
  CallId id = 0;
  Fate fate = Fate::kUnknown;
  std::string body;        // XML, when kDone
  std::string request_id;  // AWS's; empty when there was none
  ApiError error;          // when not kDone
  int attempts = 0;        // HTTP requests made
};

struct CallerOptions {
  Duration timeout = std::chrono::seconds(30);  // of one attempt
  bool table_rates = false;  // hold calls to the published token buckets (facts: throttling)
  int max_attempts = 8;      // in all, for a read; for a write, of requests that never left
  int max_timeouts = 3;      // attempts of a read that may end by their deadline
  int max_throttled = 60;    // attempts in all, for a write that is throttled each time
  std::string user_agent;    // "v2only/0.1.0 run/r-…"
};

struct CallStats {
  std::uint64_t calls = 0;     // submitted
  std::uint64_t requests = 0;  // HTTP requests, retries included
  std::uint64_t throttled = 0;
};

class Caller {
 public:
  Caller(net::Transport& transport, const Clock& clock, Random random, Session session,
         CallerOptions options);
  ~Caller();
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  CallId submit(ApiCall call);

  // Drives everything that is under way until at least one reply is there, wake() was called, or
  // `until` has come; returns all replies that are there (none when it was the time or a wake).
  std::vector<ApiReply> wait(MonoTime until);

  // When it wants wait() to be called at the latest, for a call whose turn comes then; nothing
  // while all that it waits for are answers. With it, one loop drives several callers.
  std::optional<MonoTime> due() const;

  // Calls submitted and not yet replied to.
  std::size_t in_flight() const;
  const CallStats& stats() const;
  const Session& session() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// One clear line for a person: names the operation, the region, AWS's code, and for a refusal the
// IAM action that is missing ("ec2:DescribeInstances").
Error error_of(const ApiCall& call, const ApiReply& reply);
// "ec2:DescribeInstances", "cloudwatch:GetMetricData", "sts:GetCallerIdentity"
std::string iam_action(const ApiCall& call);

bool is_throttling_code(std::string_view code);
bool is_denied_code(std::string_view code);

}  // namespace v2only::aws
