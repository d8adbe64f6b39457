// Whether a member of a CVO system has been restarted since its options were changed: only then is
// the change done.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/ids.h"
#include "core/time.h"
#include "fleet/facts.h"
#include "fleet/instance.h"
#include "fleet/system_reading.h"

namespace v2only::fleet {

// A change of an instance's options that a run of ours made, by its journal.
struct OurChange {
  WallTime at{};           // no later than this
  bool restarted = false;  // the run itself has seen the instance restarted since

  friend bool operator==(const OurChange&, const OurChange&) = default;
};
using OurChanges = std::map<InstanceId, OurChange>;

// ONTAP's node on an EC2 instance: one of its management addresses is the instance's own.
const OntapNode* node_on(const OntapReading& ontap, const Instance& instance);

// When the instance last booted, by our clock: a node's uptime back from when it was asked for,
// whatever its own clock shows; or EC2's last start. The later of the two, where both are known.
std::optional<WallTime> booted_at(const Instance& instance, const SystemReading* reading);

struct ProofInput {
  const Instance& instance;          // on the options that it should have
  const SystemFact* fact = nullptr;  // its system's
  const SystemReading* reading = nullptr;
  const OurChange* change = nullptr;  // none: somebody else changed it, or it was launched so
  WallTime now{};
};

// Why it is not known to have been restarted since its change; empty: it is.
std::string why_not_proven(const ProofInput& input);

}  // namespace v2only::fleet
