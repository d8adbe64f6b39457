// One run of the scenario (the apply, or its rollback): legs of the process until it is at rest.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/random.h"
#include "drivers/aws_driver.h"
#include "drivers/run_loop.h"
#include "drivers/run_record.h"
#include "engine/engine.h"
#include "harness/scenario.h"
#include "harness/wire.h"
#include "journal/journal.h"
#include "sim/sim_transport.h"

namespace v2only::simtest {

// What all phases of a scenario share.
struct Stage {
  const Scenario& scenario;
  sim::World& world;
  sim::VirtualClock& clock;
  std::string journal_path;
  Random random;
  std::vector<std::string> notes;  // what befell the process, for the timeline
  bool taking_notes = false;
  int deaths = 0;
  WireLog wire;         // of a world with CVO systems
  bool rested = false;  // whether the last leg came to rest, not to its end by misfortune

  void note(const std::string& what);
  aws::Session session() const;
};

// The run in the journal, from its first leg to rest. An error is a violation.
std::optional<std::string> run_phase(Stage& stage, const RunId& run);

}  // namespace v2only::simtest
