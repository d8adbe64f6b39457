// What a cluster's REST resources hold, as JSON with all fields (facts/netapp.md, 4.1).
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "core/json.h"
#include "sim/cluster.h"

namespace v2only::sim {

// generation, major and minor of "9.13.1P4".
struct OntapRelease {
  int generation = 0;
  int major = 0;
  int minor = 0;

  friend auto operator<=>(const OntapRelease&, const OntapRelease&) = default;
};
OntapRelease release_of(std::string_view version);

json::object cluster_record(const Cluster& cluster, WallTime now);
json::array node_records(const Cluster& cluster, WallTime now);
json::array job_records(const Cluster& cluster, WallTime now);
json::object software_record(const Cluster& cluster);
json::array svm_records(const Cluster& cluster);
json::array aggregate_records(const Cluster& cluster);
// Of the aggregate with the uuid.
json::array cloud_store_records(const Cluster& cluster, const std::string& aggregate);
json::array cloud_target_records(const Cluster& cluster);
json::array lif_records(const Cluster& cluster);
json::array volume_records(const Cluster& cluster);
json::array snapmirror_records(const Cluster& cluster);
// `storage failover show`, of the private CLI.
json::array failover_records(const Cluster& cluster, WallTime now);

}  // namespace v2only::sim
