// Reads the world: who we are, which regions, every instance with its image and its v1 use.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "aws/caller.h"
#include "core/clock.h"
#include "core/ids.h"
#include "core/result.h"
#include "fleet/instance.h"

namespace v2only::drivers {

struct DiscoverOptions {
  std::vector<RegionName> regions;  // at least one, or
  bool all_regions = false;         // … every region that is not "not-opted-in"
  Duration look_back = std::chrono::hours(24 * 14);
  bool v1_use = true;  // ask CloudWatch
  // Called now and then with a line for a person: "eu-west-1: 3,000 instances".
  std::function<void(const std::string&)> progress;
  // True when the person wants to leave.
  std::function<bool()> interrupted;
};

struct Discovered {
  AccountId account;
  std::string caller_arn;
  std::vector<RegionName> regions;
  fleet::Inventory inventory;
};

// Fails as a whole only when not even STS GetCallerIdentity or DescribeRegions answers. Every other
// part that could not be read is a Scope with an error in the inventory, by name.
Result<Discovered> discover(aws::Caller& caller, const Clock& clock,
                            const DiscoverOptions& options);

}  // namespace v2only::drivers
