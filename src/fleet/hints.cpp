#include "fleet/hints.h"

#include "core/text.h"

namespace v2only::fleet {
namespace {

constexpr std::string_view kAgentImages = "Setup-As-Service-AMI*";
constexpr std::string_view kImageOwner = "952013314444";
constexpr std::string_view kStageImageOwner = "282316784512";
constexpr int kHaNodeInterfaces = 4;
constexpr const char* kStackId = "aws:cloudformation:stack-id";
constexpr const char* kStackName = "aws:cloudformation:stack-name";

std::string tag_or_empty(const Instance& instance, const char* name) {
  const auto found = instance.tags.find(name);
  return found == instance.tags.end() ? std::string() : found->second;
}

void hints_of_image(const Instance& instance, std::vector<Hint>& out) {
  if (instance.image_unread) {
    out.push_back({"its image could not be read, so nothing tells that it is not NetApp's", true});
  }
  if (!instance.image) return;
  if (matches_wildcard(kAgentImages, instance.image->name)) {
    out.push_back({"its image is named " + one_line(instance.image->name, 80), true});
  }
  if (instance.image->owner == kImageOwner || instance.image->owner == kStageImageOwner) {
    out.push_back({"its image is owned by NetApp's account " + instance.image->owner, true});
  }
}

std::string profile_name(const Instance& instance) {
  const auto& arn = instance.iam_instance_profile;
  return arn.substr(arn.rfind('/') + 1);  // npos + 1 is the whole of it
}

}  // namespace

bool names_agent_profile(const Instance& instance) {
  return profile_name(instance).find("OCCM") != std::string::npos;
}

bool has_ha_node_interfaces(const Instance& instance) {
  return instance.network_interfaces == kHaNodeInterfaces;
}

bool has_mediator_type(const Instance& instance) {
  return instance.type == "t2.micro" || instance.type == "t3.micro";
}

std::string stack_of(const Instance& instance) {
  auto id = tag_or_empty(instance, kStackId);
  return id.empty() ? tag_or_empty(instance, kStackName) : id;
}

void CvoStacks::add(const Instance& instance) {
  for (const char* tag : {kStackId, kStackName}) {
    auto stack = tag_or_empty(instance, tag);
    if (!stack.empty()) stacks_.emplace(instance.account, instance.region, std::move(stack));
  }
}

bool CvoStacks::shared_by(const Instance& instance) const {
  for (const char* tag : {kStackId, kStackName}) {
    const auto stack = tag_or_empty(instance, tag);
    if (!stack.empty() && stacks_.contains({instance.account, instance.region, stack})) return true;
  }
  return false;
}

std::vector<Hint> hints_of(const Instance& instance, const CvoStacks& stacks) {
  std::vector<Hint> out;
  hints_of_image(instance, out);
  if (names_agent_profile(instance)) {
    out.push_back({"its instance profile is named " + one_line(profile_name(instance), 80), true});
  }
  // The maker writes "true"; any other value names nothing, and is no accident either.
  if (const auto tag = tag_or_empty(instance, "OCCMInstance"); !tag.empty() && tag != "true") {
    out.push_back({"its tag OCCMInstance is '" + one_line(tag, 40) + "'", true});
  }
  if (has_ha_node_interfaces(instance)) {
    out.push_back({"it has four network interfaces, as the nodes of an HA pair have", false});
  }
  if (has_mediator_type(instance) && stacks.shared_by(instance)) {
    out.push_back(
        {"it is a " + instance.type + " in the CloudFormation stack of a Cloud Volumes ONTAP node",
         false});
  }
  return out;
}

}  // namespace v2only::fleet
