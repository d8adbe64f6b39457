#include "drivers/run_record.h"

#include <algorithm>
#include <utility>

#include "fleet/plan_json.h"

namespace v2only::drivers {

Result<RunRecord> load_run(const journal::Journal& journal, const RunId& run) {
  RunRecord out;
  V2_TRY(auto row, journal.find_run(run));
  if (!row) {
    return fail(ErrorCode::kNotFound, "there is no such run", run.str(), "See: v2only status");
  }
  out.row = *std::move(row);
  V2_TRY(const auto text, journal.plan_text(run));
  V2_TRY(out.plan, fleet::read_plan_text(text, "the plan of " + run.str()));
  V2_TRY(const auto rows, journal.rows(run));
  for (const auto& entry : rows) {
    V2_TRY(auto read, engine::entry_from_row({entry.kind, entry.version, entry.body}));
    out.entries.push_back(std::move(read));
    out.at.push_back(entry.at);
  }
  return out;
}

std::optional<WallTime> unsettled_until(const RunRecord& run) {
  std::optional<WallTime> last;
  bool open = false;
  for (std::size_t i = 0; i < run.entries.size(); ++i) {
    const auto* outcome = std::get_if<engine::Outcome>(&run.entries[i]);
    if (std::holds_alternative<engine::Intent>(run.entries[i])) {
      open = true;
    } else if (outcome != nullptr && outcome->fate == engine::WriteFate::kUnknown) {
      last = run.at[i];
    }
  }
  // A process that was killed may have had any of its last calls under way.
  const bool rested =
      !run.entries.empty() && (std::holds_alternative<engine::RunEnded>(run.entries.back()) ||
                               std::holds_alternative<engine::RunStopped>(run.entries.back()));
  if (open && !rested) last = std::max(last.value_or(run.at.back()), run.at.back());
  if (!last) return std::nullopt;
  return *last + run.plan.policy.calls.timeout + run.plan.policy.calls.unknown_settle;
}

}  // namespace v2only::drivers
