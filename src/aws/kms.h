// KMS DescribeKey: whether the key of an encrypted volume can be used.
#pragma once

#include <string>
#include <string_view>

#include "aws/caller.h"
#include "core/result.h"

namespace v2only::aws {

struct KmsKey {
  std::string id;
  std::string arn;
  std::string state;    // "Enabled", "Disabled", "PendingDeletion", …: not a closed list
  std::string manager;  // "CUSTOMER", "AWS"; empty: not told

  bool enabled() const { return state == "Enabled"; }
  friend bool operator==(const KmsKey&, const KmsKey&) = default;
};

// By key id, ARN or alias. Keys of other accounts need their ARN, which EC2 gives for volumes.
ApiCall describe_key(const RegionName& region, std::string_view key);
Result<KmsKey> parse_key(std::string_view json);

}  // namespace v2only::aws
