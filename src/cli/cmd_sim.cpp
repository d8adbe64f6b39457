// sim: the simulated AWS over real sockets, until it is stopped.
#include <boost/json.hpp>
#include <chrono>
#include <ostream>
#include <thread>

#include "cli/app.h"
#include "cli/signals.h"
#include "config/sim_fleet.h"
#include "core/json.h"
#include "core/text.h"
#include "sim/server.h"

namespace v2only::cli {
namespace {

Result<std::uint64_t> number(std::string_view flag, const std::string& text, std::uint64_t most) {
  const auto value = parse_number(text);
  if (value && *value <= most) return *value;
  return fail(ErrorCode::kUsage, std::string(flag) + " is a number up to " + std::to_string(most) +
                                     ", not '" + one_line(text, 40) + "'");
}

Result<double> speed_of(const std::string& text) {
  try {
    std::size_t used = 0;
    const double speed = std::stod(text, &used);
    if (used == text.size() && speed > 0 && speed <= 1'000'000) return speed;
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): said below
  }
  return fail(ErrorCode::kUsage, "--speed is a number above 0, not '" + one_line(text, 40) + "'");
}

Result<sim::WorldSpec> spec_of(const Invocation& invocation, std::uint64_t seed) {
  V2_TRY(const auto count, number("--instances", invocation.instances, 1'000'000));
  auto spec = sim::generate_fleet(count, seed);
  if (!invocation.fleet.empty()) {
    V2_TRY(spec, config::load_sim_fleet(invocation.fleet));
  }
  if (invocation.no_delay) {
    spec.latency = spec.consistency = spec.apply_delay_min = spec.apply_delay_max =
        Duration::zero();
  }
  return spec;
}

// What a client needs, as one line of JSON. The keys are the simulation's own: no secret of anyone.
std::string greeting(const sim::WorldSpec& spec, const std::string& url) {
  json::array regions;
  for (const auto& region : spec.regions) regions.emplace_back(region.str());
  const json::object line = {{"Endpoint", url},
                             {"AccessKeyId", spec.access_key_id},
                             {"SecretAccessKey", spec.secret_access_key.reveal()},
                             {"AccountId", spec.account.str()},
                             {"Regions", std::move(regions)},
                             {"Instances", spec.instances.size()},
                             {"Simulated", true}};
  return json::serialize(line);
}

}  // namespace

Result<int> cmd_sim(App& app, const Invocation& invocation) {
  V2_TRY(const auto seed, number("--seed", invocation.seed, ~0ULL >> 1U));
  V2_TRY(const auto port, number("--port", invocation.port, 65535));
  V2_TRY(const auto speed, speed_of(invocation.speed));
  V2_TRY(const auto spec, spec_of(invocation, seed));
  sim::World world(spec, seed, app.clock.now().wall);
  sim::ServerOptions options;
  options.address = invocation.address;
  options.port = static_cast<std::uint16_t>(port);
  options.speed = speed;
  const SignalWatch watch(nullptr);
  V2_TRY(const auto server, sim::Server::start(world, options));
  app.out << greeting(spec, server->url()) << std::endl;
  app.say("Simulated AWS at " + server->url() + "; Ctrl-C stops it.");
  while (!SignalWatch::stop_asked()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  server->stop();
  return kExitDone;
}

}  // namespace v2only::cli
