#include "aws/ec2.h"

#include <array>

#include "aws/ec2_call.h"
#include "aws/xml.h"
#include "core/text.h"

namespace v2only::aws {
namespace {

constexpr std::string_view kLargestPage = "1000";

struct OptionElement {
  fleet::OptionField field;
  const char* element;
};
constexpr std::array<OptionElement, fleet::kOptionFields.size()> kOptionElements = {{
    {fleet::OptionField::kHttpTokens, "httpTokens"},
    {fleet::OptionField::kHttpPutResponseHopLimit, "httpPutResponseHopLimit"},
    {fleet::OptionField::kHttpEndpoint, "httpEndpoint"},
    {fleet::OptionField::kHttpProtocolIpv6, "httpProtocolIpv6"},
    {fleet::OptionField::kInstanceMetadataTags, "instanceMetadataTags"},
}};

// What the answer does not name stays absent: unknown is not a default.
fleet::OptionSet read_options(const pugi::xml_node& node) {
  fleet::OptionSet options;
  for (const auto& [field, element] : kOptionElements) {
    const std::string_view value = trim(node.child_value(element));
    if (!value.empty()) options.set(field, std::string(value));
  }
  return options;
}

fleet::OptionState read_option_state(const pugi::xml_node& node) {
  return trim(node.child_value("state")) == "pending" ? fleet::OptionState::kPending
                                                      : fleet::OptionState::kApplied;
}

int count_items(const pugi::xml_node& set) {
  int count = 0;
  for (auto item = set.child("item"); item; item = item.next_sibling("item")) ++count;
  return count;
}

std::map<std::string, std::string> read_tags(const pugi::xml_node& set) {
  std::map<std::string, std::string> tags;
  for (auto item = set.child("item"); item; item = item.next_sibling("item")) {
    tags.insert_or_assign(text_of(item, "key"), text_of(item, "value"));
  }
  return tags;
}

fleet::Instance read_instance(const pugi::xml_node& item, const RegionName& region,
                              const std::string& owner) {
  fleet::Instance out;
  out.account = AccountId(owner);
  out.region = region;
  out.id = InstanceId(text_of(item, "instanceId"));
  out.state = fleet::instance_state(item.child("instanceState").child_value("name"));
  out.image_id = ImageId(text_of(item, "imageId"));
  out.type = text_of(item, "instanceType");
  if (const auto launched = parse_utc(item.child_value("launchTime"))) out.launched = *launched;
  out.iam_instance_profile = text_of(item.child("iamInstanceProfile"), "arn");
  out.private_ip = text_of(item, "privateIpAddress");
  out.network_interfaces = count_items(item.child("networkInterfaceSet"));
  const auto service = item.child("operator");
  out.managed = text_of(service, "managed") == "true";
  if (out.managed) out.managed_by = text_of(service, "principal");
  out.tags = read_tags(item.child("tagSet"));
  if (const auto name = out.tags.find("Name"); name != out.tags.end()) out.name = name->second;
  const auto options = item.child("metadataOptions");
  out.options = read_options(options);
  out.options_state = read_option_state(options);
  return out;
}

}  // namespace

ApiCall describe_instances(const RegionName& region, const std::vector<Filter>& filters,
                           std::string_view next_token) {
  auto call = ec2_call(region, "DescribeInstances");
  add_filters(call.params, filters);
  add_page(call.params, kLargestPage, next_token);
  return call;
}

ApiCall describe_instances_by_id(const RegionName& region, const std::vector<InstanceId>& ids) {
  return describe_instances(region, {{"instance-id", texts(ids)}}, {});
}

Result<InstancePage> parse_instances(std::string_view xml, const RegionName& region) {
  const std::string action = "DescribeInstances";
  pugi::xml_document document;
  V2_TRY(const auto root, answer_root(document, xml, action));
  InstancePage page;
  page.next_token = text_of(root, "nextToken");
  for (const auto& reservation : root.child("reservationSet").children("item")) {
    const auto owner = text_of(reservation, "ownerId");
    for (const auto& item : reservation.child("instancesSet").children("item")) {
      page.instances.push_back(read_instance(item, region, owner));
      if (page.instances.back().id.empty()) return garbage_in(action, "an instance without an id");
    }
  }
  return page;
}

ApiCall describe_regions(const RegionName& through, bool all_regions) {
  auto call = ec2_call(through, "DescribeRegions");
  if (all_regions) call.params.emplace_back("AllRegions", "true");
  return call;
}

Result<std::vector<Region>> parse_regions(std::string_view xml) {
  const std::string action = "DescribeRegions";
  pugi::xml_document document;
  V2_TRY(const auto root, answer_root(document, xml, action));
  std::vector<Region> regions;
  for (const auto& item : root.child("regionInfo").children("item")) {
    Region region{RegionName(text_of(item, "regionName")),
                  text_of(item, "optInStatus") != "not-opted-in"};
    if (region.name.empty()) return garbage_in(action, "a region without a name");
    regions.push_back(std::move(region));
  }
  return regions;
}

// By filter, so that private images and ones that are gone are left out instead of failing the
// call; deprecated ones are asked for, since NetApp's older images are.
ApiCall describe_images(const RegionName& region, const std::vector<ImageId>& ids) {
  auto call = ec2_call(region, "DescribeImages");
  add_filters(call.params, {{"image-id", texts(ids)}});
  call.params.emplace_back("IncludeDeprecated", "true");
  return call;
}

Result<std::map<ImageId, fleet::Image>> parse_images(std::string_view xml) {
  const std::string action = "DescribeImages";
  pugi::xml_document document;
  V2_TRY(const auto root, answer_root(document, xml, action));
  std::map<ImageId, fleet::Image> images;
  for (const auto& item : root.child("imagesSet").children("item")) {
    ImageId id(text_of(item, "imageId"));
    if (id.empty()) return garbage_in(action, "an image without an id");
    images.insert_or_assign(std::move(id),
                            fleet::Image{text_of(item, "name"), text_of(item, "imageOwnerId"),
                                         text_of(item, "imdsSupport")});
  }
  return images;
}

ApiCall modify_instance_metadata_options(const RegionName& region, const InstanceId& instance,
                                         const fleet::OptionSet& send) {
  auto call = ec2_call(region, "ModifyInstanceMetadataOptions");
  call.write = true;
  call.repeat_is_harmless = true;  // the same values once more
  call.params.emplace_back("InstanceId", instance.str());
  for (const auto field : fleet::kOptionFields) {
    if (const auto& value = send.get(field))
      call.params.emplace_back(fleet::name_of(field), *value);
  }
  return call;
}

Result<ModifyReply> parse_modify(std::string_view xml) {
  const std::string action = "ModifyInstanceMetadataOptions";
  pugi::xml_document document;
  V2_TRY(const auto root, answer_root(document, xml, action));
  const auto options = root.child("instanceMetadataOptions");
  ModifyReply reply;
  reply.instance = InstanceId(text_of(root, "instanceId"));
  if (reply.instance.empty()) return garbage_in(action, "no instance id");
  if (!options) return garbage_in(action, "no metadata options");
  reply.options = read_options(options);
  reply.state = read_option_state(options);
  return reply;
}

}  // namespace v2only::aws
