#include "cli/systems_access.h"

#include <algorithm>

#include "config/secret_source.h"
#include "fleet/profile.h"

namespace v2only::cli {
namespace {

// A secret of the Console's that the facts name; empty where they name none.
Result<Secret> secret_of(const std::optional<fleet::SecretName>& name, const App& app,
                         const fleet::Facts& facts) {
  if (!name) return Secret();
  return config::read_secret(*name, app.environment, facts);
}

Result<netapp::ConsoleTarget> console_target(const fleet::ConsoleAccess& console, const App& app,
                                             const fleet::Facts& facts) {
  netapp::ConsoleTarget out;
  out.endpoint = console.endpoint;
  out.account = console.account;
  out.agent = console.agent;
  V2_TRY(out.client_id, secret_of(console.client_id, app, facts));
  V2_TRY(out.client_secret, secret_of(console.client_secret, app, facts));
  V2_TRY(out.refresh_token, secret_of(console.refresh_token, app, facts));
  return out;
}

}  // namespace

std::set<UnitId> systems_of(const fleet::Plan& plan) {
  std::set<UnitId> out;
  for (const auto& wave : plan.waves) {
    for (const auto& unit : wave.units) {
      if (unit.cvo) out.insert(unit.id);
    }
  }
  return out;
}

bool soaks_agents(const fleet::Plan& plan) {
  if (!plan.facts.console || plan.kind != fleet::PlanKind::kApply) return false;
  return std::any_of(plan.waves.begin(), plan.waves.end(), [](const fleet::Wave& wave) {
    return std::any_of(wave.units.begin(), wave.units.end(), [](const fleet::PlannedUnit& unit) {
      return unit.workload == fleet::kConsoleAgent;
    });
  });
}

std::unique_ptr<SystemsAccess> SystemsAccess::open(const App& app, const fleet::Facts& facts,
                                                   const std::set<UnitId>& which,
                                                   WorldAccess& access, const RunId& run) {
  std::unique_ptr<SystemsAccess> out(new SystemsAccess(app, access));
  netapp::CallerOptions options;
  options.user_agent = user_agent_of(run);
  auto random = app.random;
  out->ontap_ = std::make_unique<netapp::OntapCaller>(access.shared().branch(), app.clock,
                                                      random.fork(), options);
  out->probes_ = &access.shared().branch();
  out->open_console(facts, options);
  for (const auto& system : which) out->know(system, facts);
  return out;
}

void SystemsAccess::know(const UnitId& system, const fleet::Facts& facts) {
  const auto fact = facts.systems.find(system);
  if (fact == facts.systems.end() || !fact->second.ontap) return;
  const auto& ontap = *fact->second.ontap;
  auto password = config::read_secret(ontap.password, app_.environment, facts);
  if (!password) {
    unread_.emplace(system, std::move(password).error());
    return;
  }
  ontap_->know(
      {system, ontap.endpoints, ontap.user, *std::move(password), {ontap.ca, ontap.fingerprint}});
}

void SystemsAccess::open_console(const fleet::Facts& facts, const netapp::CallerOptions& options) {
  if (!facts.console) return;
  auto target = console_target(*facts.console, app_, facts);
  if (!target) {
    console_unread_ = std::move(target).error();
    return;
  }
  auto random = app_.random;
  console_ = std::make_unique<netapp::ConsoleCaller>(access_.shared().branch(), app_.clock,
                                                     random.fork(), *std::move(target), options);
}

Result<void> SystemsAccess::all_read() const {
  if (console_unread_) return Unexpected{*console_unread_};
  if (!unread_.empty()) return Unexpected{unread_.begin()->second};
  return {};
}

drivers::SystemDriverParts SystemsAccess::parts(drivers::AwsDriver& options) {
  return {options,          access_.caller(), *ontap_,   console_.get(),
          access_.shared(), *probes_,         app_.clock};
}

}  // namespace v2only::cli
