// Makes one call of aws/ against an endpoint, and prints what its codec read as JSON:
//
//   aws_calls ENDPOINT REGION CALL [ARGUMENT …]
//
// Keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Exit 1: the error is on stderr.
#include <boost/json.hpp>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <span>
#include <string>

#include "aws/dry_run.h"
#include "aws/ec2_attribute.h"
#include "aws/ec2_console.h"
#include "aws/ec2_network.h"
#include "aws/ec2_power.h"
#include "aws/ec2_status.h"
#include "aws/ec2_volumes.h"
#include "aws/kms.h"
#include "net/curl_transport.h"
#include "net/system_clock.h"

namespace v2only::aws {
namespace {

namespace json = boost::json;
using Shown = Result<json::value>;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

class Client {
 public:
  Client(std::string endpoint, RegionName region) : region_(std::move(region)) {
    session_.endpoint_url = std::move(endpoint);
    session_.credentials = {variable("AWS_ACCESS_KEY_ID"),
                            Secret(variable("AWS_SECRET_ACCESS_KEY")), Secret(), "environment"};
  }

  const RegionName& region() const { return region_; }

  ApiReply reply_to(const ApiCall& call) {
    Caller caller(transport_, clock_, Random(1), session_, {});
    caller.submit(call);
    return caller.wait(clock_.now().mono + std::chrono::minutes(5)).at(0);
  }

  Result<std::string> body_of(const ApiCall& call) {
    auto reply = reply_to(call);
    if (reply.fate != Fate::kDone) return Unexpected{error_of(call, reply)};
    return std::move(reply.body);
  }

