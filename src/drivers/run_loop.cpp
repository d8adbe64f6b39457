#include "drivers/run_loop.h"

#include <algorithm>
#include <utility>

#include "drivers/run_record.h"

namespace v2only::drivers {
namespace {

// How long to wait when the engine has no time in mind: long enough to be idle, short enough that
// a stop asked for by a signal just before the wait is not slept over.
constexpr Duration kIdle = std::chrono::seconds(1);
constexpr Duration kTimeToLeave = std::chrono::milliseconds(50);

bool changes_the_world(const engine::Effect& effect) {
  return std::holds_alternative<engine::ModifyOptions>(effect) ||
         std::holds_alternative<engine::ActOnSystem>(effect);
}

}  // namespace

RunLoop::RunLoop(engine::Engine& engine, journal::Journal& journal, RunId run, Driver& driver,
                 const Clock& clock, LoopHooks hooks)
    : engine_(engine),
      journal_(journal),
      run_(std::move(run)),
      driver_(driver),
      clock_(clock),
      hooks_(std::move(hooks)) {}

bool RunLoop::dies(CrashPoint point) { return hooks_.dies && hooks_.dies(point, durable_); }

void RunLoop::gather(engine::Decision decision) {
  for (auto& entry : decision.entries) due_.entries.push_back(std::move(entry));
  for (auto& effect : decision.effects) due_.effects.push_back(std::move(effect));
  due_.wake_at = decision.wake_at;
}

// One group commit for all that is due; then, and only then, its effects.
Result<std::optional<LoopEnd>> RunLoop::commit_and_send() {
  std::vector<journal::NewRow> rows;
  rows.reserve(due_.entries.size());
  for (const auto& entry : std::exchange(due_.entries, {})) {
    rows.push_back(new_row(entry));
  }
  if (!rows.empty()) {
    if (dies(CrashPoint::kBeforeCommit)) return std::optional(LoopEnd::kDied);
    if (auto done = journal_.append(run_, clock_.now().wall, rows); !done) {
      return Unexpected{std::move(done).error()};
    }
    durable_ += rows.size();
    if (dies(CrashPoint::kAfterCommit)) return std::optional(LoopEnd::kDied);
  }
  for (const auto& effect : std::exchange(due_.effects, {})) {
    driver_.carry_out(effect);
    if (changes_the_world(effect) && dies(CrashPoint::kAfterSend)) {
      // "After send" means that the request has left: it is given the time for that.
      (void)driver_.wait(clock_.now().mono + kTimeToLeave);
      return std::optional(LoopEnd::kDied);
    }
  }
  return std::optional<LoopEnd>();
}

Result<LoopEnd> RunLoop::run(const engine::Event& first) {
  gather(engine_.advance(first, clock_.now()));
  for (;;) {
    V2_TRY(const auto end, commit_and_send());
    if (end) return *end;
    const auto now = clock_.now();
    if (hooks_.progress) hooks_.progress(engine_, now);
    if (hooks_.leave_now && hooks_.leave_now()) return LoopEnd::kLeft;
    if (engine_.at_rest()) return LoopEnd::kAtRest;
    auto until = due_.wake_at.value_or(now.mono + kIdle);
    if (hooks_.go_given) until = std::min(until, now.mono + kIdle);
    auto events = driver_.wait(until);
    if (hooks_.go_given && hooks_.go_given()) events.emplace_back(engine::GoGiven{});
    if (!stop_told_ && hooks_.stop_asked) {
      if (auto why = hooks_.stop_asked()) {
        stop_told_ = true;
        events.emplace_back(engine::StopAsked{*std::move(why)});
      }
    }
    if (events.empty()) events.emplace_back(engine::Tick{});
    for (const auto& event : events) gather(engine_.advance(event, clock_.now()));
  }
}

}  // namespace v2only::drivers
