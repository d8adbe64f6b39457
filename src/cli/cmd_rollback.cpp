// rollback: puts the options back as they were before a run, as a run of its own.
#include <ostream>
#include <thread>

#include "cli/runs.h"
#include "cli/signals.h"
#include "core/text.h"
#include "engine/written.h"
#include "fleet/planner.h"
#include "report/plan.h"
#include "report/system_view.h"

namespace v2only::cli {
namespace {

// The run's earlier rollbacks: one that was stopped may have left an instance half way back.
Result<std::vector<drivers::RunRecord>> earlier_rollbacks(const State& state, const RunId& run) {
  std::vector<drivers::RunRecord> out;
  V2_TRY(const auto runs, state.journal->runs());
  for (const auto& other : runs) {
    if (other.of_run != run) continue;
    if (journal::RunLock::is_held(state.dir, other.id)) {
      return fail(ErrorCode::kConflict, "its rollback " + other.id.str() + " is at work just now",
                  run.str(), "See: v2only status " + other.id.str());
    }
    V2_TRY(auto record, drivers::load_run(*state.journal, other.id));
    out.push_back(std::move(record));
  }
  return out;
}

// A member in the midst of its restart may be halted or stopped: its options are not changed under
// it, and a run that was rolled back would never start it again.
Result<void> check_settled(const App& app, const LoadedRun& run) {
  const auto& id = run.view.id.str();
  for (const auto& system : report::systems_of(*run.view.plan, *run.state, app.clock.now().wall)) {
    if (!system.unit->mid_cycle()) continue;
    const auto& member = system.member();
    return fail(ErrorCode::kConflict,
                (member.node == nullptr ? "the " : "the node ") + member.name + " of " +
                    system.id().str() + " is in the midst of its restart (phase " +
                    std::string(engine::name_of(*member.phase)) +
                    "), and only this run brings it back",
                id, "Settle the run before it is rolled back: v2only resume " + id);
  }
  return {};
}

Result<fleet::Plan> plan_of(const App& app, const State& state, const Invocation& invocation,
                            const drivers::RunRecord& record,
                            const std::vector<drivers::RunRecord>& earlier) {
  V2_TRY(const auto before, load_for_view(state, record.row.id));
  if (auto ok = check_settled(app, before); !ok) return Unexpected{std::move(ok).error()};
  if (record.plan.kind != fleet::PlanKind::kApply) {
    return fail(ErrorCode::kUsage, "this run is a rollback itself", record.row.id.str());
  }
  const auto written = engine::written_by(record.plan, record.entries);
  fleet::RollbackInput input{record.plan, written, record.row.id};
  input.target = {record.plan.endpoint, invocation.profile};
  input.created = app.clock.now().wall;
  for (const auto& words : invocation.instance_ids) {
    for (const auto& id : split(words, ',')) input.only.insert(InstanceId(id));
  }
  if (!invocation.wave.empty()) {
    const auto wave = parse_number(invocation.wave);
    if (!wave) return fail(ErrorCode::kUsage, "--wave is a number, from 1");
    input.wave = *wave;
  }
  for (const auto& [instance, by] : before.view.rolled_back) input.undone.insert(instance);
  for (const auto& rollback : earlier) {
    for (auto& sent : engine::written_by(rollback.plan, rollback.entries)) {
      input.sent.push_back(std::move(sent));
    }
  }
  V2_TRY(auto plan, fleet::make_rollback(input));
  plan.simulated = record.plan.simulated;
  return plan;
}

// A call whose answer never came may still take effect, after the rollback had looked.
Result<void> wait_until_settled(const App& app, const drivers::RunRecord& record) {
  const auto until = drivers::unsettled_until(record);
  if (!until || app.clock.now().wall >= *until) return {};
  app.say("A call of " + record.row.id.str() + " may still take effect: waiting until " +
          format_utc(*until));
  const SignalWatch watch(nullptr);
  while (app.clock.now().wall < *until) {
    if (SignalWatch::stop_asked()) {
      return fail(ErrorCode::kInterrupted, "interrupted; nothing was changed");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  return {};
}

}  // namespace

Result<int> cmd_rollback(App& app, const Invocation& given) {
  auto invocation = given;
  V2_TRY(const auto state, open_state(app, invocation));
  const RunId of_run(invocation.argument);
  V2_TRY(const auto known, state.journal->find_run(of_run));
  if (!known) {
    return fail(ErrorCode::kNotFound, "there is no such run", of_run.str(), "See: v2only status");
  }
  V2_TRY(const auto lock, journal::RunLock::take(state.dir, of_run));
  V2_TRY(const auto record, drivers::load_run(*state.journal, of_run));
  V2_TRY(const auto earlier, earlier_rollbacks(state, of_run));
  V2_TRY(auto plan, plan_of(app, state, invocation, record, earlier));
  const bool ask = !plan.waves.empty() && !invocation.yes;
  if (!invocation.json() || ask) {
    (invocation.json() ? app.err : app.out)
        << report::plan_text(plan, app.style, false) << std::endl;
  }
  if (plan.waves.empty() && !invocation.json()) {
    app.say("There is nothing to put back; no run was begun.");
    return kExitDone;
  }
  const auto run = new_run_id(app);
  V2_TRY(const auto access, open_for_plan(app, invocation, plan, run));
  if (ask) {
    V2_TRY(const bool yes, app.ask(report::plan_summary(plan) + " Carry it out?"));
    if (!yes) {
      app.say("Nothing was changed.");
      return kExitPartly;
    }
  }
  if (auto ok = wait_until_settled(app, record); !ok) return Unexpected{std::move(ok).error()};
  for (const auto& rollback : earlier) {
    if (auto ok = wait_until_settled(app, rollback); !ok) return Unexpected{std::move(ok).error()};
  }
  V2_TRY(const auto own_lock, journal::RunLock::take(state.dir, run));
  V2_TRY(auto undoing, create_run(app, state, run, std::move(plan)));
  app.say("Run " + run.str() + "\nIf it is interrupted: v2only resume " + run.str());
  return carry_out(app, invocation, state, {*access}, std::move(undoing), {});
}

}  // namespace v2only::cli
