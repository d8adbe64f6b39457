#include "fleet/instance.h"

#include <algorithm>
#include <array>

namespace v2only::fleet {
namespace {

constexpr std::array<std::string_view, 7> kStates = {
    "pending", "running", "shutting-down", "terminated", "stopping", "stopped", "unknown"};

}  // namespace

std::string_view name_of(InstanceState state) { return kStates[static_cast<std::size_t>(state)]; }

InstanceState instance_state(std::string_view name) {
  const auto* found = std::find(kStates.begin(), kStates.end(), name);
  if (found == kStates.end()) return InstanceState::kUnknown;
  return static_cast<InstanceState>(found - kStates.begin());
}

}  // namespace v2only::fleet
