// Faults that tests switch on to prove that the simulation harness would notice them. In a build
// without V2ONLY_PLANTED_FAULTS every question is answered "no" at compile time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace v2only::engine {

enum class Planted : std::uint8_t {
  kNone,
  kSkipIntent,            // a write goes out without its intent in the journal
  kRepeatWithoutLooking,  // after a resume an open write is repeated, not looked at
  kForgetFailureLimit,
  kForgetWidth,
  kRollBackToDefaults,  // rollback writes AWS's launch defaults, not what was observed
  kLowerHopLimit,       // the profile's least is written even where more was there
  kChangePartlySeen,    // a member that the reading did not show is passed over
  kIgnoreStale,         // a unit that no longer matches the plan is forced
  kSwitchEndpointOn,    // HttpEndpoint=enabled goes along with every write
  kTrustOldReading,     // a reading of any age guards a write
  kForgetUnknown,       // an unknown outcome counts as done
  kForgetIdentity,      // what an instance is known by is not held against the plan
  kForgetHalfWay,       // a rollback does not know what an earlier one wrote
  // Of restarts:
  kSecondNodeEarly,   // the second node's turn comes as soon as the first is started
  kIgnoreVeto,        // a handover that ONTAP refused is taken for done
  kNoGivebackWait,    // the second node's turn comes before the first has its storage back
  kMediatorWithNode,  // a node's turn comes while its mediator reboots
  kRestartTwice,      // a node that is settled is taken through once more
  kStaleGate,         // a gate reading of any age guards a restart
  kIgnoreConsent,     // what the operator consented to does not count
};

struct PlantedName {
  Planted fault;
  std::string_view name;
};
inline constexpr std::array kPlantedNames = {
    PlantedName{Planted::kSkipIntent, "skip-intent"},
    PlantedName{Planted::kRepeatWithoutLooking, "repeat-without-looking"},
    PlantedName{Planted::kForgetFailureLimit, "forget-failure-limit"},
    PlantedName{Planted::kForgetWidth, "forget-width"},
    PlantedName{Planted::kRollBackToDefaults, "roll-back-to-defaults"},
    PlantedName{Planted::kLowerHopLimit, "lower-hop-limit"},
    PlantedName{Planted::kChangePartlySeen, "change-partly-seen"},
    PlantedName{Planted::kIgnoreStale, "ignore-stale"},
    PlantedName{Planted::kSwitchEndpointOn, "switch-endpoint-on"},
    PlantedName{Planted::kTrustOldReading, "trust-old-reading"},
    PlantedName{Planted::kForgetUnknown, "forget-unknown"},
    PlantedName{Planted::kForgetIdentity, "forget-identity"},
    PlantedName{Planted::kForgetHalfWay, "forget-half-way"},
    PlantedName{Planted::kSecondNodeEarly, "second-node-early"},
    PlantedName{Planted::kIgnoreVeto, "ignore-veto"},
    PlantedName{Planted::kNoGivebackWait, "no-giveback-wait"},
    PlantedName{Planted::kMediatorWithNode, "mediator-with-node"},
    PlantedName{Planted::kRestartTwice, "restart-twice"},
    PlantedName{Planted::kStaleGate, "stale-gate"},
    PlantedName{Planted::kIgnoreConsent, "ignore-consent"},
};

#ifdef V2ONLY_PLANTED_FAULTS
inline thread_local Planted planted_fault = Planted::kNone;
inline bool planted(Planted fault) { return planted_fault == fault; }
#else
constexpr bool planted(Planted /*fault*/) { return false; }
#endif

}  // namespace v2only::engine
