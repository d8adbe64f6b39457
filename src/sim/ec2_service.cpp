#include "sim/ec2_service.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/text.h"

namespace v2only::sim {
namespace {

struct Action {
  std::string_view name;
  Served (*serve)(Ec2&, const Call&);
  // Parameters, list positions written as N; Action and Version go without saying.
  std::vector<std::string_view> parameters;
};

const std::array kActions = {
    Action{"DescribeInstances",
           describe_instances,
           {"DryRun", "Filter.N.Name", "Filter.N.Value.N", "IncludeManagedResources",
            "InstanceId.N", "MaxResults", "NextToken"}},
    Action{"DescribeImages",
           describe_images,
           {"DryRun", "Filter.N.Name", "Filter.N.Value.N", "ImageId.N", "IncludeDeprecated",
            "IncludeDisabled", "MaxResults", "NextToken", "Owner.N"}},
    Action{"DescribeRegions",
           describe_regions,
           {"AllRegions", "DryRun", "Filter.N.Name", "Filter.N.Value.N", "RegionName.N"}},
    Action{"ModifyInstanceMetadataOptions",
           modify_instance_metadata_options,
           {"DryRun", "HttpEndpoint", "HttpProtocolIpv6", "HttpPutResponseHopLimit", "HttpTokens",
            "InstanceId", "InstanceMetadataTags"}},
};

// "Filter.3.Value.12" -> "Filter.N.Value.N"
std::string shape_of(std::string_view name) {
  auto parts = split(name, '.');
  for (auto& part : parts) {
    if (parse_number(part)) part = "N";
  }
  return join(parts, ".");
}

Result<void, ApiFault> check_parameters(const Action& action, const Form& form) {
  for (const auto& [name, value] : form.all()) {
    if (name == "Action" || name == "Version") continue;
    const auto& known = action.parameters;
    if (std::find(known.begin(), known.end(), shape_of(name)) == known.end()) {
      return refuse("UnknownParameter", "The parameter " + one_line(name) + " is not recognized");
    }
  }
  return {};
}

Result<void, ApiFault> check_version(const Form& form) {
  const auto version = form.get("Version");
  if (!version) {
    return refuse("MissingParameter", "The request must contain the parameter Version");
  }
  if (*version != "2016-11-15") {
    return refuse("NoSuchVersion", "The requested version (" + one_line(*version) +
                                       ") of service AmazonEC2 does not exist");
  }
  return {};
}

}  // namespace

ApiFault dry_run_succeeded() {
  return {"DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412};
}

Result<bool, ApiFault> read_flag(const Form& form, std::string_view name) {
  const auto value = form.get_or(name, "false");
  if (equals_ignoring_case(value, "true")) return true;
  if (equals_ignoring_case(value, "false")) return false;
  return refuse("InvalidParameterValue", "Invalid value '" + one_line(value) + "' for " +
                                             std::string(name) + ": true or false");
}

Served serve_ec2(Ec2& ec2, const Call& call) {
  if (call.action.empty()) {
    return refuse("MissingAction", "The request must contain the parameter Action");
  }
  const auto* action = std::find_if(kActions.begin(), kActions.end(),
                                    [&](const Action& a) { return a.name == call.action; });
  if (action == kActions.end()) {
    return refuse("InvalidAction",
                  "The action " + one_line(call.action) + " is not valid for this web service.");
  }
  if (auto ok = check_version(call.form); !ok) return Unexpected{ok.error()};
  if (auto ok = check_parameters(*action, call.form); !ok) return Unexpected{ok.error()};
  return action->serve(ec2, call);
}

}  // namespace v2only::sim
