#include "sim/fleet_builder.h"

#include <fmt/format.h>

#include <utility>

namespace v2only::sim {
namespace {

using fleet::OptionField;
using std::chrono::hours;

constexpr std::string_view kAmazon = "137112412989";
constexpr std::string_view kCanonical = "099720109477";
constexpr std::string_view kRedHat = "309956199498";
constexpr std::string_view kMicrosoft = "801119661308";
constexpr std::string_view kMarketplace = "679593333241";
constexpr std::string_view kNetApp = "952013314444";

const ImageId kAgentImage("ami-0e1d6c2b7a9f40381");
const ImageId kOntapImage("ami-07c5b3a1f2e8d9406");
const ImageId kOntapPairImage("ami-0b8f4e6d2c1a97053");
const ImageId kMediatorImage("ami-02f9e7d5c3b1a8604");

ImageId image_id(Stock stock) {
  switch (stock) {
    case Stock::kAmazon2:
      return ImageId("ami-0f3c9d2e8b7a61540");
    case Stock::kAmazon2023:
      return ImageId("ami-0a1b7e5d3c9f28640");
    case Stock::kUbuntu22:
      return ImageId("ami-0c4e8a2f6d1b39750");
    case Stock::kRhel9:
      return ImageId("ami-05d7f1c3b9e2a8460");
    case Stock::kWindows2022:
      return ImageId("ami-08b6d4f2e0c1a3957");
    case Stock::kOwn:
      return ImageId("ami-01f2e3d4c5b6a7980");
  }
  return {};
}

fleet::Image image(std::string name, std::string_view owner, std::string imds_support = {}) {
  return {std::move(name), std::string(owner), std::move(imds_support)};
}

std::map<ImageId, fleet::Image> all_images(const AccountId& own) {
  return {
      {image_id(Stock::kAmazon2),
       image("amzn2-ami-kernel-5.10-hvm-2.0.20240610.1-x86_64-gp2", kAmazon)},
      {image_id(Stock::kAmazon2023),
       image("al2023-ami-2023.6.20241010.0-kernel-6.1-x86_64", kAmazon, "v2.0")},
      {image_id(Stock::kUbuntu22),
       image("ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20240701", kCanonical)},
      {image_id(Stock::kRhel9), image("RHEL-9.4.0_HVM-20240605-x86_64-82-Hourly2-GP3", kRedHat)},
      {image_id(Stock::kWindows2022),
       image("Windows_Server-2022-English-Full-Base-2024.06.13", kMicrosoft)},
      {image_id(Stock::kOwn), image("golden-base-2023-11", own.str())},
      {kAgentImage, image("Setup-As-Service-AMI-Prod-2024-02-26", kNetApp)},
      {kOntapImage, image("ONTAP-9.13.1P4", kMarketplace)},
      {kOntapPairImage, image("ONTAP-9.13.1P4.ha", kMarketplace)},
      {kMediatorImage, image("mediator-debian-11-2023-10", kMarketplace)},
  };
}

std::string fact_line(const InstanceId& id, const fleet::InstanceFact& fact) {
  std::string out = fmt::format("  {}: {{workload: {}", id.str(), fact.workload);
  if (fact.system) out += ", system: " + fact.system->str();
  if (!fact.version.empty()) out += ", version: " + fact.version;
  if (fact.enable_endpoint) out += ", enable_endpoint: true";
  return out + "}\n";
}

}  // namespace

FleetBuilder::FleetBuilder(std::uint64_t seed) : random_(seed) {
  fleet_.world.images = all_images(fleet_.world.account);
}

std::string FleetBuilder::hex(std::size_t digits) {
  return fmt::format("{:016x}", random_.next()).substr(0, digits);
}

// Every launch lies between 2022 and the middle of 2025: before any start of a world.
InstanceSpec& FleetBuilder::add(const RegionName& region, std::string name, std::string type,
                                ImageId image) {
  constexpr WallTime kFirst = std::chrono::sys_days(std::chrono::year(2022) / 1 / 1);
  InstanceSpec spec;
  auto& instance = spec.instance;
  instance.account = fleet_.world.account;
  instance.region = region;
  instance.id = InstanceId("i-0" + hex(16));
  instance.name = name;
  instance.tags["Name"] = std::move(name);
  instance.state = fleet::InstanceState::kRunning;
  instance.image_id = std::move(image);
  instance.type = std::move(type);
  instance.launched =
      kFirst + hours(random_.below(24ULL * 1260)) + std::chrono::seconds(random_.below(3600));
  instance.private_ip = fmt::format("10.{}.{}.{}", 20 + random_.below(40), random_.below(256),
                                    4 + random_.below(250));
  instance.network_interfaces = 1;
  instance.options.set(OptionField::kHttpTokens, "optional")
      .set(OptionField::kHttpPutResponseHopLimit, "1")
      .set(OptionField::kHttpEndpoint, "enabled")
      .set(OptionField::kHttpProtocolIpv6, "disabled")
      .set(OptionField::kInstanceMetadataTags, "disabled");
  fleet_.world.instances.push_back(std::move(spec));
  return fleet_.world.instances.back();
}

InstanceSpec& FleetBuilder::ordinary(const RegionName& region, std::string name, std::string type,
                                     Stock image) {
  return add(region, std::move(name), std::move(type), image_id(image));
}

// Its containers ask with tokens and fall back, since an answer to a PUT must cross two bridges.
InstanceSpec& FleetBuilder::marketplace_agent(const RegionName& region, std::string name) {
  auto& spec = add(region, std::move(name), "t3.2xlarge", kAgentImage);
  spec.instance.iam_instance_profile =
      fmt::format("arn:aws:iam::{}:instance-profile/Cloud-Manager-Operator-{}",
                  fleet_.world.account.str(), hex(7));
  spec.software = Software::kFallsBack;
  spec.needs_hops = 3;
  spec.v1_calls_per_hour = 22;
  return spec;
}

InstanceSpec& FleetBuilder::agent(const RegionName& region, std::string name, std::string version) {
  auto& spec = marketplace_agent(region, std::move(name));
  spec.instance.tags["OCCMInstance"] = "true";
  fleet_.facts.instances[spec.instance.id] = {
      "netapp-console-agent", std::move(version), {}, false, {}};
  return spec;
}

InstanceSpec& FleetBuilder::cvo_member(const Cvo& cvo, const std::string& suffix,
                                       const std::string& type) {
  auto& spec = add(cvo.region, cvo.name + suffix, type, kOntapImage);
  auto& tags = spec.instance.tags;
  tags["WorkingEnvironment"] = cvo.name;
  tags["WorkingEnvironmentId"] = cvo.system.str();
  tags["aws:cloudformation:stack-name"] = cvo.name;
  return spec;
}

// A running ONTAP that was not restarted under IMDSv2 uses version 1.
InstanceSpec& FleetBuilder::cvo_node(const Cvo& cvo, const std::string& suffix) {
  auto& spec = cvo_member(cvo, suffix, cvo.type);
  spec.software = Software::kV1;
  spec.v1_calls_per_hour = 6;
  spec.instance.iam_instance_profile =
      fmt::format("arn:aws:iam::{}:instance-profile/{}-node", fleet_.world.account.str(), cvo.name);
  fleet_.facts.instances[spec.instance.id] = {
      "netapp-cvo-node", cvo.version, cvo.system, false, {}};
  return spec;
}

void FleetBuilder::cvo_single(const Cvo& cvo) {
  cvo_node(cvo, "");
  fleet_.facts.systems[cvo.system] = {false, {}};
}

void FleetBuilder::cvo_pair(const Cvo& cvo) {
  for (const auto* suffix : {"-vm1", "-vm2"}) {
    auto& node = cvo_node(cvo, suffix).instance;
    node.image_id = kOntapPairImage;
    node.network_interfaces = 4;
  }
  auto& mediator = cvo_member(cvo, "-mediator", "t3.micro");
  mediator.instance.image_id = kMediatorImage;
  mediator.software = Software::kV2;
  fleet_.facts.instances[mediator.instance.id] = {"netapp-cvo-mediator", {}, cvo.system, false, {}};
  fleet_.facts.systems[cvo.system] = {true, {}};
}

std::string facts_yaml(const fleet::Facts& facts) {
  std::string out = "instances:\n";
  for (const auto& [id, fact] : facts.instances) out += fact_line(id, fact);
  if (facts.systems.empty()) return out;
  out += "systems:\n";
  for (const auto& [system, fact] : facts.systems) {
    if (fact.ha) out += fmt::format("  {}: {{ha: {}}}\n", system.str(), *fact.ha);
  }
  return out;
}

}  // namespace v2only::sim
