#include "fleet/agent_gates.h"

#include "core/text.h"

namespace v2only::fleet {
namespace {

std::string why_of(const AgentReading& reading, const std::string& otherwise) {
  return reading.errors.empty() ? otherwise : reading.errors.front();
}

Finding check_active(const AgentReading& reading) {
  const auto& agent = *reading.agent;
  if (agent.active()) return {Mark::kGood, "agent-active", "the Console shows it as active"};
  if (agent.status.empty()) {
    return {Mark::kUnknown, "agent-active",
            why_of(reading, "the Console does not tell whether it is active")};
  }
  return {Mark::kBad, "agent-active", "the Console shows it as " + agent.status};
}

Finding check_version(const AgentReading& reading) {
  const auto& version = reading.agent->version;
  if (!version.empty()) return {Mark::kGood, "agent-version", "it answers: version " + version};
  return {Mark::kBad, "agent-version",
          "it does not tell its version: " + why_of(reading, "no answer")};
}

// What it says of its systems it knows from AWS.
Finding check_aws(const AgentReading& reading) {
  if (!reading.systems) {
    return {Mark::kBad, "agent-aws",
            "it does not tell of its systems: " + why_of(reading, "no answer")};
  }
  for (const auto& system : *reading.systems) {
    if (!system.no_cloud_connection && !system.invalid_cloud_credentials) continue;
    return {Mark::kBad, "agent-aws",
            "it cannot reach AWS for " + system.id.str() +
                (system.invalid_cloud_credentials ? ": its credentials are refused" : "")};
  }
  if (!reading.systems->empty()) {
    return {Mark::kGood, "agent-aws",
            "it reaches AWS for " + count_of(reading.systems->size(), "system")};
  }
  return {Mark::kWarn, "agent-aws",
          "it manages no system by which it could show that it reaches AWS"};
}

}  // namespace

Findings agent_well(const AgentReading& reading) {
  if (!reading.agent && !reading.listed) {
    const auto& address = reading.instance.private_ip;
    return {{Mark::kBad, "agent-listed",
             "the Console has no active agent at " + (address.empty() ? "its address" : address)}};
  }
  if (!reading.agent) {
    return {{Mark::kUnknown, "agent-listed", why_of(reading, "the Console was not read")}};
  }
  const auto active = check_active(reading);
  // While the Console itself tells nothing, silence is not the agent's.
  if (active.mark == Mark::kUnknown) return {active};
  return {active, check_version(reading), check_aws(reading)};
}

}  // namespace v2only::fleet
