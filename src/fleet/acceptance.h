// Who let an instance pass the v1-use gate, and until when.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fleet/instance.h"
#include "fleet/policy.h"

namespace v2only::fleet {

bool covers(const Acceptance& acceptance, const Instance& instance);

// The acceptance that covers the instance and has not ended by `now`: the one that lasts longest,
// of equal ones the first; null when there is none.
const Acceptance* acceptance_for(const Policy& policy, const Instance& instance, WallTime now);

// One that covers the instance and has ended; null when there is none.
const Acceptance* ended_acceptance_for(const Policy& policy, const Instance& instance,
                                       WallTime now);

// Those that had ended by `now`, in words, in the policy's order: "acceptance of i-0abc
// (policy.yaml:12) ended on 2026-01-01: not used".
std::vector<std::string> ended_acceptances(const Policy& policy, WallTime now);

// "accepted by ada until 2026-12-01T00:00:00Z: legacy exporter, replaced in May (policy.yaml:7)".
std::string to_text(const Acceptance& acceptance);

}  // namespace v2only::fleet
