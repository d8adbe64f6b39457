#include "sim/operator_facts.h"

#include <algorithm>

#include "fleet/profile.h"
#include "sim/fleet_builder.h"

namespace v2only::sim {
namespace {

void add_members(const CvoSpec& system, fleet::Facts& facts) {
  for (const auto& node : system.nodes) {
    auto& fact = facts.instances[node.instance];
    fact.workload = fleet::kCvoNode;
    fact.version = system.version;
    fact.system = system.system;
  }
  if (!system.mediator) return;
  auto& fact = facts.instances[*system.mediator];
  fact.workload = fleet::kCvoMediator;
  fact.system = system.system;
}

void add_access(const CvoSpec& system, const Server& server, fleet::SystemFact& fact) {
  fact.ha = system.is_pair();
  fact.agent = system.agent;
  const auto door_of = [&](const std::string& address) {
    return std::find_if(server.ontap().begin(), server.ontap().end(), [&](const OntapDoor& door) {
      return door.system == system.system && door.address == address;
    });
  };
  const auto first = door_of(system.nodes.front().management_address);
  if (first == server.ontap().end()) return;
  fact.ontap = ontap_access(
      system, [&](const std::string& address) { return door_of(address)->url; },
      first->fingerprint);
  for (const auto& door : server.data()) {
    if (door.system == system.system && !door.iscsi) fact.probes.push_back(door.probe);
  }
}

}  // namespace

fleet::Facts operator_facts(fleet::Facts known, const WorldSpec& world, const Server& server) {
  for (const auto& system : world.cvo) {
    add_members(system, known);
    add_access(system, server, known.systems[system.system]);
  }
  if (world.console && !server.console().empty()) {
    using Kind = fleet::SecretName::Kind;
    fleet::ConsoleAccess access;
    access.endpoint = server.console().front().url;
    access.account = world.console->account;
    access.client_id = {Kind::kEnv, std::string(kClientIdVariable)};
    access.client_secret = {Kind::kEnv, std::string(kClientSecretVariable)};
    known.console = std::move(access);
  }
  return known;
}

}  // namespace v2only::sim
