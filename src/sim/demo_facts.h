// The facts file of the demo: what the operator of demo_fleet() (spec.h) knows and no API says.
#pragma once

#include <string>

namespace v2only::sim {

// Names the tagged agent, both CVO systems and their members with their versions. The agent from
// the Marketplace is left out: the audit finds it by its image's name.
std::string demo_facts_yaml();

}  // namespace v2only::sim
