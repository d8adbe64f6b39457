// resume: settles what was in flight by looking; after a yes, goes on.
#include "cli/runs.h"

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
  V2_TRY(const auto access, open_for_plan(app, invocation, record.plan, id));
  const bool incomplete = !record.plan.complete;
  return carry_out(app, invocation, state, *access, std::move(record), {true, incomplete});
}

}  // namespace v2only::cli
