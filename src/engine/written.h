// What a run may have changed: from its journal, for the plan that undoes it.
#pragma once

#include <optional>
#include <vector>

#include "engine/entry.h"
#include "fleet/planner.h"
#include "fleet/proof.h"

namespace v2only::engine {

// Every step that a write was intended for and not plainly refused, with the options as they were
// read before the first such write. That a write took effect is not claimed: rollback looks.
std::vector<fleet::Written> written_by(const fleet::Plan& plan, const std::vector<Entry>& entries);

// The instances whose change, or restart, the run's journal dates: members of CVO systems, and
// Console agents. What was put back is not among them.
fleet::OurChanges changes_of(const fleet::Plan& plan, const std::vector<Entry>& entries);

}  // namespace v2only::engine
