// One system of the facts file: how to reach its ONTAP, and what its owner has agreed to.
#pragma once

#include <string>

#include "config/facts_file.h"
#include "config/yaml.h"
#include "core/result.h"
#include "fleet/facts.h"

namespace v2only::config {

// Errors name path:line:column.
Result<fleet::SystemFact> read_system(const YamlMember& member, const std::string& path,
                                      Commands commands);

}  // namespace v2only::config
