// What the operator of a served world knows: a facts file that fits its doors.
#pragma once

#include <string_view>

#include "fleet/facts.h"
#include "sim/server.h"

namespace v2only::sim {

// The variables that the Console's login is taken from.
inline constexpr std::string_view kClientIdVariable = "V2ONLY_SIM_CLIENT_ID";
inline constexpr std::string_view kClientSecretVariable = "V2ONLY_SIM_CLIENT_SECRET";

// `known` (of a generated fleet) with every CVO system's members, ONTAP access by its doors'
// addresses and fingerprint, its NAS doors as probes, and the Console. Consent is not among it:
// that is the operator's own word.
fleet::Facts operator_facts(fleet::Facts known, const WorldSpec& world, const Server& server);

}  // namespace v2only::sim
