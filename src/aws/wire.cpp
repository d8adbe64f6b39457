#include "aws/wire.h"

#include "aws/json_protocol.h"
#include "aws/query.h"

namespace v2only::aws {
namespace {

bool speaks_json(const ApiCall& call) { return call.service == Service::kKms; }

}  // namespace

net::Request request_of(const ApiCall& call, const std::string& endpoint,
                        const std::string& user_agent) {
  return speaks_json(call) ? json_request(call, endpoint, user_agent)
                           : query_request(call, endpoint, user_agent);
}

bool is_answer(const ApiCall& call, std::string_view body) {
  return speaks_json(call) ? is_json_answer(body) : is_answer_to(call.action, body);
}

std::optional<ErrorAnswer> error_in(const ApiCall& call, const net::Response& response) {
  return speaks_json(call) ? parse_json_error(response) : parse_error(response.body);
}

}  // namespace v2only::aws
