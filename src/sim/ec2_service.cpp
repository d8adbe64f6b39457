#include "sim/ec2_service.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/text.h"
#include "sim/token.h"

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
    Action{"DescribeInstanceAttribute",
           describe_instance_attribute,
           {"Attribute", "DryRun", "InstanceId"}},
    Action{"DescribeInstanceStatus",
           describe_instance_status,
           {"DryRun", "IncludeAllInstances", "InstanceId.N", "MaxResults", "NextToken"}},
    Action{"DescribeNetworkInterfaces",
           describe_network_interfaces,
           {"DryRun", "Filter.N.Name", "Filter.N.Value.N", "MaxResults", "NetworkInterfaceId.N",
            "NextToken"}},
    Action{"DescribeRouteTables",
           describe_route_tables,
           {"DryRun", "Filter.N.Name", "Filter.N.Value.N", "MaxResults", "NextToken",
            "RouteTableId.N"}},
    Action{
        "DescribeVolumes",
        describe_volumes,
        {"DryRun", "Filter.N.Name", "Filter.N.Value.N", "MaxResults", "NextToken", "VolumeId.N"}},
    Action{"GetConsoleOutput", get_console_output, {"DryRun", "InstanceId", "Latest"}},
    Action{"RebootInstances", reboot_instances, {"DryRun", "InstanceId.N"}},
    Action{"StartInstances", start_instances, {"AdditionalInfo", "DryRun", "InstanceId.N"}},
    Action{"StopInstances",
           stop_instances,
           {"DryRun", "Force", "Hibernate", "InstanceId.N", "SkipOsShutdown"}},
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

Result<std::optional<std::size_t>, ApiFault> read_max_results(const Form& form) {
  const auto most = form.get("MaxResults");
  if (!most) return std::optional<std::size_t>();
  const auto number = parse_number(*most);
  if (!number || *number < 5 || *number > 1000) {
    return refuse("InvalidParameterValue", "Value ( " + one_line(*most) +
                                               " ) for parameter maxResults is invalid. "
                                               "Expecting a value from 5 to 1000.");
  }
  return std::optional(static_cast<std::size_t>(*number));
}

Result<std::uint64_t, ApiFault> read_next_token(const Form& form, const std::string& listing) {
  const auto token = form.get_or("NextToken", "");
  if (token.empty()) return std::uint64_t{0};
  const auto position = read_token(listing, token);
  if (!position) {
    return refuse("InvalidPaginationToken", "The pagination token is invalid or has expired");
  }
  return *position;
}

Result<InstanceIndex, ApiFault> find_instance(const Ec2& ec2, const Call& call,
                                              std::string_view id) {
  if (id.empty()) {
    return refuse("MissingParameter", "The request must contain the parameter InstanceId");
  }
  if (!is_instance_id(id)) {
    return refuse("InvalidInstanceID.Malformed", "Invalid id: \"" + one_line(id) + "\"");
  }
  const auto index = ec2.state.find(InstanceId(std::string(id)));
  if (!index || ec2.state.at(*index).region != call.region ||
      !ec2.state.is_listed(*index, call.now)) {
    return refuse("InvalidInstanceID.NotFound",
                  "The instance ID '" + std::string(id) + "' does not exist");
  }
  return *index;
}

Result<std::vector<InstanceIndex>, ApiFault> named_instances(const Ec2& ec2, const Call& call) {
  std::vector<InstanceIndex> out;
  for (const auto id : call.form.list("InstanceId")) {
    V2_TRY(const auto index, find_instance(ec2, call, id));
    if (std::find(out.begin(), out.end(), index) == out.end()) out.push_back(index);
  }
  if (!out.empty()) return out;
  return refuse("MissingParameter", "The request must contain the parameter InstanceId");
}

void write_instance_state(XmlWriter& xml, std::string_view name, fleet::InstanceState state) {
  using fleet::InstanceState;
  constexpr std::array kCodes = {
      std::pair(InstanceState::kPending, "0"),       std::pair(InstanceState::kRunning, "16"),
      std::pair(InstanceState::kShuttingDown, "32"), std::pair(InstanceState::kTerminated, "48"),
      std::pair(InstanceState::kStopping, "64"),     std::pair(InstanceState::kStopped, "80")};
  const auto* found = std::find_if(kCodes.begin(), kCodes.end(),
                                   [&](const auto& code) { return code.first == state; });
  xml.open(name).text("code", found == kCodes.end() ? "16" : found->second);
  xml.text("name", fleet::name_of(state)).close(name);
}

XmlWriter begin_answer(const Call& call) {
  XmlWriter xml;
  xml.raw("<").raw(call.action).raw("Response xmlns=\"").raw(kEc2Namespace).raw("\">");
  xml.text("requestId", call.request_id);
  return xml;
}

std::string end_answer(XmlWriter& xml, const Call& call) {
  return xml.close(call.action + "Response").take();
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
