// Runs as JSON: docs/reference/json.md.
#include <array>
#include <boost/json.hpp>

#include "core/text.h"
#include "fleet/codes.h"
#include "fleet/options_json.h"
#include "report/json_text.h"
#include "report/run.h"
#include "report/run_rows.h"
#include "report/soak_view.h"
#include "report/system_json.h"
#include "report/system_view.h"

namespace v2only::report {
namespace {

json::object counts_object(const std::vector<std::size_t>& counts) {
  constexpr std::array<std::string_view, kInstanceStandings> kKeys = {
      "Done", "Skipped", "Failed", "RolledBack", "InProgress", "Waiting", "NeedsOperator"};
  json::object out;
  std::size_t total = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    out[kKeys[i]] = counts[i];
    total += counts[i];
  }
  out["Total"] = total;
  return out;
}

// What a run has in the list and on its own.
json::object run_object(const RunSummary& run) {
  json::object out;
  out["RunId"] = run.id.str();
  out["State"] = name_of(run.standing);
  out["Kind"] = run.is_rollback ? "rollback" : "apply";
  if (run.is_rollback) out["OfRun"] = run.of_run.str();
  out["Created"] = time_value(run.created);
  if (run.last) out["LastEntry"] = time_value(*run.last);
  out["Why"] = text_value(run.why);
  out["AccountId"] = run.account.str();
  if (run.simulated) {
    out["Simulated"] = true;
    out["Endpoint"] = text_value(run.endpoint);
  }
  json::array rollbacks;
  for (const auto& id : run.rollbacks) rollbacks.emplace_back(id.str());
  if (!run.is_rollback) out["Rollbacks"] = std::move(rollbacks);
  if (!run.counts.empty()) out["Counts"] = counts_object(run.counts);
  return out;
}

json::object instance_object(const RunView& run, const RunRow& row) {
  const auto& step = *row.step;
  json::object out;
  out["AccountId"] = step.account.str();
  out["Region"] = step.region.str();
  out["InstanceId"] = step.instance.str();
  out["Name"] = text_value(step.name);
  out["Unit"] = text_value(row.unit->planned->id.str());
  out["Wave"] = row.unit->wave + 1;
  out["State"] = name_of(row.standing);
  out["Code"] = text_value(code_of(row));
  out["Reason"] = text_value(reason_of(row));
  out["Set"] = to_json(row.set);
  if (row.rolled_back_by != nullptr) out["RolledBackBy"] = row.rolled_back_by->str();
  if (const auto soak = soak_of(*run.plan, *row.unit, seen_at(run))) {
    out["Phase"] = "soak";
    out["Since"] = time_value(soak->since);
    out["Until"] = time_value(soak->until);
    if (!soak->trouble.empty()) out["Trouble"] = text_value(soak->trouble);
  }
  return out;
}

// An instance that the plan does not change, since it would need a restart: it has no wave.
json::object restart_object(const fleet::LeftAlone& unit, const InstanceId& instance) {
  json::object out;
  out["AccountId"] = unit.account.str();
  out["Region"] = unit.region.str();
  out["InstanceId"] = instance.str();
  out["Name"] = "";
  out["Unit"] = text_value(unit.id.str());
  out["State"] = name_of(InstanceStanding::kSkipped);
  out["Code"] = fleet::code::kRestartNotAuthorised;
  out["Reason"] = text_value(join(unit.reasons, "; "));
  out["Set"] = json::object();
  return out;
}

}  // namespace

std::string run_json(const RunView& run) {
  JsonText out;
  for (const auto& member : run_object(summary_of(run))) out.member(member.key(), member.value());
  out.array("Instances");
  for (const auto& row : rows_of(run)) out.element(instance_object(run, row));
  for (const auto* unit : restarts_of(run)) {
    for (const auto& instance : unit->instances) out.element(restart_object(*unit, instance));
  }
  out.array("Systems");
  for (const auto& system : systems_of(*run.plan, *run.state, seen_at(run), run.id)) {
    out.element(system_object(*run.plan, system));
  }
  return out.take();
}

std::string runs_json(const std::vector<RunSummary>& runs) {
  JsonText out;
  out.array("Runs");
  for (const auto& run : runs) out.element(run_object(run));
  return out.take();
}

}  // namespace v2only::report
