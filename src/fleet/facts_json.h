// The facts as JSON: what a plan carries of them. A secret is named in them, never held.
#pragma once

#include "core/json.h"
#include "fleet/facts.h"

namespace v2only::fleet {

json::value to_json(const Facts& facts);
// Members that an earlier version did not write may be missing.
Result<Facts> facts_from_json(const json::value& value);

// "env:NAME", "file:PATH", "command:LINE"; an error for anything else.
Result<SecretName> secret_name(std::string_view text);

}  // namespace v2only::fleet
