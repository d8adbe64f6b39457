#include "aws/ec2_status.h"

#include "aws/ec2_call.h"
#include "aws/xml.h"

namespace v2only::aws {
namespace {

const std::string kAction = "DescribeInstanceStatus";

ScheduledEvent read_event(const pugi::xml_node& item) {
  ScheduledEvent out;
  out.id = text_of(item, "instanceEventId");
  out.code = text_of(item, "code");
  out.description = text_of(item, "description");
  out.not_before = time_in(item, "notBefore");
  out.not_after = time_in(item, "notAfter");
  out.not_before_deadline = time_in(item, "notBeforeDeadline");
  return out;
}

Result<InstanceStatus> read_status(const pugi::xml_node& item) {
  InstanceStatus out;
  out.id = InstanceId(text_of(item, "instanceId"));
  if (out.id.empty()) return garbage_in(kAction, "a status without an instance id");
  out.state = fleet::instance_state(item.child("instanceState").child_value("name"));
  out.instance_check = text_of(item.child("instanceStatus"), "status");
  out.system_check = text_of(item.child("systemStatus"), "status");
  out.ebs_check = text_of(item.child("attachedEbsStatus"), "status");
  for (const auto& event : item.child("eventsSet").children("item")) {
    out.events.push_back(read_event(event));
  }
  return out;
}

}  // namespace

bool ScheduledEvent::is_over() const {
  return description.starts_with("[Completed]") || description.starts_with("[Canceled]");
}

ApiCall describe_instance_status(const RegionName& region, const std::vector<InstanceId>& ids) {
  auto call = ec2_call(region, kAction);
  add_instances(call.params, ids);
  call.params.emplace_back("IncludeAllInstances", "true");
  return call;
}

Result<std::vector<InstanceStatus>> parse_instance_status(std::string_view xml) {
  pugi::xml_document document;
  V2_TRY(const auto root, answer_root(document, xml, kAction));
  return items_of<InstanceStatus>(root.child("instanceStatusSet"), read_status);
}

}  // namespace v2only::aws
