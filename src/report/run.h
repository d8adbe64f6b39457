// Runs: where they stand, instance by instance.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/time.h"
#include "engine/run_state.h"
#include "fleet/plan.h"
#include "report/style.h"

namespace v2only::report {

enum class RunStanding : std::uint8_t {
  kRunning,
  kStopped,
  kDone,
  kPartlyDone,
  kNeedsOperator,
  kDamaged,
};
// running, stopped, done, partly-done, needs-operator, damaged
std::string_view name_of(RunStanding standing);
// Of a run that no process carries on: what its state comes to.
RunStanding at_rest(const engine::RunState& state);

// A later run that puts back what a run has changed.
struct Rollback {
  RunId id;
  RunStanding standing = RunStanding::kStopped;
};

struct RunView {
  RunId id;
  RunId of_run;  // what a rollback undoes
  RunStanding standing = RunStanding::kStopped;
  WallTime created{};
  std::optional<WallTime> last;  // of its newest entry
  std::string why;               // of the last stop or end
  bool simulated = false;
  std::string endpoint;
  const fleet::Plan* plan = nullptr;
  const engine::RunState* state = nullptr;
  std::vector<Rollback> rollbacks;          // newest first; with one, the run is not resumed
  std::map<InstanceId, RunId> rolled_back;  // by which run
  std::optional<WallTime> now;              // when it is looked at
};
// By which "how long" is told: the time of the look, or of the last that is known of the run.
WallTime seen_at(const RunView& run);

// A run as the list of runs has it: what is kept of a view when its plan and state are let go, or
// what is known of a run whose journal is damaged.
struct RunSummary {
  RunId id;
  RunId of_run;
  bool is_rollback = false;
  RunStanding standing = RunStanding::kDamaged;
  WallTime created{};
  std::optional<WallTime> last;
  std::string why;  // of a damaged run: what is wrong, and what to do
  AccountId account;
  bool simulated = false;
  std::string endpoint;
  std::vector<std::size_t> counts;  // by InstanceStanding; none where it is damaged
  std::vector<RunId> rollbacks;
};
RunSummary summary_of(const RunView& run);

// One run: `status RUN`, and what `apply`, `resume` and `rollback` end with. Failed and skipped
// instances with their reasons; done ones are counted, and listed in JSON.
std::string run_text(const RunView& run, const Style& style);
std::string run_json(const RunView& run);

// `status`: newest first. Damaged runs have their line in the table, and one each below it.
std::string runs_table(const std::vector<RunSummary>& runs, const Style& style);
std::string runs_json(const std::vector<RunSummary>& runs);

}  // namespace v2only::report
