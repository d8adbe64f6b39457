// Whether a CVO system, or its next member, may begin: the run, consents, agents, other systems.
#include <algorithm>
#include <utility>

#include "engine/planted.h"
#include "engine/restarts.h"

namespace v2only::engine {
namespace {

using std::chrono::hours;

Leave no(std::string code, std::string why, std::optional<WallTime> until = {}) {
  return {false, std::move(code), std::move(why), until};
}

}  // namespace

Leave Restarts::leave_for(std::size_t unit, const RunLeave& leave, Now now) const {
  if (leave.settling) return no("settling", "the run has not been told to go on");
  if (leave.stopping) return no("stopping", *leave.stopping);
  if (halted_) return no("halted", "another system needs an operator");
  if (leave.limit_reached) return no("failures", "the failure limit is reached");
  if (record_of(unit).restart->paused) return no("paused", "waits for: v2only go");
  const auto agents = held_by_agents(unit, now);
  if (agents && agents->code == "agent-not-done") return *agents;
  // What does not fit in after the soak does not wait for it.
  const auto from = agents ? agents->until.value_or(now.wall) : now.wall;
  if (auto held = held_by_consent(unit, std::max(from, now.wall), now.wall)) {
    if (from > now.wall) held->why += "; " + agents->why;
    return *held;
  }
  if (auto held = held_by_window(leave, std::max(from, now.wall))) return *held;
  if (agents) return *agents;
  if (auto held = held_by_others(unit, now)) return *held;
  return {true, {}, {}, {}};
}

std::optional<Leave> Restarts::held_by_consent(std::size_t unit, WallTime from,
                                               WallTime now) const {
  if (planted(Planted::kIgnoreConsent)) return std::nullopt;
  const auto fact = plan_.facts.systems.find(id_of(unit));
  const bool pair = record_of(unit).planned->cvo->pair();
  const auto* consent = fact == plan_.facts.systems.end() ? nullptr
                        : pair                            ? &fact->second.failover
                                                          : &fact->second.outage;
  if (consent == nullptr || !*consent) {
    return no("restart-not-authorised", "nobody has consented to its restart");
  }
  const auto& given = **consent;
  if (from < given.from) {
    return no("consent-not-begun", "the consent begins at " + format_utc(given.from), given.from);
  }
  if (from >= given.until) {
    const bool over = now >= given.until;
    return no("restart-not-authorised", std::string("the consent ") +
                                            (over ? "ended at " : "will have ended at ") +
                                            format_utc(given.until));
  }
  if (from + longest_cycle() > given.until) {
    // What nothing was done of is skipped, and a run that is over is not resumed.
    const bool begun = record_of(unit).state == UnitState::kInWork;
    return no("restart-not-authorised",
              "what is left of the consent, until " + format_utc(given.until) +
                  ", is too short for a cycle: one begins only with " +
                  format_duration(longest_cycle()) + " left. Give a later consent, then " +
                  (begun ? "v2only resume RUN --facts FILE" : "plan anew"));
  }
  return std::nullopt;
}

std::optional<Leave> Restarts::held_by_window(const RunLeave& leave, WallTime from) const {
  if (!leave.closes || from + longest_cycle() <= *leave.closes) return std::nullopt;
  return no("window",
            "what is left of the window, until " + format_utc(*leave.closes) +
                ", is too short for a cycle: one begins only with " +
                format_duration(longest_cycle()) + " left",
            leave.reopens);
}

// Who manages it has been changed, and has soaked (design, invariant 12).
std::optional<Leave> Restarts::held_by_agents(std::size_t unit, Now now) const {
  const auto& system = *record_of(unit).planned->cvo;
  if (system.agents_soaked && now.wall < *system.agents_soaked) {
    return no("soak",
              "a Console agent that an earlier run changed soaks until " +
                  format_utc(*system.agents_soaked),
              system.agents_soaked);
  }
  for (const auto agent : agents_) {
    const auto& all = system.agents;
    const auto& id = record_of(agent).planned->steps.front().instance;
    if (!all.empty() && std::find(all.begin(), all.end(), id) == all.end()) continue;
    if (auto held = held_by_agent(agent, now)) return held;
  }
  return std::nullopt;
}

std::optional<Leave> Restarts::held_by_agent(std::size_t agent, Now now) const {
  const auto& record = record_of(agent);
  const auto name = "its Console agent " + id_of(agent).str();
  if (record.state == UnitState::kSkipped || is_trouble(record.state)) {
    return no("agent-not-done", name + " was not taken through (" + record.code +
                                    "): first an agent, then what it manages");
  }
  const auto over = soaks_.over_at(agent);
  if (!over) return no("agent", name + " has its turn first");
  const bool soaked = record.state == UnitState::kDone && now.mono >= *over;
  if (soaked) return std::nullopt;
  const auto left = std::max<Duration>(*over - now.mono, Duration{});
  const auto until = now.wall + left;
  return no("soak", name + " soaks until " + format_utc(until), until);
}

std::optional<Leave> Restarts::held_by_others(std::size_t unit, Now now) const {
  std::size_t at_work = 0;
  for (const auto& [other, live] : live_) {
    if (other != unit && record_of(other).state == UnitState::kInWork) ++at_work;
  }
  const bool begun = record_of(unit).state == UnitState::kInWork;
  if (!begun && at_work >= static_cast<std::size_t>(plan_.policy.ontap.width)) {
    return no("width", "waits for another system to be done");
  }
  for (const auto& group : plan_.policy.ontap.apart) {
    if (std::find(group.begin(), group.end(), id_of(unit)) == group.end()) continue;
    for (const auto& other : group) {
      const auto index = state_.index_of(other);
      if (other == id_of(unit) || !index || !record_of(*index).restart) continue;
      const auto worked = record_of(*index).restart->worked_at;
      if (!worked || now.wall - *worked >= hours(24)) continue;
      return no("apart", "never within a day of " + other.str(), *worked + hours(24));
    }
  }
  return std::nullopt;
}

}  // namespace v2only::engine
