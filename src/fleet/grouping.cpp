#include "fleet/grouping.h"

#include <algorithm>
#include <set>

#include "core/text.h"
#include "fleet/codes.h"

namespace v2only::fleet {
namespace {

struct Roles {
  std::size_t nodes = 0;
  std::size_t mediators = 0;
  std::size_t unnamed = 0;

  void count(std::string_view workload) {
    if (workload == kCvoNode) {
      ++nodes;
    } else if (workload == kCvoMediator) {
      ++mediators;
    } else {
      ++unnamed;
    }
  }
};

Roles roles_of(const Unit& unit, const Facts& facts) {
  Roles roles;
  for (const auto& member : unit.members) roles.count(member.workload);
  for (const auto& id : unit.missing) roles.count(facts.instances.at(id).workload);
  return roles;
}

void bad_group(Unit& unit, std::string reason) {
  unit.problems.push_back({std::string(code::kBadGroup), unit.id.str() + ": " + std::move(reason)});
}

void check_roles(Unit& unit, const Inventory& inventory) {
  for (const auto& member : unit.members) {
    if (!member.workload.empty()) continue;
    bad_group(unit, label_of(inventory.instances[member.index]) + " is part of it (" +
                        member.source +
                        "), but is it a node or the mediator? Say so in the facts file");
  }
}

void check_counts(Unit& unit, const Roles& roles, const Facts& facts) {
  const auto fact = facts.systems.find(unit.id);
  const auto ha = fact == facts.systems.end() ? std::nullopt : fact->second.ha;
  const bool single = ha == false;
  const std::size_t nodes = single ? 1 : 2;
  const std::size_t mediators = single ? 0 : 1;
  if (roles.nodes == nodes && roles.mediators == mediators) return;
  const auto found = count_of(roles.nodes, "node") + " and " +
                     count_of(roles.mediators, "mediator") + " are known of it";
  if (single) return bad_group(unit, found + ", and ha: false means one node and no mediator");
  if (ha) return bad_group(unit, found + ", and ha: true means two nodes and one mediator");
  bad_group(unit, found +
                      ". A pair has two nodes and one mediator; if it is a single node, the "
                      "facts file has to say: systems: {" +
                      unit.id.str() + ": {ha: false}}");
}

void check_place(Unit& unit, const Inventory& inventory) {
  const auto& first = inventory.instances[unit.members.front().index];
  const bool together =
      std::all_of(unit.members.begin(), unit.members.end(), [&](const Member& member) {
        const auto& instance = inventory.instances[member.index];
        return instance.account == first.account && instance.region == first.region;
      });
  if (!together) bad_group(unit, "its members are in more than one account or region");
}

std::string versions_of(const Unit& unit) {
  std::set<std::string> versions;
  for (const auto& member : unit.members) {
    if (member.workload == kCvoNode && !member.version.empty()) versions.insert(member.version);
  }
  return join({versions.begin(), versions.end()}, ", ");
}

}  // namespace

void check_system(Unit& unit, const Inventory& inventory, const Facts& facts) {
  unit.workload = kCvoNode;
  unit.version = versions_of(unit);
  const auto roles = roles_of(unit, facts);
  check_roles(unit, inventory);
  if (roles.unnamed == 0) check_counts(unit, roles, facts);
  check_place(unit, inventory);
  for (const auto& id : unit.missing) {
    unit.problems.push_back(
        {std::string(code::kPartlySeen), unit.id.str() + ": its member " + id.str() + " (" +
                                             facts.instances.at(id).where + ") was not found"});
  }
}

}  // namespace v2only::fleet
