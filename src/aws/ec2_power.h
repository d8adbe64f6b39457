// EC2 StopInstances, StartInstances, RebootInstances: one instance a call, so that each outcome is
// one instance's, and the token that AWS takes per instance is never the scarcer one.
//
// None is harmless to repeat: each goes out on a connection of its own. Stop never forces, nor
// skips the shutdown of the operating system.
#pragma once

#include <string_view>

#include "aws/caller.h"
#include "core/result.h"
#include "fleet/instance.h"

namespace v2only::aws {

ApiCall stop_instance(const RegionName& region, const InstanceId& instance);
ApiCall start_instance(const RegionName& region, const InstanceId& instance);
ApiCall reboot_instance(const RegionName& region, const InstanceId& instance);

struct StateChange {
  InstanceId instance;
  fleet::InstanceState previous = fleet::InstanceState::kUnknown;
  fleet::InstanceState current = fleet::InstanceState::kUnknown;

  friend bool operator==(const StateChange&, const StateChange&) = default;
};

Result<StateChange> parse_stop(std::string_view xml);
Result<StateChange> parse_start(std::string_view xml);
// That the reboot is queued: kGarbage where the answer says `return` false. AWS's model gives the
// answer no members; its reference has `return`, moto leaves it out.
Result<void> parse_reboot(std::string_view xml);

}  // namespace v2only::aws
