// Whether the members of a CVO system are the whole of it.
#pragma once

#include "fleet/classify.h"

namespace v2only::fleet {

// Settles the system's workload and version, and adds what keeps it from being changed: a role
// that nobody has named, too many or too few members (bad-group), members of the facts file that
// were not found (partly-seen). `ha: false` is one node and no mediator, and only when it is said;
// everything else is two nodes and one mediator.
void check_system(Unit& unit, const Inventory& inventory, const Facts& facts);

}  // namespace v2only::fleet
