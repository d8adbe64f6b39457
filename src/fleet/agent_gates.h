// Whether a Console agent does its work: before its options are changed, and after (facts:
// netapp.md, part 5 and "Agent" in part 10).
#pragma once

#include "fleet/agent_reading.h"
#include "fleet/gates.h"

namespace v2only::fleet {

// Active, its version answered, and no system of its own that it cannot reach AWS for. Unknown:
// the Console itself does not answer, which says nothing of the agent.
Findings agent_well(const AgentReading& reading);

}  // namespace v2only::fleet
