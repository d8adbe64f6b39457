// How a gate was found. Stands in plans by its name.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace v2only::fleet {

enum class Mark : std::uint8_t {
  kGood,
  kBad,      // read, and not as it must be
  kUnknown,  // not read: never counts as good
  kWarn,     // worth an operator's look, holds nothing up
};

inline constexpr std::array<std::string_view, 4> kMarkNames = {"good", "bad", "unknown", "warn"};

inline std::string_view name_of(Mark mark) { return kMarkNames[static_cast<std::size_t>(mark)]; }

}  // namespace v2only::fleet
