// What a run takes anew from a facts file while it is under way: the operator's word and the names
// of secrets, and nothing else.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "fleet/facts.h"

namespace v2only::fleet {

struct Renewed {
  Facts facts;                       // the plan's, with what was taken
  std::vector<std::string> changes;  // a line each; empty: nothing is new
};

// Takes `consent`, `restarted` and the names of secrets of `systems`, and those of the Console's
// login, from `given`. A system that `given` does not name keeps what it has.
Renewed renew_facts(const Facts& facts, const Facts& given, const std::set<UnitId>& systems);

}  // namespace v2only::fleet
