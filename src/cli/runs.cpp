#include "cli/runs.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/sts.h"
#include "fleet/plan_json.h"

namespace v2only::cli {
namespace {

std::string state_dir_of(const App& app, const Invocation& invocation) {
  if (!invocation.state_dir.empty()) return invocation.state_dir;
  const auto xdg = app.environment.find("XDG_STATE_HOME");
  if (xdg != app.environment.end() && !xdg->second.empty()) return xdg->second + "/v2only";
  return app.home + "/.local/state/v2only";
}

report::RunStanding standing_of(const engine::RunState& state, bool held) {
  if (held) return report::RunStanding::kRunning;
  if (!state.ended()) return report::RunStanding::kStopped;
  return state.ended()->outcome == engine::RunOutcome::kDone ? report::RunStanding::kDone
                                                             : report::RunStanding::kPartlyDone;
}

std::string why_of(const drivers::RunRecord& record) {
  if (record.entries.empty()) return {};
  const auto& last = record.entries.back();
  if (const auto* stopped = std::get_if<engine::RunStopped>(&last)) return stopped->why;
  if (const auto* ended = std::get_if<engine::RunEnded>(&last)) return ended->why;
  return {};
}

// What later rollbacks of the run have put back.
Result<void> add_rollbacks(const State& state, LoadedRun& run) {
  V2_TRY(const auto runs, state.journal->runs());
  for (const auto& other : runs) {
    if (other.of_run != run.view.id) continue;
    V2_TRY(const auto record, drivers::load_run(*state.journal, other.id));
    engine::RunState undone(record.plan);
    for (const auto& entry : record.entries) {
      if (auto applied = undone.apply(entry); !applied) return applied;
    }
    for (const auto& unit : undone.units()) {
      if (unit.state != engine::UnitState::kDone) continue;
      for (const auto& step : unit.planned->steps) run.view.rolled_back[step.instance] = other.id;
    }
  }
  return {};
}

}  // namespace

Result<State> open_state(const App& app, const Invocation& invocation) {
  State out;
  out.dir = state_dir_of(app, invocation);
  if (auto ready = journal::prepare_state_dir(out.dir, journal::file_system_type); !ready) {
    return Unexpected{std::move(ready).error()};
  }
  V2_TRY(out.journal, journal::open_journal(out.dir));
  return out;
}

Result<LoadedRun> load_for_view(const State& state, const RunId& run) {
  LoadedRun out;
  V2_TRY(auto record, drivers::load_run(*state.journal, run));
  out.record = std::make_unique<drivers::RunRecord>(std::move(record));
  out.state = std::make_unique<engine::RunState>(out.record->plan);
  for (const auto& entry : out.record->entries) {
    if (auto applied = out.state->apply(entry); !applied) {
      return Unexpected{std::move(applied).error()};
    }
  }
  auto& view = out.view;
  view.id = run;
  view.of_run = out.record->row.of_run;
  view.standing = standing_of(*out.state, journal::RunLock::is_held(state.dir, run));
  view.created = out.record->row.created;
  if (!out.record->at.empty()) view.last = out.record->at.back();
  view.why = why_of(*out.record);
  view.simulated = out.record->row.simulated;
  view.endpoint = out.record->row.endpoint;
  view.plan = &out.record->plan;
  view.state = out.state.get();
  if (auto added = add_rollbacks(state, out); !added) {
    return Unexpected{std::move(added).error()};
  }
  return out;
}

Result<void> bind_to_plan(Invocation& invocation, const fleet::Plan& plan) {
  if (invocation.regions.empty() && !plan.regions.empty() && !invocation.all_regions &&
      invocation.command != "verify") {
    invocation.regions.push_back(plan.regions.front().str());
  }
  if (plan.endpoint == "aws") return {};
  if (invocation.endpoint_url.empty()) {
    invocation.endpoint_url = plan.endpoint;
    return {};
  }
  if (invocation.endpoint_url == plan.endpoint) return {};
  return fail(ErrorCode::kConflict, "the plan is bound to the endpoint " + plan.endpoint,
              "--endpoint-url " + invocation.endpoint_url, "Leave the flag out.");
}

Result<void> check_account(aws::Caller& caller, const Clock& clock, const fleet::Plan& plan) {
  const auto call = aws::get_caller_identity(plan.regions.empty() ? RegionName("us-east-1")
                                                                  : plan.regions.front());
  caller.submit(call);
  for (;;) {
    const auto replies = caller.wait(clock.now().mono + std::chrono::seconds(1));
    if (replies.empty()) continue;
    if (replies.front().fate != aws::Fate::kDone) {
      return Unexpected{aws::error_of(call, replies.front())};
    }
    V2_TRY(const auto identity, aws::parse_caller_identity(replies.front().body));
    if (identity.account == plan.account) return {};
    return fail(ErrorCode::kConflict,
                fmt::format("the plan is for account {}, the credentials are for {}",
                            plan.account.str(), identity.account.str()),
                {}, "Use --profile with credentials of the plan's account.");
  }
}

Result<RunId> create_run(App& app, const State& state, const fleet::Plan& plan) {
  const auto now = app.clock.now().wall;
  auto stamp = format_utc(std::chrono::floor<std::chrono::seconds>(now));
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':' || c == 'Z'; });
  std::replace(stamp.begin(), stamp.end(), 'T', '-');
  const RunId run(fmt::format("r-{}-{:04x}", stamp, app.random.below(0x10000)));
  journal::RunRow row{run,
                      plan.kind == fleet::PlanKind::kApply ? "apply" : "rollback",
                      plan.of_run,
                      now,
                      fleet::digest_of(plan),
                      plan.account.str(),
                      plan.endpoint,
                      plan.simulated};
  auto made = state.journal->create_run(row, fleet::plan_text(plan));
  if (!made) {
    auto error = std::move(made).error();
    if (error.code == ErrorCode::kConflict && error.on.starts_with("r-")) {
      error.what = "this plan was begun already, as " + error.on;
      error.hint = "Go on with it: v2only resume " + std::exchange(error.on, {});
    }
    return Unexpected{std::move(error)};
  }
  return run;
}

}  // namespace v2only::cli
