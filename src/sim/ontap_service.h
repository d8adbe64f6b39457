// The REST API of a simulated cluster: login, resources, actions (facts/netapp.md, part 4).
#pragma once

#include <string>

#include "net/transport.h"
#include "sim/cluster.h"

namespace v2only::sim {

// "PATCH cluster/nodes shutdown", "GET storage/aggregates/cloud-stores": method, path without
// "/api/" and ids, action. What fault scripts name.
std::string ontap_action(const net::Request& request);

// The whole answer to a request that has reached the cluster.
net::Response serve_ontap(Cluster& cluster, const net::Request& request, WallTime now);

net::Response ontap_error(const OntapFault& fault, WallTime now);

// Refusals that fault scripts ask for.
OntapFault ontap_unauthorized();
OntapFault ontap_forbidden();

}  // namespace v2only::sim
