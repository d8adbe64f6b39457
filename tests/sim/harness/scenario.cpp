#include "harness/scenario.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "core/random.h"
#include "harness/scenario_systems.h"

namespace v2only::simtest {
namespace {

using fleet::OptionField;
using sim::FaultSpec;
using sim::Software;
using std::chrono::seconds;

// The tag of a workload of the operator's own.
constexpr const char* kDatabaseTag = "role";
constexpr const char* kDatabaseValue = "db";

constexpr std::array<const char*, 3> kRegions = {"eu-west-1", "us-east-1", "ap-northeast-1"};

template <class T, std::size_t N>
const T& pick(Random& random, const std::array<T, N>& from) {
  return from[random.below(N)];
}

Duration some_time(Random& random, Duration most) {
  return Duration(static_cast<Duration::rep>(random.unit() * static_cast<double>(most.count())));
}

fleet::OptionSet some_options(Random& random) {
  constexpr std::array<const char*, 6> kHops = {"1", "1", "1", "2", "3", "5"};
  fleet::OptionSet out;
  out.set(OptionField::kHttpTokens, random.chance(0.12) ? "required" : "optional");
  out.set(OptionField::kHttpPutResponseHopLimit, pick(random, kHops));
  out.set(OptionField::kHttpEndpoint, random.chance(0.08) ? "disabled" : "enabled");
  out.set(OptionField::kHttpProtocolIpv6, random.chance(0.2) ? "enabled" : "disabled");
  out.set(OptionField::kInstanceMetadataTags, random.chance(0.2) ? "enabled" : "disabled");
  return out;
}

sim::InstanceSpec some_instance(Random& random, int number, const RegionName& region) {
  sim::InstanceSpec spec;
  auto& instance = spec.instance;
  instance.id = InstanceId(fmt::format("i-{:017x}", 0x1000 + number));
  instance.region = region;
  instance.name = fmt::format("host-{:02}", number);
  instance.tags["Name"] = instance.name;
  instance.state =
      random.chance(0.1) ? fleet::InstanceState::kStopped : fleet::InstanceState::kRunning;
  instance.image_id = ImageId("ami-0abcdef1234567890");
  instance.type = "m5.large";
  instance.network_interfaces = 1;
  instance.options = some_options(random);
  spec.software = random.chance(0.12) ? Software::kV1 : Software::kV2;
  if (spec.software == Software::kV1) spec.v1_calls_per_hour = 6;
  spec.has_metrics = !random.chance(0.05);
  return spec;
}

// A Console agent, known by its tag; its version by a fact.
void make_agent(Random& random, Scenario& scenario, fleet::Instance& instance) {
  constexpr std::array<const char*, 5> kVersions = {"3.9.40", "4.10.0", "3.9.38", "3.9.37", ""};
  instance.tags["OCCMInstance"] = "true";
  fleet::InstanceFact fact;
  fact.version = pick(random, kVersions);
  fact.enable_endpoint = random.chance(0.5);
  scenario.facts.instances[instance.id] = fact;
}

void make_cvo_pair(Scenario& scenario) {
  const UnitId system("VsaWorkingEnvironment-a1b2c3d4");
  scenario.facts.systems[system].ha = true;
  for (int i = 0; i < 3; ++i) {
    auto& instance = scenario.world.instances[static_cast<std::size_t>(i)].instance;
    instance.region = scenario.world.regions.front();
    instance.tags["WorkingEnvironmentId"] = system.str();
    fleet::InstanceFact fact;
    fact.workload = i == 2 ? "netapp-cvo-mediator" : "netapp-cvo-node";
    fact.version = i == 2 ? "" : "9.13.1P4";
    fact.system = system;
    scenario.facts.instances[instance.id] = fact;
  }
}

void make_fleet(Random& random, Scenario& scenario, int instances) {
  auto& world = scenario.world;
  const auto regions = 1 + random.below(kRegions.size());
  for (std::size_t i = 0; i < regions; ++i) world.regions.emplace_back(kRegions.at(i));
  world.images[ImageId("ami-0abcdef1234567890")] = {"al2023", "137112412989", ""};
  for (int i = 0; i < instances; ++i) {
    const auto& region = world.regions[random.below(regions)];
    world.instances.push_back(some_instance(random, i, region));
    if (i > 2 && random.chance(0.1)) make_agent(random, scenario, world.instances.back().instance);
  }
  if (instances > 8 && random.chance(0.3)) make_cvo_pair(scenario);
  world.latency = Duration(10 + static_cast<int>(random.below(190)));
  world.consistency = random.chance(0.3) ? some_time(random, seconds(5)) : Duration::zero();
  if (random.chance(0.2)) world.buckets["ModifyInstanceMetadataOptions"] = {3, 1};
}

// Trouble with the calls themselves.
FaultSpec some_call_fault(Random& random) {
  using Kind = FaultSpec::Kind;
  constexpr std::array kKinds = {
      Kind::kThrottle, Kind::kError,     Kind::kLoseBefore, Kind::kLoseAfter, Kind::kHalfAnswer,
      Kind::kGarbage,  Kind::kHtmlError, Kind::kHang,       Kind::kRefuse,    Kind::kDelay,
      Kind::kDeny,     Kind::kStale,     Kind::kLateEffect, Kind::kLoseAfter, Kind::kLoseBefore};
  constexpr std::array<const char*, 3> kActions = {"ModifyInstanceMetadataOptions",
                                                   "DescribeInstances", ""};
  constexpr std::array kChances = {0.05, 0.2, 0.5, 1.0};
  FaultSpec fault;
  fault.kind = pick(random, kKinds);
  fault.action = pick(random, kActions);
  const bool effect = fault.kind == Kind::kLateEffect || fault.kind == Kind::kDeny;
  if (effect) fault.action = "ModifyInstanceMetadataOptions";
  fault.probability = pick(random, kChances);
  fault.times = random.chance(0.5) ? 1 + static_cast<int>(random.below(6)) : -1;
  fault.from = some_time(random, seconds(60));
  fault.until = fault.from + some_time(random, seconds(fault.kind == Kind::kDeny ? 10 : 90));
  if (fault.kind == Kind::kDeny && random.chance(0.3)) fault.until.reset();
  fault.delay = some_time(random, seconds(fault.kind == Kind::kStale ? 5 : 45));
  fault.code = "InternalError";
  return fault;
}

// Somebody else at work.
FaultSpec some_others_deed(Random& random, const sim::WorldSpec& world) {
  using Kind = FaultSpec::Kind;
  constexpr std::array kKinds = {Kind::kOtherChanges, Kind::kOtherChanges, Kind::kTerminate,
                                 Kind::kStop};
  FaultSpec fault;
  fault.kind = pick(random, kKinds);
  fault.instance = world.instances[random.below(world.instances.size())].instance.id;
  fault.from = some_time(random, seconds(120));
  if (fault.kind != Kind::kOtherChanges) return fault;
  switch (random.below(4)) {
    case 0:
      fault.options.set(OptionField::kHttpTokens, random.chance(0.5) ? "required" : "optional");
      break;
    case 1:
      fault.options.set(OptionField::kHttpPutResponseHopLimit, std::to_string(1 + random.below(8)));
      break;
    case 2:
      fault.options.set(OptionField::kHttpEndpoint, "disabled");
      break;
    default:
      fault.options.set(OptionField::kInstanceMetadataTags,
                        random.chance(0.5) ? "enabled" : "disabled");
  }
  return fault;
}

void make_trouble(Random& random, Scenario& scenario) {
  auto& world = scenario.world;
  const auto calls = random.below(4);
  for (std::uint64_t i = 0; i < calls; ++i) world.faults.push_back(some_call_fault(random));
  const auto deeds = random.below(6);
  for (std::uint64_t i = 0; i < deeds; ++i) {
    world.faults.push_back(some_others_deed(random, world));
  }
  if (random.chance(0.03)) {
    FaultSpec moved;
    moved.kind = FaultSpec::Kind::kEchoMoved;
    moved.instance = world.instances[random.below(world.instances.size())].instance.id;
    moved.options.set(OptionField::kInstanceMetadataTags, "enabled");
    moved.options.set(OptionField::kHttpProtocolIpv6, "enabled");
    world.faults.push_back(moved);
    scenario.echo_moves = true;
  }
  for (const auto& fault : world.faults) {
    scenario.late_effects |= fault.kind == FaultSpec::Kind::kLateEffect;
  }
}

// Somebody tags an instance: by some tags it is another workload, by others it is what it was.
FaultSpec some_tag(Random& random, const sim::WorldSpec& world) {
  using Tag = std::pair<const char*, const char*>;
  constexpr std::array<Tag, 6> kTags = {Tag{"OCCMInstance", "true"},
                                        Tag{"OCCMInstance", "yes"},
                                        Tag{"WorkingEnvironmentId", "VsaWorkingEnvironment-0d1e2f"},
                                        Tag{"WorkingEnvironment", "cvo-new"},
                                        Tag{kDatabaseTag, kDatabaseValue},
                                        Tag{"Team", "blue"}};
  FaultSpec fault;
  fault.kind = FaultSpec::Kind::kOtherTags;
  fault.instance = world.instances[random.below(world.instances.size())].instance.id;
  fault.from = some_time(random, seconds(180));
  const auto& [key, value] = pick(random, kTags);
  fault.tags[key] = value;
  return fault;
}

void make_tags(Random& random, Scenario& scenario) {
  if (random.chance(0.5)) {
    auto& profile = scenario.policy.profiles["database"];
    profile.match_tag_name = kDatabaseTag;
    profile.match_tag_value = kDatabaseValue;
    profile.where = "policy.yaml:1";
  }
  const auto tags = random.chance(0.5) ? 0 : 1 + random.below(4);
  for (std::uint64_t i = 0; i < tags; ++i) {
    scenario.world.faults.push_back(some_tag(random, scenario.world));
  }
}

// Agents whose endpoint is switched on: each is put back in two steps, and something comes between.
void make_half_ways(Random& random, Scenario& scenario) {
  for (auto& spec : scenario.world.instances) {
    auto& instance = spec.instance;
    const auto fact = scenario.facts.instances.find(instance.id);
    const bool ours = fact != scenario.facts.instances.end();
    if ((ours && fact->second.system) || (!ours && !random.chance(0.3))) continue;
    make_agent(random, scenario, instance);
    auto& known = scenario.facts.instances[instance.id];
    known.version = "3.9.40";
    known.enable_endpoint = true;
    instance.options.set(OptionField::kHttpEndpoint, "disabled");
    instance.options.set(OptionField::kHttpTokens, "optional");
  }
  scenario.roll_back = 1;
  scenario.go_on = 0.4;
  scenario.misfortune.dies_at_point = 0.1;
  scenario.misfortune.deaths += 8;
}

void make_policy(Random& random, fleet::Policy& policy) {
  policy.waves.canary = 1 + static_cast<int>(random.below(3));
  policy.waves.growth = 1 + static_cast<int>(random.below(4));
  policy.waves.width = 1 + static_cast<int>(random.below(8));
  policy.failures = 1 + static_cast<int>(random.below(4));
  policy.accept_unknown = random.chance(0.5);
}

void make_misfortune(Random& random, Misfortune& misfortune) {
  constexpr std::array kAtPoint = {0.0, 0.02, 0.1, 0.3};
  constexpr std::array kWaiting = {0.0, 0.01, 0.05};
  misfortune.dies_at_point = pick(random, kAtPoint);
  misfortune.dies_waiting = pick(random, kWaiting);
  misfortune.deaths = static_cast<int>(random.below(7));
  misfortune.suspended = random.chance(0.3) ? 0.05 : 0;
  misfortune.clock_stepped = random.chance(0.15) ? 0.03 : 0;
  misfortune.stop_asked = random.chance(0.15) ? 0.03 : 0;
}

}  // namespace

Scenario make_scenario(std::uint64_t seed, int instances, Systems systems) {
  constexpr std::uint64_t kOneIn = 4;
  if (systems == Systems::kAlways || seed % kOneIn == 0) return make_systems_scenario(seed);
  Random random(seed);
  Scenario scenario;
  scenario.seed = seed;
  make_fleet(random, scenario, instances);
  make_trouble(random, scenario);
  make_policy(random, scenario.policy);
  make_misfortune(random, scenario.misfortune);
  scenario.aws_endpoint = random.chance(0.5);
  scenario.table_rates = random.chance(0.5);
  scenario.pair_units = random.chance(0.25);
  scenario.go_on = random.chance(0.8) ? 1.0 : 0.7;
  make_tags(random, scenario);
  if (random.chance(0.08)) make_half_ways(random, scenario);
  return scenario;
}

}  // namespace v2only::simtest
