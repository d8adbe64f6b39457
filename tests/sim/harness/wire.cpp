#include "harness/wire.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <optional>
#include <string_view>

#include "core/json.h"
#include "netapp/json_access.h"
#include "sim/form.h"

namespace v2only::simtest {
namespace {

namespace json = boost::json;
using Kind = WireCall::Kind;

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// "https://10.0.0.1/api/x?y" in its parts.
struct Target {
  std::string_view host;
  std::string_view path;
  std::string_view query;
};

Target target_of(std::string_view url) {
  Target out;
  url.remove_prefix(std::min(url.size(), url.find("://") + 3));
  const auto slash = std::min(url.size(), url.find('/'));
  out.host = url.substr(0, std::min(slash, url.find(':')));
  out.path = url.substr(slash);
  const auto question = std::min(out.path.size(), out.path.find('?'));
  out.query = out.path.substr(question);
  out.path = out.path.substr(0, question);
  return out;
}

std::string last_part(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

std::optional<WireCall> read_of_ontap(const Target& target) {
  WireCall call;
  if (target.path == "/api/cluster/nodes") {
    call.kind = Kind::kNodes;
  } else if (target.path == "/api/private/cli/storage/failover") {
    call.kind = Kind::kFailover;
  } else if (target.path == "/api/storage/aggregates") {
    call.kind = Kind::kAggregates;
  } else {
    return std::nullopt;
  }
  return call;
}

std::optional<WireCall> act_on_ontap(const net::Request& request, const Target& target) {
  WireCall call;
  call.kind = Kind::kHandover;
  call.forced = has(target.query, "override_vetoes") || has(request.body, "override-vetoes") ||
                has(target.query, "allow_data_outage");
  const bool goes = has(target.query, "action=shutdown") || has(target.query, "action=reboot");
  if (request.method == "PATCH" && goes && target.path.starts_with("/api/cluster/nodes/")) {
    call.node = last_part(target.path);
    return call;
  }
  if (target.path != "/api/private/cli/storage/failover/takeover") return std::nullopt;
  const auto body = parse_json(request.body, "takeover");
  if (body) call.node = netapp::text_at(*body, "ofnode");
  return call;
}

std::optional<WireCall> act_on_console(const Target& target) {
  constexpr std::string_view kSystems = "/working-environments/";
  const auto at = target.path.find(kSystems);
  if (at == std::string_view::npos) return std::nullopt;
  WireCall call;
  const auto rest = target.path.substr(at + kSystems.size());
  const auto slash = std::min(rest.size(), rest.find('/'));
  call.node = std::string(rest.substr(0, slash));
  if (rest.substr(slash) != "/stop" && rest.substr(slash) != "/start") return std::nullopt;
  call.kind = rest.substr(slash) == "/stop" ? Kind::kConsoleStop : Kind::kConsoleStart;
  return call;
}

std::optional<WireCall> act_of_ec2(const net::Request& request) {
  if (has(request.body, "Action=Describe")) return std::nullopt;
  const sim::Form form(request.body);
  // Only asked about, not done.
  if (form.get_or("DryRun", "") == "true") return std::nullopt;
  const auto action = form.get_or("Action", "");
  WireCall call;
  call.instance = InstanceId(std::string(form.get_or("InstanceId.1", "")));
  if (action == "StopInstances") {
    call.kind = Kind::kStop;
    call.forced = form.get_or("Force", "false") == "true";
  } else if (action == "StartInstances") {
    call.kind = Kind::kStart;
  } else if (action == "RebootInstances") {
    call.kind = Kind::kReboot;
  } else if (action == "ModifyInstanceMetadataOptions") {
    call.kind = Kind::kModify;
    call.instance = InstanceId(std::string(form.get_or("InstanceId", "")));
    call.requires_v2 = form.get_or("HttpTokens", "") == "required";
  } else {
    return std::nullopt;
  }
  return call;
}

std::optional<WireCall> kept(const net::Request& request) {
  const auto target = target_of(request.url);
  if (target.path.starts_with("/api/")) {
    auto call = request.method == "GET" ? read_of_ontap(target) : act_on_ontap(request, target);
    if (call) call->host = std::string(target.host);
    return call;
  }
  if (request.method != "POST") return std::nullopt;
  if (target.path.starts_with("/occm/")) return act_on_console(target);
  return act_of_ec2(request);
}

void note_records(const json::value& body, WireCall& call) {
  const auto& records = netapp::array_at(body, "records");
  call.all_possible = !records.empty();
  call.mirrors_normal = !records.empty();
  for (const auto& record : records) {
    switch (call.kind) {
      case Kind::kNodes:
        call.nodes[netapp::text_at(record, "name")] = {
            netapp::text_at(record, "state"), netapp::text_at(record, "ha.takeover.state"),
            netapp::text_at(record, "ha.giveback.state")};
        break;
      case Kind::kFailover:
        call.all_possible = call.all_possible && netapp::bool_at(record, "possible") == true;
        break;
      default:
        call.mirrors_normal = call.mirrors_normal &&
                              netapp::text_at(record, "block_storage.mirror.state") == "normal";
    }
  }
}

}  // namespace

std::string_view name_of(WireCall::Kind kind) {
  constexpr std::array<std::string_view, 10> kNames = {
      "read nodes", "read failover", "read aggregates", "handover",     "stop",
      "start",      "reboot",        "modify",          "Console stop", "Console start"};
  return kNames.at(static_cast<std::size_t>(kind));
}

net::RequestId Wire::start(net::Request request, MonoTime deadline) {
  auto call = request.connect_only ? std::nullopt : kept(request);
  const auto id = below_.start(std::move(request), deadline);
  if (!call) return id;
  call->at = clock_.true_time();
  call->sent = clock_.now();
  if (!is_act(call->kind)) readings_.emplace(id, log_.calls.size());
  log_.calls.push_back(*std::move(call));
  return id;
}

std::vector<net::Completion> Wire::wait(MonoTime until) {
  auto out = below_.wait(until);
  for (const auto& completion : out) {
    const auto* response = std::get_if<net::Response>(&completion.result);
    const auto reading = readings_.extract(completion.id);
    if (response == nullptr || response->status != 200) continue;
    if (reading.empty() && !has(response->body, "access_token")) continue;
    const auto body = parse_json(response->body, "an answer");
    if (!body) continue;
    if (reading.empty()) {
      log_.tokens.push_back(netapp::text_at(*body, "access_token"));
      continue;
    }
    auto& call = log_.calls[reading.mapped()];
    call.answered = true;
    note_records(*body, call);
  }
  return out;
}

}  // namespace v2only::simtest
