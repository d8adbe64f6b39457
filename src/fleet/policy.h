// The policy of a run, with its defaults. config/ reads the file; a plan carries the whole of it.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/time.h"

namespace v2only::fleet {

// Waves of canary, canary*growth, canary*growth^2, … units.
struct WavePolicy {
  int canary = 1;  // 1 or more
  int growth = 2;  // 1 or more
  int width = 50;  // at most so many units in work at once, whatever the wave; 1 or more

  friend bool operator==(const WavePolicy&, const WavePolicy&) = default;
};

enum class Rates : std::uint8_t {
  kAuto,  // AWS's published table on AWS endpoints, none elsewhere
  kTable,
  kNone,
};

struct CallPolicy {
  Duration timeout = std::chrono::seconds(30);  // one call's deadline
  Duration unknown_settle =
      std::chrono::seconds(60);  // how long after it a lost call's effect may show
  Rates rates = Rates::kAuto;

  friend bool operator==(const CallPolicy&, const CallPolicy&) = default;
};

// A risk that the v1-use gate found, taken on by name.
struct Acceptance {
  std::vector<InstanceId> instances;  // or, where empty,
  std::string tag_name;               // … every instance with this tag
  std::string tag_value;
  std::string reason;
  std::string by;
  std::optional<WallTime> until;  // over at this moment; none: for this plan only
  std::string where;              // "policy.yaml:7"

  friend bool operator==(const Acceptance&, const Acceptance&) = default;
};

// A user's own workload profile, or an override of a built-in one of the same name.
struct ProfileSpec {
  std::optional<std::string> match_tag_name;
  std::string match_tag_value;
  std::optional<int> hop_limit;  // the least, 1..64; none: as observed
  std::optional<bool> needs_imds;
  std::string where;

  friend bool operator==(const ProfileSpec&, const ProfileSpec&) = default;
};

struct Policy {
  WavePolicy waves;
  int failures = 1;  // no unit begins once so many have failed; 1 or more
  Duration look_back = std::chrono::hours(24 * 14);
  CallPolicy calls;
  std::vector<Acceptance> accept;
  bool accept_unknown = false;  // --accept-unknown: every v1-unknown instance passes
  std::map<std::string, ProfileSpec> profiles;

  friend bool operator==(const Policy&, const Policy&) = default;
};

}  // namespace v2only::fleet
