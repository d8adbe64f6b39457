// The name of a secret in a file that a person writes.
#pragma once

#include <optional>
#include <string_view>

#include "config/facts_file.h"
#include "config/map_reader.h"
#include "fleet/facts.h"

namespace v2only::config {

// The secret's name at `key`: env:NAME, file:/PATH or command:LINE. What stands there may be the
// secret itself, by mistake: no error repeats it.
std::optional<fleet::SecretName> secret_of(MapReader& reader, std::string_view key,
                                           Commands commands);

}  // namespace v2only::config
