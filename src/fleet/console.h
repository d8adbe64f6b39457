// What the NetApp Console says: agents and CVO systems, as plain values (facts: netapp.md, part 5).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/time.h"

namespace v2only::fleet {

// An instance that the Console counts to a system.
struct ConsoleInstance {
  InstanceId id;
  std::string name;
  std::string private_ip;
  bool is_vsa = false;    // an ONTAP node
  bool is_agent = false;  // isOCCMInstance

  friend bool operator==(const ConsoleInstance&, const ConsoleInstance&) = default;
};

struct ConsoleNode {
  std::string name;
  std::string cloud_provider_id;  // probably the EC2 instance id (unconfirmed)
  std::optional<bool> healthy;    // `healthy` or `health`, whichever is there
  std::optional<bool> in_takeover;

  friend bool operator==(const ConsoleNode&, const ConsoleNode&) = default;
};

// A mediator's status as the Console gives it.
struct MediatorStatus {
  std::optional<int> code;
  std::string message;
  bool update_pending = false;  // mediatorVersionsToUpdate is not empty

  friend bool operator==(const MediatorStatus&, const MediatorStatus&) = default;
};

struct ConsoleSystem {
  UnitId id;  // publicId, "VsaWorkingEnvironment-…"
  std::string name;
  bool ha = false;
  std::string agent;   // the agent that manages it, where the answer names one
  std::string status;  // "ON", "OFF", "DEGRADED", …: not a closed list
  bool no_cloud_connection = false;
  bool invalid_cloud_credentials = false;
  bool invalid_ontap_credentials = false;
  std::optional<std::vector<std::string>> active_actions;  // absent: the answer does not tell
  std::string ontap_version;                               // "9.13.1P4", without prefix
  std::string failover_mode;  // "PrivateIP", "FloatingIP"; empty: not told
  std::vector<ConsoleInstance> instances;
  std::vector<ConsoleNode> nodes;
  std::optional<MediatorStatus> mediator;

  friend bool operator==(const ConsoleSystem&, const ConsoleSystem&) = default;
};

struct ConsoleAgent {
  std::string id;  // without the suffix "clients"
  std::string name;
  std::string status;   // "active" when alive
  std::string version;  // of `about`; empty: not answered
  std::string private_ip;

  bool active() const { return status == "active"; }
  friend bool operator==(const ConsoleAgent&, const ConsoleAgent&) = default;
};

// One look. What could not be read is absent, and why is in `errors`.
struct ConsoleReading {
  Now asked_at;
  std::optional<std::vector<ConsoleAgent>> agents;
  std::optional<std::vector<ConsoleSystem>> systems;
  std::vector<std::string> errors;

  friend bool operator==(const ConsoleReading&, const ConsoleReading&) = default;
};

}  // namespace v2only::fleet
