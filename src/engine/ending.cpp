// How a run comes to rest: outside its windows, stopped, or with nothing left to do.
#include <fmt/format.h>

#include <utility>

#include "engine/engine.h"

namespace v2only::engine {
namespace {

std::string what_was_not_done(const RunState& state) {
  auto out = fmt::format("{} failed, {} skipped", state.failed(), state.skipped());
  if (const auto stuck = state.needs_operator(); stuck > 0) {
    out = fmt::format("{} {} an operator, ", stuck, stuck == 1 ? "needs" : "need") + out;
  }
  return out;
}

}  // namespace

// Outside its windows nothing new begins; what is in flight is finished, and the run rests.
void Engine::keep_windows(Now now) {
  const auto& calendar = options_.calendar;
  if (settling_ || stopping_ || plan_->kind == fleet::PlanKind::kRollback) return;
  if (calendar.is_open(now.wall)) return;
  waits_ = true;
  const auto opens = calendar.opens_at(now.wall);
  stopping_ = opens ? "outside its windows; resume from " + format_utc(*opens)
                    : std::string("outside its windows, and none is to come");
}

// Every unit of the wave that has not ended is a CVO system that waits in a safe state.
bool Engine::only_held() const {
  const auto left = state_.wave_begin(state_.wave() + 1);
  bool held = false;
  for (auto unit = state_.wave_begin(state_.wave()); unit < left; ++unit) {
    const auto state = state_.unit(unit).state;
    if (state != UnitState::kWaiting && state != UnitState::kInWork) continue;
    if (restarts_->is_held(unit)) {
      held = true;
    } else if (state == UnitState::kInWork || may_begin()) {
      return false;
    }
  }
  return held;
}

void Engine::finish(Decision& out) {
  if (state_.ended() || busy_ > 0 || (settling_ && !stopping_)) return;
  if (!settling_ && !between_.empty()) return;
  if (!writes_.empty() || !listings_.empty() || !v1_asked_.empty()) return;
  if (restarts_ && (!restarts_->at_rest() || !soaks_->at_rest())) return;
  const bool needs_operator = state_.needs_operator() > 0;
  if (settling_) {  // NOLINT(bugprone-branch-clone): the order decides
    record_stop(out);
  } else if (state_.waiting() + state_.in_work() == 0) {
    const bool all = state_.done() == state_.units().size();
    const auto outcome = needs_operator ? RunOutcome::kNeedsOperator
                         : all          ? RunOutcome::kDone
                                        : RunOutcome::kPartlyDone;
    record(out, RunEnded{outcome, all ? "" : what_was_not_done(state_)});
  } else if (limit_reached() && state_.in_work() == 0) {
    record(out, RunEnded{needs_operator ? RunOutcome::kNeedsOperator : RunOutcome::kPartlyDone,
                         fmt::format("{} failed and the failure limit is {}: {} did not begin",
                                     state_.failed() + state_.needs_operator(),
                                     plan_->policy.failures, state_.waiting())});
  } else if (stopping_) {
    record_stop(out);
  } else if (only_held()) {
    const auto held = restarts_->held();
    waits_ = true;
    stopping_ = held.why + (held.until ? "; resume from " + format_utc(*held.until) : "");
    record_stop(out);
  }
}

void Engine::record_stop(Decision& out) {
  if (std::exchange(stop_recorded_, true)) return;
  record(out, RunStopped{*stopping_});
}

}  // namespace v2only::engine
