// AWS's error answers and what their codes mean (facts: error codes, SDK retry modes).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/caller.h"

namespace v2only::aws {

struct ErrorAnswer {
  std::string code;
  std::string message;  // as it came, but for what parse_error cuts out
  std::string request_id;
};

// EC2's <Response><Errors><Error>… and the <ErrorResponse><Error>… of STS and CloudWatch; nothing
// when the text is neither, or has no code. Cut out of the message: encoded authorization blobs,
// and the canonical request that a signature error repeats (it holds the session token).
std::optional<ErrorAnswer> parse_error(std::string_view xml);

// The message without what is cut out of it.
std::string without_blobs(std::string message);

// The answer's own request id: <requestId> of EC2, <RequestId> of the others; empty if none.
std::string request_id_of(std::string_view xml);

// Passing trouble by its code: worth trying again, but what became of a write is not known.
bool is_transient_code(std::string_view code);
// The signature or its time was not accepted: perhaps because of our clock.
bool may_be_clock_skew(std::string_view code);
// The caller was not accepted at all, whatever the action: keys, tokens, account.
bool is_credential_code(std::string_view code);

}  // namespace v2only::aws
