// The estate of the demo and of the docs: 25 instances in 3 regions, one or two of each kind.
#include <string>

#include "sim/demo_facts.h"
#include "sim/fleet_builder.h"

namespace v2only::sim {
namespace {

using fleet::OptionField;

constexpr std::uint64_t kSeed = 20240305;

void tag(InstanceSpec& spec, std::string env, std::string team) {
  spec.instance.tags["env"] = std::move(env);
  spec.instance.tags["team"] = std::move(team);
}

void hops(InstanceSpec& spec, int limit) {
  spec.instance.options.set(OptionField::kHttpPutResponseHopLimit, std::to_string(limit));
}

void compliant(InstanceSpec& spec) {
  spec.instance.options.set(OptionField::kHttpTokens, "required");
}

void uses_v1(InstanceSpec& spec, double per_hour) {
  spec.software = Software::kV1;
  spec.v1_calls_per_hour = per_hour;
}

// The head office: storage, the shop, and what serves it.
void ireland(FleetBuilder& build) {
  const RegionName region("eu-west-1");
  build.agent(region, "console-agent-prod", "3.9.40");
  build.cvo_pair(
      {region, "cvoprod01", UnitId("VsaWorkingEnvironment-a1b2c3d4"), "9.13.1P4", "m5.2xlarge"});
  for (const auto* name : {"web-prod-1", "web-prod-2"}) {
    auto& web = build.ordinary(region, name, "m6i.large", Stock::kUbuntu22);
    tag(web, "prod", "shop");
    hops(web, 2);
  }
  auto& api = build.ordinary(region, "shop-api-prod-1", "m6i.xlarge", Stock::kAmazon2);
  tag(api, "prod", "shop");
  uses_v1(api, 42);
  tag(build.ordinary(region, "shop-api-prod-2", "m6i.xlarge", Stock::kUbuntu22), "prod", "shop");
  auto& database = build.ordinary(region, "shop-db-prod-1", "r6i.2xlarge", Stock::kRhel9);
  tag(database, "prod", "shop");
  database.software = Software::kQuiet;
  auto& docker = build.ordinary(region, "ci-runner-1", "c6i.2xlarge", Stock::kUbuntu22);
  tag(docker, "tools", "platform");
  docker.software = Software::kFallsBack;  // in containers, behind a hop limit of 1
  docker.needs_hops = 2;
  docker.v1_calls_per_hour = 15;
  auto& bastion = build.ordinary(region, "bastion-1", "t3.micro", Stock::kAmazon2023);
  tag(bastion, "prod", "platform");
  compliant(bastion);
  hops(bastion, 2);
}

// The second site: disaster recovery and reporting.
void virginia(FleetBuilder& build) {
  const RegionName region("us-east-1");
  build.cvo_single(
      {region, "cvodr01", UnitId("VsaWorkingEnvironment-e5f6a7b8"), "9.12.1P1", "m5.xlarge"});
  build.marketplace_agent(region, "netapp-console-us");
  for (const auto* name : {"reporting-1", "reporting-2"}) {
    tag(build.ordinary(region, name, "m5.xlarge", Stock::kRhel9), "prod", "data");
  }
  uses_v1(build.ordinary(region, "ftp-legacy-1", "t3.small", Stock::kOwn), 0.25);
  auto& isolated = build.ordinary(region, "hsm-proxy-1", "t3.medium", Stock::kAmazon2);
  tag(isolated, "prod", "payments");
  isolated.instance.options.set(OptionField::kHttpEndpoint, "disabled");
  auto& silent = build.ordinary(region, "license-server-1", "t3.small", Stock::kWindows2022);
  silent.software = Software::kQuiet;
  silent.has_metrics = false;
}

void frankfurt(FleetBuilder& build) {
  const RegionName region("eu-central-1");
  for (const auto* name : {"analytics-1", "analytics-2", "analytics-3"}) {
    auto& node = build.ordinary(region, name, "r6i.large", Stock::kAmazon2023);
    tag(node, "prod", "data");
    hops(node, 2);
    if (std::string(name) == "analytics-3") compliant(node);
  }
  build.cvo_single(
      {region, "cvoarch01", UnitId("VsaWorkingEnvironment-c0ffee01"), "9.14.1P2", "m5.xlarge"});
  auto& batch = build.ordinary(region, "batch-nightly-1", "c6i.large", Stock::kAmazon2);
  tag(batch, "prod", "data");
  batch.instance.options.set(OptionField::kInstanceMetadataTags, "enabled");
  tag(build.ordinary(region, "mail-relay-1", "t3.small", Stock::kUbuntu22), "prod", "platform");
  auto& stopped = build.ordinary(region, "build-cache-old", "m5.large", Stock::kOwn);
  tag(stopped, "tools", "platform");
  stopped.instance.state = fleet::InstanceState::kStopped;
}

Fleet demo() {
  FleetBuilder build(kSeed);
  ireland(build);
  virginia(build);
  frankfurt(build);
  auto fleet = build.take();
  for (const auto* name : {"eu-west-1", "us-east-1", "eu-central-1"}) {
    fleet.world.regions.emplace_back(name);
  }
  fleet.world.regions_not_opted_in = {RegionName("ap-east-1")};
  return fleet;
}

}  // namespace

WorldSpec demo_fleet() { return demo().world; }

fleet::Facts demo_facts() { return demo().facts; }

}  // namespace v2only::sim
