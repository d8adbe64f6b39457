#include "config/sim_fleet.h"

#include <gmock/gmock.h>

#include "config/facts_file.h"
#include "sim/demo_facts.h"
#include "sim/fleet_generator.h"
#include "sim/world.h"

namespace v2only::config {
namespace {

using fleet::OptionField;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using Kind = sim::FaultSpec::Kind;

sim::WorldSpec read(std::string_view text) {
  auto world = parse_sim_fleet(text, "fleet.yaml");
  EXPECT_TRUE(world) << to_string(world.error());
  return world ? *std::move(world) : sim::WorldSpec{};
}

TEST(SimFleetFile, ReadsEverythingThatItMaySay) {
  const auto world = read(R"(account: "444455556666"
regions: [eu-west-1, us-east-1]
regions_not_opted_in: [ap-east-1]
latency: 20ms
apply_delay: {min: 2s, max: 9s}
consistency: 3s
buckets:
  ModifyInstanceMetadataOptions: {capacity: 100, refill: 5}
images:
  ami-0a1b2c3d4e5f60718: {name: al2023-ami, owner: "137112412989", imds_support: v2.0}
instances:
  - id: i-0123456789abcdef0
    name: web-1
    region: us-east-1
    state: stopped
    type: t3.micro
    image: ami-0a1b2c3d4e5f60718
    launched: 2024-03-05T08:00:00Z
    instance_profile: arn:aws:iam::444455556666:instance-profile/web
    private_ip: 10.0.0.7
    network_interfaces: 4
    managed: true
    tags: {env: prod, empty: }
    options: {HttpTokens: required, HttpPutResponseHopLimit: 3}
    software: falls-back
    needs_hops: 3
    v1_calls_per_hour: 1.5
    metrics: false
)");
  EXPECT_EQ(world.account, AccountId("444455556666"));
  EXPECT_EQ(world.regions.size(), 2U);
  EXPECT_EQ(world.regions_not_opted_in, std::vector{RegionName("ap-east-1")});
  EXPECT_EQ(world.latency, milliseconds(20));
  EXPECT_EQ(world.apply_delay_min, seconds(2));
  EXPECT_EQ(world.apply_delay_max, seconds(9));
  EXPECT_EQ(world.consistency, seconds(3));
  EXPECT_EQ(world.buckets.at("ModifyInstanceMetadataOptions").refill_per_second, 5);
  EXPECT_EQ(world.images.at(ImageId("ami-0a1b2c3d4e5f60718")).imds_support, "v2.0");
  ASSERT_EQ(world.instances.size(), 1U);
  const auto& spec = world.instances[0];
  EXPECT_EQ(spec.instance.account, world.account);
  EXPECT_EQ(spec.instance.region, RegionName("us-east-1"));
  EXPECT_EQ(spec.instance.state, fleet::InstanceState::kStopped);
  EXPECT_EQ(spec.instance.network_interfaces, 4);
  EXPECT_TRUE(spec.instance.managed);
  EXPECT_EQ(spec.instance.tags.at("Name"), "web-1");
  EXPECT_EQ(spec.instance.tags.at("empty"), "");
  EXPECT_EQ(spec.instance.options.hop_limit(), 3);
  EXPECT_FALSE(spec.instance.options.get(OptionField::kHttpEndpoint).has_value());
  EXPECT_EQ(spec.software, sim::Software::kFallsBack);
  EXPECT_EQ(spec.needs_hops, 3);
  EXPECT_EQ(spec.v1_calls_per_hour, 1.5);
  EXPECT_FALSE(spec.has_metrics);
}

TEST(SimFleetFile, AnIdAndARegionSuffice) {
  const auto world = read("regions: [eu-west-1]\ninstances: [{id: i-00000001}]\n");
  const auto& instance = world.instances.at(0).instance;
  EXPECT_EQ(instance.region, RegionName("eu-west-1"));
  EXPECT_EQ(instance.state, fleet::InstanceState::kRunning);
  EXPECT_EQ(instance.network_interfaces, 1);
  EXPECT_EQ(world.instances[0].software, sim::Software::kV2);
  sim::World served(world, 1, std::chrono::sys_days(std::chrono::year(2026) / 1 / 1));
  EXPECT_TRUE(served.instances()[0].options.is(OptionField::kHttpTokens, "optional"));
}

TEST(SimFleetFile, EveryKindOfFaultIsRead) {
  const std::pair<std::string, Kind> kinds[] = {{"throttle", Kind::kThrottle},
                                                {"error", Kind::kError},
                                                {"lose-before", Kind::kLoseBefore},
                                                {"lose-after", Kind::kLoseAfter},
                                                {"half-answer", Kind::kHalfAnswer},
                                                {"garbage", Kind::kGarbage},
                                                {"html-error", Kind::kHtmlError},
                                                {"hang", Kind::kHang},
                                                {"refuse", Kind::kRefuse},
                                                {"delay", Kind::kDelay},
                                                {"late-effect", Kind::kLateEffect},
                                                {"deny", Kind::kDeny},
                                                {"stale", Kind::kStale},
                                                {"other-changes", Kind::kOtherChanges},
                                                {"other-tags", Kind::kOtherTags},
                                                {"terminate", Kind::kTerminate},
                                                {"stop", Kind::kStop},
                                                {"echo-moved", Kind::kEchoMoved}};
  for (const auto& [name, kind] : kinds) {
    const auto world = read("regions: [eu-west-1]\nfaults: [{kind: " + name +
                            ", delay: 5s, options: {HttpTokens: optional}, tags: {a: b}}]\n");
    ASSERT_EQ(world.faults.size(), 1U);
    EXPECT_EQ(world.faults[0].kind, kind) << name;
  }
}

TEST(SimFleetFile, WhoNamesTheServiceSaysThatThereIsOne) {
  const auto world = read(
      "regions: [eu-west-1]\n"
      "instances: [{id: i-00000001, managed_by: eks.amazonaws.com}, {id: i-00000002}]\n");
  EXPECT_TRUE(world.instances[0].instance.managed);
  EXPECT_EQ(world.instances[0].instance.managed_by, "eks.amazonaws.com");
  EXPECT_FALSE(world.instances[1].instance.managed);
}

TEST(SimFleetFile, AFaultHasItsScope) {
  const auto world = read(R"(regions: [eu-west-1]
faults:
  - {kind: error, action: DescribeInstances, region: eu-west-1, instance: i-00000001,
     probability: 0.25, times: 3, from: 10s, until: 1h, code: Unavailable, status: 503}
)");
  const auto& fault = world.faults.at(0);
  EXPECT_EQ(fault.action, "DescribeInstances");
  EXPECT_EQ(fault.region, RegionName("eu-west-1"));
  EXPECT_EQ(fault.instance, InstanceId("i-00000001"));
  EXPECT_EQ(fault.probability, 0.25);
  EXPECT_EQ(fault.times, 3);
  EXPECT_EQ(fault.from, seconds(10));
  EXPECT_EQ(fault.until, hours(1));
  EXPECT_EQ(fault.code, "Unavailable");
  EXPECT_EQ(fault.status, 503);
}

TEST(SimFleetFile, GeneratedInstancesLieInTheFilesRegionsAndAccount) {
  const auto world = read(
      "account: \"444455556666\"\nregions: [sa-east-1, us-west-2]\n"
      "generate: {instances: 60, seed: 7}\ninstances: [{id: i-00000001}]\n");
  EXPECT_EQ(world.instances.size(), 61U);
  std::map<RegionName, int> counts;
  for (const auto& each : world.instances) {
    ++counts[each.instance.region];
    EXPECT_EQ(each.instance.account, world.account);
  }
  EXPECT_EQ(counts.size(), 2U);
  EXPECT_GT(counts[RegionName("sa-east-1")], 5);
  EXPECT_GT(counts[RegionName("us-west-2")], 5);
}

TEST(SimFleetFile, TheDemosFactsAreAFactsFile) {
  const auto facts = parse_facts(sim::facts_yaml(sim::demo_facts()), "facts.yaml");
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_EQ(facts->instances.size(), 6U);
  EXPECT_EQ(facts->systems.size(), 3U);
}

TEST(SimFleetFile, AGeneratedFleetsFactsAreAFactsFile) {
  const auto made = sim::generate_fleet_and_facts(500, 3);
  const auto facts = parse_facts(sim::facts_yaml(made.facts), "facts.yaml");
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_EQ(facts->instances.size(), made.facts.instances.size());
}

struct BadFile {
  std::string text;
  std::string where;
  std::string what;
};
void PrintTo(const BadFile& bad, std::ostream* out) { *out << bad.text; }

class BadSimFleet : public testing::TestWithParam<BadFile> {};

TEST_P(BadSimFleet, IsRefusedByPlace) {
  const auto world = parse_sim_fleet(GetParam().text, "fleet.yaml");
  ASSERT_FALSE(world);
  EXPECT_EQ(world.error().code, ErrorCode::kUsage);
  EXPECT_EQ(world.error().on, "fleet.yaml:" + GetParam().where);
  EXPECT_THAT(to_string(world.error()), HasSubstr(GetParam().what));
}

constexpr auto kHead = "regions: [eu-west-1]\n";
BadFile after_head(const std::string& text, const std::string& where, const std::string& what) {
  return {kHead + text, where, what};
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, BadSimFleet,
    testing::Values(
        BadFile{"", "1:1", "at least one region"}, BadFile{"regions: []", "1:1", "at least one"},
        BadFile{"regions: eu-west-1", "1:10", "must be a list"},
        BadFile{"regions: [mars]", "1:11", "is no region"},
        BadFile{"regions: [eu-west-1, eu-west-1]", "1:22", "named twice"},
        after_head("regions_not_opted_in: [eu-west-1]", "2:23", "at once"),
        after_head("account: 12", "2:10", "twelve digits"),
        after_head("colour: red", "2:1", "unknown key"),
        after_head("latency: fast", "2:10", "duration"),
        after_head("apply_delay: {min: 9s, max: 2s}", "2:29", "less than min"),
        after_head("buckets: {X: {capacity: 0}}", "2:25", "capacity"),
        after_head("images: {ami-x: {name: y}}", "2:17", "no image id"),
        after_head("images: {ami-00000001: {imds_support: v3}}", "2:39", "v2.0"),
        after_head("generate: {instances: -1}", "2:23", "instances"),
        after_head("instances: [{name: x}]", "2:13", "needs an id"),
        after_head("instances: [{id: x}]", "2:18", "no instance id"),
        after_head("instances: [{id: i-00000001}, {id: i-00000001}]", "2:36", "given twice"),
        after_head("instances: [{id: i-00000001, region: us-east-1}]", "2:38", "does not name"),
        after_head("instances: [{id: i-00000001, state: asleep}]", "2:37", "no state"),
        after_head("instances: [{id: i-00000001, image: x}]", "2:37", "no image id"),
        after_head("instances: [{id: i-00000001, software: v3}]", "2:40", "no software"),
        after_head("instances: [{id: i-00000001, tags: {a: [1]}}]", "2:40", "is text"),
        after_head("instances: [{id: i-00000001, options: {HttpTokens: maybe}}]", "2:52",
                   "no value of HttpTokens"),
        after_head("instances: [{id: i-00000001, options: {HttpPutResponseHopLimit: 65}}]", "2:65",
                   "no value"),
        after_head("instances: [{id: i-00000001, options: {Colour: 1}}]", "2:40", "unknown key"),
        after_head("faults: [{action: x}]", "2:10", "needs a kind"),
        after_head("faults: [{kind: quake}]", "2:17", "no kind of fault"),
        after_head("faults: [{kind: stale}]", "2:10", "needs a delay"),
        after_head("faults: [{kind: echo-moved}]", "2:10", "needs options"),
        after_head("faults: [{kind: other-tags}]", "2:10", "needs tags"),
        after_head("faults: [{kind: other-tags, tags: {a: [1]}}]", "2:39", "is text"),
        after_head("instances: [{id: i-00000001, managed: false, managed_by: x.amazonaws.com}]",
                   "2:58", "managed is false"),
        after_head("faults: [{kind: throttle, probability: 2}]", "2:40", "probability"),
        after_head("faults: [{kind: throttle, times: 0}]", "2:34", "times"),
        after_head("faults: [{kind: throttle, from: 5s, until: 5s}]", "2:44", "later than from"),
        after_head("faults: [{kind: error, status: 200}]", "2:32", "status"),
        after_head("faults: [{kind: stop, instance: web-1}]", "2:33", "no instance id")));

TEST(SimFleetFile, AMissingFileIsSaidByName) {
  const auto world = load_sim_fleet("/nowhere/fleet.yaml");
  ASSERT_FALSE(world);
  EXPECT_EQ(world.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(to_string(world.error()), HasSubstr("/nowhere/fleet.yaml"));
}

}  // namespace
}  // namespace v2only::config
