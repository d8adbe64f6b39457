// Inventory and facts become units: the instances that change together.
#pragma once

#include <string>
#include <vector>

#include "core/ids.h"
#include "fleet/facts.h"
#include "fleet/identify.h"
#include "fleet/instance.h"
#include "fleet/profile.h"

namespace v2only::fleet {

struct Member {
  std::size_t index = 0;  // in Inventory::instances
  std::string workload;   // a profile's name; empty: a CVO instance whose role nobody has named
  std::string version;    // as the operator gave it; empty: not said
  std::string source;     // what says so; empty: nothing does, and it passes as generic

  friend bool operator==(const Member&, const Member&) = default;
};

struct Unit {
  UnitId id;                        // the instance's id, or the CVO system's
  std::string workload;             // a system's is its nodes'
  std::string version;              // a system's nodes' versions, where they differ all of them
  bool system = false;              // a CVO system
  bool may_be_agent = false;        // a hint makes it look like a Console agent
  std::vector<Member> members;      // by name and id; never empty
  std::vector<InstanceId> missing;  // members by the facts file that were not found
  std::vector<Problem> problems;

  friend bool operator==(const Unit&, const Unit&) = default;
};

// Every unit of the inventory, ordered by region, name and id. Instances that are terminated or
// shutting down are nobody's members. Grouping looks at the whole inventory, whatever is selected.
std::vector<Unit> classify(const Inventory& inventory, const Facts& facts,
                           const Profiles& profiles);

// What the facts name and the inventory does not have, a line each; none when all was found.
std::vector<std::string> unmatched_facts(const Inventory& inventory, const Facts& facts);

}  // namespace v2only::fleet
