// STS: who calls.
#pragma once

#include "sim/call.h"
#include "sim/spec.h"

namespace v2only::sim {

// GetCallerIdentity: the user "simulated-operator" of the world's account.
Served serve_sts(const WorldSpec& spec, const Call& call);

}  // namespace v2only::sim
