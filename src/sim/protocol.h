// From HTTP to a Call and back: how each protocol writes its successes and its refusals.
#pragma once

#include <string>
#include <string_view>

#include "net/transport.h"
#include "sim/auth.h"
#include "sim/call.h"

namespace v2only::sim {

// Service, region and caller come from the credential scope, action and parameters from the body
// (or the query string of a GET). Nothing is checked yet.
Call read_call(const net::Request& request, const Claims& claims);
// Without an Authorization header nobody knows the service; what the request looks like decides
// the refusal's form.
Protocol guess_protocol(const net::Request& request);

net::Response write_success(Protocol protocol, std::string body, const std::string& request_id,
                            WallTime now);
net::Response write_fault(Protocol protocol, const ApiFault& fault, const std::string& request_id,
                          WallTime now);
// A proxy's page, which no AWS service wrote.
net::Response html_page(int status, WallTime now);

// "Tue, 24 Nov 2026 07:33:12 GMT", as the Date header has it: callers correct their clocks by it.
std::string http_date(WallTime time);

}  // namespace v2only::sim
