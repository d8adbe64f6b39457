#include "pair.h"

#include <gtest/gtest.h>

namespace v2only::sim::testing {

using std::chrono::seconds;

WorldSpec pair_spec(const std::string& version, FailoverMode failover) {
  FleetBuilder build(1);
  FleetBuilder::Cvo cvo{RegionName("eu-west-1"), "cvo1", kSystem, version, "m5.2xlarge", failover};
  build.cvo_pair(cvo);
  auto spec = build.take().world;
  spec.regions = {RegionName("eu-west-1")};
  return spec;
}

WorldSpec single_spec(const std::string& version) {
  FleetBuilder build(1);
  build.cvo_single({RegionName("eu-west-1"), "cvo1", kSystem, version});
  auto spec = build.take().world;
  spec.regions = {RegionName("eu-west-1")};
  return spec;
}

Pair::Pair(WorldSpec spec) : world(std::move(spec), 1, kStart) { world.keep_log(true); }

void Pair::until(const std::function<bool()>& holds) {
  for (int i = 0; i < 3600; ++i) {
    if (holds()) return;
    pass(seconds(1));
  }
  ADD_FAILURE() << "it did not come within an hour";
}

Answer Pair::ontap(const std::string& method, const std::string& path, const std::string& body,
                   const std::string& to) {
  net::Request request;
  request.method = method;
  request.url = "https://" + (to.empty() ? cvo().cluster_address : to) + path;
  request.headers = {
      {"Authorization", "Basic " + to_base64(cvo().user + ":" + cvo().password.reveal())}};
  request.body = body;
  return world.arrive(request, now);
}

json::value Pair::get(const std::string& path, const std::string& to) {
  const auto answer = ontap("GET", path, {}, to);
  EXPECT_EQ(answer.way, Answer::Way::kWhole) << path;
  EXPECT_EQ(answer.response.status / 100, 2) << path << " " << answer.response.body;
  json::error_code error;
  auto value = json::parse(answer.response.body, error);
  EXPECT_FALSE(error) << answer.response.body;
  return value;
}

json::object Pair::node(int number) {
  auto to = address(number);
  if (ontap("GET", "/api/cluster", {}, to).way != Answer::Way::kWhole && cvo().is_pair()) {
    to = address(1 - number);
  }
  const auto all = get("/api/cluster/nodes?fields=*", to);
  for (const auto& record : all.at("records").as_array()) {
    if (record.at("name").as_string() == of(number).name) return record.as_object();
  }
  ADD_FAILURE() << "no such node";
  return {};
}

std::string Pair::takeover(int number) {
  return std::string(node(number).at("ha").at("takeover").at("state").as_string());
}
std::string Pair::giveback(int number) {
  return std::string(node(number).at("ha").at("giveback").at("state").as_string());
}
std::string Pair::uuid(int number) { return std::string(node(number).at("uuid").as_string()); }

std::string Pair::act(int number, const std::string& action) {
  const auto to = cvo().is_pair() ? address(1 - number) : address(number);
  const auto answer =
      ontap("PATCH", "/api/cluster/nodes/" + uuid(number) + "?action=" + action, "{}", to);
  EXPECT_EQ(answer.response.status, 202) << answer.response.body;
  if (answer.response.status != 202) return {};
  return std::string(json::parse(answer.response.body).at("job").at("uuid").as_string());
}

std::string Pair::error_code(const Answer& answer) const {
  json::error_code error;
  const auto value = json::parse(answer.response.body, error);
  if (error || !value.is_object() || !value.as_object().contains("error")) return {};
  return std::string(value.at("error").at("code").as_string());
}

std::string Pair::job_state(const std::string& uuid) {
  for (const auto& node : cvo().nodes) {
    const auto answer =
        ontap("GET", "/api/cluster/jobs/" + uuid + "?fields=state", {}, node.management_address);
    if (answer.way != Answer::Way::kWhole) continue;
    if (answer.response.status == 404) return "gone";
    return std::string(json::parse(answer.response.body).at("state").as_string());
  }
  return "unreachable";
}

std::string Pair::mirror() {
  for (const auto& node : cvo().nodes) {
    const auto answer = ontap("GET", "/api/storage/aggregates?fields=block_storage.mirror.state",
                              {}, node.management_address);
    if (answer.way != Answer::Way::kWhole) continue;
    return std::string(json::parse(answer.response.body)
                           .at("records")
                           .at(0)
                           .at("block_storage")
                           .at("mirror")
                           .at("state")
                           .as_string());
  }
  return "unreachable";
}

Answer Pair::ec2(const std::string& action, const std::string& instance) {
  return ask(world, now, action, {{"InstanceId.1", instance}});
}

void Pair::require_tokens_on(const std::string& instance) {
  const auto answer = ask(world, now, "ModifyInstanceMetadataOptions", require_tokens(instance));
  EXPECT_EQ(answer.response.status, 200) << answer.response.body;
}

void Pair::cycle(int number) {
  const auto partner = 1 - number;
  act(number, "shutdown");
  until([&] { return takeover(partner) == "in_takeover"; });
  pass(seconds(180));
  EXPECT_EQ(ec2("StopInstances", instance(number)).response.status, 200);
  until([&] {
    return world.find(InstanceId(instance(number)))->state == fleet::InstanceState::kStopped;
  });
  require_tokens_on(instance(number));
  EXPECT_EQ(ec2("StartInstances", instance(number)).response.status, 200);
  until([&] { return node_state(number) == "waiting_for_giveback"; });
  until([&] { return node_state(number) == "up"; });
  until([&] { return mirror() == "normal"; });
}

std::vector<LogEntry> Pair::log_of(LogEntry::Kind kind) const {
  std::vector<LogEntry> out;
  for (const auto& line : world.log()) {
    if (line.kind == kind) out.push_back(line);
  }
  return out;
}

}  // namespace v2only::sim::testing
