// The world's own log as lines of JSON: by it tests judge a run without believing it.
#pragma once

#include <string>

#include "sim/world.h"

namespace v2only::sim {

// One line for each entry but those that only show what a caller was shown: `At`, `Kind` and, where
// there are such, `Region`, `InstanceId`, `System`, `Caller`, `Detail`, and of changed options
// `Before` and `After`.
std::string log_json(const std::vector<LogEntry>& log);

}  // namespace v2only::sim
