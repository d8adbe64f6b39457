// Metadata options as JSON, with AWS's names: HttpPutResponseHopLimit is a number, as AWS has it.
#pragma once

#include "core/json.h"
#include "fleet/options.h"

namespace v2only::fleet {

json::value to_json(const OptionSet& options);
// Reads the member `key` of `reader`, an object of options; what is wrong is kept as its error.
OptionSet options_from(ObjectReader& reader, std::string_view key);

}  // namespace v2only::fleet
