#include "cli/runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "aws/sts.h"
#include "cli/claims.h"
#include "engine/written.h"
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
  return held ? report::RunStanding::kRunning : report::at_rest(state);
}

// Why the run stopped or ended, where its newest entry says so.
Result<std::string> why_of(const journal::Row& last) {
  V2_TRY(const auto entry, engine::entry_from_row({last.kind, last.version, last.body}));
  if (const auto* stopped = std::get_if<engine::RunStopped>(&entry)) return stopped->why;
  if (const auto* ended = std::get_if<engine::RunEnded>(&entry)) return ended->why;
  return std::string();
}

Result<report::RunView> own_view(const State& state, const drivers::RunRecord& record,
                                 const engine::RunState& folded, report::RunStanding standing) {
  report::RunView view;
  view.id = record.row.id;
  view.of_run = record.row.of_run;
  view.standing = standing;
  view.created = record.row.created;
  V2_TRY(const auto last, state.journal->last_row(record.row.id));
  if (last) {
    view.last = last->at;
    V2_TRY(view.why, why_of(*last));
  }
  view.simulated = record.row.simulated;
  view.endpoint = record.row.endpoint;
  view.plan = &record.plan;
  view.state = &folded;
  return view;
}

// The run as its own entries have it: nothing yet of its rollbacks.
Result<LoadedRun> fold(const State& state, const RunId& run) {
  LoadedRun out;
  V2_TRY(auto record, drivers::load_run(*state.journal, run));
  out.record = std::make_unique<drivers::RunRecord>(std::move(record));
  out.state = std::make_unique<engine::RunState>(out.record->plan);
  for (const auto& entry : out.record->entries) {
    auto applied = out.state->apply(entry);
    if (!applied) return drivers::damaged(std::move(applied).error(), *state.journal, run);
  }
  const bool held = journal::RunLock::is_held(state.dir, run);
  V2_TRY(out.view, own_view(state, *out.record, *out.state, standing_of(*out.state, held)));
  return out;
}

// What is kept of a rollback for the run that it undoes.
struct PutBack {
  report::Rollback by;
  std::vector<InstanceId> instances;
};

PutBack put_back_by(const LoadedRun& rollback) {
  PutBack out{{rollback.view.id, rollback.view.standing}, {}};
  for (const auto& unit : rollback.state->units()) {
    if (unit.state != engine::UnitState::kDone) continue;
    for (const auto& step : unit.planned->steps) out.instances.push_back(step.instance);
  }
  return out;
}

void note(const PutBack& rollback, report::RunView& view) {
  view.rollbacks.push_back(rollback.by);
  for (const auto& instance : rollback.instances) view.rolled_back[instance] = rollback.by.id;
}

Result<void> add_rollbacks(const State& state, report::RunView& view) {
  V2_TRY(const auto runs, state.journal->runs());
  for (const auto& other : runs) {
    if (other.of_run != view.id) continue;
    V2_TRY(const auto rollback, fold(state, other.id));
    note(put_back_by(rollback), view);
  }
  return {};
}

report::RunSummary damaged_summary(const journal::RunRow& row, Error error) {
  report::RunSummary out;
  out.id = row.id;
  out.of_run = row.of_run;
  out.is_rollback = row.kind == "rollback";
  out.created = row.created;
  if (error.on == row.id.str()) error.on.clear();
  out.why = to_string(error);
  out.account = AccountId(row.account);
  out.simulated = row.simulated;
  out.endpoint = row.endpoint;
  return out;
}

// The caller must be in the plan's account.
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

Result<fleet::OurChanges> changes_by_journal(const App& app, const Invocation& invocation,
                                             const AccountId& account,
                                             const std::string& endpoint) {
  fleet::OurChanges out;
  std::error_code error;
  if (!std::filesystem::exists(state_dir_of(app, invocation) + "/journal.db", error)) return out;
  V2_TRY(const auto state, open_state(app, invocation));
  V2_TRY(const auto rows, state.journal->runs());
  for (const auto& row : rows) {
    if (row.account != account.str() || row.endpoint != endpoint) continue;
    const auto run = drivers::load_run(*state.journal, row.id);
    if (!run) continue;
    for (const auto& [instance, change] : engine::changes_of(run->plan, run->entries)) {
      const auto [known, first] = out.try_emplace(instance, change);
      if (!first && change.at > known->second.at) known->second = change;
    }
  }
  return out;
}

Result<LoadedRun> load_for_view(const State& state, const RunId& run) {
  V2_TRY(auto out, fold(state, run));
  if (auto added = add_rollbacks(state, out.view); !added) {
    return Unexpected{std::move(added).error()};
  }
  return out;
}

Result<report::RunView> view_of(const State& state, const drivers::RunRecord& record,
                                const engine::RunState& folded, report::RunStanding standing) {
  V2_TRY(auto view, own_view(state, record, folded, standing));
  if (auto added = add_rollbacks(state, view); !added) {
    return Unexpected{std::move(added).error()};
  }
  return view;
}

