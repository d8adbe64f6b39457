// Base64, as HTTP Basic writes it, read. core/text.h writes it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace v2only::sim {

// Nothing for a text that is none.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace v2only::sim
