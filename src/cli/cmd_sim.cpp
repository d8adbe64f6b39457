// sim: the simulated AWS and its ONTAP systems over real sockets, until it is stopped.

#include <boost/json.hpp>
#include <chrono>
#include <fstream>
#include <ostream>
#include <thread>

#include "cli/app.h"
#include "cli/signals.h"
#include "config/sim_fleet.h"
#include "core/json.h"
#include "core/text.h"
#include "sim/fleet_generator.h"
#include "sim/log_json.h"
#include "sim/operator_facts.h"
#include "sim/server.h"
#include "sim/speed.h"

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

Result<sim::Fleet> fleet_of(const Invocation& invocation, std::uint64_t seed) {
  V2_TRY(const auto count, number("--instances", invocation.instances, 1'000'000));
  sim::Fleet fleet;
  if (invocation.fleet.empty()) {
    fleet = sim::generate_fleet_and_facts(count, seed);
  } else {
    V2_TRY(fleet.world, config::load_sim_fleet(invocation.fleet));
  }
  if (invocation.no_delay) fleet.world = sim::without_delays(std::move(fleet.world));
  return fleet;
}

json::object system_of(const sim::CvoSpec& spec, const sim::Server& server) {
  json::array endpoints;
  std::string fingerprint;
  for (const auto& door : server.ontap()) {
    if (door.system != spec.system) continue;
    fingerprint = door.fingerprint;
    endpoints.emplace_back(json::object{{"Address", door.address}, {"Url", door.url}});
  }
  json::array data;
  for (const auto& door : server.data()) {
    if (door.system != spec.system) continue;
    data.emplace_back(
        json::object{{"Address", door.address}, {"Probe", door.probe}, {"Iscsi", door.iscsi}});
  }
  return {{"System", spec.system.str()},
          {"Name", spec.name},
          {"Ha", spec.is_pair()},
          {"User", spec.user},
          {"Password", spec.password.reveal()},
          {"PasswordVariable", sim::password_variable(spec.system)},
          {"Fingerprint", std::move(fingerprint)},
          {"Endpoints", std::move(endpoints)},
          {"Data", std::move(data)}};
}

json::value console_of(const sim::WorldSpec& spec, const sim::Server& server) {
  if (!spec.console || server.console().empty()) return nullptr;
  json::array agents;
  for (std::size_t i = 1; i < server.console().size(); ++i) {
    const auto& door = server.console()[i];
    agents.emplace_back(json::object{{"Address", door.host}, {"Url", door.url}});
  }
  return json::object{{"Endpoint", server.console().front().url},
                      {"Account", spec.console->account},
                      {"ClientId", spec.console->client_id},
                      {"ClientIdVariable", sim::kClientIdVariable},
                      {"ClientSecret", spec.console->client_secret.reveal()},
                      {"ClientSecretVariable", sim::kClientSecretVariable},
                      {"RefreshToken", spec.console->refresh_token.reveal()},
                      {"Agents", std::move(agents)}};
}

// What a client needs, as one line of JSON. Keys and passwords are the simulation's own: no secret
// of anyone.
std::string greeting(const sim::WorldSpec& spec, const sim::Server& server) {
  json::array regions;
  for (const auto& region : spec.regions) regions.emplace_back(region.str());
  json::array systems;
  for (const auto& system : spec.cvo) systems.emplace_back(system_of(system, server));
  const json::object line = {{"Endpoint", server.url()},
                             {"AccessKeyId", spec.access_key_id},
                             {"SecretAccessKey", spec.secret_access_key.reveal()},
                             {"AccountId", spec.account.str()},
                             {"Regions", std::move(regions)},
                             {"Instances", spec.instances.size()},
                             {"Systems", std::move(systems)},
                             {"Console", console_of(spec, server)},
                             {"Simulated", true}};
  return json::serialize(line);
}

Result<void> write_facts(const std::string& path, const sim::Fleet& fleet,
                         const sim::Server& server) {
  std::ofstream out(path);
  out << sim::facts_yaml(sim::operator_facts(fleet.facts, fleet.world, server));
  out.close();
  if (out) return {};
  return fail(ErrorCode::kStorage, "the facts file can not be written", path);
}

Result<int> write_log(const std::string& path, const sim::World& world) {
  if (path.empty()) return kExitDone;
  std::ofstream out(path);
  out << sim::log_json(world.log());
  out.close();
  if (out) return kExitDone;
  return fail(ErrorCode::kStorage, "the log can not be written", path);
}

}  // namespace

Result<int> cmd_sim(App& app, const Invocation& invocation) {
  V2_TRY(const auto seed, number("--seed", invocation.seed, ~0ULL >> 1U));
  V2_TRY(const auto port, number("--port", invocation.port, 65535));
  V2_TRY(const auto speed, speed_of(invocation.speed));
  V2_TRY(const auto fleet, fleet_of(invocation, seed));
  sim::World world(fleet.world, seed, app.clock.now().wall);
  world.keep_log(!invocation.write_log.empty());
  sim::ServerOptions options;
  options.address = invocation.address;
  options.port = static_cast<std::uint16_t>(port);
  options.speed = speed;
  const SignalWatch watch(nullptr);
  V2_TRY(const auto server, sim::Server::start(world, options));
  if (!invocation.write_facts.empty()) {
    if (auto ok = write_facts(invocation.write_facts, fleet, *server); !ok) {
      return Unexpected{ok.error()};
    }
  }
  app.out << greeting(fleet.world, *server) << std::endl;
  app.say("Simulated AWS at " + server->url() + "; Ctrl-C stops it.");
  while (!SignalWatch::stop_asked()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  server->stop();
  return write_log(invocation.write_log, world);
}

}  // namespace v2only::cli
