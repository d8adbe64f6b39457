#include "sim/fleet_generator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "sim/demo_facts.h"
#include "sim/world.h"

namespace v2only::sim::testing {
namespace {

std::vector<fleet::Instance> instances(const WorldSpec& spec) {
  std::vector<fleet::Instance> out;
  for (const auto& each : spec.instances) out.push_back(each.instance);
  return out;
}

bool is_netapps(const InstanceSpec& spec, const WorldSpec& world) {
  const auto image = world.images.find(spec.instance.image_id);
  return spec.instance.tags.count("OCCMInstance") > 0 ||
         spec.instance.tags.count("WorkingEnvironmentId") > 0 ||
         (image != world.images.end() && image->second.owner == "952013314444");
}

TEST(FleetGenerator, SameCountAndSeedGiveTheSameFleet) {
  const auto one = generate_fleet_and_facts(300, 7);
  const auto two = generate_fleet_and_facts(300, 7);
  EXPECT_EQ(instances(one.world), instances(two.world));
  EXPECT_EQ(one.facts, two.facts);
  EXPECT_NE(instances(one.world), instances(generate_fleet(300, 8)));
}

TEST(FleetGenerator, HasExactlyTheCountAskedFor) {
  for (const std::size_t count : {0U, 1U, 2U, 3U, 20U, 50U, 1001U}) {
    EXPECT_EQ(generate_fleet(count, count + 1).instances.size(), count);
  }
}

TEST(FleetGenerator, AboutOneInTenIsNetApps) {
  const auto spec = generate_fleet(10'000, 3);
  std::size_t count = 0;
  for (const auto& each : spec.instances) count += is_netapps(each, spec) ? 1 : 0;
  EXPECT_GT(count, 700U);
  EXPECT_LT(count, 1300U);
}

TEST(FleetGenerator, IdsAreUniqueAndWellFormedAndRegionsEnabled) {
  const auto spec = generate_fleet(10'000, 3);
  std::set<InstanceId> ids;
  for (const auto& each : spec.instances) {
    EXPECT_TRUE(is_instance_id(each.instance.id.str()));
    EXPECT_TRUE(ids.insert(each.instance.id).second);
    EXPECT_NE(std::find(spec.regions.begin(), spec.regions.end(), each.instance.region),
              spec.regions.end());
    EXPECT_TRUE(each.instance.launched.has_value());
  }
}

TEST(FleetGenerator, EveryKindOfInstanceIsThere) {
  const auto spec = generate_fleet(2000, 1);
  std::set<Software> software;
  std::set<fleet::InstanceState> states;
  bool disabled = false;
  bool required = false;
  bool unseen = false;
  bool managed = false;
  for (const auto& each : spec.instances) {
    software.insert(each.software);
    states.insert(each.instance.state);
    disabled = disabled || each.instance.options.endpoint_disabled();
    required = required || each.instance.options.tokens_required();
    unseen = unseen || !each.has_metrics;
    managed = managed || each.instance.managed;
  }
  EXPECT_EQ(software.size(), 4U);
  EXPECT_EQ(states.size(), 3U);
  EXPECT_TRUE(disabled && required && unseen && managed);
}

TEST(FleetGenerator, PairsHaveTwoNodesAndAMediatorInTheFacts) {
  const auto fleet = generate_fleet_and_facts(5000, 2);
  std::map<UnitId, std::pair<int, int>> members;
  for (const auto& [id, fact] : fleet.facts.instances) {
    if (!fact.system) continue;
    auto& [nodes, mediators] = members[*fact.system];
    ++(fact.workload == "netapp-cvo-node" ? nodes : mediators);
  }
  int pairs = 0;
  for (const auto& [system, fact] : fleet.facts.systems) {
    EXPECT_EQ(members[system], *fact.ha ? std::pair(2, 1) : std::pair(1, 0));
    pairs += *fact.ha ? 1 : 0;
  }
  EXPECT_GT(pairs, 10);
}

TEST(FleetGenerator, AHundredThousandFitIntoAWorld) {
  World world(generate_fleet(100'000, 1), 1,
              std::chrono::sys_days(std::chrono::year(2026) / 1 / 1));
  EXPECT_EQ(world.instances().size(), 100'000U);
}

TEST(DemoFleet, HasTwentyFiveInstancesInThreeRegions) {
  const auto spec = demo_fleet();
  std::set<RegionName> regions;
  for (const auto& each : spec.instances) regions.insert(each.instance.region);
  EXPECT_EQ(spec.instances.size(), 25U);
  EXPECT_EQ(regions.size(), 3U);
  EXPECT_EQ(instances(spec), instances(demo_fleet()));
}

TEST(DemoFleet, ItsFactsNameTheTaggedAgentAndEachSystem) {
  const auto yaml = facts_yaml(demo_facts());
  std::size_t named = 0;
  for (const auto& each : demo_fleet().instances) {
    const bool tagged = each.instance.tags.count("OCCMInstance") > 0 ||
                        each.instance.tags.count("WorkingEnvironmentId") > 0;
    EXPECT_EQ(yaml.find(each.instance.id.str()) != std::string::npos, tagged);
    named += tagged ? 1 : 0;
  }
  EXPECT_EQ(named, 6U);
  EXPECT_NE(yaml.find("{workload: netapp-console-agent, version: 3.9.40}"), std::string::npos);
  EXPECT_NE(yaml.find("{workload: netapp-cvo-node, system: VsaWorkingEnvironment-a1b2c3d4, "
                      "version: 9.13.1P4}"),
            std::string::npos);
  EXPECT_NE(yaml.find("  VsaWorkingEnvironment-a1b2c3d4: {ha: true}"), std::string::npos);
  EXPECT_NE(yaml.find("  VsaWorkingEnvironment-e5f6a7b8: {ha: false}"), std::string::npos);
}

}  // namespace
}  // namespace v2only::sim::testing
