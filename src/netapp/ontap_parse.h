// ONTAP's answers as fleet/ontap.h's values. Tolerant: what an answer leaves out stays absent, a
// word that is not known is kUnknown. An answer that is not what was asked for at all is kGarbage.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "fleet/ontap.h"

namespace v2only::netapp {

struct ClusterAnswer {
  std::string name;
  std::string uuid;
  std::string version;  // `version.full`: of the oldest node

  friend bool operator==(const ClusterAnswer&, const ClusterAnswer&) = default;
};

// Lists come page by page: each function reads one page.
Result<ClusterAnswer> parse_cluster(std::string_view body);
Result<std::vector<fleet::OntapNode>> parse_nodes(std::string_view body);
Result<std::vector<fleet::FailoverRow>> parse_failover(std::string_view body);
Result<std::vector<fleet::OntapAggregate>> parse_aggregates(std::string_view body);
Result<std::vector<fleet::OntapCloudStore>> parse_cloud_stores(std::string_view body,
                                                               std::string_view aggregate);
Result<std::vector<fleet::OntapLif>> parse_lifs(std::string_view body);
// Only those that are transferring now, or may be: a state that is not known counts as one.
Result<std::vector<fleet::OntapTransfer>> parse_snapmirror(std::string_view body);
// Only moves that are not over (facts: success, failed and aborted are).
Result<std::vector<fleet::OntapTransfer>> parse_volume_moves(std::string_view body);
// What an update is at: "in_progress", "paused_by_user", …; empty where none runs.
Result<std::string> parse_software(std::string_view body);

// `_links.next.href`, as a path below the same address; nothing on the last page. kGarbage for one
// that leads elsewhere.
Result<std::optional<std::string>> next_page(std::string_view body);

// The management addresses of nodes that named none themselves, from the LIFs: those of the cluster
// that serve management and are at home on the node. (The cluster's own address is among them.)
struct ManagementLif {
  std::string node;
  std::string address;
};
Result<std::vector<ManagementLif>> parse_management_lifs(std::string_view body);

}  // namespace v2only::netapp
