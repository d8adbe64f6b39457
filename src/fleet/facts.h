// What an operator knows and no API says: the facts file, as values. config/ reads the file.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/ids.h"

namespace v2only::fleet {

struct InstanceFact {
  std::string workload;          // a profile's name; empty: not said
  std::string version;           // of the agent or of ONTAP; empty: not said
  std::optional<UnitId> system;  // the CVO system that it belongs to
  bool enable_endpoint = false;  // the owner's word to switch a disabled endpoint on
  std::string where;             // "facts.yaml:3", for messages

  friend bool operator==(const InstanceFact&, const InstanceFact&) = default;
};

struct SystemFact {
  std::optional<bool> ha;  // true: two nodes and a mediator; false: one node. Not said: unknown
  std::string where;

  friend bool operator==(const SystemFact&, const SystemFact&) = default;
};

struct Facts {
  std::map<InstanceId, InstanceFact> instances;
  std::map<UnitId, SystemFact> systems;

  friend bool operator==(const Facts&, const Facts&) = default;
};

// The facts' word on the instance; null where they have none.
inline const InstanceFact* fact_of(const Facts& facts, const InstanceId& id) {
  const auto found = facts.instances.find(id);
  return found == facts.instances.end() ? nullptr : &found->second;
}

}  // namespace v2only::fleet
