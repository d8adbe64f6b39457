// What the operator of demo_fleet() (spec.h) knows and no API says.
#pragma once

#include "fleet/facts.h"

namespace v2only::sim {

// Names the tagged agent, the CVO systems and their members with their versions. The agent from the
// Marketplace is left out: the audit finds it by its image's name.
fleet::Facts demo_facts();

}  // namespace v2only::sim
