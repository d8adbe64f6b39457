#include "fleet/ontap.h"

#include <algorithm>
#include <array>

namespace v2only::fleet {
namespace {

constexpr std::array<std::string_view, 7> kNodeStates = {
    "up", "booting", "down", "taken_over", "waiting_for_giveback", "degraded", "unknown"};
constexpr std::array<std::string_view, 6> kTakeoverStates = {
    "not_possible", "not_attempted", "in_takeover", "in_progress", "failed", "unknown"};
constexpr std::array<std::string_view, 5> kGivebackStates = {"nothing_to_giveback", "not_attempted",
                                                             "in_progress", "failed", "unknown"};

// The last word of each list is "unknown": what is not in the list means that.
template <class E, std::size_t N>
E state_of(const std::array<std::string_view, N>& words, std::string_view name) {
  const auto* found = std::find(words.begin(), words.end() - 1, name);
  return static_cast<E>(found - words.begin());
}

}  // namespace

std::string_view name_of(NodeState state) { return kNodeStates[static_cast<std::size_t>(state)]; }
std::string_view name_of(TakeoverState state) {
  return kTakeoverStates[static_cast<std::size_t>(state)];
}
std::string_view name_of(GivebackState state) {
  return kGivebackStates[static_cast<std::size_t>(state)];
}

NodeState node_state(std::string_view name) { return state_of<NodeState>(kNodeStates, name); }
TakeoverState takeover_state(std::string_view name) {
  return state_of<TakeoverState>(kTakeoverStates, name);
}
GivebackState giveback_state(std::string_view name) {
  return state_of<GivebackState>(kGivebackStates, name);
}

const OntapNode* OntapReading::find(std::string_view node) const {
  if (!nodes) return nullptr;
  const auto found = std::find_if(nodes->begin(), nodes->end(),
                                  [&](const OntapNode& each) { return each.name == node; });
  return found == nodes->end() ? nullptr : &*found;
}

}  // namespace v2only::fleet
