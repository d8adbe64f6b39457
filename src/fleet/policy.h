// The policy of a run, with its defaults. config/ reads the file; a plan carries the whole of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
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

// How long each part of a node's cycle may take before it counts as failed. Resync has no limit: it
// warns, it never fails.
struct OntapTimeouts {
  Duration takeover = std::chrono::minutes(5);
  Duration stop = std::chrono::minutes(15);
  Duration start = std::chrono::minutes(15);
  Duration boot = std::chrono::minutes(15);
  Duration giveback = std::chrono::minutes(30);  // ONTAP's delay of 10 minutes included
  Duration health = std::chrono::minutes(15);

  friend bool operator==(const OntapTimeouts&, const OntapTimeouts&) = default;
};

// How a node's storage is handed to its partner (facts: netapp.md, 4.2 and 4.3).
enum class Handover : std::uint8_t {
  kShutdown,  // action=shutdown: the node stays down, and is stopped
  kReboot,    // action=reboot: it boots again and is given back by itself, so it is stopped at once
  kTakeover,  // storage failover takeover by the private CLI: likewise
};
std::string_view name_of(Handover handover);

// A point at which a run waits for `v2only go RUN`.
enum class Pause : std::uint8_t { kMediator, kTakeover, kStop, kSecondNode };
std::string_view name_of(Pause pause);

struct OntapPolicy {
  Duration poll = std::chrono::seconds(5);       // of a node, while something is waited for
  Duration settle = std::chrono::minutes(5);     // after a node is healthy again
  Duration expected = std::chrono::minutes(45);  // one node's cycle; used against the window
  int width = 1;                                 // systems in work at once; 1 or more
  std::vector<std::vector<UnitId>> apart;        // never within a day of each other
  std::set<Pause> pause_before;
  Handover handover = Handover::kShutdown;
  bool mediator_reboot = true;
  OntapTimeouts timeouts;

  friend bool operator==(const OntapPolicy&, const OntapPolicy&) = default;
};

// A recurring window, open for `length` from each moment of the cron expression.
struct Window {
  std::string cron;  // minute hour day-of-month month day-of-week
  std::string zone;  // "Asia/Tokyo"; "UTC" where none was given
  Duration length{};
  std::string where;

  friend bool operator==(const Window&, const Window&) = default;
};

// Days, both inclusive, in UTC, on which nothing begins.
struct Blackout {
  std::chrono::sys_days first{};
  std::chrono::sys_days last{};
  std::string where;

  friend bool operator==(const Blackout&, const Blackout&) = default;
};

struct Policy {
  WavePolicy waves;
  int failures = 1;  // no unit begins once so many have failed; 1 or more
  Duration look_back = std::chrono::hours(24 * 14);
  CallPolicy calls;
  std::vector<Acceptance> accept;
  bool accept_unknown = false;  // --accept-unknown: every v1-unknown instance passes
  std::map<std::string, ProfileSpec> profiles;
  OntapPolicy ontap;
  Duration agent_soak = std::chrono::hours(7);  // longer than cached credentials live
  std::vector<Window> windows;                  // none: always
  std::vector<Blackout> blackout;

  friend bool operator==(const Policy&, const Policy&) = default;
};

}  // namespace v2only::fleet
