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

enum class RunStanding : std::uint8_t { kRunning, kStopped, kDone, kPartlyDone };
std::string_view name_of(RunStanding standing);  // running, stopped, done, partly-done

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
  std::map<InstanceId, RunId> rolled_back;  // by which run
};

// One run: `status RUN`, and what `apply`, `resume` and `rollback` end with. Failed and skipped
// instances with their reasons; done ones are counted, and listed in JSON.
std::string run_text(const RunView& run, const Style& style);
std::string run_json(const RunView& run);

// `status`: newest first.
std::string runs_table(const std::vector<RunView>& runs, const Style& style);
std::string runs_json(const std::vector<RunView>& runs);

}  // namespace v2only::report
