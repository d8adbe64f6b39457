// Pagination tokens: opaque to callers, bound to the listing that they came from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace v2only::sim {

// `listing` is everything that must stay the same from page to page.
std::string make_token(std::string_view listing, std::uint64_t position);
// Nothing for a token that is not ours, or is another listing's.
std::optional<std::uint64_t> read_token(std::string_view listing, std::string_view token);

}  // namespace v2only::sim
