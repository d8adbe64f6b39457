// Fleets of any size, drawn by a seed.
#pragma once

#include <cstdint>

#include "sim/fleet_builder.h"

namespace v2only::sim {

// generate_fleet() of spec.h together with what the operator of that fleet knows: versions and
// roles of most of NetApp's; nothing of some, as in life. Same count and seed: the same.
Fleet generate_fleet_and_facts(std::size_t instances, std::uint64_t seed);

}  // namespace v2only::sim
