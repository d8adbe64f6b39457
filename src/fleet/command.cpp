#include "fleet/command.h"

#include "core/text.h"

namespace v2only::fleet {
namespace {

std::string endpoint_in(const RegionName& region, const CommandTarget& target) {
  constexpr std::string_view kRegion = "{region}";
  auto url = target.endpoint;
  const auto at = url.find(kRegion);
  return at == std::string::npos ? url : url.replace(at, kRegion.size(), region.str());
}

std::string head_of(std::string_view verb, const RegionName& region, const CommandTarget& target) {
  std::string out = "aws ec2 " + std::string(verb);
  if (!target.profile.empty()) out += " --profile " + shell_quote(target.profile);
  if (!target.aws()) out += " --endpoint-url " + shell_quote(endpoint_in(region, target));
  return out + " --region " + shell_quote(region.str());
}

}  // namespace

OptionSet fields_to_send(const Step& step, const OptionSet& current, bool aws_endpoint) {
  auto after = current.with(step.set);
  if (!aws_endpoint) return after;
  // AWS takes tokens, hop limit and IPv6 only together with an enabled endpoint.
  if (step.set.endpoint_disabled()) return step.set;
  OptionSet always;
  always.set(OptionField::kHttpTokens, {}).set(OptionField::kHttpEndpoint, {});
  return after.only(always).with(step.set);
}

OptionSet fields_to_send(const Step& step, bool aws_endpoint) {
  return fields_to_send(step, step.observed, aws_endpoint);
}

std::string aws_command(const RegionName& region, const InstanceId& instance, const OptionSet& send,
                        const CommandTarget& target) {
  auto out = head_of("modify-instance-metadata-options", region, target) + " --instance-id " +
             shell_quote(instance.str());
  for (const auto field : kOptionFields) {
    const auto& value = send.get(field);
    if (value) out += " " + std::string(flag_of(field)) + " " + shell_quote(*value);
  }
  return out;
}

std::string aws_command(std::string_view verb, const RegionName& region, const InstanceId& instance,
                        const CommandTarget& target) {
  return head_of(verb, region, target) + " --instance-ids " + shell_quote(instance.str());
}

}  // namespace v2only::fleet
