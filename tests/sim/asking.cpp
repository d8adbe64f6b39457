#include "asking.h"

#include <pugixml.hpp>

#include "aws/sigv4.h"

namespace v2only::sim::testing {
namespace {

std::string encode(const std::string& text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    }
  }
  return out;
}

std::string version_of(const std::string& service) {
  if (service == "sts") return "2011-06-15";
  return service == "monitoring" ? "2010-08-01" : "2016-11-15";
}

void collect(const pugi::xml_node& node, const std::string& name, std::vector<std::string>& out) {
  for (const auto& child : node.children()) {
    if (child.name() == name) out.emplace_back(child.text().get());
    collect(child, name, out);
  }
}

}  // namespace

InstanceSpec plain_instance(int number) {
  InstanceSpec spec;
  spec.instance.id = InstanceId(instance_id(number));
  spec.instance.region = RegionName("eu-west-1");
  spec.instance.state = fleet::InstanceState::kRunning;
  spec.instance.image_id = ImageId("ami-0aaaaaaaaaaaaaaaa");
  spec.instance.type = "m5.large";
  spec.instance.launched = kStart - std::chrono::hours(24 * 365);
  spec.instance.private_ip = "10.0.0." + std::to_string(number % 250);
  spec.instance.network_interfaces = 1;
  return spec;
}

WorldSpec plain_spec(int count) {
  WorldSpec spec;
  spec.regions = {RegionName("eu-west-1"), RegionName("us-east-1")};
  spec.regions_not_opted_in = {RegionName("ap-east-1")};
  for (int i = 0; i < count; ++i) spec.instances.push_back(plain_instance(i));
  return spec;
}

net::Request Asker::request(const std::string& action, const Params& params, WallTime now) const {
  net::Request request;
  request.method = "POST";
  request.url = "http://127.0.0.1:4566/";
  request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"});
  request.body = "Action=" + action + "&Version=" + version_of(service);
  for (const auto& [name, value] : params) request.body += "&" + encode(name) + "=" + encode(value);
  sign(request, now);
  return request;
}

net::Request Asker::json_request(const std::string& target, const std::string& body,
                                 WallTime now) const {
  net::Request request;
  request.method = "POST";
  request.url = "http://127.0.0.1:4566/";
  request.headers = {{"Content-Type", "application/x-amz-json-1.1"}, {"X-Amz-Target", target}};
  request.body = body;
  sign(request, now);
  return request;
}

void Asker::sign(net::Request& request, WallTime now) const {
  aws::Credentials credentials;
  credentials.access_key_id = access_key_id;
  credentials.secret_access_key = Secret(secret);
  aws::sign(request, credentials, {region, service}, now + clock_error);
}

Answer ask(World& world, WallTime now, const std::string& action, const Params& params,
           const Asker& asker) {
  return world.arrive(asker.request(action, params, now), now);
}

std::vector<std::string> texts(const Answer& answer, const std::string& element) {
  pugi::xml_document document;
  std::vector<std::string> out;
  if (document.load_string(answer.response.body.c_str())) collect(document, element, out);
  return out;
}

std::string text(const Answer& answer, const std::string& element) {
  const auto all = texts(answer, element);
  return all.empty() ? std::string() : all.front();
}

fleet::OptionSet options(std::string_view tokens, int hops, std::string_view endpoint) {
  using fleet::OptionField;
  return fleet::OptionSet()
      .set(OptionField::kHttpTokens, std::string(tokens))
      .set(OptionField::kHttpPutResponseHopLimit, std::to_string(hops))
      .set(OptionField::kHttpEndpoint, std::string(endpoint));
}

Params require_tokens(const std::string& id) {
  return {{"InstanceId", id}, {"HttpTokens", "required"}, {"HttpEndpoint", "enabled"}};
}

}  // namespace v2only::sim::testing
