// Two runs never work on one CVO system, and none restarts anew what another has restarted since.
#pragma once

#include "cli/runs.h"
#include "engine/run_state.h"

namespace v2only::cli {

// The run that is about to begin, or to go on.
struct Claimant {
  const RunId& run;
  const fleet::Plan& plan;
  const engine::RunState* state = nullptr;  // of a run that goes on
};

// An error names the other run of the journal that has one of the plan's CVO systems in hand, or
// has worked on it since. To be asked with the journal held (Journal::alone, create_run), and with
// the run's own lock taken: of two that begin at once, one sees the other.
//
// A new run is held up by every open one: who is to have the system is for the operator to say. One
// that goes on is held up only by what is at work just now, so that no two hold up each other.
Result<void> check_claims(const State& state, const Claimant& claimant);

}  // namespace v2only::cli
