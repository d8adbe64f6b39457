// The ids of a region's one network: made from the region's name, the same in every run.
#pragma once

#include <array>
#include <string>

#include "core/digest.h"
#include "fleet/instance.h"
#include "sim/state.h"

namespace v2only::sim {

struct RegionNetwork {
  explicit RegionNetwork(const RegionName& region) {
    vpc = "vpc-0" + sha256_hex(region.str()).substr(0, 16);
    route_table = "rtb-0" + sha256_hex(region.str() + " routes").substr(0, 16);
    for (std::size_t i = 0; i < zones.size(); ++i) {
      zones[i] = region.str() + static_cast<char>('a' + i);
      subnets[i] = "subnet-0" + sha256_hex(zones[i]).substr(0, 16);
    }
  }
  std::size_t zone_of(InstanceIndex index) const { return index % zones.size(); }

  std::string vpc;
  std::string route_table;
  std::array<std::string, 3> zones;
  std::array<std::string, 3> subnets;
};

// The interfaces' and volumes' ids follow from the instance's, which is unique.
inline std::string interface_id(const fleet::Instance& instance, int device) {
  return "eni-" + std::to_string(device) + instance.id.str().substr(3);
}
inline std::string volume_id(const fleet::Instance& instance, int device) {
  return "vol-" + std::to_string(device) + instance.id.str().substr(3);
}

}  // namespace v2only::sim
