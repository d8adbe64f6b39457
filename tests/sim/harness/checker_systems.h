// Judges what a run did to CVO systems: by the world's own log, by what passed on the wire, and by
// the journal. It knows nothing of the engine's reasons.
#pragma once

#include <string>
#include <vector>

#include "harness/checker.h"

namespace v2only::simtest {

void check_systems(const Scenario& scenario, const sim::World& world, const WireLog& wire,
                   const Phase& phase, std::vector<std::string>& violations);

}  // namespace v2only::simtest
