#include "sim/console_records.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

namespace v2only::sim {
namespace {

constexpr std::array<std::string_view, 6> kNested = {
    "status", "awsProperties", "haProperties", "ontapClusterProperties", "activeActions", "svms"};

bool is_stopped(const State& ec2, const Cluster::Node& node) {
  if (!node.instance) return true;
  const auto state = ec2.at(*node.instance).state;
  return state == fleet::InstanceState::kStopped || state == fleet::InstanceState::kStopping;
}

json::object instance_record(const fleet::Instance& instance, bool is_vsa) {
  json::array tags;
  for (const auto& [key, value] : instance.tags) {
    tags.emplace_back(json::object{{"tagKey", key}, {"tagValue", value}});
  }
  return {{"id", instance.id.str()},
          {"name", instance.name},
          {"instanceType", instance.type},
          {"state", fleet::name_of(instance.state)},
          {"privateIpAddress", instance.private_ip},
          {"publicIpAddress", nullptr},
          {"imageId", instance.image_id.str()},
          {"tags", std::move(tags)},
          {"isVsaInstance", is_vsa},
          {"isOCCMInstance", false}};
}

json::object aws_properties(const Cluster& cluster, const State& ec2) {
  json::array instances;
  std::string region;
  std::string account;
  const auto add = [&](const fleet::Instance& instance, bool is_vsa) {
    region = instance.region.str();
    account = instance.account.str();
    instances.emplace_back(instance_record(instance, is_vsa));
  };
  for (const auto& node : cluster.nodes()) {
    if (node.instance) add(ec2.at(*node.instance), true);
  }
  if (const auto& mediator = cluster.spec().mediator) {
    if (const auto index = ec2.find(*mediator)) add(ec2.at(*index), false);
  }
  return {{"regionName", region}, {"accountId", account}, {"instances", std::move(instances)}};
}

json::object ontap_properties(const Cluster& cluster) {
  json::array nodes;
  for (std::size_t i = 0; i < cluster.nodes().size(); ++i) {
    const auto& spec = cluster.spec().nodes[i];
    nodes.emplace_back(json::object{{"name", spec.name},
                                    {"cloudProviderId", spec.instance.str()},
                                    {"health", cluster.is_up(i)},
                                    {"inTakeover", cluster.nodes()[i].storage_at != i}});
  }
  return {{"clusterName", cluster.spec().name},
          {"clusterUuid", cluster.uuid()},
          {"ontapVersion", cluster.spec().version},
          {"nodes", std::move(nodes)}};
}

json::object ha_properties(const Cluster& cluster) {
  const bool good = cluster.mediator_up();
  const bool floats = cluster.spec().failover == FailoverMode::kFloatingIp;
  return {{"failoverMode", floats ? "FloatingIP" : "PrivateIP"},
          {"mediatorStatus",
           {{"statusCode", good ? 200 : 503},
            {"statusMessage", good ? "Mediator is reachable" : "Mediator cannot be reached"}}},
          {"mediatorVersionsToUpdate", json::array{}}};
}

json::object status_record(const Console& console, const Cluster& cluster) {
  const auto* agent = console.agent_of(cluster.spec());
  const bool imds = agent != nullptr && console.has_imds(*agent);
  return {{"status", system_status(cluster, console.ec2())},
          {"message", ""},
          {"failureCauses",
           {{"invalidOntapCredentials", false},
            {"noCloudProviderConnection", !imds},
            {"invalidCloudProviderCredentials", false}}}};
}

}  // namespace

std::string system_status(const Cluster& cluster, const State& ec2) {
  const auto& nodes = cluster.nodes();
  const auto up = std::count_if(nodes.begin(), nodes.end(), [&](const auto& node) {
    return cluster.is_up(static_cast<std::size_t>(&node - nodes.data()));
  });
  if (static_cast<std::size_t>(up) == nodes.size()) return "ON";
  if (up > 0) return "DEGRADED";
  const bool off = std::all_of(nodes.begin(), nodes.end(),
                               [&](const auto& node) { return is_stopped(ec2, node); });
  return off ? "OFF" : "INITIALIZING";
}

json::object system_row(const Cluster& cluster) {
  json::object out = {
      {"publicId", cluster.spec().system.str()}, {"name", cluster.spec().name},
      {"isHA", cluster.spec().is_pair()},        {"cloudProviderName", "Amazon"},
      {"workingEnvironmentType", "VSA"},         {"tenantId", "workspace-simulated"},
      {"svmName", "svm_" + cluster.spec().name}};
  for (const auto name : kNested) out[name] = nullptr;
  return out;
}

json::object system_record(const Console& console, const Cluster& cluster,
                           const std::vector<std::string>& fields, WallTime) {
  auto out = system_row(cluster);
  const auto wanted = [&](std::string_view name) {
    return std::any_of(fields.begin(), fields.end(), [&](const std::string& field) {
      return field == name || field == "*" ||
             (field.starts_with(name) && field[name.size()] == '.');
    });
  };
  if (wanted("status")) out["status"] = status_record(console, cluster);
  if (wanted("awsProperties")) out["awsProperties"] = aws_properties(cluster, console.ec2());
  if (wanted("ontapClusterProperties")) {
    out["ontapClusterProperties"] = ontap_properties(cluster);
  }
  if (wanted("haProperties") && cluster.spec().is_pair()) {
    out["haProperties"] = ha_properties(cluster);
  }
  if (wanted("activeActions")) {
    json::array actions;
    const auto action = console.active_action(cluster.spec().system);
    if (!action.empty()) actions.emplace_back(json::object{{"actionName", action}});
    out["activeActions"] = std::move(actions);
  }
  return out;
}

}  // namespace v2only::sim