 private:
  RegionName region_;
  net::SystemClock clock_;
  net::CurlTransport transport_;
  Session session_;
};

json::value time_or_null(const std::optional<WallTime>& time) {
  return time ? json::value(format_utc(*time)) : json::value(nullptr);
}

Shown status(Client& client, const std::string& instance) {
  V2_TRY(const auto body,
         client.body_of(describe_instance_status(client.region(), {InstanceId(instance)})));
  V2_TRY(const auto read, parse_instance_status(body));
  json::array out;
  for (const auto& one : read) {
    out.push_back(json::object{{"Id", one.id.str()},
                               {"State", fleet::name_of(one.state)},
                               {"Instance", one.instance_check},
                               {"System", one.system_check},
                               {"Events", one.events.size()}});
  }
  return json::value(std::move(out));
}

Shown shutdown_behaviour(Client& client, const std::string& instance) {
  V2_TRY(const auto body,
         client.body_of(describe_shutdown_behaviour(client.region(), InstanceId(instance))));
  V2_TRY(const auto read, parse_shutdown_behaviour(body));
  return json::value(read);
}

Shown stop_protection(Client& client, const std::string& instance) {
  V2_TRY(const auto body,
         client.body_of(describe_stop_protection(client.region(), InstanceId(instance))));
  V2_TRY(const bool read, parse_stop_protection(body));
  return json::value(read);
}

Shown volumes(Client& client, const std::string& instance) {
  V2_TRY(const auto body,
         client.body_of(describe_volumes(client.region(), {InstanceId(instance)}, "")));
  V2_TRY(const auto page, parse_volumes(body));
  json::array out;
  for (const auto& one : page.volumes) {
    json::array instances;
    for (const auto& attachment : one.attachments) {
      instances.emplace_back(attachment.instance.str() + " " + attachment.device);
    }
    out.push_back(json::object{{"Id", one.id},
                               {"State", one.state},
                               {"Encrypted", one.encrypted},
                               {"Key", one.kms_key},
                               {"Attached", std::move(instances)}});
  }
  return json::value(std::move(out));
}

Shown interfaces(Client& client, const std::string& address) {
  V2_TRY(const auto body, client.body_of(describe_network_interfaces(
                              client.region(), {{"addresses.private-ip-address", {address}}}, "")));
  V2_TRY(const auto page, parse_network_interfaces(body));
  json::array out;
  for (const auto& one : page.interfaces) {
    out.push_back(
        json::object{{"Id", one.id},
                     {"Vpc", one.vpc},
                     {"Instance", one.instance.str()},
                     {"Addresses", json::array(one.addresses.begin(), one.addresses.end())}});
  }
  return json::value(std::move(out));
}

Shown routes(Client& client, const std::string& destination) {
  V2_TRY(const auto body,
         client.body_of(describe_route_tables(
             client.region(), {{"route.destination-cidr-block", {destination}}}, "")));
  V2_TRY(const auto page, parse_route_tables(body));
  json::array out;
  for (const auto& table : page.tables) {
    for (const auto& route : table.routes) {
      out.push_back(json::object{{"Table", table.id},
                                 {"Destination", route.destination},
                                 {"Interface", route.network_interface},
                                 {"Instance", route.instance.str()},
                                 {"State", route.state}});
    }
  }
  return json::value(std::move(out));
}

Shown console(Client& client, const std::string& instance) {
  V2_TRY(const auto body,
         client.body_of(get_console_output(client.region(), InstanceId(instance), false)));
  V2_TRY(const auto read, parse_console_output(body));
  return json::value(json::object{
      {"Id", read.instance.str()}, {"Updated", time_or_null(read.updated)}, {"Text", read.text}});
}

json::value shown(const StateChange& change) {
  return json::object{{"Id", change.instance.str()},
                      {"Previous", fleet::name_of(change.previous)},
                      {"Current", fleet::name_of(change.current)}};
}

Shown stop(Client& client, const std::string& instance) {
  V2_TRY(const auto body, client.body_of(stop_instance(client.region(), InstanceId(instance))));
  V2_TRY(const auto read, parse_stop(body));
  return shown(read);
}

Shown start(Client& client, const std::string& instance) {
  V2_TRY(const auto body, client.body_of(start_instance(client.region(), InstanceId(instance))));
  V2_TRY(const auto read, parse_start(body));
  return shown(read);
}

Shown reboot(Client& client, const std::string& instance) {
  V2_TRY(const auto body, client.body_of(reboot_instance(client.region(), InstanceId(instance))));
  if (const auto read = parse_reboot(body); !read) return Unexpected{read.error()};
  return json::value(true);
}

Shown may_stop(Client& client, const std::string& instance) {
  const auto call = dry_run(stop_instance(client.region(), InstanceId(instance)));
  const auto answer = dry_run_answer(call, client.reply_to(call));
  return json::value(json::object{{"Allowed", answer.permission == Permission::kAllowed},
                                  {"Denied", answer.permission == Permission::kDenied},
                                  {"Action", answer.action},
                                  {"Why", answer.why}});
}

Shown key(Client& client, const std::string& id) {
  V2_TRY(const auto body, client.body_of(describe_key(client.region(), id)));
  V2_TRY(const auto read, parse_key(body));
  return json::value(json::object{
      {"Id", read.id}, {"Arn", read.arn}, {"State", read.state}, {"Manager", read.manager}});
}

using Make = Shown (*)(Client&, const std::string&);

const std::map<std::string, Make>& calls() {
  static const std::map<std::string, Make> kCalls = {
      {"status", status},         {"shutdown-behaviour", shutdown_behaviour},
      {"volumes", volumes},       {"stop-protection", stop_protection},
      {"interfaces", interfaces}, {"routes", routes},
      {"console", console},       {"stop", stop},
      {"start", start},           {"reboot", reboot},
      {"may-stop", may_stop},     {"key", key}};
  return kCalls;
}

int run(std::span<char*> words) {
  const auto found = words.size() == 5 ? calls().find(words[3]) : calls().end();
  if (found == calls().end()) {
    std::cerr << "usage: aws_calls ENDPOINT REGION CALL ARGUMENT\n";
    return 1;
  }
  Client client(words[1], RegionName(words[2]));
  const auto shown = found->second(client, words[4]);
  if (!shown) {
    std::cerr << to_string(shown.error()) << '\n';
    return 1;
  }
  std::cout << json::serialize(*shown) << '\n';
  return 0;
}

}  // namespace
}  // namespace v2only::aws

int main(int argc, char** argv) {
  return v2only::aws::run(std::span(argv, static_cast<std::size_t>(argc)));
}
