#include "netapp/ontap_calls.h"

#include <algorithm>

#include "core/percent.h"
#include "netapp/json_access.h"

namespace v2only::netapp {
namespace {

OntapCall get(const UnitId& system, std::string path, std::string fields) {
  OntapCall call;
  call.system = system;
  call.path = std::move(path);
  call.query = {{"fields", std::move(fields)}};
  return call;
}

OntapCall node_action(const UnitId& system, const std::string& node_uuid, std::string action) {
  OntapCall call;
  call.system = system;
  call.method = "PATCH";
  call.path = "/api/cluster/nodes/" + percent_encode(node_uuid);
  call.query = {{"action", std::move(action)}};
  call.body = "{}";
  return call;
}

OntapCall node_stop(const UnitId& system, const std::string& node_uuid, std::string action,
                    const std::string& reason) {
  auto call = node_action(system, node_uuid, std::move(action));
  call.query.emplace_back("shutdown_reboot_reason", reason);
  return call;
}

OntapCall cli_command(const UnitId& system, std::string path, const std::string& node) {
  OntapCall call;
  call.system = system;
  call.method = "POST";
  call.path = std::move(path);
  call.body = json::serialize(json::object{{"ofnode", node}});
  return call;
}

OntapCall autosupport(const UnitId& system, const std::string& node, const std::string& message) {
  OntapCall call;
  call.system = system;
  call.method = "POST";
  call.path = "/api/support/autosupport/messages";
  call.body = json::serialize(
      json::object{{"message", message}, {"type", "all"}, {"node", json::object{{"name", node}}}});
  return call;
}

}  // namespace

OntapCall get_cluster(const UnitId& system) {
  return get(system, "/api/cluster", "name,uuid,version");
}

OntapCall get_nodes(const UnitId& system) {
  return get(system, "/api/cluster/nodes",
             "name,uuid,state,membership,uptime,date,version,ha,management_interfaces");
}

OntapCall get_failover(const UnitId& system) {
  return get(system, "/api/private/cli/storage/failover",
             "node,possible,partner_name,state_description");
}

OntapCall get_aggregates(const UnitId& system) {
  return get(system, "/api/storage/aggregates",
             "name,uuid,state,node,home_node,block_storage.mirror");
}

OntapCall get_cloud_stores(const UnitId& system, const std::string& aggregate_uuid) {
  return get(system, "/api/storage/aggregates/" + percent_encode(aggregate_uuid) + "/cloud-stores",
             "target,availability,availability_at_partner,unavailable_reason");
}

OntapCall get_lifs(const UnitId& system) {
  return get(
      system, "/api/network/ip/interfaces",
      "name,ip.address,location.is_home,location.node,location.home_node,state,enabled,scope,"
      "svm.name,services,service_policy.name");
}

OntapCall get_snapmirror(const UnitId& system) {
  return get(system, "/api/snapmirror/relationships",
             "source.path,destination.path,state,transfer.state");
}

OntapCall get_volume_moves(const UnitId& system) {
  return get(system, "/api/storage/volumes", "name,svm.name,movement");
}

OntapCall get_software(const UnitId& system) {
  return get(system, "/api/cluster/software", "state,pending_version");
}

OntapCall get_job(const UnitId& system, const std::string& uuid) {
  return get(system, "/api/cluster/jobs/" + percent_encode(uuid), "state,message,code,error");
}

OntapCall shut_down_node(const UnitId& system, const std::string& node_uuid,
                         const std::string& reason) {
  return node_stop(system, node_uuid, "shutdown", reason);
}

OntapCall reboot_node(const UnitId& system, const std::string& node_uuid,
                      const std::string& reason) {
  return node_stop(system, node_uuid, "reboot", reason);
}

OntapCall shut_down_single_node(const UnitId& system, const std::string& node_uuid,
                                const std::string& reason) {
  auto call = node_stop(system, node_uuid, "shutdown", reason);
  call.query.emplace_back("allow_data_outage", "true");
  return call;
}

OntapCall take_over_by_cli(const UnitId& system, const std::string& node) {
  return cli_command(system, "/api/private/cli/storage/failover/takeover", node);
}

OntapCall begin_maintenance(const UnitId& system, const std::string& node, int hours) {
  return autosupport(system, node, "MAINT=" + std::to_string(std::clamp(hours, 1, 72)) + "h");
}

OntapCall end_maintenance(const UnitId& system, const std::string& node) {
  return autosupport(system, node, "MAINT=end");
}

}  // namespace v2only::netapp
