// EC2 DescribeInstanceAttribute: what decides whether an instance that is stopped comes back.
#pragma once

#include <string>
#include <string_view>

#include "aws/caller.h"
#include "core/result.h"

namespace v2only::aws {

// What a shutdown from inside does to the instance: "stop", or "terminate".
ApiCall describe_shutdown_behaviour(const RegionName& region, const InstanceId& instance);
Result<std::string> parse_shutdown_behaviour(std::string_view xml);

// Whether the instance is protected against being stopped (disableApiStop).
ApiCall describe_stop_protection(const RegionName& region, const InstanceId& instance);
Result<bool> parse_stop_protection(std::string_view xml);

}  // namespace v2only::aws
