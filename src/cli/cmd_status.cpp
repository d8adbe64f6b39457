// status: runs and where they stand; needs no network.
#include <ostream>

#include "cli/runs.h"

namespace v2only::cli {

Result<int> cmd_status(App& app, const Invocation& invocation) {
  V2_TRY(const auto state, open_state(app, invocation));
  if (!invocation.argument.empty()) {
    V2_TRY(const auto run, load_for_view(state, RunId(invocation.argument)));
    app.out << (invocation.json() ? report::run_json(run.view)
                                  : report::run_text(run.view, app.style));
    return kExitDone;
  }
  V2_TRY(const auto rows, state.journal->runs());
  std::vector<LoadedRun> runs;
  std::vector<report::RunView> views;
  for (const auto& row : rows) {
    V2_TRY(auto run, load_for_view(state, row.id));
    views.push_back(run.view);
    runs.push_back(std::move(run));
  }
  app.out << (invocation.json() ? report::runs_json(views) : report::runs_table(views, app.style));
  return kExitDone;
}

}  // namespace v2only::cli
