// DryRun: asks EC2 whether a call would be allowed, without making it.
//
// For AWS's own endpoints only: others may carry the call out all the same (moto does, with
// ModifyInstanceMetadataOptions).
#pragma once

#include <cstdint>
#include <string>

#include "aws/caller.h"

namespace v2only::aws {

// The same call with DryRun=true. It changes nothing, so it is retried as a read.
ApiCall dry_run(ApiCall call);

enum class Permission : std::uint8_t {
  kAllowed,  // DryRunOperation. AWS looks at permissions; that values and state would do, it does
             // not promise
  kDenied,   // UnauthorizedOperation and the like
  kUnknown,  // anything else, and an endpoint that carried the call out
};

struct DryRunAnswer {
  Permission permission = Permission::kUnknown;
  std::string action;  // "ec2:StopInstances"
  std::string why;     // one line, unless it is allowed
};

DryRunAnswer dry_run_answer(const ApiCall& call, const ApiReply& reply);

}  // namespace v2only::aws
