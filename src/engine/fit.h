// Does a unit, as it was last read, still fit the plan?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/time.h"
#include "engine/run_state.h"
#include "fleet/known_by.h"
#include "fleet/plan.h"

namespace v2only::engine {

// What the engine keeps of an instance as it was last read.
struct SeenInstance {
  InstanceId id;
  fleet::InstanceState state = fleet::InstanceState::kUnknown;
  fleet::OptionSet options;
  fleet::OptionState options_state = fleet::OptionState::kApplied;
  fleet::KnownBy known_by;
};
// Those of a unit, in the order of its steps, one for each; fewer when some are gone.
using Seen = std::vector<SeenInstance>;

struct Misfit {
  std::string code;    // of the skipped unit; empty: it is done, for an earlier write came late
  std::string reason;  // one line for a person
};

// Why the unit may not be changed as planned; nothing when it still fits.
std::optional<Misfit> misfit_of(const fleet::Plan& plan, const UnitRecord& unit, const Seen& seen,
                                Now now);

// Of a rollback: the step in hand is in effect already, by an earlier rollback's write or by one of
// this run that came late, and the next one of the same instance goes on from there.
bool is_in_effect(const fleet::Plan& plan, const UnitRecord& unit, const Seen& seen);

}  // namespace v2only::engine
