#include "drivers/system_driver.h"

#include <algorithm>
#include <utility>

#include "aws/ec2.h"
#include "aws/ec2_power.h"
#include "aws/errors.h"
#include "fleet/command.h"

namespace v2only::drivers {
namespace {

using engine::ActKind;
using engine::WriteFate;
using std::chrono::seconds;

// A probe is a connect within 5 s.
constexpr Duration kProbePatience = seconds(5);

aws::ApiCall ec2_call(const engine::ActOnSystem& effect, const RegionName& region) {
  auto call = effect.act.kind == ActKind::kStop    ? aws::stop_instance(region, effect.instance)
              : effect.act.kind == ActKind::kStart ? aws::start_instance(region, effect.instance)
                                                   : aws::reboot_instance(region, effect.instance);
  call.guard = guard_of(effect);
  return call;
}

}  // namespace

namespace {

// Of each member: its power calls, and its change as it will be sent. Of one that is let be: none,
// and none of them can be refused.
std::map<InstanceId, std::vector<aws::ApiCall>> calls_of(const fleet::PlannedUnit& unit) {
  std::map<InstanceId, std::vector<aws::ApiCall>> out;
  const auto& system = *unit.cvo;
  for (const auto& node : system.nodes) {
    auto& calls = out[node.instance];
    if (!node.restart) continue;
    calls = {aws::stop_instance(system.region, node.instance),
             aws::start_instance(system.region, node.instance)};
  }
  if (system.mediator) {
    auto& calls = out[*system.mediator];
    if (system.reboot_mediator) calls = {aws::reboot_instance(system.region, *system.mediator)};
  }
  for (const auto& step : unit.steps) {
    out[step.instance].push_back(aws::modify_instance_metadata_options(
        step.region, step.instance, fleet::fields_to_send(step, true)));
  }
  return out;
}

}  // namespace

std::map<UnitId, SystemAccess> accesses_of(const fleet::Plan& plan) {
  std::map<UnitId, SystemAccess> out;
  for (const auto& wave : plan.waves) {
    for (const auto& unit : wave.units) {
      if (!unit.cvo) continue;
      SystemAccess access;
      access.unit = unit.id;
      access.region = unit.cvo->region;
      access.system = *unit.cvo;
      if (plan.endpoint == "aws") access.calls = calls_of(unit);
      access.console = plan.facts.console.has_value();
      const auto fact = plan.facts.systems.find(unit.id);
      if (fact != plan.facts.systems.end()) {
        if (fact->second.ontap) access.endpoints = fact->second.ontap->endpoints;
        access.probes = fact->second.probes;
      }
      out.emplace(unit.id, std::move(access));
    }
  }
  return out;
}

SystemDriver::SystemDriver(const fleet::Plan& plan, SystemDriverParts parts, std::string reason)
    : parts_(parts),
      access_(accesses_of(plan)),
      acts_(plan, parts.ontap, parts.console, parts.clock, std::move(reason)),
      console_access_(plan.facts.console) {}

void SystemDriver::carry_out(const engine::Effect& effect) {
  if (const auto* read = std::get_if<engine::ReadSystem>(&effect)) return start(*read);
  if (const auto* act = std::get_if<engine::ActOnSystem>(&effect)) return start(*act);
  if (const auto* read = std::get_if<engine::ReadAgent>(&effect)) return start(*read);
  parts_.options.carry_out(effect);
}

void SystemDriver::start(const engine::ReadSystem& effect) {
  const auto [found, fresh] = looks_.try_emplace(effect.id, access_.at(effect.unit), effect.parts,
                                                 effect.at_node, parts_.clock.now());
  submit(effect.id, found->second.begin());
}

void SystemDriver::start(const engine::ActOnSystem& effect) {
  if (!is_ec2_act(effect.act.kind)) return acts_.start(effect);
  auto call = ec2_call(effect, access_.at(effect.act.unit).region);
  const auto id = parts_.aws.submit(call);
  ec2_acts_.emplace(id, Ec2Act{effect.id, std::move(call)});
}

// The engine asks for agents only where the facts give a Console.
void SystemDriver::start(const engine::ReadAgent& effect) {
  const auto known = known_agents_.find(effect.instance);
  AgentLook look(effect.region, effect.instance, *console_access_,
                 known == known_agents_.end() ? std::nullopt : std::optional(known->second),
                 parts_.clock.now());
  const auto [found, fresh] =
      agent_looks_.try_emplace(effect.id, AgentAsked{effect.instance, std::move(look)});
  submit(effect.id, found->second.look.begin());
}

void SystemDriver::submit(engine::EffectId effect, std::vector<AgentLook::Asked> asked) {
  for (auto& each : asked) {
    const Pending pending{effect, each.number};
    if (auto* call = std::get_if<aws::ApiCall>(&each.question)) {
      aws_.emplace(parts_.aws.submit(std::move(*call)), pending);
    } else if (auto* console = std::get_if<netapp::ConsoleCall>(&each.question)) {
      console_.emplace(parts_.console->submit(std::move(*console)), pending);
    }
  }
}

void SystemDriver::submit(engine::EffectId effect, std::vector<SystemLook::Asked> asked) {
  for (auto& each : asked) {
    const Pending pending{effect, each.number};
    if (auto* call = std::get_if<aws::ApiCall>(&each.question)) {
      aws_.emplace(parts_.aws.submit(std::move(*call)), pending);
    } else if (auto* ontap = std::get_if<netapp::OntapCall>(&each.question)) {
      ontap_.emplace(parts_.ontap.submit(std::move(*ontap)), pending);
    } else if (auto* console = std::get_if<netapp::ConsoleCall>(&each.question)) {
      console_.emplace(parts_.console->submit(std::move(*console)), pending);
    } else if (auto* probe = std::get_if<net::Request>(&each.question)) {
      const auto deadline = parts_.clock.now().mono + kProbePatience;
      probing_.emplace(parts_.probes.start(std::move(*probe), deadline), pending);
    }
  }
}

template <class Reply>
bool SystemDriver::answer_look(Pendings& pendings, const Reply& reply) {
  const auto pending = pendings.extract(reply.id);
  if (pending.empty()) return false;
  const auto [effect, number] = pending.mapped();
  if constexpr (std::is_same_v<Reply, aws::ApiReply> ||
                std::is_same_v<Reply, netapp::ConsoleReply>) {
    if (agent_looks_.count(effect) > 0) {
      answer_agent(effect, number, reply);
      return true;
    }
  }
  auto& look = looks_.at(effect);
  submit(effect, look.take(number, reply));
  if (!look.finished()) return true;
  auto reading = look.reading();
  reading.logins = logins();
  ready_.emplace_back(engine::SystemRead{effect, std::move(reading)});
  looks_.erase(effect);
  return true;
}

fleet::Logins SystemDriver::logins() const {
  fleet::Logins out;
  const auto& aws = parts_.aws.session().credentials;
  out.aws.lasts = aws.session_token.empty();
  out.aws.ends = aws.ends;
  out.aws_source = aws.source;
  if (parts_.console == nullptr) return out;
  // In restricted mode there is no login that could end.
  const bool restricted = console_access_ && !console_access_->agent.empty();
  out.console = fleet::LoginLife{restricted || parts_.console->renews_unattended(), {}};
  return out;
}

template <class Reply>
void SystemDriver::answer_agent(engine::EffectId effect, std::uint64_t number, const Reply& reply) {
  auto& asked = agent_looks_.at(effect);
  submit(effect, asked.look.take(number, reply));
  if (!asked.look.finished()) return;
  if (auto known = asked.look.known()) known_agents_[asked.instance] = *std::move(known);
  ready_.emplace_back(engine::AgentRead{effect, asked.look.reading()});
  agent_looks_.erase(effect);
}

void SystemDriver::acted(const Ec2Act& act, const aws::ApiReply& reply) {
  engine::ActAnswered out;
  out.id = act.effect;
  out.request_id = reply.request_id;
  out.code = reply.error.code;
  if (reply.fate != aws::Fate::kDone) out.message = to_string(aws::error_of(act.call, reply));
  if (reply.fate == aws::Fate::kRefused) {
    out.fate = WriteFate::kRefused;
    out.again = aws::is_throttling_code(reply.error.code) || reply.error.http_status == 0;
  } else if (reply.fate == aws::Fate::kDone) {
    out.fate = WriteFate::kDone;
  }
  ready_.emplace_back(std::move(out));
}

// All that is there, without waiting.
void SystemDriver::pump() {
  const auto now = parts_.clock.now().mono;
  acts_.look_after();
  for (const auto& reply : parts_.aws.wait(now)) {
    if (answer_look(aws_, reply)) continue;
    if (const auto act = ec2_acts_.extract(reply.id)) {
      acted(act.mapped(), reply);
    } else {
      parts_.options.take(reply);
    }
  }
  for (const auto& reply : parts_.ontap.wait(now)) {
    if (!answer_look(ontap_, reply)) acts_.take(reply);
  }
  if (parts_.console != nullptr) {
    for (const auto& reply : parts_.console->wait(now)) {
      if (!answer_look(console_, reply)) acts_.take(reply);
    }
  }
  for (const auto& connected : parts_.probes.wait(now)) answer_look(probing_, connected);
}

std::vector<engine::Event> SystemDriver::events() {
  auto out = parts_.options.events();
  for (auto& answer : acts_.answers()) out.emplace_back(std::move(answer));
  for (auto& event : std::exchange(ready_, {})) out.push_back(std::move(event));
  return out;
}

MonoTime SystemDriver::next_due(MonoTime until) const {
  const auto earlier = [&](std::optional<MonoTime> due) {
    if (due) until = std::min(until, *due);
  };
  earlier(parts_.aws.due());
  earlier(parts_.ontap.due());
  if (parts_.console != nullptr) earlier(parts_.console->due());
  earlier(acts_.due());
  return until;
}

std::vector<engine::Event> SystemDriver::wait(MonoTime until) {
  for (;;) {
    pump();
    if (auto out = events(); !out.empty()) return out;
    const auto target = next_due(until);
    if (parts_.clock.now().mono >= until) return {};
    parts_.shared.wait(target);
    pump();
    auto out = events();
    // Before its time and with nothing to tell: somebody woke it.
    if (!out.empty() || parts_.clock.now().mono < target) return out;
  }
}

}  // namespace v2only::drivers
