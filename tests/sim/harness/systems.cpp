#include "harness/systems.h"

#include <algorithm>
#include <map>
#include <utility>

#include "netapp/console_look.h"
#include "netapp/ontap_look.h"

namespace v2only::simtest {
namespace {

constexpr Duration kLookPatience = std::chrono::minutes(5);

// Drives one look through its caller.
template <class Caller, class Look>
void drive(Caller& caller, Look& look, const Clock& clock) {
  std::map<netapp::CallId, std::size_t> open;
  const auto submit = [&](auto asked) {
    for (auto& each : asked) open.emplace(caller.submit(std::move(each.call)), each.number);
  };
  submit(look.begin());
  while (!look.finished()) {
    for (const auto& reply : caller.wait(clock.now().mono + kLookPatience)) {
      submit(look.take(open.at(reply.id), reply));
    }
  }
}

netapp::ConsoleTarget target_of(const fleet::ConsoleAccess& access) {
  netapp::ConsoleTarget target;
  target.agent = access.agent;
  return target;
}

}  // namespace

Clients::Clients(Stage& stage, net::Transport& below)
    : wire_(below, stage.clock, stage.wire),
      shared_(wire_),
      aws_(shared_.branch()),
      probes_(shared_.branch()),
      ontap_(shared_.branch(), stage.clock, stage.random.fork()) {
  const auto& facts = stage.scenario.facts;
  for (const auto& system : stage.scenario.world.cvo) {
    const auto& access = *facts.systems.at(system.system).ontap;
    ontap_.know({system.system, access.endpoints, system.user, system.password, {}});
  }
  if (!facts.console) return;
  console_ = std::make_unique<netapp::ConsoleCaller>(
      shared_.branch(), stage.clock, stage.random.fork(), target_of(*facts.console));
}

fleet::SystemReading Clients::read(Stage& stage, const sim::CvoSpec& system) {
  fleet::SystemReading out;
  out.asked_at = stage.clock.now();
  netapp::OntapLook look(system.system, {}, {}, out.asked_at);
  drive(ontap_, look, stage.clock);
  out.ontap = look.reading();
  if (!console_) return out;
  netapp::ConsoleScope scope;
  scope.restricted = true;
  scope.systems = {{system.system, system.is_pair(), {}}};
  netapp::ConsoleLook asked(std::move(scope), out.asked_at);
  drive(*console_, asked, stage.clock);
  const auto said = asked.reading();
  if (said.systems && !said.systems->empty()) out.console = said.systems->front();
  return out;
}

fleet::SystemReadings Clients::read_all(Stage& stage) {
  fleet::SystemReadings out;
  for (const auto& system : stage.scenario.world.cvo) {
    out.emplace(system.system, read(stage, system));
  }
  return out;
}

drivers::SystemDriverParts Clients::parts(Stage& stage, drivers::AwsDriver& options,
                                          aws::Caller& aws) {
  return {options, aws, ontap_, console_.get(), shared_, probes_, stage.clock};
}

OperatedDriver::OperatedDriver(Stage& stage, const fleet::Plan& plan, Clients& clients,
                               aws::Caller& aws, drivers::AwsDriver& options)
    : stage_(stage), driver_(plan, clients.parts(stage, options, aws), "v2only simtest") {}

bool OperatedDriver::waits_for_go() const {
  const auto& units = engine_->state().units();
  return std::any_of(units.begin(), units.end(), [](const engine::UnitRecord& unit) {
    return unit.restart && unit.restart->paused;
  });
}

std::vector<engine::Event> OperatedDriver::wait(MonoTime until) {
  auto out = driver_.wait(until);
  if (!waits_for_go() || !stage_.random.chance(stage_.scenario.go_given)) return out;
  stage_.note("go");
  out.emplace_back(engine::GoGiven{});
  return out;
}

}  // namespace v2only::simtest
