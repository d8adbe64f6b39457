#include "aws/ec2_attribute.h"

#include "aws/ec2_call.h"
#include "aws/xml.h"
#include "core/text.h"

namespace v2only::aws {
namespace {

const std::string kAction = "DescribeInstanceAttribute";
constexpr const char* kShutdownBehaviour = "instanceInitiatedShutdownBehavior";
constexpr const char* kStopProtection = "disableApiStop";

ApiCall describe(const RegionName& region, const InstanceId& instance, std::string attribute) {
  auto call = ec2_call(region, kAction);
  call.params.emplace_back("InstanceId", instance.str());
  call.params.emplace_back("Attribute", std::move(attribute));
  return call;
}

// The value of the element; an answer without it is none, and never a default.
Result<std::string> value_in(std::string_view xml, const char* attribute) {
  pugi::xml_document document;
  V2_TRY(const auto root, answer_root(document, xml, kAction));
  std::string value(trim(root.child(attribute).child_value("value")));
  if (value.empty()) return garbage_in(kAction, std::string("no value of ") + attribute);
  return value;
}

}  // namespace

ApiCall describe_shutdown_behaviour(const RegionName& region, const InstanceId& instance) {
  return describe(region, instance, kShutdownBehaviour);
}

Result<std::string> parse_shutdown_behaviour(std::string_view xml) {
  return value_in(xml, kShutdownBehaviour);
}

ApiCall describe_stop_protection(const RegionName& region, const InstanceId& instance) {
  return describe(region, instance, kStopProtection);
}

Result<bool> parse_stop_protection(std::string_view xml) {
  V2_TRY(const auto value, value_in(xml, kStopProtection));
  if (value == "true") return true;
  if (value == "false") return false;
  return garbage_in(kAction, "disableApiStop is neither true nor false");
}

}  // namespace v2only::aws
