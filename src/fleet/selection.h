// Which instances the operator means: ids, and filters that read as the AWS CLI's.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "fleet/instance.h"

namespace v2only::fleet {

struct SelectionFilter {
  std::string name;                 // "tag:Environment", "instance-type", …
  std::vector<std::string> values;  // any of them; * and ? are wildcards

  friend bool operator==(const SelectionFilter&, const SelectionFilter&) = default;
};

// Judged here, never by EC2: grouping needs the whole account and region, and not every EC2
// implementation knows every filter.
struct Selection {
  std::set<InstanceId> ids;              // empty: every instance
  std::vector<SelectionFilter> filters;  // all of them

  bool everything() const { return ids.empty() && filters.empty(); }
  bool selects(const Instance& instance) const;
};

// "Name=tag:Env,Values=prod,test", as the AWS CLI takes it. An error names what is wrong, or the
// filters that there are.
Result<SelectionFilter> parse_filter(std::string_view text);

// The ids of the selection that the inventory does not have.
std::vector<InstanceId> ids_not_found(const Selection& selection, const Inventory& inventory);

}  // namespace v2only::fleet
