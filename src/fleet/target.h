// Which options an instance has to have, by its profile.
#pragma once

#include <string>
#include <vector>

#include "fleet/instance.h"
#include "fleet/profile.h"

namespace v2only::fleet {

struct Target {
  OptionSet change;              // the fields that differ from what was observed
  bool endpoint_off = false;     // the endpoint is disabled, and stays so
  bool endpoint_blocks = false;  // … though the workload needs it: the owner's word is missing
};

// HttpTokens=required; the hop limit at least the profile's, and never lower than it is; a disabled
// endpoint is switched on only where the workload needs it and `enable_endpoint` says so. Where the
// endpoint is off and not needed nothing has to change: there is no IMDS to abuse.
Target target_of(const OptionSet& observed, const Profile& profile, bool enable_endpoint);

// What each field of the change is for, a line each.
std::vector<std::string> reasons_for(const OptionSet& observed, const OptionSet& change,
                                     const Profile& profile);

}  // namespace v2only::fleet
