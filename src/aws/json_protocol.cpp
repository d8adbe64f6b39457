#include "aws/json_protocol.h"

#include <boost/json.hpp>

#include "core/json.h"
#include "core/text.h"

namespace v2only::aws {
namespace {

std::string target_of(const ApiCall& call) { return "TrentService." + call.action; }

std::string text_in(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

std::string bare(std::string_view code) {
  code = code.substr(0, code.find(':'));
  const auto hash = code.rfind('#');
  if (hash != std::string_view::npos) code.remove_prefix(hash + 1);
  return std::string(trim(code));
}

}  // namespace

net::Request json_request(const ApiCall& call, const std::string& endpoint,
                          const std::string& user_agent) {
  net::Request request;
  request.method = "POST";
  request.url = endpoint + "/";
  request.headers = {{"Content-Type", "application/x-amz-json-1.1"},
                     {"X-Amz-Target", target_of(call)}};
  if (!user_agent.empty()) request.headers.push_back({"User-Agent", user_agent});
  request.body = call.json.empty() ? "{}" : call.json;
  request.fresh_connection = call.write && !call.repeat_is_harmless;
  return request;
}

bool is_json_answer(std::string_view text) {
  const auto parsed = parse_json(text, "answer");
  return parsed && parsed->is_object();
}

std::optional<ErrorAnswer> parse_json_error(const net::Response& response) {
  const auto parsed = parse_json(response.body, "answer");
  const auto* object = parsed ? parsed->if_object() : nullptr;
  ErrorAnswer answer;
  answer.code = bare(response.header("x-amzn-errortype"));
  if (object != nullptr) {
    if (auto code = bare(text_in(*object, "__type")); !code.empty()) answer.code = std::move(code);
    answer.message = text_in(*object, "message");
    if (answer.message.empty()) answer.message = text_in(*object, "Message");
    answer.message = without_blobs(std::move(answer.message));
  }
  if (answer.code.empty()) return std::nullopt;
  return answer;
}

}  // namespace v2only::aws
