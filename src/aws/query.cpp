#include "aws/query.h"

#include <algorithm>

#include "core/percent.h"
#include "core/text.h"

namespace v2only::aws {
namespace {

void append_pair(std::string& out, std::string_view key, std::string_view value) {
  if (!out.empty()) out += '&';
  append_percent_encoded(out, key);
  out += '=';
  append_percent_encoded(out, value);
}

std::string decode(std::string text) {
  std::replace(text.begin(), text.end(), '+', ' ');
  return percent_decode(text);
}

// Past a byte order mark, blanks, the XML declaration and comments.
std::string_view root_of(std::string_view xml) {
  if (xml.starts_with("\xEF\xBB\xBF")) xml.remove_prefix(3);
  for (;;) {
    xml = trim(xml);
    const std::string_view end = xml.starts_with("<?")     ? "?>"
                                 : xml.starts_with("<!--") ? "-->"
                                                           : "";
    if (end.empty()) return xml;
    const auto at = xml.find(end);
    if (at == std::string_view::npos) return {};
    xml.remove_prefix(at + end.size());
  }
}

}  // namespace

std::string_view version_of(Service service) {
  switch (service) {
    case Service::kEc2:
      return "2016-11-15";
    case Service::kSts:
      return "2011-06-15";
    case Service::kCloudWatch:
      return "2010-08-01";
  }
  return "";
}

std::string encode_form(std::string_view action, std::string_view version, const Params& params) {
  std::string out;
  out.reserve(64 + params.size() * 48);
  append_pair(out, "Action", action);
  append_pair(out, "Version", version);
  for (const auto& [key, value] : params) append_pair(out, key, value);
  return out;
}

Params decode_form(std::string_view body) {
  Params out;
  if (body.empty()) return out;
  for (const auto& pair : split(body, '&')) {
    const auto equals = std::min(pair.find('='), pair.size());
    auto value = equals < pair.size() ? pair.substr(equals + 1) : std::string();
    out.emplace_back(decode(pair.substr(0, equals)), decode(std::move(value)));
  }
  return out;
}

net::Request query_request(const ApiCall& call, const std::string& endpoint,
                           const std::string& user_agent) {
  net::Request request;
  request.method = "POST";
  request.url = endpoint + "/";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  if (!user_agent.empty()) request.headers.push_back({"User-Agent", user_agent});
  request.body = encode_form(call.action, version_of(call.service), call.params);
  request.fresh_connection = call.write && !call.repeat_is_harmless;
  return request;
}

bool is_answer_to(std::string_view action, std::string_view xml) {
  const auto root = root_of(xml);
  const auto name = std::string(action) + "Response";
  if (!root.starts_with("<" + name)) return false;
  const auto after = root.substr(name.size() + 1);
  return !after.empty() && std::string_view(" \t\r\n>").find(after.front()) != after.npos &&
         root.ends_with("</" + name + ">");
}

}  // namespace v2only::aws
