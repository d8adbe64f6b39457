// What one instance is, by what says so: the facts file first, its maker's tags second, the
// profiles' own rules third.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/facts.h"
#include "fleet/instance.h"
#include "fleet/profile.h"

namespace v2only::fleet {

// Something that keeps a unit from being changed, whatever its options are.
struct Problem {
  std::string code;
  std::string reason;

  friend bool operator==(const Problem&, const Problem&) = default;
};

// NetApp's tags on the members of a CVO system.
inline constexpr std::string_view kSystemIdTag = "WorkingEnvironmentId";
inline constexpr std::string_view kSystemNameTag = "WorkingEnvironment";

struct Identity {
  std::string workload;  // empty: part of a CVO system, in a role that nobody has named
  std::string version;
  std::string source;            // "facts.yaml:3", "tag OCCMInstance=true"; empty: nothing names it
  std::optional<UnitId> system;  // the CVO system that it is part of
  std::optional<UnitId> other_system;  // one that its tags name against the facts
  std::vector<Problem> problems;
};

Identity identify(const Instance& instance, const InstanceFact* fact, const Profiles& profiles);

// The system that the instance's tags name: WorkingEnvironmentId, else WorkingEnvironment (what
// the latter holds, name or id, NetApp does not say).
std::optional<UnitId> system_tag(const Instance& instance);

// "web-1 (i-0abc)", or the id alone.
std::string label_of(const Instance& instance);

}  // namespace v2only::fleet
