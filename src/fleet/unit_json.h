// The two kinds of entry that a plan is full of, as JSON.
#pragma once

#include "core/json.h"
#include "fleet/plan.h"

namespace v2only::fleet {

json::value to_json(const PlannedUnit& unit);
Result<PlannedUnit> planned_unit_from_json(const json::value& value);

json::value to_json(const LeftAlone& unit);
Result<LeftAlone> left_alone_from_json(const json::value& value);

json::value to_json(const Evidence& evidence);

}  // namespace v2only::fleet
