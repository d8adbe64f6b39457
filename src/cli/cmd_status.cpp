// status: runs and where they stand; needs no network.
#include <algorithm>
#include <ostream>

#include "cli/runs.h"
#include "core/text.h"
#include "report/handover.h"

namespace v2only::cli {
namespace {

Result<int> one_run(App& app, const Invocation& invocation, const State& state) {
  V2_TRY(auto run, load_for_view(state, RunId(invocation.argument)));
  run.view.now = app.clock.now().wall;
  if (invocation.handover) {
    app.out << report::handover_text(run.view, *run.view.now, app.style);
    return kExitDone;
  }
  app.out << (invocation.json() ? report::run_json(run.view)
                                : report::run_text(run.view, app.style));
  return kExitDone;
}

}  // namespace

Result<int> cmd_status(App& app, const Invocation& invocation) {
  if (invocation.handover && invocation.json()) {
    return fail(ErrorCode::kUsage, "--handover is a page for people and has no JSON",
                "--output json",
                "Leave one of them out: v2only status RUN --output json has it all.");
  }
  V2_TRY(const auto state, open_state(app, invocation));
  if (!invocation.argument.empty()) return one_run(app, invocation, state);
  if (invocation.handover) {
    return fail(ErrorCode::kUsage, "--handover is of one run", {},
                "Name it: v2only status RUN --handover");
  }
  V2_TRY(const auto runs, list_runs(state));
  app.out << (invocation.json() ? report::runs_json(runs) : report::runs_table(runs, app.style));
  const auto damaged = static_cast<std::size_t>(std::count_if(
      runs.begin(), runs.end(),
      [](const report::RunSummary& run) { return run.standing == report::RunStanding::kDamaged; }));
  if (damaged == 0) return kExitDone;
  app.out << std::flush;
  return fail(ErrorCode::kStorage,
              std::to_string(damaged) + " of " + count_of(runs.size(), "run") +
                  " cannot be read: the list says which, and why",
              state.dir, state.journal->restore_hint());
}

}  // namespace v2only::cli
