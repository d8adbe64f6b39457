// verify: lists everything again and says what is proven.
#include <ostream>

#include "cli/runs.h"
#include "cli/survey.h"
#include "report/verify.h"

namespace v2only::cli {
namespace {

// With a run, its own regions, facts and policy are the ones to verify by.
Result<Survey> survey_for(const App& app, Invocation invocation) {
  if (invocation.argument.empty()) return survey(app, invocation);
  V2_TRY(const auto state, open_state(app, invocation));
  V2_TRY(const auto run, drivers::load_run(*state.journal, RunId(invocation.argument)));
  if (auto bound = bind_to_plan(app, invocation, run.plan); !bound) {
    return Unexpected{std::move(bound).error()};
  }
  if (!invocation.all_regions && invocation.regions.empty()) {
    for (const auto& region : run.plan.regions) invocation.regions.push_back(region.str());
  }
  V2_TRY(auto judging, load_judging(invocation));
  if (invocation.facts.empty()) judging.facts = run.plan.facts;
  if (invocation.policy.empty()) judging.policy = run.plan.policy;
  return survey(app, invocation, std::move(judging));
}

}  // namespace

Result<int> cmd_verify(App& app, const Invocation& invocation) {
  V2_TRY(const auto found, survey_for(app, invocation));
  const auto view = found.view();
  app.out << (invocation.json() ? report::verify_json(view)
                                : report::verify_table(view, app.style));
  return found.complete() && report::all_proven(view) ? kExitDone : kExitNotCompliant;
}

}  // namespace v2only::cli
