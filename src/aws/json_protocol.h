// AWS's JSON 1.1 protocol: the action in a header, its input as one JSON object in a POST.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/caller.h"
#include "aws/errors.h"

namespace v2only::aws {

// The POST of the call to the endpoint (a URL without a slash at its end), not signed yet.
net::Request json_request(const ApiCall& call, const std::string& endpoint,
                          const std::string& user_agent);

// Whether the text is one whole JSON object.
bool is_json_answer(std::string_view text);

// {"__type": "com.amazonaws.kms#NotFoundException", "message": "…"}, or the code in the header
// x-amzn-errortype; nothing when neither names one. The namespace before "#" and the URL after ":"
// are left out. Of the message is cut what parse_error cuts.
std::optional<ErrorAnswer> parse_json_error(const net::Response& response);

}  // namespace v2only::aws
