#include "fleet/profile.h"

#include <gmock/gmock.h>

namespace v2only::fleet {
namespace {

using testing::HasSubstr;

TEST(Profiles, BuiltInAreNetAppsThreeAndGeneric) {
  const auto profiles = profiles_of({});
  ASSERT_EQ(profiles.size(), 4U);
  const auto& agent = profiles.at("netapp-console-agent");
  EXPECT_EQ(agent.hop_limit, 3);
  EXPECT_TRUE(agent.needs_imds);
  EXPECT_FALSE(agent.v1_gated);
  EXPECT_FALSE(agent.in_system);
  EXPECT_TRUE(profiles.at("netapp-cvo-node").in_system);
  EXPECT_EQ(profiles.at("netapp-cvo-node").gate, VersionGate::kOntap);
  EXPECT_EQ(profiles.at("netapp-cvo-node").hop_limit, std::nullopt);
  EXPECT_TRUE(profiles.at("netapp-cvo-mediator").in_system);
  EXPECT_EQ(profiles.at("netapp-cvo-mediator").gate, VersionGate::kNone);
  EXPECT_TRUE(profiles.at("generic").v1_gated);
  EXPECT_FALSE(profiles.at("generic").needs_imds);
}

TEST(Profiles, PolicyOverridesOnlyTheFieldsThatItGives) {
  Policy policy;
  policy.profiles["netapp-console-agent"].hop_limit = 4;
  policy.profiles["netapp-console-agent"].match_tag_name = "role";
  policy.profiles["netapp-console-agent"].match_tag_value = "agent";
  const auto profiles = profiles_of(policy);
  const auto& agent = profiles.at("netapp-console-agent");
  EXPECT_EQ(agent.hop_limit, 4);
  EXPECT_EQ(agent.gate, VersionGate::kAgent);
  EXPECT_TRUE(agent.needs_imds);
  EXPECT_EQ(agent.maker_tag, (TagRule{"OCCMInstance", "true"}));
  EXPECT_EQ(agent.rule, (TagRule{"role", "agent"}));
}

TEST(Profiles, NewNameIsTreatedLikeGeneric) {
  Policy policy;
  policy.profiles["web"].hop_limit = 2;
  const auto web = profiles_of(policy).at("web");
  EXPECT_EQ(web.name, "web");
  EXPECT_EQ(web.hop_limit, 2);
  EXPECT_TRUE(web.v1_gated);
  EXPECT_FALSE(web.needs_imds);
  EXPECT_FALSE(web.rule);
}

TEST(CheckWorkloads, UnknownOneIsNamedWithWhatThereIs) {
  Facts facts;
  facts.instances[InstanceId("i-00000001")] = {"nettapp-cvo-node", "", {}, false, "facts.yaml:3"};
  const auto checked = check_workloads(facts, profiles_of({}));
  ASSERT_FALSE(checked);
  EXPECT_THAT(to_string(checked.error()), HasSubstr("facts.yaml:3: i-00000001"));
  EXPECT_THAT(to_string(checked.error()), HasSubstr("netapp-cvo-node"));
}

TEST(CheckWorkloads, WorkloadOfThePolicyAndNoneAtAllAreFine) {
  Policy policy;
  policy.profiles["web"] = {};
  Facts facts;
  facts.instances[InstanceId("i-00000001")].workload = "web";
  facts.instances[InstanceId("i-00000002")].version = "1";
  EXPECT_TRUE(check_workloads(facts, profiles_of(policy)));
}

}  // namespace
}  // namespace v2only::fleet
