// What one attempt at a call came to. Private to aws/: caller.cpp decides what follows from it.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "aws/caller.h"

namespace v2only::aws {

enum class OutcomeKind : std::uint8_t {
  kDone,       // 2xx and the expected answer
  kThrottled,  // a throttling code: not carried out
  kNotSent,    // nothing left this machine: not carried out
  kRefused,    // AWS said no: not carried out
  kUncertain,  // no answer, half of one, garbage, trouble on the other side: who knows
};

struct Outcome {
  OutcomeKind kind = OutcomeKind::kUncertain;
  bool timed_out = false;
  ApiError error;
  std::string body;  // kDone
  std::string request_id;
  std::optional<WallTime> server_time;  // the answer's Date header
  std::optional<Duration> retry_after;  // x-amz-retry-after
};

// `credentials`: whatever of them an error message repeats is taken out of it.
Outcome outcome_of(const ApiCall& call, std::variant<net::Response, net::TransportError> result,
                   const Credentials& credentials);

}  // namespace v2only::aws
