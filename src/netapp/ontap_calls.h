// The calls that are made to ONTAP, one function each. Facts: netapp.md, 4.1 to 4.4 and 4.6.
//
// None of them forces anything: there is no way to override a veto here, and only the shutdown that
// says so in its name lets data become unavailable. A call that is to go to a certain address gets
// its `place`, a write its `guard`, from whoever makes it.
#pragma once

#include <string>

#include "netapp/ontap_caller.h"

namespace v2only::netapp {

// Reads. Lists are asked for in full records; where an answer has another page, next_page() of
// ontap_parse.h names it.
OntapCall get_cluster(const UnitId& system);
OntapCall get_nodes(const UnitId& system);
// `storage failover show` by the private CLI. Other roles and other versions may not have it.
OntapCall get_failover(const UnitId& system);
OntapCall get_aggregates(const UnitId& system);
OntapCall get_cloud_stores(const UnitId& system, const std::string& aggregate_uuid);
OntapCall get_lifs(const UnitId& system);
OntapCall get_snapmirror(const UnitId& system);
OntapCall get_volume_moves(const UnitId& system);
OntapCall get_software(const UnitId& system);
OntapCall get_job(const UnitId& system, const std::string& uuid);

// Each answers with a job (202), or at once. Where failover is enabled, ONTAP hands the node's
// storage to its partner first, and refuses where the partner cannot take it (852046), where LIFs
// cannot move (852115), or where the whole cluster would go down (3604515). `reason` goes into
// ONTAP's log.
OntapCall shut_down_node(const UnitId& system, const std::string& node_uuid,
                         const std::string& reason);
OntapCall reboot_node(const UnitId& system, const std::string& node_uuid,
                      const std::string& reason);
// A cluster of one node has nobody to serve meanwhile: data becomes unavailable
// (allow_data_outage). Never for a node of a pair.
OntapCall shut_down_single_node(const UnitId& system, const std::string& node_uuid,
                                const std::string& reason);

// `storage failover takeover -ofnode NODE` by the private CLI, with ONTAP's defaults: graceful,
// vetoes hold. UNCONFIRMED: that a POST runs it follows from NetApp's rule for commands that are no
// CRUD; no source shows it. There is no giveback beside it: ONTAP gives back by itself.
OntapCall take_over_by_cli(const UnitId& system, const std::string& node);

// Tells NetApp of maintenance, so that no case is opened: "MAINT=4h", 1 to 72 hours (held within
// that). A failure is a warning, never more.
OntapCall begin_maintenance(const UnitId& system, const std::string& node, int hours);
OntapCall end_maintenance(const UnitId& system, const std::string& node);

}  // namespace v2only::netapp
