// What audit, plan, apply, verify and explain have in common: everything read and judged.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/app.h"
#include "cli/world_access.h"
#include "drivers/discover.h"
#include "fleet/assess.h"
#include "fleet/system_plan.h"
#include "report/audit.h"

namespace v2only::cli {

// The judging side of the command line, read from its files.
struct Judging {
  fleet::Facts facts;
  fleet::Policy policy;
  fleet::Selection selection;
};
Result<Judging> load_judging(const Invocation& invocation);

struct Survey {
  std::unique_ptr<WorldAccess> access;
  Judging judging;
  drivers::Discovered found;
  std::vector<fleet::Assessment> assessments;
  fleet::SystemReadings systems;  // of those whose ONTAP the facts say how to ask
  std::optional<fleet::ConsoleReading> console;
  fleet::OurChanges changes;  // of runs of ours; read where there are CVO systems
  std::vector<std::string> warnings;
  WallTime now{};

  bool complete() const { return found.inventory.complete(); }
  report::AuditView view() const;
};

// Progress goes to stderr on a terminal. With `judging` given, it is used instead of the files
// that the command line names (a run's own facts and policy).
Result<Survey> survey(const App& app, const Invocation& invocation,
                      std::optional<Judging> judging = std::nullopt);

}  // namespace v2only::cli
