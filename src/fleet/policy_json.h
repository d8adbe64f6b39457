// The policy as JSON: what a plan carries of it.
#pragma once

#include "core/json.h"
#include "fleet/policy.h"

namespace v2only::fleet {

std::string_view name_of(Rates rates);  // "auto", "table", "none"
std::optional<Rates> rates_named(std::string_view name);
std::optional<Handover> handover_named(std::string_view name);
std::optional<Pause> pause_named(std::string_view name);

json::value to_json(const Policy& policy);
// Members that an earlier version did not write may be missing: they have their defaults.
Result<Policy> policy_from_json(const json::value& value);

}  // namespace v2only::fleet
