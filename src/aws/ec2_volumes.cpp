#include "aws/ec2_volumes.h"

#include "aws/ec2_call.h"
#include "aws/xml.h"

namespace v2only::aws {
namespace {

const std::string kAction = "DescribeVolumes";
constexpr std::string_view kPage = "500";

VolumeAttachment read_attachment(const pugi::xml_node& item) {
  return {InstanceId(text_of(item, "instanceId")), text_of(item, "device"),
          text_of(item, "status")};
}

Result<Volume> read_volume(const pugi::xml_node& item) {
  Volume out;
  out.id = text_of(item, "volumeId");
  if (out.id.empty()) return garbage_in(kAction, "a volume without an id");
  out.state = text_of(item, "status");
  out.encrypted = text_of(item, "encrypted") == "true";
  out.kms_key = text_of(item, "kmsKeyId");
  for (const auto& attachment : item.child("attachmentSet").children("item")) {
    out.attachments.push_back(read_attachment(attachment));
  }
  return out;
}

}  // namespace

ApiCall describe_volumes(const RegionName& region, const std::vector<InstanceId>& instances,
                         std::string_view next_token) {
  auto call = ec2_call(region, kAction);
  add_filters(call.params, {{"attachment.instance-id", texts(instances)}});
  add_page(call.params, kPage, next_token);
  return call;
}

Result<VolumePage> parse_volumes(std::string_view xml) {
  pugi::xml_document document;
  V2_TRY(const auto root, answer_root(document, xml, kAction));
  V2_TRY(auto volumes, items_of<Volume>(root.child("volumeSet"), read_volume));
  return VolumePage{std::move(volumes), text_of(root, "nextToken")};
}

}  // namespace v2only::aws
