#include "aws/ec2_call.h"

#include "core/time.h"

namespace v2only::aws {

ApiCall ec2_call(const RegionName& region, std::string action) {
  ApiCall call;
  call.service = Service::kEc2;
  call.region = region;
  call.action = std::move(action);
  return call;
}

void add_filters(Params& params, const std::vector<Filter>& filters) {
  for (std::size_t f = 0; f < filters.size(); ++f) {
    const auto prefix = "Filter." + std::to_string(f + 1);
    params.emplace_back(prefix + ".Name", filters[f].name);
    for (std::size_t v = 0; v < filters[f].values.size(); ++v) {
      params.emplace_back(prefix + ".Value." + std::to_string(v + 1), filters[f].values[v]);
    }
  }
}

void add_page(Params& params, std::string_view most, std::string_view next_token) {
  params.emplace_back("MaxResults", most);
  if (!next_token.empty()) params.emplace_back("NextToken", next_token);
}

void add_instances(Params& params, const std::vector<InstanceId>& ids) {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    params.emplace_back("InstanceId." + std::to_string(i + 1), ids[i].str());
  }
}

std::optional<WallTime> time_in(const pugi::xml_node& node, const char* child) {
  const auto time = parse_utc(node.child_value(child));
  if (!time) return std::nullopt;
  return *time;
}

}  // namespace v2only::aws
