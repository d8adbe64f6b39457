// The page for the next shift: `status RUN --handover`.
#pragma once

#include <string>

#include "report/run.h"
#include "report/style.h"

namespace v2only::report {

// Which run, who has consented to what and until when, what is done, in flight and waiting, what
// needs a person, what must not be done by hand meanwhile, and the next commands. One printed page:
// what does not fit is counted, and `status RUN` has it.
std::string handover_text(const RunView& run, WallTime now, const Style& style);

}  // namespace v2only::report
