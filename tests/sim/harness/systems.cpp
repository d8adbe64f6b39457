#include "harness/systems.h"

#include <utility>

namespace v2only::simtest {
namespace {

netapp::ConsoleTarget target_of(const fleet::ConsoleAccess& access, const sim::ConsoleSpec& spec) {
  netapp::ConsoleTarget target;
  target.endpoint = access.endpoint;
  target.account = access.account;
  target.agent = access.agent;
  if (access.client_id) target.client_id = Secret(spec.client_id);
  if (access.client_secret) target.client_secret = spec.client_secret;
  if (access.refresh_token) target.refresh_token = spec.refresh_token;
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
  const auto& world = stage.scenario.world;
  for (const auto& system : world.cvo) {
    const auto& access = *facts.systems.at(system.system).ontap;
    ontap_.know({system.system, access.endpoints, system.user, system.password, {}});
  }
  if (!facts.console) return;
  console_ =
      std::make_unique<netapp::ConsoleCaller>(shared_.branch(), stage.clock, stage.random.fork(),
                                              target_of(*facts.console, *world.console));
}

drivers::SystemDriverParts Clients::parts(Stage& stage, drivers::AwsDriver& options,
                                          aws::Caller& aws) {
  return {options, aws, ontap_, console_.get(), shared_, probes_, stage.clock};
}

}  // namespace v2only::simtest
