// Carries a run out: lock, engine, loop, display, and what is said at the end.
#include <fmt/format.h>

#include <csignal>
#include <ostream>

#include "cli/claims.h"
#include "cli/crash_points.h"
#include "cli/live_display.h"
#include "cli/reach_log.h"
#include "cli/runs.h"
#include "cli/signals.h"
#include "cli/version.h"
#include "config/windows.h"
#include "core/text.h"
#include "drivers/aws_driver.h"
#include "drivers/run_loop.h"
#include "report/system_view.h"

namespace v2only::cli {
namespace {

class Carrier {
 public:
  Carrier(App& app, const Invocation& invocation, const State& state, Ways ways,
          drivers::RunRecord record)
      : app_(app),
        invocation_(invocation),
        state_(state),
        access_(ways.aws),
        record_(std::move(record)),
        reach_(app),
        options_(access_.caller(), app.clock,
                 [this](const RegionName& region, const Now& asked_at, const std::string& error) {
                   const auto line = reach_.heard(region, asked_at, error);
                   if (line.empty()) return;
                   display_.finish();
                   app_.say(line);
                 }),
        display_(app, record_.plan, record_.row.id, invocation.json()) {
    if (ways.systems == nullptr) return;
    systems_.emplace(record_.plan, ways.systems->parts(options_),
                     fmt::format("v2only {} (IMDSv2 only)", run_id()));
  }

  Result<int> run(Carry carry) {
    const SignalWatch watch(&access_.transport());
    V2_TRY(auto calendar, config::expand_windows(record_.plan.policy, app_.clock.now().wall));
    V2_TRY(auto engine,
           engine::Engine::create(record_.plan, record_.entries,
                                  {access_.on_aws(), access_.table_rates(), carry.resumed,
                                   record_.row.plan_digest, std::move(calendar)}));
    V2_TRY(auto end, loop(engine, engine::Tick{}));
    if (end == drivers::LoopEnd::kAtRest && engine.settled()) {
      auto free = state_.journal->alone([&] {
        return check_claims(state_, {record_.row.id, record_.plan, &engine.state()});
      });
      if (!free) return Unexpected{std::move(free).error()};
      V2_TRY(const bool yes, may_go_on(engine));
      if (!yes) {
        app_.say("Nothing more was begun. Go on later: v2only resume " + run_id());
        return report(carry, engine.state());
      }
      V2_TRY(end, loop(engine, engine::GoOn{kVersion}));
    }
    stopped_now_ = engine.state().stopped() && !engine.waits();
    if (end == drivers::LoopEnd::kLeft) return left(engine);
    return report(carry, engine.state());
  }

 private:
  const std::string& run_id() const { return record_.row.id.str(); }
  drivers::Driver& driver() {
    if (systems_) return *systems_;
    return options_;
  }

  Result<drivers::LoopEnd> loop(engine::Engine& engine, const engine::Event& first) {
    drivers::LoopHooks hooks;
    hooks.dies = crash_hook(app_);
    hooks.stop_asked = [&] {
      auto why = SignalWatch::stop_asked();
      if (why) {
        display_.finish();
        app_.say(*why + ": nothing new begins, what is in flight is finished" +
                 on_to(engine.state()) + ". Again: leave at once.");
      }
      return why;
    };
    hooks.leave_now = SignalWatch::leave_now;
    if (systems_) hooks.go_given = [this] { return go_given(); };
    hooks.progress = [this](const engine::Engine& e, Now now) { display_.show(e, now); };
    drivers::RunLoop run_loop(engine, *state_.journal, record_.row.id, driver(), app_.clock, hooks);
    auto end = run_loop.run(first);
    display_.finish();
    if (end && *end == drivers::LoopEnd::kDied) (void)std::raise(SIGKILL);
    if (end) return end;
    auto error = std::move(end).error();
    error.hint += (error.hint.empty() ? "" : " ") + ("Then: v2only resume " + run_id());
    return Unexpected{std::move(error)};
  }

