#include "sim/addresses.h"

#include <algorithm>

namespace v2only::sim {

Addresses::Addresses(const std::vector<CvoSpec>& systems, const State& state) {
  for (const auto& system : systems) {
    const bool floats = system.failover == FailoverMode::kFloatingIp && system.is_pair();
    for (const auto& node : system.nodes) {
      const auto index = state.find(node.instance);
      if (!index) continue;
      for (const auto& address : node.data_addresses) put(address, *index, floats);
      if (!node.iscsi_address.empty()) put(node.iscsi_address, *index, false);
      if (&node == &system.nodes.front() && !system.cluster_address.empty()) {
        put(system.cluster_address, *index, floats);
      }
    }
  }
}

void Addresses::put(const std::string& address, InstanceIndex at, bool is_route) {
  if (!places_.emplace(address, Place{at, is_route}).second) return;
  if (!is_route) of_instance_[at].push_back(address);
}

std::optional<InstanceIndex> Addresses::holder(const std::string& address) const {
  const auto found = places_.find(address);
  if (found == places_.end()) return std::nullopt;
  return found->second.at;
}

void Addresses::move(const std::string& address, InstanceIndex to) {
  const auto found = places_.find(address);
  if (found == places_.end() || found->second.at == to) return;
  if (!found->second.is_route) {
    std::erase(of_instance_[found->second.at], address);
    of_instance_[to].push_back(address);
  }
  found->second.at = to;
}

std::vector<std::string> Addresses::private_addresses(InstanceIndex index) const {
  const auto found = of_instance_.find(index);
  return found == of_instance_.end() ? std::vector<std::string>() : found->second;
}

std::vector<Addresses::Route> Addresses::routes(const State& state,
                                                const RegionName& region) const {
  std::vector<Route> out;
  for (const auto& [address, place] : places_) {
    if (place.is_route && state.at(place.at).region == region) out.push_back({address, place.at});
  }
  return out;
}

}  // namespace v2only::sim
