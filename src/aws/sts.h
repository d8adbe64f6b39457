// STS: who am I.
#pragma once

#include <string>
#include <string_view>

#include "aws/caller.h"
#include "core/ids.h"
#include "core/result.h"

namespace v2only::aws {

struct CallerIdentity {
  AccountId account;
  std::string arn;
};

ApiCall get_caller_identity(const RegionName& region);
Result<CallerIdentity> parse_caller_identity(std::string_view xml);

}  // namespace v2only::aws
