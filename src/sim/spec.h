// What a simulated world is made of, as plain values. config/ reads it from YAML; tests write it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/secret.h"
#include "core/time.h"
#include "fleet/instance.h"
#include "sim/console_spec.h"
#include "sim/cvo_spec.h"

namespace v2only::sim {

// What the software on a simulated instance does with IMDS; the metrics follow from it.
enum class Software : std::uint8_t {
  kQuiet,      // never asks
  kV2,         // tokens always
  kV1,         // never a token: counts in MetadataNoToken, breaks when tokens are required
  kFallsBack,  // tokens first, v1 where the hop limit is too low for it (`needs_hops`)
};

// Maintenance that AWS has announced.
struct ScheduledEvent {
  std::string code = "system-reboot";
  std::string description;
  Duration not_before{};  // since the world's start
  Duration not_after{};
};

struct InstanceSpec {
  fleet::Instance instance;  // id, region, options, tags, … as the world begins
  Software software = Software::kV2;
  int needs_hops = 1;                   // hop limit from which a kFallsBack program's tokens arrive
  double v1_calls_per_hour = 0;         // of kV1, and of kFallsBack while it falls back
  bool has_metrics = true;              // false: CloudWatch knows nothing of it
  bool stop_protection = false;         // disableApiStop
  bool terminates_on_shutdown = false;  // instanceInitiatedShutdownBehavior
  std::string kms_key;                  // ARN that encrypts its volumes; empty: not encrypted
  std::vector<ScheduledEvent> events;   // of DescribeInstanceStatus
};

// What can go wrong, and when. A fault with a probability is drawn afresh for each request.
struct FaultSpec {
  enum class Kind : std::uint8_t {
    kThrottle,    // RequestLimitExceeded 503 of EC2, Throttling 400 of the others
    kError,       // `code` (InternalError) with `status`; with status 500 it may have taken effect
    kLoseBefore,  // the request never takes effect and is never answered
    kLoseAfter,   // it takes effect, the answer is lost
    kHalfAnswer,  // it takes effect, half of the answer arrives
    kGarbage,     // an HTML page with status 200; whether it took effect is drawn
    kHtmlError,   // an HTML page with status 502; whether it took effect is drawn
    kHang,        // as kLoseAfter, but the connection stays open until the deadline
    kRefuse,      // connection refused
    kDelay,       // the answer takes `delay` more
    kLateEffect,  // no answer, and the effect happens `delay` after the request
    kDeny,        // UnauthorizedOperation / AccessDenied
    kStale,       // DescribeInstances shows what was `delay` ago (of `instance`, or of all)
    kOtherChanges,  // somebody else sets `options` on `instance` (or on any one) at `from`
    kOtherTags,     // somebody else puts `tags` on `instance` (or on any one) at `from`
    kTerminate,     // `instance` (or any one) is terminated at `from`
    kStop,          // `instance` (or any one) is stopped at `from`
    kEchoMoved,     // Modify also moves a field that it was not asked to (`options`)
    kNoCapacity,    // StartInstances is refused with InsufficientInstanceCapacity
    kBadLogin,      // of ONTAP and Console: 401
    kWrongCluster,  // of ONTAP: the addresses of `system` lead to another one, `other`
    // Of ONTAP systems (of `system`, or of all) and their instances; not to a request:
    kTakeoverVeto,   // a takeover (of `instance`) fails, for the reason `detail`
    kGivebackVeto,   // … a giveback
    kNoBoot,         // what is on `instance`, a node or a mediator, does not come up when it boots
    kWrongBoot,      // a node comes up, into a state in which it does not serve
    kOtherTakeover,  // at `from` somebody else has `instance` (or any node) taken over
    kSlowResync,     // resyncs take `delay` more
    kClockOff,       // ONTAP's clocks are `delay` ahead
  };
  Kind kind = Kind::kError;
  // "" = every action. Of ONTAP and Console "GET cluster/nodes", "PATCH cluster/nodes shutdown",
  // "POST private/cli/storage/failover": the beginning of method, path without ids, action.
  std::string action;
  std::string service;           // "ontap", "console"; "" = AWS's
  std::optional<UnitId> system;  // of ONTAP
  std::optional<UnitId> other;
  std::optional<RegionName> region;
  std::optional<InstanceId> instance;
  double probability = 1.0;       // of each matching request
  int times = -1;                 // at most so often; -1 = no limit
  Duration from{};                // since the world's start
  std::optional<Duration> until;  // since the world's start; none: for ever
  Duration delay{};
  std::string code;
  int status = 500;
  std::string detail;
  fleet::OptionSet options;
  std::map<std::string, std::string> tags;
};

// A token bucket as AWS publishes them; absent = unlimited.
struct BucketSpec {
  double capacity = 100;
  double refill_per_second = 20;
};

// How long EC2 takes to change an instance's power.
struct PowerTimings {
  Duration stop = std::chrono::seconds(60);     // stopping -> stopped
  Duration start = std::chrono::seconds(30);    // pending -> running
  Duration reboot = std::chrono::seconds(20);   // until the guest begins to boot
  Duration checks = std::chrono::seconds(180);  // of the status checks, from a boot on
};

struct WorldSpec {
  AccountId account{"111122223333"};
  std::string access_key_id = "AKIDSIMULATED0000001";
  Secret secret_access_key{"simulated-secret-key-not-a-real-one"};
  std::vector<RegionName> regions;               // enabled
  std::vector<RegionName> regions_not_opted_in;  // DescribeRegions with AllRegions names them
  std::vector<InstanceSpec> instances;
  std::map<ImageId, fleet::Image> images;
  std::vector<FaultSpec> faults;
  std::map<std::string, BucketSpec> buckets;           // by action, per region
  Duration latency{};                                  // of every answer
  Duration apply_delay_min = std::chrono::seconds(1);  // pending -> applied
  Duration apply_delay_max = std::chrono::seconds(4);
  Duration consistency{};  // a read may be so much behind a write
  bool verify_signatures = true;
  PowerTimings power;
  std::map<std::string, std::string> kms_keys;  // ARN -> KeyState; those not named do not exist
  std::vector<CvoSpec> cvo;
  std::optional<ConsoleSpec> console;
};

// A mixed fleet: Console agents, CVO systems (single nodes, HA pairs with mediators), ordinary
// instances of every kind. About one in ten is NetApp's. Same count and seed: same fleet.
WorldSpec generate_fleet(std::size_t instances, std::uint64_t seed);

// The fleet of `v2only demo` and of the docs.
WorldSpec demo_fleet();

}  // namespace v2only::sim
