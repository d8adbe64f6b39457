// Base64 with padding, as AWS and HTTP Basic write it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace v2only::sim {

std::string to_base64(std::string_view bytes);
// Nothing for a text that is none.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace v2only::sim
