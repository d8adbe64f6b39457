#include "sim/ec2_filters.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace v2only::sim {
namespace {

using fleet::OptionField;

constexpr std::size_t kMostValues = 200;

template <OptionField field>
std::string option(const Candidate& c) {
  return c.now.options.get(field).value_or("");
}

std::string launch_time(const Candidate& c) {
  return c.now.launched ? format_utc(*c.now.launched) : "";
}

std::string options_state(const Candidate& c) {
  return c.now.options_state == fleet::OptionState::kPending ? "pending" : "applied";
}

struct Named {
  std::string_view name;
  std::string (*attribute)(const Candidate&);
};
const std::array kAttributes = {
    Named{"availability-zone", [](const Candidate& c) { return std::string(c.availability_zone); }},
    Named{"iam-instance-profile.arn",
          [](const Candidate& c) { return c.instance.iam_instance_profile; }},
    Named{"image-id", [](const Candidate& c) { return c.instance.image_id.str(); }},
    Named{"instance-id", [](const Candidate& c) { return c.instance.id.str(); }},
    Named{"instance-state-name",
          [](const Candidate& c) { return std::string(fleet::name_of(c.now.state)); }},
    Named{"instance-type", [](const Candidate& c) { return c.instance.type; }},
    Named{"launch-time", launch_time},
    Named{"metadata-options.http-endpoint", option<OptionField::kHttpEndpoint>},
    Named{"metadata-options.http-protocol-ipv6", option<OptionField::kHttpProtocolIpv6>},
    Named{"metadata-options.http-put-response-hop-limit",
          option<OptionField::kHttpPutResponseHopLimit>},
    Named{"metadata-options.http-tokens", option<OptionField::kHttpTokens>},
    Named{"metadata-options.instance-metadata-tags", option<OptionField::kInstanceMetadataTags>},
    Named{"metadata-options.state", options_state},
    Named{"operator.managed",
          [](const Candidate& c) { return std::string(c.instance.managed ? "true" : "false"); }},
    Named{"operator.principal", [](const Candidate& c) { return c.instance.managed_by; }},
    Named{"owner-id", [](const Candidate& c) { return c.instance.account.str(); }},
    Named{"private-ip-address", [](const Candidate& c) { return c.instance.private_ip; }},
    Named{"subnet-id", [](const Candidate& c) { return std::string(c.subnet); }},
    Named{"vpc-id", [](const Candidate& c) { return std::string(c.vpc); }},
};

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

}  // namespace

bool matches_any(const std::vector<std::string>& values, std::string_view text) {
  return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
    return value == text || (has_wildcard(value) && matches_wildcard(value, text));
  });
}

ApiFault unknown_filter(std::string_view name) {
  return {"InvalidParameterValue", "The filter '" + one_line(name) + "' is invalid"};
}

Result<std::vector<RawFilter>, ApiFault> read_filters(const Form& form) {
  std::vector<RawFilter> filters;
  std::size_t values = 0;
  for (std::size_t n = 1;; ++n) {
    const auto key = "Filter." + std::to_string(n);
    if (!form.has_prefix(key + ".")) return filters;
    RawFilter filter{std::string(form.get_or(key + ".Name", "")), {}};
    if (filter.name.empty()) return Unexpected{unknown_filter("null")};
    for (const auto value : form.list(key + ".Value")) filter.values.emplace_back(value);
    values += filter.values.size();
    if (filter.values.empty()) {
      return refuse("InvalidParameterValue", "The filter '" + filter.name + "' has no values");
    }
    if (values > kMostValues) {
      return refuse("FilterLimitExceeded",
                    "The maximum number of filter values specified on a single call is 200");
    }
    filters.push_back(std::move(filter));
  }
}

InstanceFilters::Attribute InstanceFilters::attribute_of(std::string_view name) {
  const auto* found = std::find_if(kAttributes.begin(), kAttributes.end(),
                                   [&](const Named& a) { return a.name == name; });
  return found == kAttributes.end() ? nullptr : found->attribute;
}

Result<InstanceFilters::Filter, ApiFault> InstanceFilters::filter_of(std::string_view name) {
  Filter filter;
  if (name == "tag-key") {
    filter.tag_key = true;
  } else if (name.substr(0, 4) == "tag:" && name.size() > 4) {
    filter.tag = name.substr(4);
  } else {
    filter.attribute = attribute_of(name);
    if (filter.attribute == nullptr) return Unexpected{unknown_filter(name)};
  }
  return filter;
}

Result<InstanceFilters, ApiFault> InstanceFilters::read(const Form& form) {
  V2_TRY(auto raw, read_filters(form));
  InstanceFilters out;
  for (auto& [name, values] : raw) {
    out.text_ += name + '=' + join(values, ",") + '\n';
    V2_TRY(auto filter, filter_of(name));
    const bool exact = std::none_of(values.begin(), values.end(), has_wildcard);
    if (name == "instance-id" && exact && out.ids_.empty()) {
      out.ids_ = std::move(values);
      continue;
    }
    filter.values = std::move(values);
    out.filters_.push_back(std::move(filter));
  }
  return out;
}

bool InstanceFilters::matches(const Filter& filter, const Candidate& candidate) {
  const auto& tags = candidate.now.tags;
  if (filter.attribute != nullptr) return matches_any(filter.values, filter.attribute(candidate));
  if (filter.tag_key) {
    return std::any_of(tags.begin(), tags.end(),
                       [&](const auto& tag) { return matches_any(filter.values, tag.first); });
  }
  const auto found = tags.find(filter.tag);
  return found != tags.end() && matches_any(filter.values, found->second);
}

bool InstanceFilters::match(const Candidate& candidate) const {
  return std::all_of(filters_.begin(), filters_.end(),
                     [&](const Filter& filter) { return matches(filter, candidate); });
}

}  // namespace v2only::sim
