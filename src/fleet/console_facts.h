// What the NetApp Console knows of who is who, joined to what the operator says: it counts ahead of
// tags, behind the facts file, and where it says something else than that file, both are shown.
// (Facts: netapp.md, part 10.)
#pragma once

#include "fleet/console.h"
#include "fleet/system_plan.h"

namespace v2only::fleet {

// Roles and systems of instances, and the versions of agents, whose version of the two counts. An
// agent is matched with an instance by private address, where only one instance has it.
Discovered with_console(const Facts& facts, const Inventory& inventory,
                        const ConsoleReading& console);

}  // namespace v2only::fleet
