// `console:` of the facts file: how to reach the NetApp Console, or an agent in restricted mode.
#pragma once

#include <string>

#include "config/facts_file.h"
#include "config/yaml.h"
#include "core/result.h"
#include "fleet/facts.h"

namespace v2only::config {

// Errors name path:line:column.
Result<fleet::ConsoleAccess> read_console(const YamlNode& node, const std::string& path,
                                          Commands commands);

}  // namespace v2only::config
