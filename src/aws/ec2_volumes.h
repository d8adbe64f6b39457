// EC2 DescribeVolumes: what an instance's volumes are encrypted with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/caller.h"
#include "core/result.h"

namespace v2only::aws {

struct VolumeAttachment {
  InstanceId instance;
  std::string device;  // "/dev/xvda"
  std::string state;   // "attached", …

  friend bool operator==(const VolumeAttachment&, const VolumeAttachment&) = default;
};

struct Volume {
  std::string id;
  std::string state;  // "in-use", …
  bool encrypted = false;
  std::string kms_key;  // its ARN; empty where it is not encrypted
  std::vector<VolumeAttachment> attachments;

  friend bool operator==(const Volume&, const Volume&) = default;
};

struct VolumePage {
  std::vector<Volume> volumes;
  std::string next_token;  // empty: that was the last page
};

// The volumes attached to the instances, 200 at most; a page of 500.
ApiCall describe_volumes(const RegionName& region, const std::vector<InstanceId>& instances,
                         std::string_view next_token);
Result<VolumePage> parse_volumes(std::string_view xml);

}  // namespace v2only::aws
