// What ONTAP says of itself: one look at a cluster, as plain values. netapp/ reads it, the gates
// judge it. Names and states are ONTAP's own (facts: netapp.md, part 4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

namespace v2only::fleet {

// cluster/nodes `state`. A word that is not known is kUnknown, never "up".
enum class NodeState : std::uint8_t {
  kUp,
  kBooting,
  kDown,
  kTakenOver,
  kWaitingForGiveback,
  kDegraded,
  kUnknown,
};
std::string_view name_of(NodeState state);
NodeState node_state(std::string_view name);

// cluster/nodes `ha.takeover.state`, seen from the node that would take over or has.
enum class TakeoverState : std::uint8_t {
  kNotPossible,
  kNotAttempted,
  kInTakeover,
  kInProgress,
  kFailed,
  kUnknown,
};
std::string_view name_of(TakeoverState state);
TakeoverState takeover_state(std::string_view name);

// cluster/nodes `ha.giveback.state`.
enum class GivebackState : std::uint8_t {
  kNothingToGiveback,
  kNotAttempted,
  kInProgress,
  kFailed,
  kUnknown,
};
std::string_view name_of(GivebackState state);
GivebackState giveback_state(std::string_view name);

// A failure as ONTAP words it; shown to the operator as it is.
struct OntapFailure {
  std::string code;  // a number, as text
  std::string message;

  bool empty() const { return code.empty() && message.empty(); }
  friend bool operator==(const OntapFailure&, const OntapFailure&) = default;
};

// Giveback of one aggregate: `ha.giveback.status[]`.
struct GivebackOfAggregate {
  std::string aggregate;
  std::string state;     // "done", "failed", "in_progress", …
  OntapFailure failure;  // message "veto", "online_timeout", …

  friend bool operator==(const GivebackOfAggregate&, const GivebackOfAggregate&) = default;
};

// The `ha` object of a node. A single node has none.
struct NodeHa {
  bool enabled = false;
  bool auto_giveback = false;
  std::vector<std::string> partners;  // node names
  TakeoverState takeover = TakeoverState::kUnknown;
  OntapFailure takeover_failure;
  GivebackState giveback = GivebackState::kUnknown;
  OntapFailure giveback_failure;
  std::vector<GivebackOfAggregate> giveback_status;
  std::string interconnect;  // "up", "down"; empty: this version does not say (before 9.11)

  friend bool operator==(const NodeHa&, const NodeHa&) = default;
};

struct OntapNode {
  std::string uuid;
  std::string name;
  std::string version;  // `version.full`: the patch level is nowhere else
  std::string membership;
  NodeState state = NodeState::kUnknown;
  std::optional<std::int64_t> uptime_s;  // absent while the node does not answer
  std::optional<WallTime> date;          // the node's own clock
  std::optional<NodeHa> ha;
  std::vector<std::string> management_addresses;  // of its node-management LIFs

  friend bool operator==(const OntapNode&, const OntapNode&) = default;
};

// `storage failover show` by the private CLI: the way to ask before versions that have
// takeover_check.
struct FailoverRow {
  std::string node;
  std::string partner;
  std::optional<bool> possible;  // absent: ONTAP left the field out (facts: empty = false)
  std::string state_description;

  friend bool operator==(const FailoverRow&, const FailoverRow&) = default;
};

struct OntapAggregate {
  std::string uuid;
  std::string name;
  std::string state;  // "online", …
  std::string node;
  std::string home_node;
  std::string mirror;  // "unmirrored", "normal", "degraded", "resynchronizing", "failed"

  friend bool operator==(const OntapAggregate&, const OntapAggregate&) = default;
};

struct OntapLif {
  std::string name;
  std::string svm;  // empty: of the cluster
  std::string address;
  std::string node;
  std::string home_node;
  bool is_home = false;
  bool enabled = true;
  std::string state;  // "up", "down"
  bool nas = false;   // data_nfs or data_cifs is among its services: it moves in a takeover
  bool data = false;  // any data service: an iSCSI LIF stays where it is, its clients switch paths

  friend bool operator==(const OntapLif&, const OntapLif&) = default;
};

// A FabricPool attachment: `aggregates/{uuid}/cloud-stores`.
struct OntapCloudStore {
  std::string aggregate;
  std::string target;
  std::string availability;             // "available", "unavailable"
  std::string availability_at_partner;  // empty: not told
  std::string reason;

  friend bool operator==(const OntapCloudStore&, const OntapCloudStore&) = default;
};

struct OntapTransfer {
  std::string what;   // "snapmirror vs1:vol1", "volume move vol1 to aggr2"
  std::string state;  // "transferring", "replicating", "cutover", …

  friend bool operator==(const OntapTransfer&, const OntapTransfer&) = default;
};

// One look. A part that was not asked for, or that could not be read, is absent; why it could not
// is in `errors`. Nothing that is absent ever counts as good.
struct OntapReading {
  Now asked_at;          // when it was asked for: nothing in it is younger than that
  std::string endpoint;  // that answered
  std::string cluster;
  std::string cluster_uuid;
  std::optional<std::vector<OntapNode>> nodes;
  std::optional<std::vector<FailoverRow>> failover;
  std::optional<std::vector<OntapAggregate>> aggregates;
  std::optional<std::vector<OntapLif>> lifs;
  std::optional<std::vector<OntapCloudStore>> cloud_stores;
  std::optional<std::vector<OntapTransfer>> transfers;  // SnapMirror
  std::optional<std::vector<OntapTransfer>> moves;      // volume moves
  std::optional<std::string> update;                    // cluster/software state; empty: none runs
  std::vector<std::string> errors;

  const OntapNode* find(std::string_view node) const;

  friend bool operator==(const OntapReading&, const OntapReading&) = default;
};

}  // namespace v2only::fleet
