// Worlds with CVO systems: what a seed makes of them, and of those who run them.
#pragma once

#include <cstdint>

#include "harness/scenario.h"

namespace v2only::simtest {

Scenario make_systems_scenario(std::uint64_t seed);

}  // namespace v2only::simtest
