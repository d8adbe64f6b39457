// plan: writes a plan file and prints it as a diff.
#include <ostream>

#include "cli/plan_file.h"
#include "fleet/plan_json.h"
#include "report/plan.h"

namespace v2only::cli {

Result<int> cmd_plan(App& app, const Invocation& invocation) {
  V2_TRY(const auto found, survey(app, invocation));
  const auto plan = plan_from(found, invocation);
  V2_TRY(const auto notes, notes_of(plan, plan.created));
  if (!invocation.out.empty()) {
    if (auto written = write_plan(plan, invocation.out); !written) {
      return Unexpected{std::move(written).error()};
    }
  }
  if (invocation.json()) {
    app.out << fleet::plan_text(plan);
    for (const auto& note : notes) app.say("Note: " + note);
  } else {
    app.out << report::plan_text(plan, app.style, false, notes);
  }
  for (const auto& warning : found.warnings) app.say("Note: " + warning);
  if (!invocation.out.empty()) {
    app.say("Written to " + invocation.out + ". Carry it out: v2only apply " + invocation.out);
  } else {
    app.say("Not kept: give --out FILE to have it for v2only apply.");
  }
  return found.complete() ? kExitDone : kExitNotCompliant;
}

}  // namespace v2only::cli
