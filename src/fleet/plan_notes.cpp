#include "fleet/plan_notes.h"

#include <algorithm>
#include <set>

#include "core/text.h"
#include "fleet/profile.h"

namespace v2only::fleet {
namespace {

// When a cycle may begin that ends inside one window and before `until`; nothing: never.
std::optional<WallTime> fit(const Calendar& calendar, WallTime from, WallTime until,
                            Duration cycle) {
  for (const auto& window : calendar.open()) {
    const auto begin = std::max(window.from, from);
    if (begin + cycle > until) break;
    if (begin + cycle <= window.until) return begin;
  }
  return std::nullopt;
}

std::string when(WallTime time) {
  return format_utc(std::chrono::floor<std::chrono::seconds>(time));
}

class Notes {
 public:
  Notes(const Plan& plan, const Calendar& calendar, WallTime from)
      : plan_(plan),
        calendar_(calendar),
        from_(from),
        cycle_(plan.policy.ontap.expected * 3 / 2),
        has_windows_(!plan.policy.windows.empty()) {}

  std::vector<std::string> run() {
    if (plan_.kind != PlanKind::kApply) return {};
    std::vector<const PlannedUnit*> systems;
    for (const auto& wave : plan_.waves) {
      for (const auto& unit : wave.units) {
        if (unit.cvo) systems.push_back(&unit);
        if (!unit.cvo && unit.workload == kConsoleAgent) agents_.push_back(&unit);
      }
    }
    if (systems.empty()) return {};
    const bool any = windows();
    for (const auto* system : systems) {
      if (any) of_system(*system);
    }
    apart();
    return std::move(out_);
  }

 private:
  std::string cycle() const {
    return "a node's cycle begins only with " + format_duration(cycle_) + " left";
  }

  // Whether any has room for a cycle.
  bool windows() {
    if (!has_windows_ || fit(calendar_, from_, WallTime::max(), cycle_)) return true;
    Duration longest{};
    for (const auto& window : calendar_.open()) {
      longest = std::max<Duration>(longest, window.until - std::max(window.from, from_));
    }
    out_.push_back(
        (longest > Duration{} ? "the longest window to come lasts " + format_duration(longest)
                              : std::string("no window is to come")) +
        ", and " + cycle() +
        " of one: no system begins. Give a longer `for:`, or a shorter ontap: {expected: …}");
    return false;
  }

  const Consent* consent_to(const PlannedUnit& system) const {
    const auto fact = plan_.facts.systems.find(system.id);
    if (fact == plan_.facts.systems.end()) return nullptr;
    const auto& given = system.cvo->pair() ? fact->second.failover : fact->second.outage;
    return given ? &*given : nullptr;
  }

  std::string room(const Consent& consent) const {
    return "its consent, " + when(consent.from) + " to " + when(consent.until) +
           (has_windows_ ? ", and the policy's windows have" : " has");
  }

  void of_system(const PlannedUnit& system) {
    const auto* consent = consent_to(system);
    if (consent == nullptr) return;
    const auto& earlier = system.cvo->agents_soaked;
    const auto from = std::max({from_, consent->from, earlier.value_or(from_)});
    const auto first = fit(calendar_, from, consent->until, cycle_);
    if (!first) {
      out_.push_back(
          system.id.str() + ": " + room(*consent) + " no room for it: " + cycle() +
          (earlier ? ", and an earlier run's Console agent soaks until " + when(*earlier) : "") +
          ". Give a later or longer consent");
      return;
    }
    for (const auto* agent : agents_) {
      if (soak(system, *consent, *agent, *first)) return;
    }
  }

  // It begins once its agent was changed and has soaked (design, invariant 12).
  bool soak(const PlannedUnit& system, const Consent& consent, const PlannedUnit& agent,
            WallTime first) {
    const auto& id = agent.steps.front().instance;
    const auto& all = system.cvo->agents;
    if (!all.empty() && std::find(all.begin(), all.end(), id) == all.end()) return false;
    const auto begins = calendar_.opens_at(from_);
    if (!begins) return false;
    const auto soaked = *begins + plan_.policy.agent_soak;
    const auto then =
        fit(calendar_, std::max<WallTime>(soaked, consent.from), consent.until, cycle_);
    const auto closes = calendar_.closes_at(first);
    const bool later = then && closes && *then >= *closes;
    if (then && !later) return false;
    out_.push_back("Console agent " + id.str() + " soaks for " +
                   format_duration(plan_.policy.agent_soak) + ", until " + when(soaked) +
                   " at the earliest; " + system.id.str() + " waits for that, " +
                   (then ? "and begins in a later window, at " + when(*then)
                         : "and then " + room(consent) + " no room for it (" + cycle() + ")") +
                   ". Change the agent first alone (v2only plan --instance-ids " + id.str() +
                   "), or give a longer consent, or a shorter agents: {soak: …}");
    return true;
  }

  // A policy may be shared by many accounts, so a name from elsewhere is no mistake by itself.
  void apart() {
    std::set<UnitId> known;
    for (const auto& [id, fact] : plan_.facts.systems) known.insert(id);
    for (const auto& [id, fact] : plan_.facts.instances) {
      if (fact.system) known.insert(*fact.system);
    }
    for (const auto& wave : plan_.waves) {
      for (const auto& unit : wave.units) known.insert(unit.id);
    }
    for (const auto& unit : plan_.left_alone) known.insert(unit.id);
    for (const auto& group : plan_.policy.ontap.apart) {
      for (const auto& id : group) {
        if (!known.insert(id).second) continue;
        out_.push_back("ontap: apart names " + one_line(id.str(), 80) +
                       ", which is no system of these facts: nothing is kept apart from it here. "
                       "If it is one of this account, mend the name");
      }
    }
  }

  const Plan& plan_;
  const Calendar& calendar_;
  WallTime from_;
  Duration cycle_;
  bool has_windows_;
  std::vector<const PlannedUnit*> agents_;
  std::vector<std::string> out_;
};

}  // namespace

std::vector<std::string> notes_on(const Plan& plan, const Calendar& calendar, WallTime from) {
  return Notes(plan, calendar, from).run();
}

}  // namespace v2only::fleet