// Each run is read once and let go again, rollbacks before the runs that they undo.
Result<std::vector<report::RunSummary>> list_runs(const State& state) {
  V2_TRY(const auto rows, state.journal->runs());
  std::map<RunId, report::RunSummary> summaries;
  std::multimap<RunId, PutBack> put_back;
  for (const bool rollbacks : {true, false}) {
    for (const auto& row : rows) {
      if ((row.kind == "rollback") != rollbacks) continue;
      auto run = fold(state, row.id);
      if (!run) {
        // Somebody else's lock is no damage.
        if (run.error().code == ErrorCode::kConflict) return Unexpected{std::move(run).error()};
        summaries.emplace(row.id, damaged_summary(row, std::move(run).error()));
        continue;
      }
      if (rollbacks) put_back.emplace(row.of_run, put_back_by(*run));
      const auto [first, last] = put_back.equal_range(row.id);
      for (auto one = first; one != last; ++one) note(one->second, run->view);
      summaries.emplace(row.id, report::summary_of(run->view));
    }
  }
  std::vector<report::RunSummary> out;
  out.reserve(rows.size());
  for (const auto& row : rows) out.push_back(std::move(summaries.at(row.id)));
  return out;
}

Result<void> bind_to_plan(const App& app, Invocation& invocation, const fleet::Plan& plan) {
  if (invocation.regions.empty() && !plan.regions.empty() && !invocation.all_regions &&
      invocation.command != "verify") {
    invocation.regions.push_back(plan.regions.front().str());
  }
  V2_TRY(const auto session, session_of(app, invocation));
  const auto configured = plan_endpoint(session);
  if (configured == plan.endpoint) return {};
  if (plan.endpoint == "aws") {
    return fail(ErrorCode::kConflict, "the plan is bound to AWS's own endpoints", configured,
                "Unset AWS_ENDPOINT_URL, or make a new plan.");
  }
  // The flag is for every service: it would win over an endpoint that is set for STS alone.
  if (!session.endpoint_url && session.service_endpoint_urls.count(aws::Service::kEc2) == 0) {
    invocation.endpoint_url = plan.endpoint;
    return {};
  }
  return fail(ErrorCode::kConflict, "the plan is bound to the endpoint " + plan.endpoint,
              configured, "Leave --endpoint-url out, or set AWS_ENDPOINT_URL to the plan's.");
}

Result<std::unique_ptr<WorldAccess>> open_for_plan(const App& app, Invocation& invocation,
                                                   const fleet::Plan& plan, const RunId& run) {
  if (auto ok = bind_to_plan(app, invocation, plan); !ok) return Unexpected{std::move(ok).error()};
  V2_TRY(auto access, WorldAccess::open(app, invocation, plan.policy.calls, run));
  if (auto ok = check_account(access->caller(), app.clock, plan); !ok) {
    return Unexpected{std::move(ok).error()};
  }
  return access;
}

Result<std::unique_ptr<SystemsAccess>> open_systems(const App& app, const fleet::Plan& plan,
                                                    WorldAccess& access, const RunId& run) {
  const auto which = systems_of(plan);
  if (which.empty() && !soaks_agents(plan)) return std::unique_ptr<SystemsAccess>();
  auto out = SystemsAccess::open(app, plan.facts, which, access, run);
  if (auto read = out->all_read(); !read) return Unexpected{std::move(read).error()};
  return out;
}

RunId new_run_id(App& app) {
  auto stamp = format_utc(std::chrono::floor<std::chrono::seconds>(app.clock.now().wall));
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':' || c == 'Z'; });
  std::replace(stamp.begin(), stamp.end(), 'T', '-');
  return RunId(fmt::format("r-{}-{:08x}", stamp, app.random.below(0x1'0000'0000ULL)));
}

Result<drivers::RunRecord> create_run(const App& app, const State& state, const RunId& run,
                                      fleet::Plan plan) {
  journal::RunRow row{run,
                      plan.kind == fleet::PlanKind::kApply ? "apply" : "rollback",
                      plan.of_run,
                      app.clock.now().wall,
                      fleet::digest_of(plan),
                      plan.account.str(),
                      plan.endpoint,
                      plan.simulated};
  auto made = state.journal->create_run(row, fleet::plan_text(plan), [&] {
    return check_claims(state, {run, plan});
  });
  if (!made) {
    auto error = std::move(made).error();
    if (error.code == ErrorCode::kConflict && error.on.starts_with("r-")) {
      error.what = "this plan was begun already, as " + error.on;
      const auto id = std::exchange(error.on, {});
      error.hint = "See: v2only status " + id + ". Where it stopped: v2only resume " + id;
    }
    return Unexpected{std::move(error)};
  }
  return drivers::RunRecord{std::move(row), std::move(plan), {}, {}};
}

}  // namespace v2only::cli
