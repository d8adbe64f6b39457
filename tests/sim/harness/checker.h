// Judges a run by the world's own log and by the journal: the invariants of docs/internals.
#pragma once

#include <string>
#include <vector>

#include "drivers/run_record.h"
#include "harness/scenario.h"
#include "harness/wire.h"
#include "sim/world.h"

namespace v2only::simtest {

// A phase as it was: the run and the time that it took in the world.
struct Phase {
  drivers::RunRecord record;
  WallTime began{};
  WallTime ended{};
  bool rested = false;  // its last process came to rest
};

// `wire`: of a world with CVO systems, what passed between the processes and them.
std::vector<std::string> check(const Scenario& scenario, const sim::World& world,
                               const WireLog& wire, const std::vector<Phase>& phases);

}  // namespace v2only::simtest
