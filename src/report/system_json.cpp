#include "report/system_json.h"

#include <boost/json.hpp>

#include "report/json_text.h"
#include "report/operator_page.h"

namespace v2only::report {
namespace {

json::object member_object(const MemberView& member) {
  json::object out;
  out["InstanceId"] = member.instance.str();
  out["Role"] = member.node == nullptr ? "mediator" : "node";
  out["Name"] = text_value(member.node == nullptr ? "" : member.name);
  out["State"] = name_of(member.standing);
  if (member.phase) out["Phase"] = engine::name_of(*member.phase);
  if (member.since) out["Since"] = time_value(*member.since);
  if (!member.waits_for.empty()) out["WaitsFor"] = text_value(member.waits_for);
  if (member.until) out["Until"] = time_value(*member.until);
  return out;
}

json::object operator_object(const OperatorView& view) {
  json::object out;
  out["Down"] = text_value(view.down);
  out["Serves"] = text_value(view.serves);
  out["LastAct"] = text_value(view.last_act);
  out["Never"] = texts_value(view.never);
  out["ByHand"] = texts_value(view.by_hand);
  return out;
}

}  // namespace

json::object system_object(const fleet::Plan& plan, const SystemView& system) {
  json::object out;
  out["System"] = text_value(system.id().str());
  out["Cluster"] = text_value(system.cvo->cluster);
  out["State"] = system.state;
  out["Code"] = text_value(system.unit->code);
  out["Reason"] = text_value(system.unit->reason);
  if (const auto& undone = system.unit->restart->abandoned; undone && system.in_work()) {
    out["Undone"] = text_value(*undone);
  }
  json::array members;
  for (const auto& member : system.members) members.push_back(member_object(member));
  out["Members"] = std::move(members);
  if (system.unit->state == engine::UnitState::kNeedsOperator) {
    out["Operator"] = operator_object(operator_view(plan, system));
  }
  return out;
}

}  // namespace v2only::report
