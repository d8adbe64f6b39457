// The Query protocol: one action and flat parameters, as an HTML form in a POST.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/caller.h"

namespace v2only::aws {

std::string_view version_of(Service service);  // "2016-11-15" for EC2

// "Action=…&Version=…&…", the parameters in the order given. A blank is %20, never "+".
std::string encode_form(std::string_view action, std::string_view version, const Params& params);
// The pairs in their order; a "+" is a blank here. A pair without "=" has an empty value.
Params decode_form(std::string_view body);

// The POST of the call to the endpoint (a URL without a slash at its end), not signed yet.
net::Request query_request(const ApiCall& call, const std::string& endpoint,
                           const std::string& user_agent);

// Whether the text begins with the element `<ActionResponse` (after declaration and comments) and
// ends with its end tag: half an answer, or a page of something else, does not.
bool is_answer_to(std::string_view action, std::string_view xml);

}  // namespace v2only::aws
