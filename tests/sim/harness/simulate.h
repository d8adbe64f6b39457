// Runs one scenario from discovery to rollback: the shipped codecs, engine, drivers and journal
// against the simulated world, in virtual time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/scenario.h"

namespace v2only::simtest {

struct Outcome {
  std::vector<std::string> violations;  // empty: every invariant held
  std::vector<std::string> timeline;    // what happened, in order, for a person
  std::uint64_t fingerprint = 0;        // of all that was decided: same seed, same number
  std::size_t units = 0;
  std::size_t writes = 0;
  std::size_t restarts = 0;                 // members of CVO systems that were taken through
  std::map<std::string, std::size_t> ends;  // of the applied CVO units: "done", a code, …
  int deaths = 0;
  bool systems = false;  // the world had CVO systems
  bool planned = false;  // false: the world was so bad that not even a plan came about
};

Outcome simulate(const Scenario& scenario, bool with_timeline);

}  // namespace v2only::simtest
