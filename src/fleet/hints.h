// What makes an instance look like NetApp's without saying so. A hint never suffices to change,
// and always suffices to block.
#pragma once

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "fleet/instance.h"

namespace v2only::fleet {

// The CloudFormation stacks that hold a CVO instance, by account, region, and stack id or name.
class CvoStacks {
 public:
  void add(const Instance& instance);
  bool shared_by(const Instance& instance) const;

 private:
  std::set<std::tuple<AccountId, RegionName, std::string>> stacks_;
};

struct Hint {
  std::string text;       // "its image is named Setup-As-Service-AMI-Prod-3.9.40"
  bool of_agent = false;  // it may be a Console agent; else a CVO node or mediator

  friend bool operator==(const Hint&, const Hint&) = default;
};

// The marks of facts/netapp.md, 2.1 and 2.2.
std::vector<Hint> hints_of(const Instance& instance, const CvoStacks& stacks);

// Its instance profile has a name such as NetApp gives to that of an agent.
bool names_agent_profile(const Instance& instance);
// As many interfaces as the nodes of an HA pair have.
bool has_ha_node_interfaces(const Instance& instance);
// "t2.micro" or "t3.micro", the mediator's types.
bool has_mediator_type(const Instance& instance);
// The instance's CloudFormation stack, by id or by name; empty when it came from none.
std::string stack_of(const Instance& instance);

}  // namespace v2only::fleet
