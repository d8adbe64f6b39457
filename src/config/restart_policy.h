// What the policy file says of restarts and of when things may begin: `ontap`, `agents`, `windows`,
// `blackout`.
#pragma once

#include "config/map_reader.h"
#include "core/result.h"
#include "fleet/policy.h"

namespace v2only::config {

// Reads these keys of the policy's map into `out`. Errors name path:line:column.
Result<void> read_restart_policy(MapReader& reader, fleet::Policy& out);

}  // namespace v2only::config
