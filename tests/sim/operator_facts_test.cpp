#include "sim/operator_facts.h"

#include <gtest/gtest.h>

#include <memory>

#include "pair.h"

namespace v2only::sim::testing {
namespace {

TEST(OperatorFacts, FitTheDoorsOfAServedWorld) {
  World world(pair_spec(), 1, kStart);
  const auto server = Server::start(world, {});
  ASSERT_TRUE(server.has_value());
  const auto facts = operator_facts({}, world.spec(), **server);
  const auto& fact = facts.systems.at(kSystem);
  EXPECT_EQ(fact.ha, true);
  ASSERT_TRUE(fact.ontap.has_value());
  EXPECT_EQ(fact.ontap->endpoints.size(), 3U);
  EXPECT_EQ(fact.ontap->endpoints[0], (*server)->ontap()[0].url);
  EXPECT_EQ(fact.ontap->fingerprint, (*server)->ontap()[0].fingerprint);
  EXPECT_EQ(fact.ontap->password.to_text(), "env:V2ONLY_SIM_PASSWORD_A1B2C3D4");
  EXPECT_EQ(fact.probes.size(), 2U);  // NAS only
  EXPECT_EQ(facts.instances.size(), 3U);
  EXPECT_EQ(facts.instances.at(*world.spec().cvo[0].mediator).workload, "netapp-cvo-mediator");
}

TEST(OperatorFacts, AreWrittenWithoutAnyPassword) {
  World world(pair_spec(), 1, kStart);
  const auto server = Server::start(world, {});
  ASSERT_TRUE(server.has_value());
  auto facts = operator_facts({}, world.spec(), **server);
  facts.systems[kSystem].failover = {{}, {}, "storage team", "2026-12-05T01:00Z/PT6H"};
  facts.systems[kSystem].agent = InstanceId("i-0123456789abcdef0");
  const auto yaml = facts_yaml(facts);
  EXPECT_EQ(yaml.find(world.spec().cvo[0].password.reveal()), std::string::npos);
  EXPECT_NE(yaml.find("    ontap: {endpoints: [https://127.0.0.1:"), std::string::npos);
  EXPECT_NE(yaml.find("password: \"env:V2ONLY_SIM_PASSWORD_A1B2C3D4\""), std::string::npos);
  EXPECT_NE(yaml.find("      failover: \"2026-12-05T01:00Z/PT6H\"\n"), std::string::npos);
  EXPECT_NE(yaml.find("    probes: [\"tcp://127.0.0.1:"), std::string::npos);
  EXPECT_NE(yaml.find("    agent: i-0123456789abcdef0\n"), std::string::npos);
}

}  // namespace
}  // namespace v2only::sim::testing
