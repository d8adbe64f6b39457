// What must hold of a CVO system before its members are touched, while a node is away, and after.
// Pure: readings in, findings out. The plan shows every finding; the engine acts on the same ones.
// (Facts: netapp.md, 4.1, 6.1 and 10.)
#pragma once

#include <string>
#include <vector>

#include "fleet/cvo.h"
#include "fleet/mark.h"
#include "fleet/policy.h"
#include "fleet/system_reading.h"

namespace v2only::fleet {

struct Finding {
  Mark mark = Mark::kUnknown;
  std::string gate;  // stable: "nodes-up", "auto-giveback", …
  std::string text;  // one line for a person

  friend bool operator==(const Finding&, const Finding&) = default;
};

using Findings = std::vector<Finding>;

// Nothing is bad and nothing unknown.
bool all_good(const Findings& findings);
// The first that is not, as one line; empty when all is good.
std::string first_trouble(const Findings& findings);

// On AWS's own endpoints what could not be read blocks; elsewhere an API that the endpoint does not
// serve is said, and passes as a warning.
struct GateContext {
  const CvoSystem& system;
  bool aws_endpoint = true;
  bool console_given = false;
  Duration expected{};  // one node's cycle: logins have to last twice as long
};

// A FabricPool store as CvoSystem::cloud_stores names it.
std::string name_of(const OntapCloudStore& store);

// The whole list of preconditions: both nodes up and members, one version, auto giveback on,
// nothing taken over, takeover possible both ways, mirrors normal, aggregates online, LIFs home,
// interconnect up, mediator good, no update, no active Console action, no volume move, EC2 status
// good, no scheduled event, that EC2 would allow each call, that each node will come back (shutdown
// behaviour, stop protection, keys), and that our own logins last until it has.
Findings preconditions(const SystemReading& reading, const GateContext& context);

// The part of them that says "healthy": what is asked again after a node has come back, and before
// its partner is touched.
Findings healthy(const SystemReading& reading, const GateContext& context);

// The mediator is good: EC2's status checks and ONTAP's "possible" on both nodes, and the Console's
// word where it is asked.
Findings mediator_good(const SystemReading& reading, const GateContext& context);

// Node `away` has been taken over: seen from its partner, its data addresses there, probes
// answering.
Findings served_by_partner(const SystemReading& reading, const GateContext& context,
                           std::size_t away);

}  // namespace v2only::fleet
