#include "sim/fleet_generator.h"

#include <fmt/format.h>

#include <array>

namespace v2only::sim {
namespace {

using fleet::OptionField;

constexpr std::array kRegions = {"eu-west-1", "us-east-1", "eu-central-1", "ap-southeast-2"};
constexpr std::array kRoles = {"web",   "api",   "worker", "db",     "cache", "queue",
                               "build", "batch", "search", "report", "mail",  "proxy"};
constexpr std::array kStages = {"prod", "staging", "test", "dev"};
constexpr std::array kTeams = {"shop", "payments", "platform", "data", "search", "logistics"};
constexpr std::array kTypes = {"t3.small",  "t3.medium",  "m5.large",  "m5.xlarge",
                               "m6i.large", "c6i.xlarge", "r6i.large", "t3.micro"};
constexpr std::array kStock = {Stock::kAmazon2, Stock::kAmazon2023,  Stock::kUbuntu22,
                               Stock::kRhel9,   Stock::kWindows2022, Stock::kOwn};
constexpr std::array kAgentVersions = {"3.9.36", "3.9.38", "3.9.40", "3.9.55",
                                       "4.0.0",  "4.8.0",  "4.10.0"};
constexpr std::array kOntapVersions = {"9.11.1P8", "9.12.1P1", "9.12.1P2", "9.13.0P3", "9.13.0P4",
                                       "9.13.1",   "9.13.1P4", "9.14.1P2", "9.15.1RC1"};

template <class T, std::size_t N>
const T& pick(const std::array<T, N>& from, Random& random) {
  return from[random.below(N)];
}

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : builder_(seed), random_(builder_.random().fork()) {}

  // NetApp's come as agents, single nodes and trios, 1.8 to a unit on average: 6 units in 100 make
  // up about one instance in ten.
  Fleet fleet(std::size_t instances) {
    while (builder_.size() < instances) {
      if (random_.chance(0.06)) {
        netapp(instances - builder_.size());
      } else {
        ordinary();
      }
    }
    auto made = builder_.take();
    for (const auto* name : kRegions) made.world.regions.emplace_back(name);
    made.world.regions_not_opted_in = {RegionName("ap-east-1"), RegionName("me-south-1")};
    return made;
  }

 private:
  RegionName region() { return RegionName(pick(kRegions, random_)); }

  void netapp(std::size_t room) {
    const auto kind = random_.below(10);
    if (kind < 4) return agent();
    FleetBuilder::Cvo cvo;
    cvo.region = region();
    cvo.name = fmt::format("cvo{}{:03}", pick(kStages, random_), number_++);
    cvo.system = UnitId(fmt::format("VsaWorkingEnvironment-{:08x}", random_.next() >> 32U));
    cvo.version = pick(kOntapVersions, random_);
    if (room < 3 || kind >= 8) {
      builder_.cvo_single(cvo);
      return;
    }
    if (number_ % 2 == 0) cvo.failover = FailoverMode::kFloatingIp;
    builder_.cvo_pair(cvo);
  }

  void agent() {
    const auto name = fmt::format("console-agent-{}", number_++);
    const bool marketplace = random_.chance(0.3);
    auto& spec = marketplace ? builder_.marketplace_agent(region(), name)
                             : builder_.agent(region(), name, pick(kAgentVersions, random_));
    spec.instance.options.set(OptionField::kHttpPutResponseHopLimit,
                              std::to_string(1 + random_.below(3)));
  }

  void ordinary() {
    const auto* stage = pick(kStages, random_);
    const auto name = fmt::format("{}-{}-{}", pick(kRoles, random_), stage, number_++);
    auto& spec = builder_.ordinary(region(), name, pick(kTypes, random_), pick(kStock, random_));
    spec.instance.tags["env"] = stage;
    spec.instance.tags["team"] = pick(kTeams, random_);
    choose_options(spec);
    choose_software(spec);
    choose_state(spec);
  }

  void choose_options(InstanceSpec& spec) {
    auto& options = spec.instance.options;
    if (random_.chance(0.3)) options.set(OptionField::kHttpTokens, "required");
    if (random_.chance(0.4)) {
      options.set(OptionField::kHttpPutResponseHopLimit, std::to_string(2 + random_.below(2)));
    }
    if (random_.chance(0.01)) options.set(OptionField::kHttpPutResponseHopLimit, "64");
    if (random_.chance(0.03)) options.set(OptionField::kHttpEndpoint, "disabled");
    if (random_.chance(0.05)) options.set(OptionField::kHttpProtocolIpv6, "enabled");
    if (random_.chance(0.10)) options.set(OptionField::kInstanceMetadataTags, "enabled");
  }

  void choose_software(InstanceSpec& spec) {
    const auto draw = random_.unit();
    if (draw < 0.12) {
      spec.software = Software::kV1;
      spec.v1_calls_per_hour = 1 + static_cast<double>(random_.below(400));
    } else if (draw < 0.20) {
      spec.software = Software::kFallsBack;
      spec.needs_hops = 2;
      spec.v1_calls_per_hour = 2 + static_cast<double>(random_.below(60));
    } else if (draw < 0.40) {
      spec.software = Software::kQuiet;
    }
    spec.has_metrics = !random_.chance(0.03);
  }

  void choose_state(InstanceSpec& spec) {
    const auto draw = random_.unit();
    if (draw < 0.07) spec.instance.state = fleet::InstanceState::kStopped;
    if (draw > 0.99) spec.instance.state = fleet::InstanceState::kTerminated;
    if (random_.chance(0.01)) {
      spec.instance.managed = true;
      spec.instance.managed_by = "eks.amazonaws.com";
    }
    // An image that is gone since: DescribeImages knows nothing of it.
    if (random_.chance(0.02)) {
      spec.instance.image_id = ImageId(fmt::format("ami-0{:016x}", random_.next()));
    }
  }

  FleetBuilder builder_;
  Random random_;
  int number_ = 1;
};

}  // namespace

Fleet generate_fleet_and_facts(std::size_t instances, std::uint64_t seed) {
  return Generator(seed).fleet(instances);
}

WorldSpec generate_fleet(std::size_t instances, std::uint64_t seed) {
  return generate_fleet_and_facts(instances, seed).world;
}

}  // namespace v2only::sim
