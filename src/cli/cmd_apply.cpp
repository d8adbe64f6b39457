// apply: carries out a plan file, or plans and applies at once.
#include <fmt/format.h>

#include <ostream>
#include <utility>

#include "cli/plan_file.h"
#include "cli/runs.h"
#include "report/plan.h"

namespace v2only::cli {
namespace {

Result<void> check_expiry(const App& app, const fleet::Plan& plan, const std::string& path) {
  if (app.clock.now().wall <= plan.expires) return {};
  return fail(ErrorCode::kUsage, "the plan was good until " + format_utc(plan.expires), path,
              "Make a new one: v2only plan.");
}

// A plan file is carried out whole and as it was made: what would choose or judge anew is refused,
// never passed over.
Result<void> check_flags(const Invocation& invocation) {
  const std::pair<bool, std::string_view> given[] = {
      {!invocation.filters.empty(), "--filters"},
      {!invocation.instance_ids.empty(), "--instance-ids"},
      {!invocation.facts.empty(), "--facts"},
      {!invocation.policy.empty(), "--policy"},
      {!invocation.look_back.empty(), "--look-back"},
      {invocation.accept_unknown, "--accept-unknown"},
      {!invocation.regions.empty(), "--region"},
      {invocation.all_regions, "--all-regions"}};
  for (const auto& [is_given, flag] : given) {
    if (!is_given) continue;
    return fail(ErrorCode::kUsage,
                std::string(flag) + " does not go with a plan file, which is carried out whole", {},
                "Make a plan with it: v2only plan " + std::string(flag) + " … --out FILE");
  }
  return {};
}

Result<fleet::Plan> from_file(const App& app, const Invocation& invocation) {
  if (auto ok = check_flags(invocation); !ok) return Unexpected{std::move(ok).error()};
  V2_TRY(auto plan, read_plan(invocation.argument, PlanUse::kApply));
  if (auto ok = check_expiry(app, plan, invocation.argument); !ok) {
    return Unexpected{std::move(ok).error()};
  }
  if (plan.kind != fleet::PlanKind::kApply) {
    return fail(ErrorCode::kUsage, "this is the plan of a rollback", invocation.argument,
                "Roll back with: v2only rollback " + plan.of_run.str());
  }
  return plan;
}

Result<fleet::Plan> from_survey(const App& app, const Invocation& invocation) {
  V2_TRY(const auto found, survey(app, invocation));
  return plan_from(found, invocation);
}

std::size_t units_of(const fleet::Plan& plan) {
  std::size_t out = 0;
  for (const auto& wave : plan.waves) out += wave.units.size();
  return out;
}

// Who brings a plan file and says yes has read it; anybody else sees all of it first.
Result<bool> confirmed(const App& app, const Invocation& invocation, const fleet::Plan& plan) {
  const bool ask = units_of(plan) > 0 && !invocation.yes;
  const bool known = !invocation.argument.empty() && !ask;
  V2_TRY(const auto notes, notes_of(plan, app.clock.now().wall));
  auto& to = invocation.json() ? app.err : app.out;
  if (!invocation.json() || ask) {
    to << (known ? report::plan_summary(plan) + "\n" + report::notes_lines(notes, app.style)
                 : report::plan_text(plan, app.style, false, notes))
       << std::endl;
  } else {
    for (const auto& note : notes) app.say("Note: " + note);
  }
  return ask ? app.ask("Carry it out?") : Result<bool>(true);
}

}  // namespace

Result<int> cmd_apply(App& app, const Invocation& given) {
  auto invocation = given;
  V2_TRY(auto plan,
         invocation.argument.empty() ? from_survey(app, invocation) : from_file(app, invocation));
  const auto run = new_run_id(app);
  V2_TRY(const auto access, open_for_plan(app, invocation, plan, run));
  V2_TRY(const auto systems, open_systems(app, plan, *access, run));
  V2_TRY(const auto state, open_state(app, invocation));
  V2_TRY(const bool yes, confirmed(app, invocation, plan));
  if (!yes) {
    app.say("Nothing was changed.");
    return kExitPartly;
  }
  const bool incomplete = !plan.complete;
  V2_TRY(const auto lock, journal::RunLock::take(state.dir, run));
  V2_TRY(auto record, create_run(app, state, run, std::move(plan)));
  app.say("Run " + run.str() + "\nIf it is interrupted: v2only resume " + run.str());
  return carry_out(app, invocation, state, {*access, systems.get()}, std::move(record),
                   {false, incomplete});
}

}  // namespace v2only::cli
