// ModifyInstanceMetadataOptions: what AWS checks, in its order, then the change.
#include <algorithm>
#include <array>
#include <string>

#include "core/text.h"
#include "sim/ec2_service.h"
#include "sim/xml_writer.h"

namespace v2only::sim {
namespace {

using fleet::OptionField;
using fleet::OptionSet;

ApiFault bad_value(OptionField field, std::string_view value, std::string_view expected) {
  return {"InvalidParameterValue", "Value (" + one_line(value) + ") for parameter " +
                                       std::string(fleet::name_of(field)) +
                                       " is invalid. Expecting " + std::string(expected) + "."};
}

Result<void, ApiFault> check_value(OptionField field, std::string_view value) {
  if (field == OptionField::kHttpPutResponseHopLimit) {
    const auto number = parse_number(value);
    if (!number || *number < 1 || *number > 64) {
      return Unexpected{bad_value(field, value, "an integer from 1 to 64")};
    }
    return {};
  }
  const bool tokens = field == OptionField::kHttpTokens;
  const std::string_view one = tokens ? "optional" : "enabled";
  const std::string_view other = tokens ? "required" : "disabled";
  if (value == one || value == other) return {};
  return Unexpected{bad_value(field, value, std::string(one) + " or " + std::string(other))};
}

// The fields of the request.
Result<OptionSet, ApiFault> read_options(const Form& form) {
  OptionSet set;
  for (const auto field : fleet::kOptionFields) {
    const auto value = form.get(fleet::name_of(field));
    if (!value) continue;
    if (auto ok = check_value(field, *value); !ok) return Unexpected{ok.error()};
    // The hop limit is a number: "03" is 3.
    const bool hops = field == OptionField::kHttpPutResponseHopLimit;
    set.set(field, hops ? std::to_string(*parse_number(*value)) : std::string(*value));
  }
  if (set.empty()) {
    return refuse("InvalidParameterCombination",
                  "No metadata option was given: at least one is needed");
  }
  return set;
}

// UGX: tokens, hop limit and IPv6 only together with the endpoint enabled. Whether AWS minds where
// they are named with the values that they have already is not known; here it does not.
Result<void, ApiFault> check_endpoint(const OptionSet& set, const OptionSet& current) {
  OptionSet with_endpoint = set.changed_from(current);
  with_endpoint.clear(OptionField::kHttpEndpoint).clear(OptionField::kInstanceMetadataTags);
  if (set.is(OptionField::kHttpEndpoint, "enabled")) return {};
  const bool alone = !set.get(OptionField::kHttpEndpoint).has_value() &&
                     !set.get(OptionField::kInstanceMetadataTags).has_value();
  if (with_endpoint.empty() && !alone) return {};
  return refuse("InvalidParameterCombination",
                "HttpEndpoint must be enabled to set HttpTokens, HttpPutResponseHopLimit or "
                "HttpProtocolIpv6");
}

Result<void, ApiFault> check_state(const fleet::Instance& instance, const OptionSet& set) {
  if (fleet::is_gone(instance.state)) {
    return refuse("IncorrectInstanceState", "The instance '" + instance.id.str() +
                                                "' is not in a state from which its "
                                                "metadata options can be modified: " +
                                                std::string(fleet::name_of(instance.state)));
  }
  if (instance.managed) {
    return refuse("UnsupportedOperation",
                  "The instance '" + instance.id.str() + "' is managed by " +
                      (instance.managed_by.empty() ? "an AWS service" : instance.managed_by));
  }
  // Tags in the metadata need keys that IMDS has paths for.
  if (set.is(OptionField::kInstanceMetadataTags, "enabled")) {
    const bool fit = std::all_of(instance.tags.begin(), instance.tags.end(), [](const auto& tag) {
      return tag.first.find_first_of(" /") == std::string::npos;
    });
    if (!fit) {
      return refuse("InvalidParameterValue",
                    "Tag keys with blanks or slashes can not be in the instance metadata of '" +
                        instance.id.str() + "'");
    }
  }
  return {};
}

// kEchoMoved: fields that nobody asked for move along.
OptionSet with_echo(const Call& call, const OptionSet& asked) {
  if (call.faults.echo == nullptr) return asked;
  return call.faults.echo->options.with(asked);
}

std::string reply(const Call& call, const fleet::Instance& instance) {
  const auto value = [&](OptionField field) { return instance.options.get(field).value_or(""); };
  XmlWriter xml;
  xml.raw("<ModifyInstanceMetadataOptionsResponse xmlns=\"").raw(kEc2Namespace).raw("\">");
  xml.text("requestId", call.request_id).text("instanceId", instance.id.str());
  xml.open("instanceMetadataOptions").text("state", "pending");
  xml.text("httpTokens", value(OptionField::kHttpTokens));
  xml.text("httpPutResponseHopLimit", value(OptionField::kHttpPutResponseHopLimit));
  xml.text("httpEndpoint", value(OptionField::kHttpEndpoint));
  xml.text("httpProtocolIpv6", value(OptionField::kHttpProtocolIpv6));
  xml.text("instanceMetadataTags", value(OptionField::kInstanceMetadataTags));
  xml.close("instanceMetadataOptions").close("ModifyInstanceMetadataOptionsResponse");
  return xml.take();
}

}  // namespace

Served modify_instance_metadata_options(Ec2& ec2, const Call& call) {
  V2_TRY(const auto set, read_options(call.form));
  V2_TRY(const auto index, find_instance(ec2, call, call.form.get_or("InstanceId", "")));
  if (auto ok = check_endpoint(set, ec2.state.at(index).options); !ok) {
    return Unexpected{ok.error()};
  }
  if (auto ok = check_state(ec2.state.at(index), set); !ok) return Unexpected{ok.error()};
  V2_TRY(const bool dry_run, read_flag(call.form, "DryRun"));
  if (dry_run) return Unexpected{dry_run_succeeded()};
  ec2.state.change_options(index, with_echo(call, set), call.now,
                           {LogEntry::Kind::kModified, call.caller, call.action});
  return reply(call, ec2.state.at(index));
}

}  // namespace v2only::sim
