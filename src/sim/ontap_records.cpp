#include "sim/ontap_records.h"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>

#include "core/text.h"

namespace v2only::sim {
namespace {

std::string id_of(const Cluster& cluster, std::string_view what) {
  return uuid_of(cluster.spec().system.str() + " " + std::string(what));
}

json::object link(std::string href) { return {{"self", json::object{{"href", std::move(href)}}}}; }

json::object node_ref(const Cluster& cluster, std::size_t node) {
  const auto uuid = cluster.node_uuid(node);
  return {{"name", cluster.spec().nodes[node].name},
          {"uuid", uuid},
          {"_links", link("/api/cluster/nodes/" + uuid)}};
}

json::object version_object(const std::string& version) {
  const auto release = release_of(version);
  return {{"full", "NetApp Release " + version + ": Tue Dec 05 16:06:25 UTC 2023"},
          {"generation", release.generation},
          {"major", release.major},
          {"minor", release.minor}};
}

// "2026-11-24T07:33:12+00:00", whole seconds.
std::string ontap_time(WallTime time) {
  auto text = format_utc(std::chrono::floor<std::chrono::seconds>(time));
  text.pop_back();
  return text + "+00:00";
}

json::object failure_object(const HaFailure& failure) {
  return {{"code", failure.code}, {"message", failure.message}};
}

std::string aggregate_name(std::size_t node) { return "aggr" + std::to_string(node + 1); }

json::object svm_ref(const Cluster& cluster) {
  return {{"name", "svm_" + cluster.spec().name}, {"uuid", id_of(cluster, "svm")}};
}

json::array giveback_status(const Cluster& cluster, std::size_t giver) {
  const auto of = 1 - giver;
  json::object one = {{"aggregate",
                       {{"name", aggregate_name(of)},
                        {"uuid", id_of(cluster, "aggregate " + std::to_string(of))}}}};
  if (const auto& failure = cluster.nodes()[giver].giveback_failure) {
    one["state"] = "failed";
    one["error"] = {{"code", std::to_string(failure->code)}, {"message", "veto"}};
  } else if (cluster.nodes()[of].giving_back) {
    one["state"] = "in_progress";
  } else {
    one["state"] = cluster.nodes()[of].storage_at == giver ? "not_started" : "nothing_to_giveback";
  }
  return {std::move(one)};
}

json::object ha_object(const Cluster& cluster, std::size_t node) {
  const auto& it = cluster.nodes()[node];
  json::object takeover = {{"state", cluster.takeover_state(node)}};
  if (it.takeover_failure) takeover["failure"] = failure_object(*it.takeover_failure);
  json::object giveback = {{"state", cluster.giveback_state(node)},
                           {"status", giveback_status(cluster, node)}};
  if (it.giveback_failure) giveback["failure"] = failure_object(*it.giveback_failure);
  json::object ha = {
      {"enabled", true},
      {"auto_giveback", it.auto_giveback},
      {"partners", json::array{node_ref(cluster, 1 - node)}},
      {"takeover", std::move(takeover)},
      {"giveback", std::move(giveback)},
      {"interconnect",
       {{"adapter", "MVIA-RDMA"}, {"state", cluster.interconnect_up() ? "up" : "down"}}}};
  if (release_of(cluster.spec().version) >= OntapRelease{9, 14, 1} && it.checked) {
    json::array reasons;
    for (const auto& reason : it.check_reasons) reasons.emplace_back(reason);
    ha["takeover_check"] = {{"takeover_possible", it.check_reasons.empty()},
                            {"reasons", std::move(reasons)}};
  }
  return ha;
}

json::object management_lif(const Cluster& cluster, std::size_t node) {
  const auto& spec = cluster.spec().nodes[node];
  return {{"name", spec.name + "_mgmt1"},
          {"uuid", id_of(cluster, "lif " + spec.name + "_mgmt1")},
          {"ip", json::object{{"address", spec.management_address}}}};
}

json::object node_record(const Cluster& cluster, std::size_t node, WallTime now) {
  const auto& it = cluster.nodes()[node];
  const auto& spec = cluster.spec().nodes[node];
  const auto& version = spec.version.empty() ? cluster.spec().version : spec.version;
  const auto serial = fmt::format("9092019{:08d}", node + 1);
  json::object record = {{"uuid", cluster.node_uuid(node)},
                         {"name", spec.name},
                         {"serial_number", serial},
                         {"system_id", "0" + serial.substr(4)},
                         {"model", "CDvM200"},
                         {"location", ""},
                         {"membership", "member"},
                         {"state", cluster.node_state(node)},
                         {"version", version_object(version)},
                         {"management_interfaces", json::array{management_lif(cluster, node)}},
                         {"storage_configuration", "virtual"},
                         {"nvlog", {{"backing_type", "ephemeral_disk"}, {"swap_mode", "dynamic"}}},
                         {"vm", json::object{{"provider_type", "AWS_S3"}}}};
  // A node that does not run tells nothing of itself.
  if (cluster.is_up(node)) {
    const auto up = std::chrono::floor<std::chrono::seconds>(now - it.booted);
    record["uptime"] = up.count();
    record["date"] = ontap_time(cluster.node_date(now));
  }
  if (cluster.spec().is_pair()) record["ha"] = ha_object(cluster, node);
  return record;
}

struct LifShape {
  std::string name;
  std::string address;
  std::size_t home = 0;
  std::size_t at = 0;
  std::string policy;
  json::array services;
  bool of_cluster = false;
};

json::object lif_record(const Cluster& cluster, LifShape lif) {
  const auto where = [&](std::size_t node) { return node_ref(cluster, node); };
  json::object record = {
      {"uuid", id_of(cluster, "lif " + lif.name)},
      {"name", lif.name},
      {"ip", {{"address", lif.address}, {"netmask", "24"}, {"family", "ipv4"}}},
      {"enabled", true},
      {"state", cluster.is_up(lif.at) ? "up" : "down"},
      {"scope", lif.of_cluster ? "cluster" : "svm"},
      {"ipspace", json::object{{"name", "Default"}}},
      {"service_policy", json::object{{"name", lif.policy}}},
      {"services", std::move(lif.services)},
      {"location",
       {{"is_home", lif.at == lif.home},
        {"node", where(lif.at)},
        {"home_node", where(lif.home)},
        {"port", {{"name", "e0a"}, {"node", {{"name", cluster.spec().nodes[lif.at].name}}}}},
        {"auto_revert", true},
        {"failover", "sfo_partner_only"}}}};
  if (!lif.of_cluster) record["svm"] = svm_ref(cluster);
  return record;
}

}  // namespace

OntapRelease release_of(std::string_view version) {
  OntapRelease out;
  std::array<int*, 3> parts = {&out.generation, &out.major, &out.minor};
  for (auto* part : parts) {
    const auto end = std::min(version.find_first_not_of("0123456789"), version.size());
    const auto number = parse_number(version.substr(0, end));
    if (!number || *number > 1000) return out;
    *part = static_cast<int>(*number);
    version.remove_prefix(end);
    if (!version.starts_with('.')) return out;
    version.remove_prefix(1);
  }
  return out;
}

json::object cluster_record(const Cluster& cluster, WallTime) {
  const auto& spec = cluster.spec();
  return {{"name", spec.name},
          {"uuid", cluster.uuid()},
          {"version", version_object(spec.version)},
          {"location", ""},
          {"contact", ""},
          {"timezone", json::object{{"name", "Etc/UTC"}}},
          {"dns_domains", json::array{}},
          {"name_servers", json::array{}},
          {"ntp_servers", json::array{}},
          {"management_interfaces",
           json::array{json::object{{"name", "cluster_mgmt"},
                                    {"uuid", id_of(cluster, "lif cluster_mgmt")},
                                    {"ip", json::object{{"address", spec.cluster_address}}}}}}};
}

json::array node_records(const Cluster& cluster, WallTime now) {
  json::array out;
  for (std::size_t i = 0; i < cluster.nodes().size(); ++i) {
    out.emplace_back(node_record(cluster, i, now));
  }
  return out;
}

json::array job_records(const Cluster& cluster, WallTime now) {
  json::array out;
  for (const auto& job : cluster.jobs().all(now)) {
    json::object record = {{"uuid", job.uuid},
                           {"description", job.description},
                           {"state", state_of(job, now)},
                           {"message", job.message},
                           {"code", job.code},
                           {"start_time", ontap_time(job.start)},
                           {"node", node_ref(cluster, cluster.management_node())}};
    if (job.end) record["end_time"] = ontap_time(*job.end);
    if (job.state == "failure") {
      record["error"] = {{"code", std::to_string(job.code)}, {"message", job.message}};
    }
    out.emplace_back(std::move(record));
  }
  return out;
}

json::object software_record(const Cluster& cluster) {
  json::array nodes;
  for (std::size_t i = 0; i < cluster.nodes().size(); ++i) {
    auto node = node_ref(cluster, i);
    node["version"] = cluster.spec().version;
    nodes.emplace_back(std::move(node));
  }
  return {{"version", cluster.spec().version}, {"nodes", std::move(nodes)}};
}

json::array svm_records(const Cluster& cluster) {
  auto record = svm_ref(cluster);
  record["state"] = "running";
  record["subtype"] = "default";
  return {std::move(record)};
}

json::array aggregate_records(const Cluster& cluster) {
  constexpr std::array kMirror = {"normal", "degraded", "resynchronizing"};
  json::array out;
  for (std::size_t i = 0; i < cluster.nodes().size(); ++i) {
    const auto owner = cluster.nodes()[i].storage_at;
    const bool pair = cluster.spec().is_pair();
    const auto* mirror = kMirror.at(static_cast<std::size_t>(cluster.mirror()));
    out.emplace_back(
        json::object{{"uuid", id_of(cluster, "aggregate " + std::to_string(i))},
                     {"name", aggregate_name(i)},
                     {"state", cluster.is_up(owner) ? "online" : "offline"},
                     {"node", node_ref(cluster, owner)},
                     {"home_node", node_ref(cluster, i)},
                     {"block_storage",
                      {{"mirror", {{"enabled", pair}, {"state", pair ? mirror : "unmirrored"}}},
                       {"primary", {{"disk_count", 2}, {"raid_type", "raid0"}}},
                       {"storage_type", "hdd"}}},
                     {"cloud_storage", json::object{{"attach_eligible", true}}}});
  }
  return out;
}

// Through the role of the node that has the storage, and that of its partner.
json::array cloud_store_records(const Cluster& cluster, const std::string& aggregate) {
  json::array out;
  if (cluster.spec().fabric_pool.empty()) return out;
  for (std::size_t i = 0; i < cluster.nodes().size(); ++i) {
    if (id_of(cluster, "aggregate " + std::to_string(i)) != aggregate) continue;
    const auto owner = cluster.nodes()[i].storage_at;
    json::object record = {
        {"target",
         {{"name", cluster.spec().fabric_pool}, {"uuid", id_of(cluster, "cloud target")}}},
        {"aggregate", json::object{{"name", aggregate_name(i)}}},
        {"primary", true},
        {"used", 1 << 30},
        {"availability", cluster.has_role(owner) ? "available" : "unavailable"}};
    if (cluster.spec().is_pair()) {
      record["availability_at_partner"] = cluster.has_role(1 - owner) ? "available" : "unavailable";
    }
    if (!cluster.has_role(owner)) {
      record["unavailable_reason"] = {
          {"code", "10551369"},
          {"message", "Cannot get credentials of the instance's role from the metadata service."}};
    }
    out.emplace_back(std::move(record));
  }
  return out;
}

json::array cloud_target_records(const Cluster& cluster) {
  json::array out;
  if (cluster.spec().fabric_pool.empty()) return out;
  out.emplace_back(json::object{{"uuid", id_of(cluster, "cloud target")},
                                {"name", cluster.spec().fabric_pool},
                                {"provider_type", "AWS_S3"},
                                {"authentication_type", "ec2_iam"},
                                {"owner", "fabricpool"},
                                {"server", "s3.amazonaws.com"},
                                {"container", cluster.spec().fabric_pool}});
  return out;
}

json::array lif_records(const Cluster& cluster) {
  json::array out;
  const auto& spec = cluster.spec();
  const auto add = [&](LifShape lif) { out.emplace_back(lif_record(cluster, std::move(lif))); };
  const json::array management = {"management_core", "management_autosupport", "management_ssh",
                                  "management_https"};
  if (!spec.cluster_address.empty()) {
    add({"cluster_mgmt", spec.cluster_address, 0, cluster.management_node(), "default-management",
         management, true});
  }
  for (std::size_t i = 0; i < spec.nodes.size(); ++i) {
    const auto& node = spec.nodes[i];
    add({node.name + "_mgmt1", node.management_address, i, i, "default-management", management,
         true});
    int number = 0;
    for (const auto& address : node.data_addresses) {
      add({fmt::format("{}_nas_{}", node.name, ++number),
           address,
           i,
           cluster.nodes()[i].storage_at,
           "default-data-files",
           {"data_core", "data_nfs", "data_cifs"},
           false});
    }
    if (node.iscsi_address.empty()) continue;
    add({node.name + "_iscsi_1",
         node.iscsi_address,
         i,
         i,
         "default-data-blocks",
         {"data_core", "data_iscsi"},
         false});
  }
  return out;
}

json::array volume_records(const Cluster& cluster) {
  json::array out;
  for (std::size_t i = 0; i < cluster.nodes().size(); ++i) {
    const auto name = "vol" + std::to_string(i + 1);
    json::object record = {
        {"uuid", id_of(cluster, name)},
        {"name", name},
        {"svm", svm_ref(cluster)},
        {"state", cluster.is_up(cluster.nodes()[i].storage_at) ? "online" : "offline"},
        {"type", "rw"},
        {"aggregates", json::array{json::object{{"name", aggregate_name(i)}}}}};
    if (i == 0 && cluster.spec().volume_moving) {
      record["movement"] = {{"state", "replicating"},
                            {"percent_complete", 40},
                            {"destination_aggregate", {{"name", "aggr9"}}}};
    }
    out.emplace_back(std::move(record));
  }
  return out;
}

json::array snapmirror_records(const Cluster& cluster) {
  json::array out;
  if (!cluster.spec().snapmirror_transferring) return out;
  const auto svm = "svm_" + cluster.spec().name;
  out.emplace_back(json::object{{"uuid", id_of(cluster, "snapmirror")},
                                {"source", json::object{{"path", "svm_source:vol1"}}},
                                {"destination", json::object{{"path", svm + ":vol1"}}},
                                {"state", "snapmirrored"},
                                {"healthy", true},
                                {"transfer", json::object{{"state", "transferring"}}}});
  return out;
}

json::array failover_records(const Cluster& cluster, WallTime now) {
  json::array out;
  if (!cluster.spec().is_pair()) return out;
  for (std::size_t i = 0; i < cluster.nodes().size(); ++i) {
    json::object record = {{"node", cluster.spec().nodes[i].name},
                           {"partner_name", cluster.spec().nodes[1 - i].name},
                           {"possible", cluster.can_take_over_partner(i)},
                           {"state_description", cluster.failover_text(i, now)},
                           {"partner_state", cluster.is_up(1 - i) ? "up" : "unknown"},
                           {"enabled", true},
                           {"auto_giveback", cluster.nodes()[i].auto_giveback},
                           {"auto_giveback_after_panic", true}};
    out.emplace_back(std::move(record));
  }
  return out;
}

}  // namespace v2only::sim
