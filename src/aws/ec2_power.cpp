#include "aws/ec2_power.h"

#include "aws/ec2_call.h"
#include "aws/xml.h"

namespace v2only::aws {
namespace {

const std::string kStop = "StopInstances";
const std::string kStart = "StartInstances";
const std::string kReboot = "RebootInstances";

ApiCall write(const RegionName& region, const std::string& action, const InstanceId& instance) {
  auto call = ec2_call(region, action);
  call.write = true;
  add_instances(call.params, {instance});
  return call;
}

Result<StateChange> parse_change(std::string_view xml, const std::string& action) {
  pugi::xml_document document;
  V2_TRY(const auto root, answer_root(document, xml, action));
  const auto item = root.child("instancesSet").child("item");
  StateChange out;
  out.instance = InstanceId(text_of(item, "instanceId"));
  if (out.instance.empty()) return garbage_in(action, "no instance in it");
  out.previous = fleet::instance_state(item.child("previousState").child_value("name"));
  out.current = fleet::instance_state(item.child("currentState").child_value("name"));
  return out;
}

}  // namespace

ApiCall stop_instance(const RegionName& region, const InstanceId& instance) {
  return write(region, kStop, instance);
}
ApiCall start_instance(const RegionName& region, const InstanceId& instance) {
  return write(region, kStart, instance);
}
ApiCall reboot_instance(const RegionName& region, const InstanceId& instance) {
  return write(region, kReboot, instance);
}

Result<StateChange> parse_stop(std::string_view xml) { return parse_change(xml, kStop); }
Result<StateChange> parse_start(std::string_view xml) { return parse_change(xml, kStart); }

Result<void> parse_reboot(std::string_view xml) {
  pugi::xml_document document;
  V2_TRY(const auto root, answer_root(document, xml, kReboot));
  const auto queued = text_of(root, "return");
  if (!queued.empty() && queued != "true") return garbage_in(kReboot, "it does not say true");
  return {};
}

}  // namespace v2only::aws
