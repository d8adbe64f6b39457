// A run as its journal has it, read back: its plan, its entries, and when what it left open is
// over.
#pragma once

#include <optional>
#include <vector>

#include "core/ids.h"
#include "core/result.h"
#include "engine/entry.h"
#include "fleet/plan.h"
#include "journal/journal.h"

namespace v2only::drivers {

struct RunRecord {
  journal::RunRow row;
  fleet::Plan plan;  // with the facts as they were last renewed
  std::vector<engine::Entry> entries;
  std::vector<WallTime> at;  // of each entry
};

// What cannot be read of it is an error with the run in `on`, and what to do.
Result<RunRecord> load_run(const journal::Journal& journal, const RunId& run);
// The same for what the reader of a record finds: it names the run and what to do.
Unexpected<Error> damaged(Error error, const journal::Journal& journal, const RunId& run);

// The entry as the journal takes it.
journal::NewRow new_row(const engine::Entry& entry);

// Until when a call whose answer never came may still take effect: a rollback that began before
// could be overtaken by it. Nothing when every call was answered.
std::optional<WallTime> unsettled_until(const RunRecord& run);

}  // namespace v2only::drivers
