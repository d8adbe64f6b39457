// explain: everything known of one instance.
#include <algorithm>
#include <ostream>

#include "cli/survey.h"
#include "report/explain.h"

namespace v2only::cli {

Result<int> cmd_explain(App& app, const Invocation& invocation) {
  if (!is_instance_id(invocation.argument)) {
    return fail(ErrorCode::kUsage, "'" + invocation.argument + "' is not an instance id", {},
                "An id is i- and 8 or 17 hexadecimal digits.");
  }
  const InstanceId id(invocation.argument);
  V2_TRY(const auto found, survey(app, invocation));
  const auto& instances = found.found.inventory.instances;
  const bool there = std::any_of(instances.begin(), instances.end(),
                                 [&](const fleet::Instance& one) { return one.id == id; });
  if (!there) {
    return fail(ErrorCode::kNotFound, "there is no such instance in what was read", id.str(),
                found.complete() ? "Look in other regions: --region or --all-regions."
                                 : "Not everything could be read: see v2only audit.");
  }
  const auto view = found.view();
  const fleet::CommandTarget target{view.endpoint, invocation.profile};
  app.out << (invocation.json() ? report::explain_json(view, id, target)
                                : report::explain_text(view, id, target, app.style));
  return kExitDone;
}

}  // namespace v2only::cli
