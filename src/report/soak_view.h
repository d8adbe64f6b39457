// A Console agent that soaks after its change, as a run's entries tell it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/run_state.h"
#include "fleet/plan.h"

namespace v2only::report {

struct SoakView {
  const engine::UnitRecord* unit = nullptr;
  WallTime since{};     // its options were seen applied then
  WallTime until{};     // it ends then, where the agent does its work
  std::string trouble;  // in words; empty: none is known

  const InstanceId& agent() const { return unit->planned->steps.front().instance; }
};

// Nothing where the unit is no agent in work, or its soak has not begun.
std::optional<SoakView> soak_of(const fleet::Plan& plan, const engine::UnitRecord& unit,
                                WallTime now);
// All that soak, in the order of the plan.
std::vector<SoakView> soaks_of(const fleet::Plan& plan, const engine::RunState& state,
                               WallTime now);

// That of the agents that manage the system which keeps it from beginning: none of them was
// changed and has soaked. Until when, where that is known.
struct AgentWait {
  InstanceId agent;  // empty: one that an earlier run has changed
  std::optional<WallTime> until;
};
std::optional<AgentWait> agent_wait_of(const fleet::Plan& plan, const engine::RunState& state,
                                       const fleet::CvoSystem& system, WallTime now);

// "soak 3m 05s of 7h".
std::string soak_in_short(const SoakView& soak, WallTime now);
// "phase soak since … (3m 05s), until …".
std::string soak_in_words(const SoakView& soak, WallTime now);

}  // namespace v2only::report
