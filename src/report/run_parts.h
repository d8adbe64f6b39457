// What `status RUN` and the page for the next shift both say of a run.
#pragma once

#include <string>
#include <vector>

#include "report/colour.h"
#include "report/run.h"
#include "report/run_rows.h"

namespace v2only::report {

Tone tone_of(RunStanding standing);
bool is_rollback(const RunView& run);

// Which run, how it stands, since when, why it stopped, what has put it back.
std::string run_head(const RunView& run, const Style& style);
// "3 instances: 1 done, 2 waiting".
std::string run_counts(const RunView& run, const Style& style);
// What an operator would do now: commands, each with what it is for. Nothing where there is none.
// `later`: also what may be wanted once the process that carries the run on has ended.
std::string next_lines(const RunView& run, const std::vector<RunRow>& rows, bool later = false);

}  // namespace v2only::report
