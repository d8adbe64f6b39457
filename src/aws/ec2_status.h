// EC2 DescribeInstanceStatus: status checks and scheduled events.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/caller.h"
#include "core/result.h"
#include "core/time.h"
#include "fleet/instance.h"

namespace v2only::aws {

inline constexpr std::size_t kStatusesPerCall = 100;

// Something that AWS will do to the instance, or has done.
struct ScheduledEvent {
  std::string id;
  std::string code;         // "instance-reboot", "system-maintenance", …
  std::string description;  // AWS's words
  std::optional<WallTime> not_before;
  std::optional<WallTime> not_after;
  std::optional<WallTime> not_before_deadline;

  // Events stay listed for up to a week after they are over; the description then begins with
  // [Completed] or [Canceled].
  bool is_over() const;
  friend bool operator==(const ScheduledEvent&, const ScheduledEvent&) = default;
};

// Checks in AWS's words: "ok", "initializing", "impaired", "insufficient-data", "not-applicable";
// empty where the answer has none.
struct InstanceStatus {
  InstanceId id;
  fleet::InstanceState state = fleet::InstanceState::kUnknown;
  std::string instance_check;
  std::string system_check;
  std::string ebs_check;
  std::vector<ScheduledEvent> events;

  friend bool operator==(const InstanceStatus&, const InstanceStatus&) = default;
};

// Of the instances, 100 at most, whatever their state. AWS refuses the call when one of them does
// not exist.
ApiCall describe_instance_status(const RegionName& region, const std::vector<InstanceId>& ids);
Result<std::vector<InstanceStatus>> parse_instance_status(std::string_view xml);

}  // namespace v2only::aws
