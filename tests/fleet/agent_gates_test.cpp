#include "fleet/agent_gates.h"

#include <gtest/gtest.h>

namespace v2only::fleet {
namespace {

AgentReading well() {
  AgentReading out;
  out.instance.private_ip = "10.0.0.5";
  out.agent = ConsoleAgent{"abc", "agent", "active", "4.0.0", "10.0.0.5"};
  out.systems.emplace();
  out.systems->emplace_back();
  return out;
}

Mark worst(const AgentReading& reading) {
  const auto findings = agent_well(reading);
  for (const auto mark : {Mark::kBad, Mark::kUnknown, Mark::kWarn}) {
    for (const auto& finding : findings) {
      if (finding.mark == mark) return mark;
    }
  }
  return Mark::kGood;
}

TEST(AgentWell, ActiveItsVersionAnsweredAndAwsReachedIsWell) {
  EXPECT_EQ(worst(well()), Mark::kGood);
}

TEST(AgentWell, OneThatTheConsoleShowsAsInactiveIsNot) {
  auto reading = well();
  reading.agent->status = "inactive";
  EXPECT_EQ(worst(reading), Mark::kBad);
}

TEST(AgentWell, OneThatDoesNotTellItsVersionOrItsSystemsIsNot) {
  auto reading = well();
  reading.agent->version.clear();
  EXPECT_EQ(worst(reading), Mark::kBad);
  reading = well();
  reading.systems.reset();
  EXPECT_EQ(worst(reading), Mark::kBad);
}

TEST(AgentWell, OneThatCannotReachAwsForOneOfItsSystemsIsNot) {
  for (const bool credentials : {false, true}) {
    auto reading = well();
    reading.systems->emplace_back();
    auto& system = reading.systems->back();
    (credentials ? system.invalid_cloud_credentials : system.no_cloud_connection) = true;
    EXPECT_EQ(worst(reading), Mark::kBad);
  }
}

TEST(AgentWell, OneWithoutSystemsCannotShowThatItReachesAws) {
  auto reading = well();
  reading.systems->clear();
  EXPECT_EQ(worst(reading), Mark::kWarn);
}

TEST(AgentWell, ASilentConsoleSaysNothingOfTheAgent) {
  auto reading = well();
  reading.agent.reset();
  EXPECT_EQ(worst(reading), Mark::kUnknown);
  reading = well();
  reading.agent->status.clear();
  reading.agent->version.clear();
  EXPECT_EQ(worst(reading), Mark::kUnknown);
}

TEST(AgentWell, NoAgentAtItsAddressIsBad) {
  auto reading = well();
  reading.agent.reset();
  reading.listed = false;
  EXPECT_EQ(worst(reading), Mark::kBad);
}

}  // namespace
}  // namespace v2only::fleet
