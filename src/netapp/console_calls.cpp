#include "netapp/console_calls.h"

#include "core/json.h"
#include "core/percent.h"
#include "core/text.h"
#include "netapp/json_access.h"

namespace v2only::netapp {
namespace {

constexpr std::size_t kWordBytes = 300;
constexpr std::string_view kSuffix = "clients";

std::string word(const json::value& value, std::string_view path) {
  return one_line(text_at(value, path), kWordBytes);
}

ConsoleCall get(std::string path, std::string agent = {}) {
  ConsoleCall call;
  call.path = std::move(path);
  call.agent = std::move(agent);
  return call;
}

std::string path_of(const UnitId& system, bool ha) {
  return std::string("/occm/api/") + (ha ? "aws/ha" : "vsa") + "/working-environments/" +
         percent_encode(system.str());
}

ConsoleCall single_node(const UnitId& system, const std::string& agent, const char* action) {
  auto call = get(path_of(system, false) + "/" + action, agent);
  call.method = "POST";
  return call;
}

std::string without_suffix(std::string id) {
  if (id.ends_with(kSuffix)) id.resize(id.size() - kSuffix.size());
  return id;
}

fleet::ConsoleAgent agent_of(const json::value& agent) {
  fleet::ConsoleAgent out;
  out.id = without_suffix(word(agent, "agentId"));
  out.name = word(agent, "name");
  out.status = word(agent, "status");
  return out;
}

fleet::ConsoleInstance instance_of(const json::value& instance) {
  fleet::ConsoleInstance out;
  out.id = InstanceId(word(instance, "id"));
  out.name = word(instance, "name");
  out.private_ip = word(instance, "privateIpAddress");
  out.is_vsa = bool_at(instance, "isVsaInstance").value_or(false);
  out.is_agent = bool_at(instance, "isOCCMInstance").value_or(false);
  return out;
}

// The reference says `healthy`, NetApp's own provider reads `health`.
fleet::ConsoleNode node_of(const json::value& node) {
  fleet::ConsoleNode out;
  out.name = word(node, "name");
  out.cloud_provider_id = word(node, "cloudProviderId");
  out.healthy = bool_at(node, "healthy");
  if (!out.healthy) out.healthy = bool_at(node, "health");
  out.in_takeover = bool_at(node, "inTakeover");
  return out;
}

std::optional<fleet::MediatorStatus> mediator_in(const json::value& system) {
  const auto* status = find(system, "haProperties.mediatorStatus");
  const auto& updates = array_at(system, "haProperties.mediatorVersionsToUpdate");
  if ((status == nullptr || !status->is_object()) && updates.empty()) return std::nullopt;
  fleet::MediatorStatus out;
  if (const auto code = integer_at(system, "haProperties.mediatorStatus.statusCode")) {
    out.code = static_cast<int>(*code);
  }
  out.message = word(system, "haProperties.mediatorStatus.statusMessage");
  out.update_pending = !updates.empty();
  return out;
}

// Texts, or objects that name themselves by one member or another.
std::string action_of(const json::value& action) {
  if (const auto* text = action.if_string()) return one_line(*text, kWordBytes);
  for (const auto* name : {"actionName", "name", "action", "type", "actionType"}) {
    if (auto text = word(action, name); !text.empty()) return text;
  }
  return "an action without a name";
}

void read_status(const json::value& system, fleet::ConsoleSystem& out) {
  const auto failed = [&](const std::string& cause) {
    return bool_at(system, "status.failureCauses." + cause).value_or(false);
  };
  out.status = word(system, "status.status");
  out.no_cloud_connection = failed("noCloudProviderConnection");
  out.invalid_cloud_credentials = failed("invalidCloudProviderCredentials");
  out.invalid_ontap_credentials = failed("invalidOntapCredentials");
  for (const auto& action : array_at(system, "activeActions")) {
    out.active_actions.push_back(action_of(action));
  }
}

}  // namespace

ConsoleCall get_agents(const std::string& account) {
  auto call = get("/agents-mgmt/agent");
  call.query = {{"account_id", account}};
  return call;
}

ConsoleCall get_agent(const std::string& agent) {
  return get("/agents-mgmt/agent/" + percent_encode(agent) + std::string(kSuffix));
}

ConsoleCall get_about(const std::string& agent) {
  return get("/occm/api/occm/system/about", agent);
}

ConsoleCall get_systems(const std::string& agent) {
  return get("/occm/api/working-environments", agent);
}

ConsoleCall get_system(const SystemRef& system) {
  auto call = get(path_of(system.id, system.ha), system.agent);
  call.query = {
      {"fields", std::string("awsProperties,ontapClusterProperties,status,activeActions") +
                     (system.ha ? ",haProperties" : "")}};
  return call;
}

ConsoleCall stop_single_node(const UnitId& system, const std::string& agent) {
  auto call = single_node(system, agent, "stop");
  call.query = {{"takeSnapshots", "true"}};
  return call;
}

ConsoleCall start_single_node(const UnitId& system, const std::string& agent) {
  return single_node(system, agent, "start");
}

ConsoleCall get_task(const std::string& request_id, const std::string& agent) {
  return get("/occm/api/audit/activeTask/" + percent_encode(request_id), agent);
}

Result<std::vector<fleet::ConsoleAgent>> parse_agents(std::string_view body) {
  V2_TRY(const auto answer, parse_json(body, "agents"));
  const auto* list = find(answer, "agents");
  if (list == nullptr || !list->is_array()) {
    return fail(ErrorCode::kGarbage, "the answer holds no agents", "agents");
  }
  std::vector<fleet::ConsoleAgent> out;
  for (const auto& agent : list->get_array()) out.push_back(agent_of(agent));
  return out;
}

Result<fleet::ConsoleAgent> parse_agent(std::string_view body) {
  V2_TRY(const auto answer, parse_json(body, "agent"));
  const auto* agent = find(answer, "agent");
  if (agent == nullptr || word(*agent, "agentId").empty()) {
    return fail(ErrorCode::kGarbage, "the answer names no agent", "agent");
  }
  return agent_of(*agent);
}

Result<About> parse_about(std::string_view body) {
  V2_TRY(const auto answer, parse_json(body, "about"));
  About out{word(answer, "version"), word(answer, "privateIp")};
  if (out.version.empty()) return fail(ErrorCode::kGarbage, "the answer names no version", "about");
  return out;
}

Result<std::vector<SystemRef>> parse_systems(std::string_view body, const std::string& agent) {
  V2_TRY(const auto answer, parse_json(body, "working environments"));
  const auto* list = find(answer, "vsaWorkingEnvironments");
  if (list == nullptr) {
    return fail(ErrorCode::kGarbage, "the answer holds no vsaWorkingEnvironments",
                "working environments");
  }
  std::vector<SystemRef> out;
  for (const auto& system : array_at(answer, "vsaWorkingEnvironments")) {
    const auto cloud = text_at(system, "cloudProviderName");
    auto id = word(system, "publicId");
    if (id.empty() || (!cloud.empty() && cloud != "Amazon")) continue;
    out.push_back({UnitId(std::move(id)), bool_at(system, "isHA").value_or(false), agent});
  }
  return out;
}

Result<SystemAnswer> parse_system(std::string_view body, const SystemRef& asked) {
  V2_TRY(const auto answer, parse_json(body, "working environment"));
  const auto id = word(answer, "publicId");
  if (id != asked.id.str()) {
    return fail(ErrorCode::kGarbage,
                id.empty() ? "the answer names no system" : "the answer is about " + id,
                asked.id.str());
  }
  SystemAnswer out;
  auto& system = out.system;
  system.id = asked.id;
  system.name = word(answer, "name");
  system.ha = bool_at(answer, "isHA").value_or(asked.ha);
  system.agent = asked.agent;
  read_status(answer, system);
  const auto* actions = find(answer, "activeActions");
  out.actions_told = actions != nullptr && actions->is_array();
  system.ontap_version = word(answer, "ontapClusterProperties.ontapVersion");
  system.failover_mode = word(answer, "haProperties.failoverMode");
  for (const auto& instance : array_at(answer, "awsProperties.instances")) {
    system.instances.push_back(instance_of(instance));
  }
  for (const auto& node : array_at(answer, "ontapClusterProperties.nodes")) {
    system.nodes.push_back(node_of(node));
  }
  system.mediator = mediator_in(answer);
  return out;
}

}  // namespace v2only::netapp
