// A world in less time than it takes.
#pragma once

#include "sim/spec.h"

namespace v2only::sim {

// Every delay of the spec and of its faults divided by `speed`; what stands in answers as a time or
// as a clock's error stays.
WorldSpec sped_up(WorldSpec spec, double speed);
// None at all: everything that is asked for has happened when it is answered. Faults keep theirs,
// and so does the time that a finished job is kept.
WorldSpec without_delays(WorldSpec spec);

}  // namespace v2only::sim
