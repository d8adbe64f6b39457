// audit: read only.
#include <ostream>

#include "cli/survey.h"

namespace v2only::cli {

Result<int> cmd_audit(App& app, const Invocation& invocation) {
  V2_TRY(const auto found, survey(app, invocation));
  const auto view = found.view();
  app.out << (invocation.json() ? report::audit_json(view) : report::audit_table(view, app.style));
  return found.complete() && report::all_compliant(view) ? kExitDone : kExitNotCompliant;
}

}  // namespace v2only::cli
