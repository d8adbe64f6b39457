#include "sim/fleet_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/digest.h"
#include "core/text.h"

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

std::string ontap_line(const fleet::OntapAccess& access) {
  auto out = fmt::format("    ontap: {{endpoints: [{}], user: {}, password: \"{}\"",
                         join(access.endpoints, ", "), access.user, access.password.to_text());
  if (!access.fingerprint.empty()) out += ", fingerprint: \"" + access.fingerprint + "\"";
  if (!access.ca.empty()) out += ", ca: " + access.ca;
  return out + "}\n";
}

std::string console_line(const fleet::ConsoleAccess& access) {
  std::vector<std::string> parts;
  if (!access.endpoint.empty()) parts.push_back("endpoint: " + access.endpoint);
  if (!access.account.empty()) parts.push_back("account: " + access.account);
  if (!access.agent.empty()) parts.push_back("agent: " + access.agent);
  const auto secret = [&](std::string_view key, const std::optional<fleet::SecretName>& name) {
    if (name) parts.push_back(fmt::format("{}: \"{}\"", key, name->to_text()));
  };
  secret("client_id", access.client_id);
  secret("client_secret", access.client_secret);
  secret("refresh_token", access.refresh_token);
  return "console: {" + join(parts, ", ") + "}\n";
}

std::string consent_line(std::string_view key, const fleet::Consent& consent) {
  return fmt::format("      {}: \"{}\"\n", key, consent.text);
}

// A system of which only `ha` is known is one line.
std::string system_lines(const UnitId& system, const fleet::SystemFact& fact) {
  const bool more =
      fact.ontap || fact.failover || fact.outage || !fact.probes.empty() || fact.agent;
  if (!fact.ha && !more) return {};
  if (!more) return fmt::format("  {}: {{ha: {}}}\n", system.str(), *fact.ha);
  auto out = "  " + system.str() + ":\n";
  if (fact.ha) out += fmt::format("    ha: {}\n", *fact.ha);
  if (fact.ontap) out += ontap_line(*fact.ontap);
  if (fact.failover || fact.outage) {
    out += "    consent:\n";
    if (fact.failover) out += consent_line("failover", *fact.failover);
    if (fact.outage) out += consent_line("outage", *fact.outage);
    out += "      by: \"" + (fact.failover ? fact.failover : fact.outage)->by + "\"\n";
  }
  if (!fact.probes.empty()) out += "    probes: [\"" + join(fact.probes, "\", \"") + "\"]\n";
  if (fact.agent) out += "    agent: " + fact.agent->str() + "\n";
  return out;
}

}  // namespace

FleetBuilder::FleetBuilder(std::uint64_t seed, std::size_t first_system)
    : random_(seed), first_system_(first_system) {
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
  auto& console = fleet_.world.console;
  if (!console) console.emplace();
  const auto& instance = spec.instance;
  console->agents.push_back({"sim" + sha256_hex("agent " + instance.id.str()).substr(0, 29),
                             instance.name, instance.id, "4.0.0"});
  return spec;
}

InstanceSpec& FleetBuilder::agent(const RegionName& region, std::string name, std::string version) {
  auto& spec = marketplace_agent(region, std::move(name));
  spec.instance.tags["OCCMInstance"] = "true";
  fleet_.world.console->agents.back().version = version;
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

// Addresses follow from how many systems there are: nothing is drawn for them. A pair's floating
// ones lie outside of the VPC's 10.0.0.0/8.
CvoSpec& FleetBuilder::ontap(const Cvo& cvo, const std::vector<InstanceId>& nodes) {
  constexpr std::size_t kOfASystem = 8;
  const auto base = (first_system_ + fleet_.world.cvo.size()) * kOfASystem;
  const bool floats = cvo.failover == FailoverMode::kFloatingIp && nodes.size() == 2;
  const auto address = [&](bool outside, std::size_t n) {
    const auto at = base + n;
    return fmt::format("{}.{}.{}.{}", outside ? 172 : 10, (outside ? 16 : 100) + (at >> 16U),
                       (at >> 8U) & 255U, at & 255U);
  };
  CvoSpec spec;
  spec.system = cvo.system;
  spec.name = cvo.name;
  spec.version = cvo.version;
  spec.failover = cvo.failover;
  spec.user = "v2only";
  spec.password = Secret("sim-" + sha256_hex("password of " + cvo.system.str()).substr(0, 16));
  spec.fabric_pool = "fabric-pool-" + cvo.name;
  spec.cluster_address = address(floats, 1);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto& all = fleet_.world.instances;
    const auto found = std::find_if(all.rbegin(), all.rend(), [&](const InstanceSpec& each) {
      return each.instance.id == nodes[i];
    });
    spec.nodes.push_back({nodes[i],
                          fmt::format("{}-{:02}", cvo.name, i + 1),
                          found->instance.private_ip,
                          {address(floats, 2 + i)},
                          address(false, 4 + i)});
  }
  fleet_.world.cvo.push_back(std::move(spec));
  return fleet_.world.cvo.back();
}

CvoSpec& FleetBuilder::cvo_single(const Cvo& cvo) {
  const auto node = cvo_node(cvo, "").instance.id;
  fleet_.facts.systems[cvo.system].ha = false;
  return ontap(cvo, {node});
}

CvoSpec& FleetBuilder::cvo_pair(const Cvo& cvo) {
  std::vector<InstanceId> nodes;
  for (const auto* suffix : {"-vm1", "-vm2"}) {
    auto& node = cvo_node(cvo, suffix).instance;
    node.image_id = kOntapPairImage;
    node.network_interfaces = 4;
    nodes.push_back(node.id);
  }
  auto& mediator = cvo_member(cvo, "-mediator", "t3.micro");
  mediator.instance.image_id = kMediatorImage;
  mediator.software = Software::kV2;
  fleet_.facts.instances[mediator.instance.id] = {"netapp-cvo-mediator", {}, cvo.system, false, {}};
  fleet_.facts.systems[cvo.system].ha = true;
  const auto id = mediator.instance.id;
  auto& spec = ontap(cvo, nodes);
  spec.mediator = id;
  return spec;
}

std::string password_variable(const UnitId& system) {
  const auto& id = system.str();
  return "V2ONLY_SIM_PASSWORD_" + to_upper(id.substr(id.rfind('-') + 1));
}

fleet::OntapAccess ontap_access(
    const CvoSpec& system,
    const std::function<std::string(const std::string& address)>& endpoint_of,
    std::string fingerprint) {
  fleet::OntapAccess out;
  if (!system.cluster_address.empty()) out.endpoints.push_back(endpoint_of(system.cluster_address));
  for (const auto& node : system.nodes) {
    out.endpoints.push_back(endpoint_of(node.management_address));
  }
  out.user = system.user;
  out.password = {fleet::SecretName::Kind::kEnv, password_variable(system.system)};
  out.fingerprint = std::move(fingerprint);
  return out;
}

std::string facts_yaml(const fleet::Facts& facts) {
  std::string out;
  if (facts.console) out += console_line(*facts.console);
  out += "instances:\n";
  for (const auto& [id, fact] : facts.instances) out += fact_line(id, fact);
  if (!facts.systems.empty()) out += "systems:\n";
  for (const auto& [system, fact] : facts.systems) out += system_lines(system, fact);
  return out;
}

}  // namespace v2only::sim
