// How a service is spoken to: EC2, STS and CloudWatch by the Query protocol, KMS by JSON 1.1.
// Private to aws/.
#pragma once

#include <optional>
#include <string>

#include "aws/caller.h"
#include "aws/errors.h"

namespace v2only::aws {

// The POST of the call to the endpoint (a URL without a slash at its end), not signed yet.
net::Request request_of(const ApiCall& call, const std::string& endpoint,
                        const std::string& user_agent);

// Whether the body is a whole answer to the call.
bool is_answer(const ApiCall& call, std::string_view body);

// The service's own words on why not; nothing where the answer holds none.
std::optional<ErrorAnswer> error_in(const ApiCall& call, const net::Response& response);

}  // namespace v2only::aws
