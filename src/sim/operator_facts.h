// What the operator of a served world knows: a facts file that fits its doors.
#pragma once

#include "fleet/facts.h"
#include "sim/server.h"

namespace v2only::sim {

// `known` (of a generated fleet) with every CVO system's members, ONTAP access by its doors'
// addresses and fingerprint, and its NAS doors as probes. Consent is not among it: that is the
// operator's own word.
fleet::Facts operator_facts(fleet::Facts known, const WorldSpec& world, const Server& server);

}  // namespace v2only::sim
