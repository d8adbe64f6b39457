// What EC2's codecs share. Private to aws/.
#pragma once

#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "aws/ec2.h"
#include "core/result.h"

namespace v2only::aws {

ApiCall ec2_call(const RegionName& region, std::string action);
// Filter.1.Name, Filter.1.Value.1, …: several values of one filter are alternatives.
void add_filters(Params& params, const std::vector<Filter>& filters);
// MaxResults, and NextToken unless it is empty.
void add_page(Params& params, std::string_view most, std::string_view next_token);
// InstanceId.1, …
void add_instances(Params& params, const std::vector<InstanceId>& ids);

template <class IdType>
std::vector<std::string> texts(const std::vector<IdType>& ids) {
  std::vector<std::string> out;
  out.reserve(ids.size());
  for (const auto& id : ids) out.push_back(id.str());
  return out;
}

// The moment in the child element; nothing when it is not there or is none.
std::optional<WallTime> time_in(const pugi::xml_node& node, const char* child);

// Each <item> of a set, read by `read`: Result<T>(item). The first that is wrong is the error.
template <class T, class Read>
Result<std::vector<T>> items_of(const pugi::xml_node& set, Read read) {
  std::vector<T> out;
  for (const auto& item : set.children("item")) {
    V2_TRY(auto value, read(item));
    out.push_back(std::move(value));
  }
  return out;
}

}  // namespace v2only::aws
