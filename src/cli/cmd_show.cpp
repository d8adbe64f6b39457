// show: a plan file for an approver who has no AWS access.
#include <ostream>

#include "cli/plan_file.h"
#include "fleet/plan_json.h"
#include "report/plan.h"

namespace v2only::cli {

Result<int> cmd_show(App& app, const Invocation& invocation) {
  V2_TRY(const auto plan, read_plan(invocation.argument, PlanUse::kShow));
  V2_TRY(const auto notes, notes_of(plan, plan.created));
  app.out << (invocation.json() ? fleet::plan_text(plan)
                                : report::plan_text(plan, app.style, true, notes));
  return kExitDone;
}

}  // namespace v2only::cli
