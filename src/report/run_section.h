// The instances of a run that stand alike, each with why: what `status RUN` and the page for the
// next shift both show.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/colour.h"
#include "report/run.h"
#include "report/run_rows.h"

namespace v2only::report {

struct Section {
  InstanceStanding standing;
  std::string_view title;
  Tone tone = Tone::kStrong;
  std::optional<std::size_t> limit = {};  // how many are shown; the others are counted
};

// A heading, then a line for each with its code, and below it its reason, or for how long it soaks.
// Nothing where none of the rows stands so.
std::string section_lines(const RunView& run, const std::vector<RunRow>& rows,
                          const Section& section, const Style& style);

}  // namespace v2only::report
