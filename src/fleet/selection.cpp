#include "fleet/selection.h"

#include <algorithm>
#include <array>
#include <functional>

#include "core/text.h"

namespace v2only::fleet {
namespace {

struct KnownFilter {
  std::string_view name;
  std::string (*read)(const Instance&);
};

std::string option(const Instance& instance, OptionField field) {
  return instance.options.get(field).value_or("");
}

const std::array<KnownFilter, 14> kFilters = {{
    {"instance-id", [](const Instance& i) { return i.id.str(); }},
    {"instance-state-name", [](const Instance& i) { return std::string(name_of(i.state)); }},
    {"instance-type", [](const Instance& i) { return i.type; }},
    {"image-id", [](const Instance& i) { return i.image_id.str(); }},
    {"iam-instance-profile.arn", [](const Instance& i) { return i.iam_instance_profile; }},
    {"private-ip-address", [](const Instance& i) { return i.private_ip; }},
    {"owner-id", [](const Instance& i) { return i.account.str(); }},
    {"operator.managed",
     [](const Instance& i) { return std::string(i.managed ? "true" : "false"); }},
    {"operator.principal", [](const Instance& i) { return i.managed_by; }},
    {"metadata-options.http-tokens",
     [](const Instance& i) { return option(i, OptionField::kHttpTokens); }},
    {"metadata-options.http-put-response-hop-limit",
     [](const Instance& i) { return option(i, OptionField::kHttpPutResponseHopLimit); }},
    {"metadata-options.http-endpoint",
     [](const Instance& i) { return option(i, OptionField::kHttpEndpoint); }},
    {"metadata-options.http-protocol-ipv6",
     [](const Instance& i) { return option(i, OptionField::kHttpProtocolIpv6); }},
    {"metadata-options.instance-metadata-tags",
     [](const Instance& i) { return option(i, OptionField::kInstanceMetadataTags); }},
}};

const KnownFilter* known_filter(std::string_view name) {
  const auto* found = std::find_if(kFilters.begin(), kFilters.end(),
                                   [&](const KnownFilter& filter) { return filter.name == name; });
  return found == kFilters.end() ? nullptr : found;
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches_wildcard(pattern, text); });
}

bool passes(const Instance& instance, const SelectionFilter& filter) {
  const std::string_view name = filter.name;
  if (name.starts_with("tag:")) {
    const auto tag = instance.tags.find(std::string(name.substr(4)));
    return tag != instance.tags.end() && any_matches(filter.values, tag->second);
  }
  if (name == "tag-key") {
    return std::any_of(instance.tags.begin(), instance.tags.end(),
                       [&](const auto& tag) { return any_matches(filter.values, tag.first); });
  }
  const auto* known = known_filter(name);
  return known != nullptr && any_matches(filter.values, known->read(instance));
}

std::string filter_names() {
  std::vector<std::string> names = {"tag:KEY", "tag-key"};
  for (const auto& filter : kFilters) names.emplace_back(filter.name);
  return join(names, ", ");
}

}  // namespace

bool Selection::selects(const Instance& instance) const {
  if (!ids.empty() && !ids.contains(instance.id)) return false;
  return std::all_of(filters.begin(), filters.end(),
                     [&](const SelectionFilter& filter) { return passes(instance, filter); });
}

Result<SelectionFilter> parse_filter(std::string_view text) {
  constexpr std::string_view kName = "Name=";
  constexpr std::string_view kValues = ",Values=";
  const auto values = text.find(kValues);
  if (!text.starts_with(kName) || values == std::string_view::npos) {
    return fail(ErrorCode::kUsage, "'" + one_line(text, 80) + "' is not a filter", "--filters",
                "write it as Name=tag:Environment,Values=prod,test");
  }
  SelectionFilter filter;
  filter.name = text.substr(kName.size(), values - kName.size());
  filter.values = split(text.substr(values + kValues.size()), ',');
  const bool is_tag = filter.name.starts_with("tag:") && filter.name.size() > 4;
  if (!is_tag && filter.name != "tag-key" && known_filter(filter.name) == nullptr) {
    return fail(ErrorCode::kUsage, "there is no filter '" + one_line(filter.name, 60) + "'",
                "--filters", "known are " + filter_names());
  }
  return filter;
}

std::vector<InstanceId> ids_not_found(const Selection& selection, const Inventory& inventory) {
  auto left = selection.ids;
  for (const auto& instance : inventory.instances) left.erase(instance.id);
  return {left.begin(), left.end()};
}

}  // namespace v2only::fleet
