#include "fleet/unit_json.h"

#include <algorithm>
#include <boost/json.hpp>

#include "fleet/json_fields.h"
#include "fleet/options_json.h"

namespace v2only::fleet {
namespace {

json::value to_json(const Step& step) {
  json::object out;
  out["AccountId"] = step.account.str();
  out["Region"] = step.region.str();
  out["InstanceId"] = step.instance.str();
  out["Name"] = step.name;
  out["Observed"] = to_json(step.observed);
  out["Expect"] = to_json(step.expect);
  out["Set"] = to_json(step.set);
  out["Inverse"] = to_json(step.inverse());
  out["Command"] = step.command;
  if (step.known_by) {
    out["KnownBy"] = array_of(std::vector(step.known_by->begin(), step.known_by->end()));
  }
  if (step.sent_before) out["SentBefore"] = true;
  return out;
}

Result<Step> step_from(const json::value& value) {
  ObjectReader reader(value, "Steps");
  Step out;
  out.account = AccountId(reader.text("AccountId"));
  out.region = RegionName(reader.text("Region"));
  out.instance = InstanceId(reader.text("InstanceId"));
  out.name = reader.text("Name");
  out.observed = options_from(reader, "Observed");
  out.expect = options_from(reader, "Expect");
  out.set = options_from(reader, "Set");
  if (options_from(reader, "Inverse") != out.inverse()) {
    reader.fail("Inverse", "is not what Observed has of the fields of Set");
  }
  out.command = reader.text("Command");
  if (reader.has("KnownBy")) {
    const auto known_by = texts_from(reader, "KnownBy");
    out.known_by = KnownBy(known_by.begin(), known_by.end());
  }
  out.sent_before = reader.boolean_or("SentBefore", false);
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

Mark mark_from(ObjectReader& reader, std::string_view key) {
  const auto name = reader.text(key);
  const auto found = std::find(kMarkNames.begin(), kMarkNames.end(), name);
  if (found != kMarkNames.end()) return static_cast<Mark>(found - kMarkNames.begin());
  reader.fail(key, "must be good, bad, unknown or warn");
  return Mark::kUnknown;
}

Result<Evidence> evidence_from(const json::value& value) {
  ObjectReader reader(value, "Evidence");
  Evidence out{reader.text("What"), reader.text("Source"), reader.time("At")};
  if (reader.has("Mark")) out.mark = mark_from(reader, "Mark");
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

json::value to_json(const CvoNode& node) {
  return json::object{{"InstanceId", node.instance.str()},
                      {"Name", node.name},
                      {"Uuid", node.uuid},
                      {"ManagementAddress", node.management_address},
                      {"Restart", node.restart}};
}

Result<CvoNode> cvo_node_from(const json::value& value) {
  ObjectReader reader(value, "Cvo.Nodes");
  CvoNode out{InstanceId(reader.text("InstanceId")), reader.text("Name"), reader.text("Uuid"),
              reader.text("ManagementAddress"), reader.boolean("Restart")};
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

json::value to_json(const CvoSystem& system) {
  json::object out;
  out["Cluster"] = system.cluster;
  out["ClusterUuid"] = system.cluster_uuid;
  json::array nodes;
  for (const auto& node : system.nodes) nodes.push_back(to_json(node));
  out["Nodes"] = std::move(nodes);
  out["Region"] = system.region.str();
  if (system.mediator) out["Mediator"] = system.mediator->str();
  out["RebootMediator"] = system.reboot_mediator;
  out["Floating"] = system.floating;
  if (!system.cloud_stores.empty()) out["CloudStores"] = array_of(system.cloud_stores);
  if (!system.agents.empty()) out["Agents"] = array_of(system.agents);
  if (!system.console_agent.empty()) out["ConsoleAgent"] = system.console_agent;
  if (system.agents_soaked) out["AgentsSoaked"] = format_utc(*system.agents_soaked);
  return out;
}

Result<CvoSystem> cvo_system_from(const json::value& value) {
  ObjectReader reader(value, "Cvo");
  CvoSystem out;
  out.cluster = reader.text("Cluster");
  out.cluster_uuid = reader.text("ClusterUuid");
  for (const auto& element : elements_from(reader, "Nodes")) {
    V2_TRY(auto node, cvo_node_from(element));
    out.nodes.push_back(std::move(node));
  }
  out.region = RegionName(reader.text("Region"));
  out.reboot_mediator = reader.boolean("RebootMediator");
  if (reader.has("Mediator")) out.mediator = InstanceId(reader.text("Mediator"));
  out.floating = reader.boolean("Floating");
  if (reader.has("CloudStores")) out.cloud_stores = texts_from(reader, "CloudStores");
  if (reader.has("Agents")) out.agents = ids_from<InstanceId>(reader, "Agents");
  if (reader.has("ConsoleAgent")) out.console_agent = reader.text("ConsoleAgent");
  if (reader.has("AgentsSoaked")) out.agents_soaked = reader.time("AgentsSoaked");
  if (out.nodes.empty() || out.nodes.size() > 2) reader.fail("Nodes", "must be one or two");
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

Verdict verdict_from(ObjectReader& reader, std::string_view key) {
  const auto name = reader.text(key);
  for (const auto verdict : {Verdict::kCompliant, Verdict::kReady, Verdict::kBlocked}) {
    if (name_of(verdict) == name) return verdict;
  }
  reader.fail(key, "must be compliant, ready or blocked");
  return Verdict::kBlocked;
}

}  // namespace

json::value to_json(const Evidence& evidence) {
  json::object out;
  out["What"] = evidence.what;
  out["Source"] = evidence.source;
  out["At"] = format_utc(evidence.at);
  if (evidence.mark) out["Mark"] = name_of(*evidence.mark);
  return out;
}

json::value to_json(const PlannedUnit& unit) {
  json::array steps;
  for (const auto& step : unit.steps) steps.push_back(to_json(step));
  json::array evidence;
  for (const auto& piece : unit.evidence) evidence.push_back(to_json(piece));
  json::object out;
  out["Unit"] = unit.id.str();
  out["Workload"] = unit.workload;
  out["Version"] = unit.version;
  out["Reasons"] = array_of(unit.reasons);
  out["Steps"] = std::move(steps);
  out["Evidence"] = std::move(evidence);
  out["V1Gated"] = unit.v1_gated;
  if (unit.v1_read_at) out["V1ReadAt"] = format_utc(*unit.v1_read_at);
  if (unit.accepted_until) out["AcceptedUntil"] = format_utc(*unit.accepted_until);
  if (unit.cvo) out["Cvo"] = to_json(*unit.cvo);
  return out;
}

Result<PlannedUnit> planned_unit_from_json(const json::value& value) {
  ObjectReader reader(value, "Waves.Units");
  PlannedUnit out;
  out.id = UnitId(reader.text("Unit"));
  out.workload = reader.text("Workload");
  out.version = reader.text("Version");
  out.reasons = texts_from(reader, "Reasons");
  for (const auto& element : elements_from(reader, "Steps")) {
    V2_TRY(auto step, step_from(element));
    out.steps.push_back(std::move(step));
  }
  for (const auto& element : elements_from(reader, "Evidence")) {
    V2_TRY(auto evidence, evidence_from(element));
    out.evidence.push_back(std::move(evidence));
  }
  out.v1_gated = reader.boolean("V1Gated");
  if (reader.has("V1ReadAt")) out.v1_read_at = reader.time("V1ReadAt");
  if (reader.has("AcceptedUntil")) out.accepted_until = reader.time("AcceptedUntil");
  if (reader.has("Cvo")) {
    V2_TRY(out.cvo, cvo_system_from(reader.member("Cvo")));
  }
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

json::value to_json(const LeftAlone& unit) {
  json::object out;
  out["Unit"] = unit.id.str();
  out["Workload"] = unit.workload;
  out["Version"] = unit.version;
  out["AccountId"] = unit.account.str();
  out["Region"] = unit.region.str();
  out["InstanceIds"] = array_of(unit.instances);
  out["Verdict"] = name_of(unit.verdict);
  out["Codes"] = array_of(unit.codes);
  out["Reasons"] = array_of(unit.reasons);
  out["Runbook"] = array_of(unit.runbook);
  return out;
}

Result<LeftAlone> left_alone_from_json(const json::value& value) {
  ObjectReader reader(value, "LeftAlone");
  LeftAlone out;
  out.id = UnitId(reader.text("Unit"));
  out.workload = reader.text("Workload");
  out.version = reader.text("Version");
  out.account = AccountId(reader.text("AccountId"));
  out.region = RegionName(reader.text("Region"));
  out.instances = ids_from<InstanceId>(reader, "InstanceIds");
  out.verdict = verdict_from(reader, "Verdict");
  out.codes = texts_from(reader, "Codes");
  out.reasons = texts_from(reader, "Reasons");
  out.runbook = texts_from(reader, "Runbook");
  if (const auto status = reader.status(); !status) return Unexpected{status.error()};
  return out;
}

}  // namespace v2only::fleet
