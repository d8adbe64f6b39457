#include "fleet/plan.h"

#include <array>

namespace v2only::fleet {

std::string_view name_of(Verdict verdict) {
  constexpr std::array<std::string_view, 3> kNames = {"compliant", "ready", "blocked"};
  return kNames[static_cast<std::size_t>(verdict)];
}

}  // namespace v2only::fleet
