// resume: settles what was in flight by looking; after a yes, goes on.
#include "cli/runs.h"
#include "config/facts_file.h"
#include "fleet/renew_facts.h"

namespace v2only::cli {
namespace {

Result<void> may_resume(const State& state, const LoadedRun& run) {
  if (run.state->ended()) {
    return fail(ErrorCode::kUsage, "this run is over: nothing of it is left to do",
                run.view.id.str(), "See: v2only status " + run.view.id.str());
  }
  V2_TRY(const auto runs, state.journal->runs());
  for (const auto& other : runs) {
    if (other.of_run != run.view.id) continue;
    return fail(ErrorCode::kConflict, "this run was rolled back by " + other.id.str(),
                run.view.id.str(), "Make a new plan: v2only plan.");
  }
  return {};
}

// The operator's word and the names of secrets as the facts file has them now, journalled.
Result<void> renew(App& app, const Invocation& invocation, const State& state,
                   drivers::RunRecord& record) {
  if (invocation.facts.empty()) return {};
  V2_TRY(const auto given, config::load_facts(invocation.facts));
  auto renewed = fleet::renew_facts(record.plan.facts, given, systems_of(record.plan));
  if (renewed.changes.empty()) {
    app.say(invocation.facts + ": nothing new for this run");
    return {};
  }
  for (const auto& change : renewed.changes) app.say(invocation.facts + ": " + change);
  engine::Entry entry = engine::FactsRenewed{renewed.facts, std::move(renewed.changes)};
  const auto at = app.clock.now().wall;
  auto kept = state.journal->append(record.row.id, at, {drivers::new_row(entry)});
  if (!kept) return kept;
  record.entries.push_back(std::move(entry));
  record.at.push_back(at);
  record.plan.facts = std::move(renewed.facts);
  return {};
}

}  // namespace

Result<int> cmd_resume(App& app, const Invocation& given) {
  auto invocation = given;
  const RunId id(invocation.argument);
  V2_TRY(const auto state, open_state(app, invocation));
  {
    V2_TRY(const auto run, load_for_view(state, id));
    if (auto ok = may_resume(state, run); !ok) return Unexpected{std::move(ok).error()};
  }
  V2_TRY(const auto lock, journal::RunLock::take(state.dir, id));
  V2_TRY(auto record, drivers::load_run(*state.journal, id));
  if (auto ok = renew(app, invocation, state, record); !ok) return Unexpected{ok.error()};
  V2_TRY(const auto access, open_for_plan(app, invocation, record.plan, id));
  V2_TRY(const auto systems, open_systems(app, record.plan, *access, id));
  if (systems != nullptr) {
    app.say(
        "Each login to ONTAP and the Console is tried once: one that is refused is not repeated.");
  }
  const bool incomplete = !record.plan.complete;
  return carry_out(app, invocation, state, {*access, systems.get()}, std::move(record),
                   {true, incomplete});
}

}  // namespace v2only::cli
