// Which instance an address leads to, on EC2's side: secondary private addresses of interfaces, and
// /32 routes of addresses outside the VPC.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/cvo_spec.h"
#include "sim/state.h"

namespace v2only::sim {

class Addresses {
 public:
  // Every address begins at the node that is its home.
  Addresses(const std::vector<CvoSpec>& systems, const State& state);

  std::optional<InstanceIndex> holder(const std::string& address) const;
  void move(const std::string& address, InstanceIndex to);

  // Beside the primary one.
  std::vector<std::string> private_addresses(InstanceIndex index) const;
  struct Route {
    std::string address;
    InstanceIndex to = 0;
  };
  std::vector<Route> routes(const State& state, const RegionName& region) const;

 private:
  struct Place {
    InstanceIndex at = 0;
    bool is_route = false;
  };
  void put(const std::string& address, InstanceIndex at, bool is_route);

  std::map<std::string, Place> places_;
  std::map<InstanceIndex, std::vector<std::string>> of_instance_;  // private ones
};

}  // namespace v2only::sim
