#include "sim/clusters.h"

namespace v2only::sim {
namespace {

template <class Key>
Cluster* look_up(const std::unordered_map<Key, Cluster*>& in, const Key& key) {
  const auto found = in.find(key);
  return found == in.end() ? nullptr : found->second;
}

}  // namespace

Clusters::Clusters(const std::vector<CvoSpec>& systems, const Cluster::Around& around,
                   WallTime start) {
  for (const auto& system : systems) {
    if (system.nodes.empty() || system.nodes.size() > 2) continue;
    all_.push_back(std::make_unique<Cluster>(system, around, start));
    auto* cluster = all_.back().get();
    by_system_.emplace(system.system, cluster);
    by_address_.emplace(system.cluster_address, cluster);
    for (const auto& node : system.nodes) {
      by_address_.emplace(node.management_address, cluster);
      for (const auto& address : node.data_addresses) by_data_.emplace(address, cluster);
      if (!node.iscsi_address.empty()) by_data_.emplace(node.iscsi_address, cluster);
      if (const auto index = around.ec2.find(node.instance)) by_instance_.emplace(*index, cluster);
    }
    if (!system.mediator) continue;
    if (const auto index = around.ec2.find(*system.mediator)) by_instance_.emplace(*index, cluster);
  }
}

Cluster* Clusters::find(const UnitId& system) const { return look_up(by_system_, system); }
Cluster* Clusters::by_address(const std::string& address) const {
  return look_up(by_address_, address);
}
Cluster* Clusters::by_data_address(const std::string& address) const {
  return look_up(by_data_, address);
}

void Clusters::on_power(InstanceIndex instance, PowerEvent event, WallTime at) {
  if (auto* cluster = look_up(by_instance_, instance)) cluster->on_power(instance, event, at);
}

void Clusters::on_options(InstanceIndex instance, WallTime at) {
  if (auto* cluster = look_up(by_instance_, instance)) cluster->on_options(at);
}

}  // namespace v2only::sim
