#include "report/instance_json.h"

#include "fleet/options_json.h"

namespace v2only::report {
namespace {

json::array evidence_array(const std::vector<fleet::Evidence>& evidence) {
  json::array out;
  for (const auto& one : evidence) {
    out.push_back(json::object{{"What", text_value(one.what)},
                               {"Source", text_value(one.source)},
                               {"At", time_value(one.at)}});
  }
  return out;
}

std::string_view name_of(fleet::V1Use use) {
  switch (use) {
    case fleet::V1Use::kUnused:
      return "unused";
    case fleet::V1Use::kUsed:
      return "used";
    case fleet::V1Use::kUnknown:
      break;
  }
  return "unknown";
}

json::object v1_object(const fleet::V1Reading& reading) {
  json::object out{{"Use", name_of(reading.use)},
                   {"From", time_value(reading.from)},
                   {"To", time_value(reading.to)}};
  if (reading.use != fleet::V1Use::kUnknown) out["Calls"] = reading.calls;
  if (reading.last) out["Last"] = time_value(*reading.last);
  if (!reading.why_unknown.empty()) out["Why"] = text_value(reading.why_unknown);
  return out;
}

json::array errors_array(const fleet::Inventory& inventory) {
  json::array out;
  for (const auto& scope : inventory.scopes) {
    if (scope.error.empty()) continue;
    out.push_back(json::object{{"AccountId", scope.account.str()},
                               {"Region", scope.region.str()},
                               {"Message", text_value(scope.error)}});
  }
  return out;
}

}  // namespace

json::object options_object(const fleet::Instance& instance) {
  auto out = to_json(instance.options).as_object();
  out["State"] = instance.options_state == fleet::OptionState::kPending ? "pending" : "applied";
  return out;
}

json::object instance_object(const AuditRow& row, const AuditView& view) {
  const auto& instance = *row.instance;
  json::object out;
  out["AccountId"] = instance.account.str();
  out["Region"] = instance.region.str();
  out["InstanceId"] = instance.id.str();
  out["Name"] = text_value(instance.name);
  out["InstanceState"] = fleet::name_of(instance.state);
  out["Workload"] = text_value(row.member->workload);
  out["Unit"] = text_value(row.unit->unit.str());
  out["Version"] = text_value(row.member->version);
  out["Verdict"] = fleet::name_of(row.unit->verdict);
  out["Codes"] = texts_value(row.unit->codes);
  out["Reasons"] = texts_value(row.unit->reasons);
  out["NeedsRestart"] = row.unit->needs_restart;
  out["MetadataOptions"] = options_object(instance);
  out["Change"] = to_json(row.member->change);
  const auto reading = view.inventory->v1.find(instance.id);
  if (reading != view.inventory->v1.end()) out["V1Use"] = v1_object(reading->second);
  out["Evidence"] = evidence_array(row.unit->evidence);
  return out;
}

void put_scope(JsonText& out, const AuditView& view) {
  if (view.simulated) {
    out.member("Simulated", true);
    out.member("Endpoint", text_value(view.endpoint));
  }
  out.member("Complete", view.inventory->complete());
  out.member("Errors", errors_array(*view.inventory));
  out.member("Warnings", texts_value(view.warnings));
  out.member("AccountId", json::value(view.account.str()));
  out.member("ReadAt", time_value(view.inventory->read_at));
}

}  // namespace v2only::report
