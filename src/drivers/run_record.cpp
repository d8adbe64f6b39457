#include "drivers/run_record.h"

#include <algorithm>
#include <utility>

#include "fleet/plan_json.h"

namespace v2only::drivers {

namespace {

Result<fleet::Plan> plan_in(const journal::Journal& journal, const RunId& run) {
  V2_TRY(const auto text, journal.plan_text(run));
  auto plan = fleet::read_plan_text(text, "its plan");
  if (plan) return plan;
  auto error = std::move(plan).error();
  // What helps with a plan file does not help with the plan of a run that has begun.
  error.hint =
      error.code == ErrorCode::kUsage ? "Use the version of v2only that began the run." : "";
  return damaged(std::move(error), journal, run);
}

}  // namespace

Unexpected<Error> damaged(Error error, const journal::Journal& journal, const RunId& run) {
  if (!error.on.empty() && error.on != run.str()) error.what = error.on + ": " + error.what;
  error.on = run.str();
  error.code = ErrorCode::kStorage;
  if (error.hint.empty()) error.hint = journal.restore_hint();
  return {std::move(error)};
}

Result<RunRecord> load_run(const journal::Journal& journal, const RunId& run) {
  RunRecord out;
  V2_TRY(auto row, journal.find_run(run));
  if (!row) {
    return fail(ErrorCode::kNotFound, "there is no such run", run.str(), "See: v2only status");
  }
  out.row = *std::move(row);
  V2_TRY(out.plan, plan_in(journal, run));
  V2_TRY(const auto rows, journal.rows(run));
  for (const auto& entry : rows) {
    auto read = engine::entry_from_row({entry.kind, entry.version, entry.body});
    if (!read) return damaged(std::move(read).error(), journal, run);
    out.entries.push_back(*std::move(read));
    if (auto* renewed = std::get_if<engine::FactsRenewed>(&out.entries.back())) {
      out.plan.facts = renewed->facts;
    }
    out.at.push_back(entry.at);
  }
  return out;
}

journal::NewRow new_row(const engine::Entry& entry) {
  auto row = engine::to_row(entry);
  return {std::move(row.kind), row.version, std::move(row.body)};
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
