#include "sim/ontap_service.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <functional>
#include <optional>
#include <utility>

#include "core/text.h"
#include "sim/auth.h"
#include "sim/ontap_query.h"
#include "sim/ontap_records.h"
#include "sim/protocol.h"

namespace v2only::sim {
namespace {

constexpr std::string_view kPrefix = "/api/";

struct Asked {
  Cluster& cluster;
  const net::Request& request;
  std::vector<std::string> path;  // below /api/, split
  Form query;
  json::object body;
  bool links = true;
  WallTime now;
  std::string caller;  // "ontap:admin"
};

struct Reply {
  int status = 200;
  std::string body;
};
using Outcome = Result<Reply, OntapFault>;

Unexpected<OntapFault> refused(int status, std::string code, std::string message,
                               std::string target = {}) {
  return {OntapFault{status, std::move(code), std::move(message), std::move(target)}};
}

Unexpected<OntapFault> no_entry() { return refused(404, "4", "entry doesn't exist", "uuid"); }
Unexpected<OntapFault> no_api() { return refused(404, "3", "API not found"); }
Unexpected<OntapFault> no_method(const Asked& asked) {
  return refused(
      405, "3",
      "The method " + one_line(asked.request.method, 20) + " is not allowed for this resource");
}

// ---- reading ----

using Records = json::array (*)(const Cluster&, WallTime);

struct Collection {
  OntapResource resource;
  Records records = nullptr;
};

const std::array kCollections = {
    Collection{{"/api/cluster/nodes",
                {"uuid", "name"},
                {"serial_number", "system_id", "model", "location", "membership", "state",
                 "version", "uptime", "date", "ha", "management_interfaces",
                 "storage_configuration", "nvlog", "vm", "cluster_interfaces", "controller"},
                {"metric", "statistics"}},
               node_records},
    Collection{{"/api/cluster/jobs",
                {"uuid"},
                {"description", "state", "message", "code", "error", "start_time", "end_time",
                 "node", "svm"},
                {}},
               job_records},
    Collection{{"/api/storage/aggregates",
                {"uuid", "name"},
                {"state", "node", "home_node", "block_storage", "cloud_storage", "create_time",
                 "snaplock_type"},
                {"metric", "statistics", "space"}},
               [](const Cluster& c, WallTime) { return aggregate_records(c); }},
    Collection{{"/api/storage/volumes",
                {"uuid", "name"},
                {"svm", "state", "type", "aggregates", "movement", "size", "style", "nas"},
                {"metric", "statistics", "space"}},
               [](const Cluster& c, WallTime) { return volume_records(c); }},
    Collection{{"/api/network/ip/interfaces",
                {"uuid", "name"},
                {"ip", "enabled", "state", "scope", "ipspace", "svm", "service_policy", "services",
                 "location", "vip", "subnet", "dns_zone"},
                {"metric", "statistics"}},
               [](const Cluster& c, WallTime) { return lif_records(c); }},
    Collection{{"/api/snapmirror/relationships",
                {"uuid"},
                {"source", "destination", "state", "healthy", "transfer", "policy", "lag_time",
                 "unhealthy_reason"},
                {}},
               [](const Cluster& c, WallTime) { return snapmirror_records(c); }},
    Collection{
        {"/api/cloud/targets",
         {"uuid", "name"},
         {"provider_type", "authentication_type", "owner", "server", "container", "port", "used"},
         {}},
        [](const Cluster& c, WallTime) { return cloud_target_records(c); }},
    Collection{{"/api/svm/svms",
                {"uuid", "name"},
                {"state", "subtype", "aggregates", "nfs", "cifs", "iscsi"},
                {}},
               [](const Cluster& c, WallTime) { return svm_records(c); }},
    Collection{{"/api/cluster/mediators",
                {"uuid"},
                {"ip_address", "port", "reachable", "peer_cluster", "type"},
                {}},
               [](const Cluster&, WallTime) { return json::array(); }},
    Collection{{"/api/support/ems/events",
                {"index"},
                {"node", "time", "message", "log_message", "parameters", "source"},
                {},
                "index"},
               [](const Cluster&, WallTime) { return json::array(); }}};

const OntapResource kFailover = {"/api/private/cli/storage/failover",
                                 {"node"},
                                 {"possible", "partner_name", "state_description", "partner_state",
                                  "enabled", "auto_giveback", "auto_giveback_after_panic"},
                                 {},
                                 ""};

std::string resource_path(const std::vector<std::string>& path, std::size_t parts) {
  std::string out = "/api";
  for (std::size_t i = 0; i < parts && i < path.size(); ++i) out += "/" + path[i];
  return out;
}

Outcome good(Result<std::string, OntapFault> body) {
  if (!body) return Unexpected{body.error()};
  return Reply{200, *std::move(body)};
}

// A record whose last path part is its id.
Outcome one_of(const Asked& asked, const OntapResource& resource, const json::array& records) {
  const auto& id = asked.path.back();
  for (const auto& record : records) {
    const auto* own = record.get_object().if_contains(resource.id);
    if (own == nullptr || !own->is_string() || std::string_view(own->get_string()) != id) continue;
    return good(answer_record({resource, asked.query, asked.links}, record.get_object()));
  }
  return no_entry();
}

Outcome read_collection(const Asked& asked, const Collection& collection, bool is_one) {
  const auto records = collection.records(asked.cluster, asked.now);
  if (is_one) return one_of(asked, collection.resource, records);
  return good(answer_collection({collection.resource, asked.query, asked.links}, records));
}

Outcome read_single(const Asked& asked, std::string path, std::vector<std::string_view> fields,
                    const json::object& record) {
  const OntapResource resource{std::move(path), {}, std::move(fields), {}, ""};
  return good(answer_record({resource, asked.query, asked.links}, record));
}

Outcome read_cloud_stores(const Asked& asked) {
  const auto& aggregate = asked.path[2];
  const auto aggregates = aggregate_records(asked.cluster);
  const bool known = std::any_of(aggregates.begin(), aggregates.end(), [&](const auto& record) {
    return std::string_view(record.at("uuid").as_string()) == aggregate;
  });
  if (!known) return no_entry();
  const OntapResource resource{resource_path(asked.path, 4),
                               {"target"},
                               {"availability", "availability_at_partner", "unavailable_reason",
                                "primary", "used", "aggregate", "unused_reclaim_threshold"},
                               {},
                               "target.uuid"};
  return good(answer_collection({resource, asked.query, asked.links},
                                cloud_store_records(asked.cluster, aggregate)));
}

// ---- acting ----

Outcome accepted(const Asked& asked, const std::string& job) {
  json::object name = {{"uuid", job}};
  if (asked.links) {
    name["_links"] = json::object{{"self", {{"href", "/api/cluster/jobs/" + job}}}};
  }
  return Reply{202, json::serialize(json::object{{"job", std::move(name)}})};
}

Result<bool, OntapFault> flag(const Asked& asked, std::string_view name) {
  const auto text = asked.query.get_or(name, "false");
  if (text == "true") return true;
  if (text == "false") return false;
  return refused(400, "262197",
                 "The value \"" + one_line(text, 60) + "\" is invalid for field \"" +
                     std::string(name) + "\" (<true|false>)",
                 std::string(name));
}

Result<void, OntapFault> check_return_timeout(const Asked& asked) {
  const auto text = asked.query.get_or("return_timeout", "0");
  const auto seconds = parse_number(text);
  if (seconds && *seconds <= 120) return {};
  return refused(
      400, "262197",
      "The value \"" + one_line(text, 60) + "\" is invalid for field \"return_timeout\" (0 to 120)",
      "return_timeout");
}

Outcome stop_or_reboot(const Asked& asked, std::size_t node, bool reboot) {
  V2_TRY(const bool outage, flag(asked, "allow_data_outage"));
  V2_TRY(const auto job,
         asked.cluster.stop_node(node, {reboot, outage, false, asked.caller}, asked.now));
  return accepted(asked, job);
}

Outcome node_action(const Asked& asked, std::size_t node, std::string_view action) {
  const auto release = release_of(asked.cluster.spec().version);
  if (action == "shutdown" || action == "reboot") {
    return stop_or_reboot(asked, node, action == "reboot");
  }
  if (action == "giveback") {
    V2_TRY(const bool override_vetoes, flag(asked, "override_vetoes"));
    V2_TRY(const auto job, asked.cluster.give_back(node, override_vetoes, asked.caller, asked.now));
    return accepted(asked, job);
  }
  if (action == "takeover_check" && release >= OntapRelease{9, 14, 1}) {
    V2_TRY(const auto job, asked.cluster.check_takeover(node, asked.now));
    return accepted(asked, job);
  }
  if (action == "power_off" || action == "power_on") {
    return refused(400, "852269", "The operation is not supported on this platform.", "action");
  }
  return refused(400, "262197",
                 "The value \"" + one_line(action, 60) + "\" is invalid for field \"action\"",
                 "action");
}

// {"ha":{"auto_giveback":…}} is all of a node that the simulator lets itself be told.
Outcome modify_node(const Asked& asked, std::size_t node) {
  const auto* ha = asked.body.if_contains("ha");
  const auto* on =
      ha != nullptr && ha->is_object() ? ha->get_object().if_contains("auto_giveback") : nullptr;
  if (on == nullptr || !on->is_bool()) {
    return refused(400, "262247", "Nothing in the body can be changed here", "body");
  }
  if (!asked.cluster.spec().is_pair()) {
    return refused(400, "852269", "HA is not available on this node.", "ha");
  }
  asked.cluster.set_auto_giveback(node, on->get_bool());
  const auto job = asked.cluster.jobs().add("PATCH /api/cluster/nodes", asked.now);
  asked.cluster.jobs().succeed(job, asked.now);
  return accepted(asked, job);
}

Outcome patch_node(const Asked& asked) {
  const auto node = asked.cluster.node_by_uuid(asked.path[2]);
  if (!node) return no_entry();
  for (const auto& [name, value] : asked.query.all()) {
    constexpr std::array<std::string_view, 8> kKnown = {
        "action",          "shutdown_reboot_reason", "allow_data_outage", "allow_version_mismatch",
        "override_vetoes", "return_timeout",         "return_records",    "skip_lif_migration"};
    if (std::find(kKnown.begin(), kKnown.end(), name) != kKnown.end()) continue;
    return refused(400, "262196", "Field \"" + one_line(name) + "\" is unexpected", one_line(name));
  }
  if (auto ok = check_return_timeout(asked); !ok) return Unexpected{ok.error()};
  const auto action = asked.query.get("action");
  return action ? node_action(asked, *node, *action) : modify_node(asked, *node);
}

Outcome failover_command(const Asked& asked, const std::string& command) {
  const auto* name = asked.body.if_contains("ofnode");
  if (name == nullptr || !name->is_string()) {
    return refused(400, "262179", "Missing value: \"ofnode\" is required", "ofnode");
  }
  const auto node = asked.cluster.node_by_name(std::string_view(name->get_string()));
  if (!node) {
    return refused(400, "262197",
                   "The value \"" + one_line(std::string_view(name->get_string()), 60) +
                       "\" is invalid for field \"ofnode\"",
                   "ofnode");
  }
  if (command == "takeover") {
    if (auto ok = asked.cluster.take_over(*node, asked.caller, asked.now); !ok) {
      return Unexpected{ok.error()};
    }
  } else {
    const auto* veto = asked.body.if_contains("override_vetoes");
    const bool override_vetoes = veto != nullptr && veto->is_bool() && veto->get_bool();
    V2_TRY(const auto job,
           asked.cluster.give_back(*node, override_vetoes, asked.caller, asked.now));
    static_cast<void>(job);
  }
  return Reply{200,
               json::serialize(json::object{{"cli_output",
                                             "Info: Run the storage failover show command to check "
                                             "the status of this operation.\n"}})};
}

Outcome set_failover(const Asked& asked) {
  const auto* on = asked.body.if_contains("auto_giveback");
  if (on == nullptr || !on->is_bool()) {
    return refused(400, "262247", "Nothing in the body can be changed here", "body");
  }
  const auto wanted = asked.query.get_or("node", "*");
  std::size_t changed = 0;
  for (std::size_t i = 0; i < asked.cluster.nodes().size(); ++i) {
    if (!matches_wildcard(wanted, asked.cluster.spec().nodes[i].name)) continue;
    asked.cluster.set_auto_giveback(i, on->get_bool());
    ++changed;
  }
  return Reply{200, json::serialize(json::object{{"num_records", changed}})};
}

Outcome post_autosupport(const Asked& asked) {
  const auto* message = asked.body.if_contains("message");
  const auto* node = asked.body.if_contains("node");
  if (node != nullptr && node->is_object()) {
    const auto* name = node->get_object().if_contains("name");
    if (name == nullptr || !name->is_string() ||
        !asked.cluster.node_by_name(std::string_view(name->get_string()))) {
      return no_entry();
    }
  }
  if (message != nullptr && message->is_string()) {
    asked.cluster.note_autosupport(std::string(message->get_string()));
  }
  return Reply{201, "{}"};
}

// ---- the way to each of them ----

Outcome failover(const Asked& asked) {
  const auto& method = asked.request.method;
  if (asked.path.size() == 5) {
    if (asked.path[4] != "takeover" && asked.path[4] != "giveback") return no_api();
    return method == "POST" ? failover_command(asked, asked.path[4]) : Outcome(no_method(asked));
  }
  if (method == "PATCH") return set_failover(asked);
  if (method != "GET") return no_method(asked);
  return good(answer_collection({kFailover, asked.query, asked.links},
                                failover_records(asked.cluster, asked.now)));
}

Outcome in_collection(const Asked& asked) {
  for (const auto& collection : kCollections) {
    const auto& path = collection.resource.path;
    const bool all = resource_path(asked.path, asked.path.size()) == path;
    const bool one = !all && resource_path(asked.path, asked.path.size() - 1) == path;
    if (!all && !one) continue;
    if (asked.request.method == "GET") return read_collection(asked, collection, one);
    const bool node = one && path == "/api/cluster/nodes" && asked.request.method == "PATCH";
    return node ? patch_node(asked) : Outcome(no_method(asked));
  }
  return no_api();
}

Outcome route(const Asked& asked) {
  const auto path = resource_path(asked.path, asked.path.size());
  const bool get = asked.request.method == "GET";
  if (path == "/api/cluster") {
    if (!get) return no_method(asked);
    return read_single(asked, path,
                       {"name", "uuid", "version", "location", "contact", "timezone", "dns_domains",
                        "name_servers", "ntp_servers", "management_interfaces", "certificate",
                        "metric", "statistics"},
                       cluster_record(asked.cluster, asked.now));
  }
  if (path == "/api/cluster/software") {
    if (!get) return no_method(asked);
    return read_single(asked, path,
                       {"version", "nodes", "state", "pending_version", "elapsed_duration",
                        "validation_results", "status_details"},
                       software_record(asked.cluster));
  }
  if (path == "/api/support/autosupport/messages") {
    return asked.request.method == "POST" ? post_autosupport(asked) : Outcome(no_method(asked));
  }
  if (resource_path(asked.path, 4) == kFailover.path && asked.path.size() <= 5) {
    return failover(asked);
  }
  const bool store = asked.path.size() == 4 && asked.path[3] == "cloud-stores";
  if (store && resource_path(asked.path, 2) == "/api/storage/aggregates") {
    return get ? read_cloud_stores(asked) : Outcome(no_method(asked));
  }
  return in_collection(asked);
}

// ---- a request ----

bool may_log_in(const Cluster& cluster, std::string_view authorization) {
  constexpr std::string_view kBasic = "Basic ";
  if (!equals_ignoring_case(authorization.substr(0, kBasic.size()), kBasic)) return false;
  const auto text = from_base64(trim(authorization.substr(kBasic.size())));
  return text && *text == cluster.spec().user + ":" + cluster.spec().password.reveal();
}

// Links are for Accept: application/hal+json, and for callers that say nothing.
bool wants_links(std::string_view accept) {
  return accept.find("application/json") == std::string_view::npos ||
         accept.find("hal") != std::string_view::npos;
}

std::string_view header_of(const net::Request& request, std::string_view name) {
  for (const auto& header : request.headers) {
    if (equals_ignoring_case(header.name, name)) return header.value;
  }
  return {};
}

Result<json::object, OntapFault> read_body(const std::string& body) {
  if (trim(body).empty()) return json::object();
  json::error_code error;
  auto value = json::parse(body, error);
  if (!error && value.is_object()) return std::move(value.get_object());
  return refused(400, "262198", "The request's body is not a JSON object", "body");
}

std::vector<std::string> parts_of(std::string_view path) {
  path.remove_prefix(kPrefix.size());
  while (path.ends_with('/')) path.remove_suffix(1);
  auto parts = split(path, '/');
  for (auto& part : parts) part = decode_form(part);
  return parts;
}

Outcome answer(Cluster& cluster, const net::Request& request, WallTime now) {
  const auto target = target_of(request.url);
  if (!target.path.starts_with(kPrefix) || target.path.size() == kPrefix.size()) return no_api();
  if (!may_log_in(cluster, header_of(request, "Authorization"))) {
    cluster.note_login_refused();
    return Unexpected{ontap_unauthorized()};
  }
  V2_TRY(auto body, read_body(request.body));
  Asked asked{cluster,
              request,
              parts_of(target.path),
              Form(target.query),
              std::move(body),
              wants_links(header_of(request, "Accept")),
              now,
              "ontap:" + cluster.spec().user};
  return route(asked);
}

net::Response respond(int status, std::string body, bool links, WallTime now) {
  net::Response response;
  response.status = status;
  response.headers = {{"Content-Type", links ? "application/hal+json" : "application/json"},
                      {"Cache-Control", "no-cache,no-store,must-revalidate"},
                      {"Date", http_date(now)}};
  response.body = std::move(body);
  return response;
}

bool is_id(std::string_view part) {
  return part.size() == 36 && std::count(part.begin(), part.end(), '-') == 4;
}

}  // namespace

std::string ontap_action(const net::Request& request) {
  const auto target = target_of(request.url);
  std::string out = request.method;
  char before = ' ';
  if (target.path.starts_with(kPrefix)) {
    for (const auto& part : parts_of(target.path)) {
      if (is_id(part)) continue;
      out += before + part;
      before = '/';
    }
  }
  const Form query(target.query);
  if (const auto action = query.get("action")) out += " " + std::string(*action);
  return out;
}

OntapFault ontap_unauthorized() { return {401, "6691623", "User is not authorized.", {}}; }

OntapFault ontap_forbidden() { return {403, "6", "not authorized for that command", {}}; }

net::Response ontap_error(const OntapFault& fault, WallTime now) {
  auto response = respond(fault.status, error_body(fault), true, now);
  if (fault.status == 401) response.headers.push_back({"WWW-Authenticate", "Basic realm=\"\""});
  return response;
}

net::Response serve_ontap(Cluster& cluster, const net::Request& request, WallTime now) {
  auto outcome = answer(cluster, request, now);
  if (!outcome) return ontap_error(outcome.error(), now);
  return respond(outcome->status, std::move(outcome->body),
                 wants_links(header_of(request, "Accept")), now);
}

}  // namespace v2only::sim
