// Workload profiles: how a workload is recognised and must be treated. Data, not code.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "fleet/facts.h"
#include "fleet/instance.h"
#include "fleet/policy.h"

namespace v2only::fleet {

inline constexpr std::string_view kConsoleAgent = "netapp-console-agent";
inline constexpr std::string_view kCvoNode = "netapp-cvo-node";
inline constexpr std::string_view kCvoMediator = "netapp-cvo-mediator";
inline constexpr std::string_view kGeneric = "generic";

enum class VersionGate : std::uint8_t { kNone, kAgent, kOntap };

struct TagRule {
  std::string name;
  std::string value;

  bool matches(const Instance& instance) const {
    const auto found = instance.tags.find(name);
    return found != instance.tags.end() && found->second == value;
  }
  friend bool operator==(const TagRule&, const TagRule&) = default;
};

struct Profile {
  std::string name;
  std::optional<TagRule> maker_tag;  // set by the workload's maker; stands above every rule
  std::optional<TagRule> rule;       // the operator's own, from the policy file
  std::string rule_where;            // "policy.yaml:9"
  std::optional<int> hop_limit;      // the least, 1..64; none: as observed
  bool needs_imds = false;           // a disabled endpoint is a fault, not a protection
  VersionGate gate = VersionGate::kNone;
  bool v1_gated = true;    // false: gated by its version instead of by its v1 use
  bool in_system = false;  // a member of a CVO system, changed only with a restart

  friend bool operator==(const Profile&, const Profile&) = default;
};

using Profiles = std::map<std::string, Profile, std::less<>>;

// The four built-in profiles with the policy's put over them: a profile of a built-in name changes
// only the fields that it gives; any other name is a new workload, treated like `generic`.
Profiles profiles_of(const Policy& policy);

// The workload names that the facts give must be profiles: an error names the first that is not,
// where it stands, and what there is.
Result<void> check_workloads(const Facts& facts, const Profiles& profiles);

}  // namespace v2only::fleet
