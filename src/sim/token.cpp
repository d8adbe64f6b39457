#include "sim/token.h"

#include <fmt/format.h>

#include <charconv>

#include "core/digest.h"

namespace v2only::sim {

std::string make_token(std::string_view listing, std::uint64_t position) {
  const auto seal = sha256_hex(fmt::format("{}\n{}", position, listing)).substr(0, 32);
  return fmt::format("{}{:x}", seal, position);
}

std::optional<std::uint64_t> read_token(std::string_view listing, std::string_view token) {
  if (token.size() <= 32 || token.size() > 48) return std::nullopt;
  const auto digits = token.substr(32);
  std::uint64_t position = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), position, 16);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (make_token(listing, position) != token) return std::nullopt;
  return position;
}

}  // namespace v2only::sim
