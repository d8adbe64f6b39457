// One seed makes one scenario: a fleet, what goes wrong, how the operator runs it, and when the
// process dies. Nothing else decides anything.
#pragma once

#include <cstdint>

#include "fleet/calendar.h"
#include "fleet/facts.h"
#include "fleet/policy.h"
#include "sim/spec.h"

namespace v2only::simtest {

// When every world begins: later than all that is in it was launched.
inline constexpr WallTime kWorldBegins{std::chrono::hours(24 * 20500)};

// What befalls the process itself. Each number is a probability for each occasion.
struct Misfortune {
  double dies_at_point = 0;  // at each crash point
  double dies_waiting = 0;   // in each round of the run loop
  int deaths = 0;            // at most
  double suspended = 0;      // the machine sleeps for a while, in each round
  double clock_stepped = 0;  // somebody sets the machine's clock, in each round
  double stop_asked = 0;     // Ctrl-C, in each round, once a leg
};

// Whether CVO systems are in the world.
enum class Systems : std::uint8_t {
  kSometimes,  // of every fourth seed
  kAlways,
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
  // Of a world with CVO systems:
  fleet::Calendar calendar;  // when something may begin
  double go_given = 0;       // `v2only go`, in each round while the run waits for it
};

Scenario make_scenario(std::uint64_t seed, int instances, Systems systems = Systems::kSometimes);

}  // namespace v2only::simtest
