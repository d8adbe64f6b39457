#include "drivers/discover_systems.h"

#include <map>
#include <utility>

#include "fleet/profile.h"
#include "fleet/step.h"

namespace v2only::drivers {
namespace {

constexpr Duration kLongestWait = std::chrono::seconds(1);
// All that a plan shows: the gates, and whether the operator's probes answer at all.
constexpr std::uint32_t kAsked = engine::kGateParts | engine::kProbes;

bool may_be_asked(const fleet::Assessment& assessment, const fleet::Facts& facts) {
  const auto fact = facts.systems.find(assessment.unit);
  return fact != facts.systems.end() && fact->second.ontap && assessment.missing.empty();
}

// The system as facts and tags have it; what ONTAP calls its nodes is not known yet.
fleet::CvoSystem system_of(const fleet::Assessment& assessment, const fleet::Inventory& inventory) {
  fleet::CvoSystem out;
  for (const auto& member : assessment.members) {
    const auto& instance = inventory.instances[member.index];
    out.region = instance.region;
    if (member.workload == fleet::kCvoMediator) {
      out.mediator = instance.id;
      out.reboot_mediator = member.restart;
    } else if (member.workload == fleet::kCvoNode) {
      out.nodes.push_back({instance.id, {}, {}, instance.private_ip, member.restart});
    }
  }
  return out;
}

std::string agent_of(const UnitId& unit, const fleet::ConsoleReading* console) {
  if (console == nullptr || !console->systems) return {};
  for (const auto& system : *console->systems) {
    if (system.id == unit) return system.agent;
  }
  return {};
}

// Each member's change, as the plan would have it: it is tried with DryRun.
std::vector<fleet::Step> steps_of(const fleet::Assessment& assessment,
                                  const fleet::Inventory& inventory) {
  std::vector<fleet::Step> out;
  for (const auto& member : assessment.members) {
    if (member.change.empty()) continue;
    out.push_back(fleet::make_step(inventory.instances[member.index], member.change, {}));
  }
  return out;
}

// A plan that is only looked through, of the systems that are to be looked at.
fleet::Plan plan_of(const SystemsQuestion& question, bool ask_console) {
  fleet::Plan out;
  if (question.aws_endpoint) out.endpoint = "aws";
  out.facts = question.facts;
  if (!ask_console) out.facts.console.reset();
  fleet::Wave wave;
  for (const auto& assessment : question.assessments) {
    if (!may_be_asked(assessment, question.facts)) continue;
    auto system = system_of(assessment, question.inventory);
    if (system.nodes.empty()) continue;
    fleet::PlannedUnit unit;
    unit.id = assessment.unit;
    unit.steps = steps_of(assessment, question.inventory);
    system.console_agent = agent_of(assessment.unit, question.console);
    unit.cvo = std::move(system);
    wave.units.push_back(std::move(unit));
  }
  out.waves.push_back(std::move(wave));
  return out;
}

}  // namespace

Result<fleet::SystemReadings> discover_systems(const SystemsQuestion& question,
                                               const SystemDriverParts& parts) {
  const auto plan = plan_of(question, parts.console != nullptr);
  SystemDriver driver(plan, parts, {});
  std::map<engine::EffectId, UnitId> open;
  engine::EffectId next = 1;
  for (const auto& unit : plan.waves.front().units) {
    open.emplace(next, unit.id);
    driver.carry_out(engine::ReadSystem{next++, unit.id, kAsked, std::nullopt});
  }
  fleet::SystemReadings out;
  while (!open.empty()) {
    if (question.interrupted && question.interrupted()) {
      return fail(ErrorCode::kInterrupted, "interrupted; nothing was changed");
    }
    for (auto& event : driver.wait(parts.clock.now().mono + kLongestWait)) {
      auto* read = std::get_if<engine::SystemRead>(&event);
      if (read == nullptr) continue;
      if (const auto unit = open.extract(read->id)) {
        out.emplace(unit.mapped(), std::move(read->reading));
      }
    }
  }
  return out;
}

Result<fleet::ConsoleReading> discover_console(netapp::ConsoleCaller& console,
                                               const fleet::ConsoleAccess& access,
                                               const Clock& clock,
                                               const std::function<bool()>& interrupted) {
  netapp::ConsoleScope scope;
  scope.account = access.account;
  scope.restricted = !access.agent.empty();
  netapp::ConsoleLook look(std::move(scope), clock.now());
  std::map<netapp::CallId, std::size_t> open;
  const auto submit = [&](std::vector<netapp::ConsoleLook::Asked> asked) {
    for (auto& each : asked) open.emplace(console.submit(std::move(each.call)), each.number);
  };
  submit(look.begin());
  while (!look.finished()) {
    if (interrupted && interrupted()) {
      return fail(ErrorCode::kInterrupted, "interrupted; nothing was changed");
    }
    for (const auto& reply : console.wait(clock.now().mono + kLongestWait)) {
      submit(look.take(open.at(reply.id), reply));
    }
  }
  return look.reading();
}

}  // namespace v2only::drivers
