// The `systems:` and the `console:` of a simulated world's file (sim_fleet.h tells the format).
#pragma once

#include <string>

#include "config/map_reader.h"
#include "config/yaml.h"
#include "core/result.h"
#include "sim/spec.h"

namespace v2only::config {

// Adds the systems, and the instances of those that name none. To be read after all instances.
Result<void> read_sim_systems(MapReader& reader, const std::string& path, sim::WorldSpec& world);

Result<void> read_sim_console(const YamlNode* node, const std::string& path, sim::WorldSpec& world);

}  // namespace v2only::config
