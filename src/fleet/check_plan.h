// What a plan file may say at all. A digest shows accidents; this is for what somebody wrote.
#pragma once

#include "core/result.h"
#include "fleet/plan.h"

namespace v2only::fleet {

// Refuses ids, regions and option values that AWS does not have, steps outside the plan's account
// and regions, and, in a plan to be applied, every change that this program never plans: tokens to
// anything but `required`, an endpoint switched off, a hop limit below the observed one. A CVO
// system is restarted only with members that make sense, a way to ask ONTAP, and a consent.
Result<void> check_plan(const Plan& plan);

}  // namespace v2only::fleet
