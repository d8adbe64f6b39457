// apply: carries out a plan file, or plans and applies at once.
#include <fmt/format.h>

#include <ostream>

#include "cli/plan_file.h"
#include "cli/runs.h"
#include "report/plan.h"

namespace v2only::cli {
namespace {

struct Ready {
  fleet::Plan plan;
  std::unique_ptr<WorldAccess> access;
};

Result<void> check_expiry(const App& app, const fleet::Plan& plan, const std::string& path) {
  if (app.clock.now().wall <= plan.expires) return {};
  return fail(ErrorCode::kUsage, "the plan was good until " + format_utc(plan.expires), path,
              "Make a new one: v2only plan.");
}

Result<Ready> from_file(App& app, Invocation& invocation) {
  Ready out;
  V2_TRY(out.plan, read_plan(invocation.argument));
  if (auto ok = check_expiry(app, out.plan, invocation.argument); !ok) {
    return Unexpected{std::move(ok).error()};
  }
  if (out.plan.kind != fleet::PlanKind::kApply) {
    return fail(ErrorCode::kUsage, "this is the plan of a rollback", invocation.argument,
                "Roll back with: v2only rollback " + out.plan.of_run.str());
  }
  if (auto ok = bind_to_plan(invocation, out.plan); !ok) {
    return Unexpected{std::move(ok).error()};
  }
  V2_TRY(out.access, WorldAccess::open(app, invocation, out.plan.policy.calls, {}));
  if (out.plan.endpoint == "aws" && !out.access->on_aws()) {
    return fail(ErrorCode::kConflict, "the plan is bound to AWS's own endpoints",
                out.access->endpoint(), "Unset AWS_ENDPOINT_URL, or make a new plan.");
  }
  if (auto ok = check_account(out.access->caller(), app.clock, out.plan); !ok) {
    return Unexpected{std::move(ok).error()};
  }
  return out;
}

Result<Ready> from_survey(App& app, const Invocation& invocation) {
  V2_TRY(auto found, survey(app, invocation));
  Ready out;
  out.plan = plan_from(found, invocation);
  out.access = std::move(found.access);
  return out;
}

std::size_t units_of(const fleet::Plan& plan) {
  std::size_t out = 0;
  for (const auto& wave : plan.waves) out += wave.units.size();
  return out;
}

}  // namespace

Result<int> cmd_apply(App& app, const Invocation& given) {
  auto invocation = given;
  V2_TRY(auto ready,
         invocation.argument.empty() ? from_survey(app, invocation) : from_file(app, invocation));
  V2_TRY(const auto state, open_state(app, invocation));
  // Who brings a plan file and says yes has read it.
  const bool read = !invocation.argument.empty() && invocation.yes;
  if (!invocation.json()) {
    app.out << (read ? report::plan_summary(ready.plan) + "\n"
                     : report::plan_text(ready.plan, app.style, false))
            << std::endl;
  }
  if (units_of(ready.plan) > 0 && !invocation.yes) {
    V2_TRY(const bool yes, app.ask("Carry it out?"));
    if (!yes) {
      app.say("Nothing was changed.");
      return kExitPartly;
    }
  }
  V2_TRY(auto record, create_run(app, state, std::move(ready.plan)));
  const auto run = record.row.id;
  V2_TRY(const auto lock, journal::RunLock::take(state.dir, run));
  app.say("Run " + run.str() + ". If it is interrupted: v2only resume " + run.str());
  const bool incomplete = !record.plan.complete;
  return carry_out(app, invocation, state, *ready.access, std::move(record), {false, incomplete});
}

}  // namespace v2only::cli
