// The part of a plan that says what it does not change.
#pragma once

#include <cstddef>
#include <string>

#include "fleet/plan.h"
#include "report/style.h"

namespace v2only::report {

// Of instances.
struct LeftAloneCounts {
  std::size_t compliant = 0;
  std::size_t blocked = 0;
  std::size_t restart = 0;  // ready, but only together with a restart
};
LeftAloneCounts left_alone_by_verdict(const fleet::Plan& plan);
std::size_t left_alone_count(const fleet::Plan& plan);

// Grouped by codes, what is blocked first and what is compliant last. At most `limit` units of each
// group. Runbooks in full, or as the command that prints them.
std::string left_alone_lines(const fleet::Plan& plan, std::size_t limit, bool with_runbooks,
                             const Style& style);

}  // namespace v2only::report
