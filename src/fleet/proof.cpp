#include "fleet/proof.h"

#include <algorithm>

namespace v2only::fleet {
namespace {

// Clocks of AWS, of a node and of ours may differ by so much before an operator is warned.
constexpr Duration kClocks = std::chrono::minutes(5);

// The operator's word; it has to be later than our own change, and no later than now.
std::string why_no_word(const ProofInput& input, const std::optional<WallTime>& booted) {
  const auto& id = input.instance.id.str();
  if (input.fact == nullptr || !input.fact->restarted) {
    return id + ": nothing shows that it was restarted since its options were changed";
  }
  const auto said = *input.fact->restarted;
  const auto text = "the facts say that it was restarted at " + format_utc(said);
  if (said > input.now) return id + ": " + text + ", which is still to come";
  if (input.change != nullptr && said < input.change->at) {
    return id + ": " + text + ", which is before its change at " + format_utc(input.change->at);
  }
  if (booted && *booted + kClocks < said) {
    return id + ": " + text + ", and it has not booted since " + format_utc(*booted);
  }
  return {};
}

}  // namespace

const OntapNode* node_on(const OntapReading& ontap, const Instance& instance) {
  if (!ontap.nodes || instance.private_ip.empty()) return nullptr;
  for (const auto& node : *ontap.nodes) {
    const auto& addresses = node.management_addresses;
    if (std::find(addresses.begin(), addresses.end(), instance.private_ip) != addresses.end()) {
      return &node;
    }
  }
  return nullptr;
}

std::optional<WallTime> booted_at(const Instance& instance, const SystemReading* reading) {
  auto out = instance.launched;
  const auto* node = reading == nullptr ? nullptr : node_on(reading->ontap, instance);
  if (node == nullptr || !node->uptime_s) return out;
  const auto by_uptime = reading->asked_at.wall - std::chrono::seconds(*node->uptime_s);
  return out ? std::max<WallTime>(*out, by_uptime) : by_uptime;
}

std::string why_not_proven(const ProofInput& input) {
  const auto booted = booted_at(input.instance, input.reading);
  if (input.change != nullptr) {
    if (input.change->restarted) return {};
    if (booted && *booted > input.change->at + kClocks) return {};
  }
  return why_no_word(input, booted);
}

}  // namespace v2only::fleet
