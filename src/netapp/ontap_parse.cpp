#include "netapp/ontap_parse.h"

#include <algorithm>
#include <array>

#include "core/json.h"
#include "core/text.h"
#include "netapp/json_access.h"

namespace v2only::netapp {
namespace {

constexpr std::size_t kWordBytes = 300;

std::string word(const json::value& value, std::string_view path) {
  return one_line(text_at(value, path), kWordBytes);
}

// A list's answer: an object with `records`. Leaving them out means none only beside num_records 0.
template <class T, class Read>
Result<std::vector<T>> records(std::string_view body, std::string_view what, Read read) {
  V2_TRY(const auto answer, parse_json(body, what));
  const auto* list = find(answer, "records");
  if ((list == nullptr || !list->is_array()) && integer_at(answer, "num_records") != 0) {
    return fail(ErrorCode::kGarbage, "the answer holds no records", std::string(what));
  }
  std::vector<T> out;
  for (const auto& record : array_at(answer, "records")) read(record, out);
  return out;
}

fleet::OntapFailure failure_at(const json::value& value, const std::string& path) {
  return {word(value, path + ".code"), word(value, path + ".message")};
}

fleet::NodeHa ha_of(const json::value& ha) {
  fleet::NodeHa out;
  out.enabled = bool_at(ha, "enabled").value_or(false);
  out.auto_giveback = bool_at(ha, "auto_giveback").value_or(false);
  for (const auto& partner : array_at(ha, "partners"))
    out.partners.push_back(word(partner, "name"));
  out.takeover = fleet::takeover_state(text_at(ha, "takeover.state"));
  out.takeover_failure = failure_at(ha, "takeover.failure");
  out.giveback = fleet::giveback_state(text_at(ha, "giveback.state"));
  out.giveback_failure = failure_at(ha, "giveback.failure");
  for (const auto& one : array_at(ha, "giveback.status")) {
    out.giveback_status.push_back(
        {word(one, "aggregate.name"), word(one, "state"), failure_at(one, "error")});
  }
  out.interconnect = word(ha, "interconnect.state");
  return out;
}

// A single node has no `ha`, or an empty one.
std::optional<fleet::NodeHa> ha_in(const json::value& node) {
  const auto* ha = find(node, "ha");
  if (ha == nullptr || !ha->is_object() || ha->get_object().empty()) return std::nullopt;
  return ha_of(*ha);
}

std::optional<WallTime> date_in(const json::value& node) {
  const auto text = text_at(node, "date");
  if (text.empty()) return std::nullopt;
  const auto date = parse_utc(text);
  return date ? std::optional(*date) : std::nullopt;
}

void read_node(const json::value& record, std::vector<fleet::OntapNode>& out) {
  fleet::OntapNode node;
  node.uuid = word(record, "uuid");
  node.name = word(record, "name");
  node.version = word(record, "version.full");
  node.membership = word(record, "membership");
  node.state = fleet::node_state(text_at(record, "state"));
  node.uptime_s = integer_at(record, "uptime");
  node.date = date_in(record);
  node.ha = ha_in(record);
  for (const auto& lif : array_at(record, "management_interfaces")) {
    if (auto address = word(lif, "ip.address"); !address.empty()) {
      node.management_addresses.push_back(std::move(address));
    }
  }
  out.push_back(std::move(node));
}

// Facts 4.3: an empty field means no; a field that is not there says nothing.
std::optional<bool> possible_in(const json::value& row) {
  for (const auto* name : {"possible", "takeover_of_possible"}) {
    const auto* found = find(row, name);
    if (found == nullptr) continue;
    if (const auto known = bool_at(row, name)) return known;
    const auto text = text_at(row, name);
    if (found->is_null() || (found->is_string() && (text.empty() || text == "-"))) return false;
  }
  return std::nullopt;
}

void read_failover(const json::value& record, std::vector<fleet::FailoverRow>& out) {
  out.push_back({word(record, "node"), word(record, "partner_name"), possible_in(record),
                 word(record, "state_description")});
}

void read_aggregate(const json::value& record, std::vector<fleet::OntapAggregate>& out) {
  out.push_back({word(record, "uuid"), word(record, "name"), word(record, "state"),
                 word(record, "node.name"), word(record, "home_node.name"),
                 word(record, "block_storage.mirror.state")});
}

// A text, or an error object, by version.
std::string reason_in(const json::value& store) {
  auto text = word(store, "unavailable_reason.message");
  return text.empty() ? word(store, "unavailable_reason") : text;
}

bool has_service(const json::value& lif, std::string_view prefix, std::string_view but = {}) {
  const auto& services = array_at(lif, "services");
  return std::any_of(services.begin(), services.end(), [&](const json::value& service) {
    const auto* text = service.if_string();
    return text != nullptr && text->starts_with(prefix) && std::string_view(*text) != but;
  });
}

// `data_core` is on SVM management LIFs too: what serves clients has a protocol. Where ONTAP does
// not list services, the policy's name tells.
bool serves_data(const json::value& lif) {
  if (find(lif, "services") != nullptr) return has_service(lif, "data_", "data_core");
  return text_at(lif, "service_policy.name").starts_with("default-data");
}

// NFS and SMB addresses move to the partner in a takeover; iSCSI ones stay.
bool serves_nas(const json::value& lif) {
  if (find(lif, "services") != nullptr) {
    return has_service(lif, "data_nfs") || has_service(lif, "data_cifs");
  }
  return text_at(lif, "service_policy.name") == "default-data-files";
}

bool is_of_cluster(const json::value& lif) {
  const auto scope = text_at(lif, "scope");
  return scope.empty() ? find(lif, "svm") == nullptr : scope == "cluster";
}

bool serves_management(const json::value& lif) {
  if (!is_of_cluster(lif)) return false;
  if (find(lif, "services") != nullptr) return has_service(lif, "management_core");
  return text_at(lif, "service_policy.name") == "default-management";
}

void read_lif(const json::value& record, std::vector<fleet::OntapLif>& out) {
  fleet::OntapLif lif;
  lif.name = word(record, "name");
  lif.svm = is_of_cluster(record) ? "" : word(record, "svm.name");
  lif.address = word(record, "ip.address");
  lif.node = word(record, "location.node.name");
  lif.home_node = word(record, "location.home_node.name");
  lif.is_home = bool_at(record, "location.is_home").value_or(false);
  lif.enabled = bool_at(record, "enabled").value_or(true);
  lif.state = word(record, "state");
  lif.nas = serves_nas(record);
  lif.data = serves_data(record);
  out.push_back(std::move(lif));
}

void read_transfer(const json::value& record, std::vector<fleet::OntapTransfer>& out) {
  constexpr std::array<std::string_view, 4> kOver = {"success", "failed", "aborted",
                                                     "hard_aborted"};
  const auto state = word(record, "transfer.state");
  if (state.empty() || std::find(kOver.begin(), kOver.end(), state) != kOver.end()) return;
  auto path = word(record, "destination.path");
  if (path.empty()) path = word(record, "source.path");
  out.push_back({"snapmirror " + path, state});
}

void read_move(const json::value& record, std::vector<fleet::OntapTransfer>& out) {
  constexpr std::array<std::string_view, 3> kOver = {"success", "failed", "aborted"};
  const auto* movement = find(record, "movement");
  if (movement == nullptr || !movement->is_object()) return;
  const auto state = word(*movement, "state");
  if (std::find(kOver.begin(), kOver.end(), state) != kOver.end()) return;
  const auto aim = word(*movement, "destination_aggregate.name");
  if (state.empty() && aim.empty()) return;
  auto what = "volume move " + word(record, "svm.name") + ":" + word(record, "name");
  if (!aim.empty()) what += " to " + aim;
  out.push_back({std::move(what), state.empty() ? "unknown" : state});
}

}  // namespace

Result<ClusterAnswer> parse_cluster(std::string_view body) {
  V2_TRY(const auto answer, parse_json(body, "cluster"));
  ClusterAnswer out{word(answer, "name"), word(answer, "uuid"), word(answer, "version.full")};
  if (out.name.empty() && out.uuid.empty()) {
    return fail(ErrorCode::kGarbage, "the answer names no cluster", "cluster");
  }
  return out;
}

Result<std::vector<fleet::OntapNode>> parse_nodes(std::string_view body) {
  return records<fleet::OntapNode>(body, "nodes", read_node);
}

Result<std::vector<fleet::FailoverRow>> parse_failover(std::string_view body) {
  return records<fleet::FailoverRow>(body, "storage failover", read_failover);
}

Result<std::vector<fleet::OntapAggregate>> parse_aggregates(std::string_view body) {
  return records<fleet::OntapAggregate>(body, "aggregates", read_aggregate);
}

Result<std::vector<fleet::OntapCloudStore>> parse_cloud_stores(std::string_view body,
                                                               std::string_view aggregate) {
  return records<fleet::OntapCloudStore>(body, "cloud stores", [&](const auto& record, auto& out) {
    out.push_back({std::string(aggregate), word(record, "target.name"),
                   word(record, "availability"), word(record, "availability_at_partner"),
                   reason_in(record)});
  });
}

Result<std::vector<fleet::OntapLif>> parse_lifs(std::string_view body) {
  return records<fleet::OntapLif>(body, "interfaces", read_lif);
}

Result<std::vector<fleet::OntapTransfer>> parse_snapmirror(std::string_view body) {
  return records<fleet::OntapTransfer>(body, "snapmirror", read_transfer);
}

Result<std::vector<fleet::OntapTransfer>> parse_volume_moves(std::string_view body) {
  return records<fleet::OntapTransfer>(body, "volumes", read_move);
}

Result<std::string> parse_software(std::string_view body) {
  V2_TRY(const auto answer, parse_json(body, "software"));
  if (!answer.is_object()) return fail(ErrorCode::kGarbage, "the answer is no object", "software");
  auto state = word(answer, "state");
  const auto pending = word(answer, "pending_version");
  if (state.empty() && !pending.empty()) state = "pending";
  // An update that is over leaves its last word behind. One that failed stays told: what it left
  // is for a person to see.
  if (state == "completed" || state == "canceled" || state == "success") return std::string();
  if (!state.empty() && !pending.empty()) state += " (" + pending + ")";
  return state;
}

Result<std::optional<std::string>> next_page(std::string_view body) {
  V2_TRY(const auto answer, parse_json(body, "answer"));
  const auto* link = find(answer, "_links.next.href");
  if (link == nullptr || link->is_null()) return std::optional<std::string>();
  const auto href = text_at(answer, "_links.next.href");
  if (!href.starts_with("/api/") || href.find_first_of(" \r\n#") != std::string::npos) {
    return fail(ErrorCode::kGarbage, "the next page is at '" + one_line(href, 80) + "'");
  }
  return std::optional(href);
}

Result<std::vector<ManagementLif>> parse_management_lifs(std::string_view body) {
  return records<ManagementLif>(body, "interfaces", [](const auto& record, auto& out) {
    if (!serves_management(record)) return;
    out.push_back({word(record, "location.home_node.name"), word(record, "ip.address")});
  });
}

}  // namespace v2only::netapp
