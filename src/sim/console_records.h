// What the Console tells of CVO systems, as JSON (facts/netapp.md, parts 2.3 and 5).
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "core/json.h"
#include "sim/console.h"

namespace v2only::sim {

// "ON", "OFF", "DEGRADED", "INITIALIZING".
std::string system_status(const Cluster& cluster, const State& ec2);
// Of the list: the nested properties are null.
json::object system_row(const Cluster& cluster);
// Of one system: the nested properties that are among `fields`.
json::object system_record(const Console& console, const Cluster& cluster,
                           const std::vector<std::string>& fields, WallTime now);

}  // namespace v2only::sim
