// KMS: whether the keys of volumes can be used.
#pragma once

#include "sim/call.h"
#include "sim/spec.h"

namespace v2only::sim {

// DescribeKey, in the JSON 1.1 protocol; KeyId is the ARN or the id within it.
Served serve_kms(const WorldSpec& spec, const Call& call);

}  // namespace v2only::sim
