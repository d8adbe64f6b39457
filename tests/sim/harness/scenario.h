// One seed makes one scenario: a fleet, what goes wrong, how the operator runs it, and when the
// process dies. Nothing else decides anything.
#pragma once

#include <cstdint>

#include "fleet/facts.h"
#include "fleet/policy.h"
#include "sim/spec.h"

namespace v2only::simtest {

// What befalls the process itself. Each number is a probability for each occasion.
struct Misfortune {
  double dies_at_point = 0;  // at each crash point
  double dies_waiting = 0;   // in each round of the run loop
  int deaths = 0;            // at most
  double suspended = 0;      // the machine sleeps for a while, in each round
  double clock_stepped = 0;  // somebody sets the machine's clock, in each round
  double stop_asked = 0;     // Ctrl-C, in each round, once a leg
};

struct Scenario {
  std::uint64_t seed = 0;
  sim::WorldSpec world;
  fleet::Facts facts;
  fleet::Policy policy;
  bool aws_endpoint = true;  // which fields go along with a write
  bool table_rates = true;
  bool pair_units = false;  // some units of the plan get two members
  double go_on = 1;         // the operator's yes after a resume has settled
  double roll_back = 0.5;
  bool late_effects = false;  // a call may take effect long after it was sent
  bool echo_moves = false;    // the service moves an option that nobody named
  Misfortune misfortune;
};

Scenario make_scenario(std::uint64_t seed, int instances);

}  // namespace v2only::simtest
