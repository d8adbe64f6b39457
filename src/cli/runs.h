// Runs as the state directory has them, and how one is carried out.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/app.h"
#include "cli/systems_access.h"
#include "cli/world_access.h"
#include "drivers/run_record.h"
#include "engine/run_state.h"
#include "fleet/plan.h"
#include "fleet/proof.h"
#include "journal/state_dir.h"
#include "report/run.h"

namespace v2only::cli {

struct State {
  std::string dir;
  std::unique_ptr<journal::Journal> journal;
};
// --state-dir, else $XDG_STATE_HOME/v2only, else ~/.local/state/v2only.
Result<State> open_state(const App& app, const Invocation& invocation);

// A run's record with its folded state, as a view that report/ shows.
struct LoadedRun {
  std::unique_ptr<drivers::RunRecord> record;
  std::unique_ptr<engine::RunState> state;
  report::RunView view;
};
Result<LoadedRun> load_for_view(const State& state, const RunId& run);
// All runs, newest first. One that is damaged stands among them and hides none of the others.
Result<std::vector<report::RunSummary>> list_runs(const State& state);

// Sends the invocation to the plan's endpoint where none is configured; refuses another one.
Result<void> bind_to_plan(const App& app, Invocation& invocation, const fleet::Plan& plan);
// The way to the plan's own endpoint, for the run's own calls; refuses credentials of another
// account.
Result<std::unique_ptr<WorldAccess>> open_for_plan(const App& app, Invocation& invocation,
                                                   const fleet::Plan& plan, const RunId& run);

// What runs of ours have changed in the account, by the journal of the state directory: nothing
// where there is none. A run that is damaged proves nothing.
Result<fleet::OurChanges> changes_by_journal(const App& app, const Invocation& invocation,
                                             const AccountId& account, const std::string& endpoint);

// The view of a run whose record and state must outlive it.
Result<report::RunView> view_of(const State& state, const drivers::RunRecord& record,
                                const engine::RunState& folded, report::RunStanding standing);

// "r-20261124-073312-4f2a9c01": when it began, and chance.
RunId new_run_id(App& app);
// A new run of the plan in the journal; its lock is to be taken before. Refused where another run
// has one of its CVO systems (cli/claims.h).
Result<drivers::RunRecord> create_run(const App& app, const State& state, const RunId& run,
                                      fleet::Plan plan);

struct Carry {
  bool resumed = false;     // settle first, then ask
  bool incomplete = false;  // the plan did not see everything: exit 2 instead of 0
};
// The ways into the world that a run has.
struct Ways {
  WorldAccess& aws;
  SystemsAccess* systems = nullptr;  // where its plan restarts CVO systems, or soaks agents
};
// The way to the systems that the plan restarts and to the Console that is asked about its agents;
// null where there is neither. An error when a secret
// of theirs can not be read.
Result<std::unique_ptr<SystemsAccess>> open_systems(const App& app, const fleet::Plan& plan,
                                                    WorldAccess& access, const RunId& run);
// Carries the run out until it is at rest, prints where it stands, and gives the exit code. The
// record is the run's, read while its lock was held.
Result<int> carry_out(App& app, const Invocation& invocation, const State& state, Ways ways,
                      drivers::RunRecord record, Carry carry);

}  // namespace v2only::cli
