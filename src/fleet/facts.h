// What an operator knows and no API says: the facts file, as values. config/ reads the file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/time.h"

namespace v2only::fleet {

struct InstanceFact {
  std::string workload;          // a profile's name; empty: not said
  std::string version;           // of the agent or of ONTAP; empty: not said
  std::optional<UnitId> system;  // the CVO system that it belongs to
  bool enable_endpoint = false;  // the owner's word to switch a disabled endpoint on
  std::string where;             // "facts.yaml:3", for messages
  std::string version_where;     // where the version is from, if from elsewhere: "ONTAP"
  // What an API says against it, a line each: the instance is blocked as long as there are any.
  std::vector<std::string> claims;

  friend bool operator==(const InstanceFact&, const InstanceFact&) = default;
};

// Where a secret is to be had: its name, never the secret itself. A plan carries it as text.
struct SecretName {
  enum class Kind : std::uint8_t { kEnv, kFile, kCommand };
  Kind kind = Kind::kEnv;
  std::string value;  // the variable, the path, the command line

  std::string to_text() const;  // "env:CVO1_PASSWORD"
  friend bool operator==(const SecretName&, const SecretName&) = default;
};

// How to reach a system's ONTAP.
struct OntapAccess {
  std::vector<std::string> endpoints;  // https://HOST[:PORT]: the cluster's address, its nodes'
  std::string user;
  SecretName password;
  std::string fingerprint;  // "sha256:" and the hex of the DER certificate; or
  std::string ca;           // … a PEM file. Neither: the system's trust store

  friend bool operator==(const OntapAccess&, const OntapAccess&) = default;
};

// The operator's word that restarts may happen: from `from` (inclusive) to `until` (exclusive).
struct Consent {
  WallTime from{};
  WallTime until{};
  std::string by;
  std::string text;  // as it stands in the file: "2026-12-05T01:00+09:00/PT6H"

  friend bool operator==(const Consent&, const Consent&) = default;
};

struct SystemFact {
  std::optional<bool> ha;  // true: two nodes and a mediator; false: one node. Not said: unknown
  std::optional<OntapAccess> ontap;
  std::optional<Consent> failover;    // of a pair: one node after the other, clients served
  std::optional<Consent> outage;      // of a single node: it is away meanwhile
  std::vector<std::string> probes;    // "tcp://10.1.2.3:2049"
  std::optional<InstanceId> agent;    // that manages it
  std::optional<WallTime> restarted;  // every node has been restarted since its change, at or after
  std::string where;

  friend bool operator==(const SystemFact&, const SystemFact&) = default;
};

// How to reach the NetApp Console, or an agent in restricted mode.
struct ConsoleAccess {
  std::string endpoint;  // "https://api.bluexp.netapp.com"; empty where `agent` is given
  std::string account;   // "account-…"
  std::string agent;     // "http://10.0.0.5": restricted mode
  std::optional<SecretName> client_id;
  std::optional<SecretName> client_secret;
  std::optional<SecretName> refresh_token;
  std::string where;

  friend bool operator==(const ConsoleAccess&, const ConsoleAccess&) = default;
};

struct Facts {
  std::map<InstanceId, InstanceFact> instances;
  std::map<UnitId, SystemFact> systems;
  std::optional<ConsoleAccess> console;

  friend bool operator==(const Facts&, const Facts&) = default;
};

// The facts' word on the instance; null where they have none.
inline const InstanceFact* fact_of(const Facts& facts, const InstanceId& id) {
  const auto found = facts.instances.find(id);
  return found == facts.instances.end() ? nullptr : &found->second;
}

}  // namespace v2only::fleet
