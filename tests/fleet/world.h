// Fleets for tests: instances as EC2 would show them, in few words.
#pragma once

#include <string>
#include <utility>

#include "fleet/assess.h"
#include "fleet/facts.h"
#include "fleet/instance.h"
#include "fleet/policy.h"

namespace v2only::fleet::test {

inline const WallTime kNow = *parse_utc("2026-11-24T07:00:00Z");
inline const std::string kSystem = "VsaWorkingEnvironment-a1b2c3d4";

// "i-0000000000000000a" for 'a'.
inline InstanceId id(char last) { return InstanceId(std::string("i-0000000000000000") + last); }

inline OptionSet options(std::string tokens, std::string hops = "1",
                         std::string endpoint = "enabled") {
  OptionSet out;
  out.set(OptionField::kHttpTokens, std::move(tokens));
  out.set(OptionField::kHttpPutResponseHopLimit, std::move(hops));
  out.set(OptionField::kHttpEndpoint, std::move(endpoint));
  out.set(OptionField::kHttpProtocolIpv6, "disabled");
  out.set(OptionField::kInstanceMetadataTags, "disabled");
  return out;
}

inline Instance instance(char last, OptionSet with = options("optional")) {
  Instance out;
  out.account = AccountId("111122223333");
  out.region = RegionName("eu-west-1");
  out.id = id(last);
  out.name = std::string("vm-") + last;
  out.state = InstanceState::kRunning;
  out.image_id = ImageId("ami-0123456789abcdef0");
  out.type = "m5.large";
  out.network_interfaces = 1;
  out.options = std::move(with);
  return out;
}

inline V1Reading reading(V1Use use, std::int64_t calls = 0) {
  V1Reading out;
  out.use = use;
  out.calls = calls;
  out.from = kNow - std::chrono::hours(24 * 14);
  out.to = kNow;
  if (use == V1Use::kUsed) out.last = kNow - std::chrono::hours(2);
  if (use == V1Use::kUnknown) out.why_unknown = "no data points";
  return out;
}

// A fleet under test. By default IMDSv1 is unused everywhere.
struct World {
  Inventory inventory;
  Facts facts;
  Policy policy;
  Selection selection;

  World() { inventory.read_at = kNow; }

  Instance& add(Instance what) {
    inventory.v1[what.id] = reading(V1Use::kUnused);
    inventory.instances.push_back(std::move(what));
    return inventory.instances.back();
  }

  InstanceFact& say(char last, std::string workload, std::string version = {},
                    std::string system = {}) {
    auto& fact = facts.instances[id(last)];
    fact.workload = std::move(workload);
    fact.version = std::move(version);
    if (!system.empty()) fact.system = UnitId(std::move(system));
    fact.where = std::string("facts.yaml:") + last;
    return fact;
  }

  void say_ha(std::optional<bool> ha, const std::string& system = kSystem) {
    auto& fact = facts.systems[UnitId(system)];
    fact.ha = ha;
    fact.where = "facts.yaml:90";
  }

  // Nodes a and b with their mediator c, all that can be said of them said.
  void add_pair(const std::string& version = "9.13.1P4") {
    for (const char last : {'a', 'b', 'c'}) add(instance(last));
    say('a', "netapp-cvo-node", version, kSystem);
    say('b', "netapp-cvo-node", version, kSystem);
    say('c', "netapp-cvo-mediator", {}, kSystem);
    say_ha(true);
  }

  std::vector<Assessment> assess() const {
    return fleet::assess({inventory, facts, policy, selection, kNow});
  }
  Assessment only() const {
    auto all = assess();
    if (all.size() != 1) return {};
    return std::move(all.front());
  }
};

using Codes = std::vector<std::string>;

}  // namespace v2only::fleet::test
