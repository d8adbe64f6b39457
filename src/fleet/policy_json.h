// Policy and facts as JSON: what a plan carries of them.
#pragma once

#include "core/json.h"
#include "fleet/facts.h"
#include "fleet/policy.h"

namespace v2only::fleet {

std::string_view name_of(Rates rates);  // "auto", "table", "none"
std::optional<Rates> rates_named(std::string_view name);

json::value to_json(const Policy& policy);
Result<Policy> policy_from_json(const json::value& value);

json::value to_json(const Facts& facts);
Result<Facts> facts_from_json(const json::value& value);

}  // namespace v2only::fleet
