#include "report/soak_view.h"

#include <algorithm>

#include "fleet/profile.h"
#include "report/words.h"

namespace v2only::report {
namespace {

using engine::UnitRecord;
using engine::UnitState;

// An agent that this run changes. A rollback puts back, and is over with that.
bool is_agent(const fleet::Plan& plan, const UnitRecord& unit) {
  return plan.kind == fleet::PlanKind::kApply && !unit.planned->cvo &&
         unit.planned->workload == fleet::kConsoleAgent;
}

std::string trouble_of(const SoakView& soak, WallTime now) {
  if (const auto& failed = soak.unit->soak_failed) {
    return failed->why + "; its options are being put back";
  }
  if (now <= soak.until) return {};
  return "its time is over: it is done once the Console says that it does its work";
}

bool manages(const InstanceId& agent, const fleet::CvoSystem& system) {
  const auto& all = system.agents;
  return all.empty() || std::find(all.begin(), all.end(), agent) != all.end();
}

// Whether the first keeps a system waiting longer.
bool is_later(const AgentWait& a, const AgentWait& b) {
  if (!a.until || !b.until) return !a.until && b.until;
  return *a.until > *b.until;
}

}  // namespace

std::optional<SoakView> soak_of(const fleet::Plan& plan, const UnitRecord& unit, WallTime now) {
  if (unit.state != UnitState::kInWork || !unit.soak_began || !is_agent(plan, unit)) {
    return std::nullopt;
  }
  SoakView out{&unit, *unit.soak_began, *unit.soak_began + plan.policy.agent_soak, {}};
  out.trouble = trouble_of(out, now);
  return out;
}

std::vector<SoakView> soaks_of(const fleet::Plan& plan, const engine::RunState& state,
                               WallTime now) {
  std::vector<SoakView> out;
  for (const auto& unit : state.units()) {
    if (auto soak = soak_of(plan, unit, now)) out.push_back(*std::move(soak));
  }
  return out;
}

std::optional<AgentWait> agent_wait_of(const fleet::Plan& plan, const engine::RunState& state,
                                       const fleet::CvoSystem& system, WallTime now) {
  std::optional<AgentWait> out;
  const auto take = [&](AgentWait wait) {
    if (!out || is_later(wait, *out)) out = std::move(wait);
  };
  if (system.agents_soaked && now < *system.agents_soaked) take({{}, system.agents_soaked});
  for (const auto& unit : state.units()) {
    if (!is_agent(plan, unit) || !manages(unit.planned->steps.front().instance, system)) continue;
    if (engine::is_trouble(unit.state) || unit.state == UnitState::kSkipped) continue;
    std::optional<WallTime> until;
    if (unit.soak_began) until = *unit.soak_began + plan.policy.agent_soak;
    if (unit.state == UnitState::kDone && (!until || now >= *until)) continue;
    take({unit.planned->steps.front().instance, until});
  }
  return out;
}

std::string soak_in_short(const SoakView& soak, WallTime now) {
  std::string out = "soak";
  if (now >= soak.since) out += " " + format_elapsed(now - soak.since);
  return out + " of " + format_duration(soak.until - soak.since);
}

std::string soak_in_words(const SoakView& soak, WallTime now) {
  auto out = "phase soak since " + shown(soak.since);
  if (now >= soak.since) out += " (" + format_elapsed(now - soak.since) + ")";
  return out + ", until " + shown(soak.until);
}

}  // namespace v2only::report
