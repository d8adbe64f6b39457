// The live display of a run, as text: a few lines to be redrawn on a terminal.
#pragma once

#include <string>
#include <vector>

#include "core/time.h"
#include "engine/run_state.h"
#include "report/style.h"

namespace v2only::report {

struct ProgressView {
  const engine::RunState* state = nullptr;
  Duration since_begin{};          // of this process's part of the run
  std::size_t ended_at_begin = 0;  // units that had ended when this process began
  // For the systems and agents under way; none: they are not shown.
  const fleet::Plan* plan = nullptr;
  WallTime now{};
  RunId run;  // for `v2only go`
};

// "wave 2 of 4  17 of 40 done  3 in work  1 skipped  0 failed  4.8/s  about 5s left"; never longer
// than the style's width.
std::string progress_line(const ProgressView& view, const Style& style);

// The same, and below it a line for each CVO system in work, its members side by side:
// "VsaWorkingEnvironment-a1b2c3d4  mediator done  -02 giveback 3m 05s of 30m  -01 waiting", and one
// for each Console agent that soaks. What waits at a pause comes first, with a line of its own for
// the command that it waits for. At most three, then "and 2 more". None is longer than the style's
// width, and none is cut within a word while one fits.
std::vector<std::string> progress_lines(const ProgressView& view, const Style& style);

}  // namespace v2only::report