  // The safe states that systems in mid-cycle are brought to, first.
  std::string on_to(const engine::RunState& state) const {
    std::string out;
    for (const auto& unit : state.units()) {
      if (!unit.mid_cycle()) continue;
      const auto system = report::system_view(record_.plan, unit, app_.clock.now().wall);
      out += "; " + system.id().str() + " goes on " + report::rest_in_words(system);
    }
    return out;
  }

  // The journal's database is asked once a second at most.
  bool go_given() {
    const auto now = app_.clock.now().mono;
    if (now < next_word_) return false;
    next_word_ = now + std::chrono::seconds(1);
    const auto given = state_.journal->take_word(record_.row.id, engine::kPausedKind);
    return given && *given;
  }

  Result<bool> may_go_on(const engine::Engine& engine) {
    const auto& state = engine.state();
    if (SignalWatch::stop_asked()) return false;
    app_.say(fmt::format(
        "Settled: {} done, {} skipped, {} failed.\n{} would go on with {}, each read again "
        "first.",
        state.done(), state.skipped(), state.failed(), run_id(),
        count_of(state.waiting() + state.in_work(), "unit")));
    if (invocation_.yes) return true;
    return app_.ask("Go on?");
  }

  // The second Ctrl-C: what may be half done is named.
  Result<int> left(const engine::Engine& engine) {
    for (const auto& unit : engine.state().units()) {
      if (unit.state != engine::UnitState::kInWork) continue;
      if (unit.mid_cycle()) {
        app_.say("In flight: " +
                 report::left_in_words(
                     record_.plan, report::system_view(record_.plan, unit, app_.clock.now().wall)));
      }
      if (unit.restart) continue;
      const auto& step = unit.planned->steps[unit.step];
      app_.say(fmt::format("In flight: {} ({}); no instance is down because of it",
                           step.instance.str(), step.region.str()));
    }
    app_.say("Left at once. Settle it and go on: v2only resume " + run_id());
    return kExitInterrupted;
  }

  Result<int> report(Carry carry, const engine::RunState& at_end) {
    V2_TRY(auto view, view_of(state_, record_, at_end, report::at_rest(at_end)));
    view.now = app_.clock.now().wall;
    const auto& calls = access_.caller().stats();
    app_.say(fmt::format("Calls: {}, {} throttled", count_of(calls.requests, "request"),
                         calls.throttled));
    app_.out << (invocation_.json() ? report::run_json(view) : report::run_text(view, app_.style));
    if (at_end.needs_operator() > 0) return kExitOperator;
    if (SignalWatch::stop_asked() && !at_end.ended()) return kExitInterrupted;
    if (!at_end.ended()) return stopped_now_ ? stopped(view.why) : Result<int>(kExitPartly);
    if (at_end.ended()->outcome != engine::RunOutcome::kDone) return kExitPartly;
    return carry.incomplete ? kExitNotCompliant : kExitDone;
  }

  Result<int> stopped(const std::string& why) const {
    return fail(ErrorCode::kUnreachable, "the run stopped: " + why, {},
                "Mend that, then: v2only resume " + run_id());
  }

  App& app_;
  const Invocation& invocation_;
  const State& state_;
  WorldAccess& access_;
  drivers::RunRecord record_;
  ReachLog reach_;
  drivers::AwsDriver options_;
  std::optional<drivers::SystemDriver> systems_;
  LiveDisplay display_;
  MonoTime next_word_{};
  bool stopped_now_ = false;  // this process stopped the run, not one before it
};

}  // namespace

Result<int> carry_out(App& app, const Invocation& invocation, const State& state, Ways ways,
                      drivers::RunRecord record, Carry carry) {
  return Carrier(app, invocation, state, ways, std::move(record)).run(carry);
}

}  // namespace v2only::cli
