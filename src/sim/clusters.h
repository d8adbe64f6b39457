// All the ONTAP clusters of a world, found by what leads to them.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/cluster.h"

namespace v2only::sim {

class Clusters {
 public:
  Clusters(const std::vector<CvoSpec>& systems, const Cluster::Around& around, WallTime start);

  const std::vector<std::unique_ptr<Cluster>>& all() const { return all_; }
  Cluster* find(const UnitId& system) const;
  // By one of its management addresses.
  Cluster* by_address(const std::string& address) const;
  // By one of its data addresses.
  Cluster* by_data_address(const std::string& address) const;

  void on_power(InstanceIndex instance, PowerEvent event, WallTime at);
  void on_options(InstanceIndex instance, WallTime at);

 private:
  std::vector<std::unique_ptr<Cluster>> all_;
  std::unordered_map<UnitId, Cluster*> by_system_;
  std::unordered_map<std::string, Cluster*> by_address_;
  std::unordered_map<std::string, Cluster*> by_data_;
  std::unordered_map<InstanceIndex, Cluster*> by_instance_;
};

}  // namespace v2only::sim
