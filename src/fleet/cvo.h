// A CVO system as a plan changes it: its members in their roles, and what was known of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/time.h"

namespace v2only::fleet {

struct CvoNode {
  InstanceId instance;
  std::string name;  // ONTAP's
  std::string uuid;  // ONTAP's
  std::string management_address;
  bool restart = true;  // false: its options and its restart since are proven already

  friend bool operator==(const CvoNode&, const CvoNode&) = default;
};

struct CvoSystem {
  std::string cluster;         // name
  std::string cluster_uuid;    // an ONTAP that answers with another is somebody else's
  std::vector<CvoNode> nodes;  // in the order in which they are restarted; two of a pair
  RegionName region;
  std::optional<InstanceId> mediator;
  bool reboot_mediator = true;  // false: as CvoNode::restart
  bool floating = false;        // its data addresses are routes (multi-AZ), not private addresses
  // FabricPool stores that it had when it was planned, "aggr1 to bucket": they have to be back too.
  std::vector<std::string> cloud_stores;
  // The Console agents that manage it; none: nobody says which, so all that the plan changes do.
  std::vector<InstanceId> agents;
  std::string console_agent;  // the Console's id of the agent; empty: not told, or not needed
  // The soak of an agent that an earlier run has changed ends then: it does not begin before.
  std::optional<WallTime> agents_soaked;

  bool pair() const { return nodes.size() == 2; }
  const CvoNode& partner_of(std::size_t node) const { return nodes[1 - node]; }

  friend bool operator==(const CvoSystem&, const CvoSystem&) = default;
};

}  // namespace v2only::fleet
