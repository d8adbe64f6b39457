// What an agent does: tells of itself and of its systems, stops and starts them.
#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "core/digest.h"
#include "core/text.h"
#include "sim/console_asked.h"
#include "sim/console_records.h"

namespace v2only::sim {
namespace {

namespace json = boost::json;
using fleet::InstanceState;

const std::string kCaller = "NetApp Console";

net::Response accepted(const std::string& task, WallTime now) {
  auto response = console_answer(202, json::object{}, now);
  response.headers.push_back({"OnCloud-Request-Id", task});
  return response;
}

std::vector<std::string> fields_of(const Form& query) {
  auto fields = split(query.get_or("fields", ""), ',');
  for (auto& field : fields) field = std::string(trim(field));
  return fields;
}

}  // namespace

net::Response Console::to_agent(const AgentSpec& agent, const Asked& asked) {
  const auto& path = asked.path;
  if (asked.is("GET", "occm/api/occm/system/about")) return about(agent, asked);
  if (asked.is("GET", "occm/api/working-environments")) return list_systems(agent, asked);
  const auto begin =
      join({path.begin(), path.begin() + std::min<std::ptrdiff_t>(4, std::ssize(path))}, "/");
  if (begin == "occm/api/audit/activeTask" && path.size() == 5) return task(path[4], asked.now);
  return on_system(agent, asked);
}

net::Response Console::about(const AgentSpec& agent, const Asked& asked) const {
  const auto index = instance_of(agent);
  return console_answer(200,
                        json::object{{"version", agent.version},
                                     {"build", "1"},
                                     {"buildTimestamp", "2026-08-13 10:00:00"},
                                     {"releaseNumber", 1},
                                     {"systemId", sha256_hex(agent.id).substr(0, 32)},
                                     {"privateIp", around_.ec2.at(*index).private_ip},
                                     {"usingDockerInfra", true},
                                     {"environment", "production"}},
                        asked.now);
}

net::Response Console::list_systems(const AgentSpec& agent, const Asked& asked) const {
  json::array systems;
  for (const auto& cluster : around_.clusters.all()) {
    if (agent_of(cluster->spec()) == &agent) systems.emplace_back(system_row(*cluster));
  }
  return console_answer(200,
                        json::object{{"vsaWorkingEnvironments", std::move(systems)},
                                     {"onPremWorkingEnvironments", json::array{}},
                                     {"azureVsaWorkingEnvironments", json::array{}},
                                     {"gcpVsaWorkingEnvironments", json::array{}}},
                        asked.now);
}

// occm/api/{vsa|aws/ha|ontaps}/working-environments/ID[/stop|/start]
net::Response Console::on_system(const AgentSpec& agent, const Asked& asked) {
  const auto& path = asked.path;
  const auto found = std::find(path.begin(), path.end(), "working-environments");
  auto missing = console_error(404, "no such working environment", asked.now);
  if (found == path.end() || found + 1 == path.end()) return missing;
  const auto kind = join({path.begin(), found}, "/");
  auto* cluster = around_.clusters.find(UnitId(*(found + 1)));
  if (cluster == nullptr || agent_of(cluster->spec()) != &agent) return missing;
  const bool any = kind == "occm/api/ontaps";
  const auto own = cluster->spec().is_pair() ? "occm/api/aws/ha" : "occm/api/vsa";
  if (!any && kind != own) return missing;
  const auto& method = asked.request.method;
  if (found + 2 == path.end()) {
    if (method != "GET") return console_error(405, "method not allowed", asked.now);
    return console_answer(200, system_record(*this, *cluster, fields_of(asked.query), asked.now),
                          asked.now);
  }
  const auto& action = *(found + 2);
  if (any || method != "POST" || (action != "stop" && action != "start")) return missing;
  if (!active_action(cluster->spec().system).empty()) {
    return console_error(409, "another operation is in progress", asked.now);
  }
  return action == "stop" ? stop(agent, *cluster, asked) : start(agent, *cluster, asked);
}

// ---- tasks ----

net::Response Console::task(const std::string& id, WallTime now) const {
  const auto found =
      std::find_if(tasks_.begin(), tasks_.end(), [&](const Task& task) { return task.id == id; });
  if (found == tasks_.end()) return console_error(404, "no such task", now);
  return console_answer(
      200, json::object{{"id", found->id}, {"status", found->status}, {"error", found->error}},
      now);
}

std::string Console::active_action(const UnitId& system) const {
  for (const auto& task : tasks_) {
    if (task.system == system && task.status == 0) return task.action;
  }
  return {};
}

std::string Console::begin_task(const Cluster& cluster, std::string action) {
  auto id = sha256_hex("task " + std::to_string(++count_)).substr(0, 16);
  tasks_.push_back({id, cluster.spec().system, std::move(action), 0, {}});
  return id;
}

void Console::end_task(const std::string& id, const std::string& error) {
  for (auto& task : tasks_) {
    if (task.id != id) continue;
    task.status = error.empty() ? 1 : -1;
    task.error = error;
  }
}

bool Console::all_in(const Cluster& cluster, InstanceState state) const {
  return std::all_of(cluster.nodes().begin(), cluster.nodes().end(), [&](const auto& node) {
    return node.instance && around_.ec2.at(*node.instance).state == state;
  });
}

// ---- stop and start ----

net::Response Console::stop(const AgentSpec& agent, Cluster& cluster, const Asked& asked) {
  const auto status = system_status(cluster, around_.ec2);
  if (status != "ON" && status != "DEGRADED") {
    return console_error(400, "the working environment is " + status + ", not ON or DEGRADED",
                         asked.now);
  }
  const bool snapshots = asked.query.get_or("takeSnapshots", "true") != "false";
  const auto task = begin_task(cluster, "stop");
  const auto wait = snapshots ? spec().snapshots : Duration::zero();
  around_.agenda.at(asked.now + wait, [this, &agent, &cluster, task](WallTime at) {
    halt_nodes(agent, cluster, task, at);
  });
  return accepted(task, asked.now);
}

// ONTAP is shut down first. A pair's stop takes both of its nodes (facts 5).
void Console::halt_nodes(const AgentSpec& agent, Cluster& cluster, const std::string& task,
                         WallTime at) {
  if (!is_active(agent, at)) return end_task(task, "the agent is gone");
  for (std::size_t i = 0; i < cluster.nodes().size(); ++i) {
    if (cluster.is_up(i)) static_cast<void>(cluster.stop_node(i, {false, true, true, kCaller}, at));
  }
  around_.agenda.at(
      at + cluster.spec().timings.look_again,
      [this, &agent, &cluster, task](WallTime when) { await_stopped(agent, cluster, task, when); });
}

void Console::await_stopped(const AgentSpec& agent, Cluster& cluster, const std::string& task,
                            WallTime at) {
  if (all_in(cluster, InstanceState::kStopped)) return end_task(task, {});
  if (!has_imds(agent)) return end_task(task, "the agent has no credentials for AWS");
  for (const auto& node : cluster.nodes()) {
    const bool halted = node.phase == NodePhase::kHalted || node.phase == NodePhase::kOff;
    if (!halted || !node.instance) continue;
    if (around_.ec2.at(*node.instance).state != InstanceState::kRunning) continue;
    around_.ec2.begin_stop(*node.instance, at, {LogEntry::Kind::kStopped, kCaller, "stop"});
  }
  around_.agenda.at(
      at + cluster.spec().timings.look_again,
      [this, &agent, &cluster, task](WallTime when) { await_stopped(agent, cluster, task, when); });
}

net::Response Console::start(const AgentSpec& agent, Cluster& cluster, const Asked& asked) {
  const auto status = system_status(cluster, around_.ec2);
  if (status != "OFF") {
    return console_error(400, "the working environment is " + status + ", not OFF", asked.now);
  }
  const auto task = begin_task(cluster, "start");
  around_.agenda.at(asked.now, [this, &agent, &cluster, task](WallTime at) {
    if (!has_imds(agent)) return end_task(task, "the agent has no credentials for AWS");
    for (const auto& node : cluster.nodes()) {
      if (!node.instance) continue;
      if (around_.ec2.at(*node.instance).state != InstanceState::kStopped) continue;
      around_.ec2.begin_start(*node.instance, at, {LogEntry::Kind::kStarted, kCaller, "start"});
    }
    await_up(cluster, task, at);
  });
  return accepted(task, asked.now);
}

void Console::await_up(Cluster& cluster, const std::string& task, WallTime at) {
  if (system_status(cluster, around_.ec2) == "ON") return end_task(task, {});
  const auto& nodes = cluster.nodes();
  const bool stuck = std::any_of(nodes.begin(), nodes.end(), [&](const auto& node) {
    return node.phase == NodePhase::kStuck || node.phase == NodePhase::kWrong;
  });
  if (stuck || all_in(cluster, InstanceState::kStopped)) {
    return end_task(task, "the working environment did not start");
  }
  around_.agenda.at(at + cluster.spec().timings.look_again,
                    [this, &cluster, task](WallTime when) { await_up(cluster, task, when); });
}

}  // namespace v2only::sim
