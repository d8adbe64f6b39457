// A small simulated account for the drivers' tests, in virtual time.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "aws/caller.h"
#include "sim/sim_transport.h"

namespace v2only::drivers::test {

// After every launch of FleetBuilder's fleets.
inline constexpr WallTime kStart{std::chrono::hours(24 * 20500)};

inline sim::InstanceSpec instance(int number, const std::string& region,
                                  sim::Software software = sim::Software::kV2) {
  sim::InstanceSpec spec;
  const auto digits = std::to_string(number);
  spec.instance.id = InstanceId("i-" + std::string(17 - digits.size(), '0') + digits);
  spec.instance.region = RegionName(region);
  spec.instance.name = "host-" + digits;
  spec.instance.state = fleet::InstanceState::kRunning;
  spec.instance.image_id = ImageId("ami-0abcdef1234567890");
  spec.instance.type = "m5.large";
  spec.software = software;
  spec.v1_calls_per_hour = software == sim::Software::kV1 ? 6 : 0;
  return spec;
}

inline sim::WorldSpec spec_of(int instances) {
  sim::WorldSpec spec;
  spec.regions = {RegionName("eu-west-1"), RegionName("us-east-1")};
  spec.regions_not_opted_in = {RegionName("ap-east-1")};
  spec.images[ImageId("ami-0abcdef1234567890")] = {"al2023", "137112412989", "v2.0"};
  for (int i = 0; i < instances; ++i) {
    spec.instances.push_back(instance(i + 1, i % 2 == 0 ? "eu-west-1" : "us-east-1"));
  }
  return spec;
}

// World, clock, transport and caller, put together.
class Simulated {
 public:
  explicit Simulated(sim::WorldSpec world_spec, aws::CallerOptions options = {})
      : spec(std::move(world_spec)),
        clock(kStart),
        world(spec, 1, kStart),
        transport(world, clock),
        caller(transport, clock, Random(7), session(spec), std::move(options)) {
    world.keep_log(true);
  }

  static aws::Session session(const sim::WorldSpec& spec) {
    aws::Session out;
    out.credentials.access_key_id = spec.access_key_id;
    out.credentials.secret_access_key = spec.secret_access_key;
    out.region = spec.regions.front();
    return out;
  }

  sim::WorldSpec spec;
  sim::VirtualClock clock;
  sim::World world;
  sim::SimTransport transport;
  aws::Caller caller;
};

inline sim::FaultSpec fault(sim::FaultSpec::Kind kind, const std::string& action) {
  sim::FaultSpec out;
  out.kind = kind;
  out.action = action;
  return out;
}

}  // namespace v2only::drivers::test
