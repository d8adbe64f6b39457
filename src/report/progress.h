// The live display of a run, as text: one line to be redrawn on a terminal, a few plain lines in a
// log.
#pragma once

#include <string>

#include "core/time.h"
#include "engine/run_state.h"
#include "report/style.h"

namespace v2only::report {

struct ProgressView {
  const engine::RunState* state = nullptr;
  Duration since_begin{};          // of this process's part of the run
  std::size_t ended_at_begin = 0;  // units that had ended when this process began
};

// "wave 2 of 4  17 of 40 done  3 in work  1 skipped  0 failed  4.8/s  about 5s left"; never longer
// than the style's width.
std::string progress_line(const ProgressView& view, const Style& style);

}  // namespace v2only::report
