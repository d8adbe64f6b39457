// EC2's Query protocol: requests as ApiCall, answers as the fleet's values.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "aws/caller.h"
#include "core/result.h"
#include "fleet/instance.h"

namespace v2only::aws {

struct Filter {
  std::string name;
  std::vector<std::string> values;

  friend bool operator==(const Filter&, const Filter&) = default;
};

struct InstancePage {
  std::vector<fleet::Instance>
      instances;           // account from the reservation's ownerId; region as given
  std::string next_token;  // empty: that was the last page
};

// A page of 1,000 (the largest). AWS refuses MaxResults together with ids, so those go without.
ApiCall describe_instances(const RegionName& region, const std::vector<Filter>& filters,
                           std::string_view next_token);
// By an instance-id filter, at most 200 ids: ids that do not exist are left out, not an error.
ApiCall describe_instances_by_id(const RegionName& region, const std::vector<InstanceId>& ids);
Result<InstancePage> parse_instances(std::string_view xml, const RegionName& region);

struct Region {
  RegionName name;
  bool opted_in = true;  // false only for "not-opted-in"
};
ApiCall describe_regions(const RegionName& through, bool all_regions);
Result<std::vector<Region>> parse_regions(std::string_view xml);

ApiCall describe_images(const RegionName& region, const std::vector<ImageId>& ids);
Result<std::map<ImageId, fleet::Image>> parse_images(std::string_view xml);

struct ModifyReply {
  InstanceId instance;
  fleet::OptionSet options;
  fleet::OptionState state = fleet::OptionState::kPending;
};
// Sends exactly the fields of `send`.
ApiCall modify_instance_metadata_options(const RegionName& region, const InstanceId& instance,
                                         const fleet::OptionSet& send);
Result<ModifyReply> parse_modify(std::string_view xml);

}  // namespace v2only::aws
