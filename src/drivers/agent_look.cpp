#include "drivers/agent_look.h"

#include <algorithm>
#include <utility>

namespace v2only::drivers {
namespace {

// An agent may manage hundreds; what it can do for one it can do for all.
constexpr std::size_t kSystems = 3;

netapp::ConsoleScope scope_of(const fleet::ConsoleAccess& console,
                              const std::optional<KnownAgent>& known) {
  netapp::ConsoleScope out;
  out.account = console.account;
  out.restricted = !console.agent.empty();
  if (!known || known->stale) return out;
  out.agents = {known->id};
  out.systems = known->systems;
  return out;
}

}  // namespace

AgentLook::AgentLook(const RegionName& region, const InstanceId& instance,
                     const fleet::ConsoleAccess& console, const std::optional<KnownAgent>& known,
                     Now asked_at)
    : asked_at_(asked_at),
      known_(known),
      ec2_(region, {instance}, {}),
      console_(scope_of(console, known), asked_at) {}

template <class Inner>
std::vector<AgentLook::Asked> AgentLook::wrap(std::vector<Inner> asked) {
  std::vector<Asked> out;
  for (auto& each : asked) {
    const auto number = next_++;
    open_.emplace(number, each.number);
    out.push_back({number, Question(std::move(each.call))});
  }
  return out;
}

std::vector<AgentLook::Asked> AgentLook::begin() {
  auto out = wrap(ec2_.begin());
  auto more = wrap(console_.begin());
  std::move(more.begin(), more.end(), std::back_inserter(out));
  return out;
}

std::vector<AgentLook::Asked> AgentLook::take(std::uint64_t number, const aws::ApiReply& reply) {
  const auto open = open_.extract(number);
  if (open.empty()) return {};
  return wrap(ec2_.take(open.mapped(), reply));
}

std::vector<AgentLook::Asked> AgentLook::take(std::uint64_t number,
                                              const netapp::ConsoleReply& reply) {
  const auto open = open_.extract(number);
  if (open.empty()) return {};
  return wrap(console_.take(open.mapped(), reply));
}

// The Console names no instances of agents: they are known by their private address.
std::optional<fleet::ConsoleAgent> AgentLook::agent_at(const fleet::ConsoleReading& seen,
                                                       const std::string& address) const {
  if (!seen.agents) return std::nullopt;
  for (const auto& agent : *seen.agents) {
    // One that was found once and is silent now tells no address.
    const bool silent = agent.private_ip.empty() && known_ && agent.id == known_->id;
    if (silent || (!address.empty() && agent.private_ip == address)) return agent;
  }
  return std::nullopt;
}

fleet::AgentReading AgentLook::reading() const {
  fleet::AgentReading out;
  out.asked_at = asked_at_;
  fleet::SystemReading ec2;
  ec2_.put_into(ec2);
  out.instance = ec2.members.front();
  const auto seen = console_.reading();
  out.agent = agent_at(seen, out.instance.private_ip);
  // Who could be at the address is known when each active agent has told where it is.
  const bool all_told =
      seen.agents && std::all_of(seen.agents->begin(), seen.agents->end(), [](const auto& agent) {
        return !agent.active() || !agent.private_ip.empty();
      });
  out.listed = out.agent || !all_told || out.instance.private_ip.empty();
  out.errors = seen.errors;
  const bool has_none = known_ && !known_->stale && known_->systems.empty();
  if (!out.agent || (!seen.systems && !has_none)) return out;
  out.systems.emplace();
  if (has_none) return out;
  for (const auto& system : *seen.systems) {
    if (system.agent == out.agent->id) out.systems->push_back(system);
  }
  return out;
}

std::optional<KnownAgent> AgentLook::known() const {
  const auto seen = reading();
  if (!seen.agent || !seen.systems || !seen.errors.empty()) {
    auto out = known_;
    if (out) out->stale = true;
    return out;
  }
  KnownAgent out{seen.agent->id, {}, false};
  for (const auto& system : *seen.systems) {
    if (out.systems.size() < kSystems) out.systems.push_back({system.id, system.ha, system.agent});
  }
  return out;
}

}  // namespace v2only::drivers
