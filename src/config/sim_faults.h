// The `faults:` of a simulated world's file (sim_fleet.h tells the format).
#pragma once

#include <map>
#include <string>

#include "config/map_reader.h"
#include "config/yaml.h"
#include "core/result.h"
#include "sim/spec.h"

namespace v2only::config {

Result<sim::FaultSpec> read_sim_fault(const YamlNode& node, const std::string& path);

// Metadata options by AWS's names, with AWS's values; unknown names and values are refused.
Result<fleet::OptionSet> read_sim_options(const YamlNode& node, const std::string& path);

// The optional key `tags`: a value for each key.
std::map<std::string, std::string> read_sim_tags(MapReader& reader);

// An optional duration key, `fallback` where it is missing.
Duration sim_duration(MapReader& reader, std::string_view key, Duration most, Duration fallback);

}  // namespace v2only::config
