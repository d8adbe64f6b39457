#include "engine/soaks.h"

#include <algorithm>
#include <utility>

#include "engine/backoff.h"
#include "fleet/agent_gates.h"
#include "fleet/command.h"
#include "fleet/profile.h"

namespace v2only::engine {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// One lost answer is no failure.
constexpr int kBadReadings = 3;
// So long may the Console itself tell nothing. An agent that nobody can watch has not soaked.
constexpr Duration kUnreadFor = minutes(30);
constexpr Duration kLongestPoll = seconds(60);
constexpr Duration kLongestBackoff = seconds(60);
constexpr std::uint32_t kMostRefusals = 8;
constexpr Duration kWellFor = seconds(60);
// Options are read again within 60 s before they are written; the call may wait below the engine.
constexpr Duration kOptionsGoodFor = seconds(40);

bool was_read(const fleet::MemberReading& instance) {
  return instance.state != fleet::InstanceState::kUnknown;
}

}  // namespace

Soaks::Soaks(const fleet::Plan& plan, RunState& state, bool aws_endpoint, Now now)
    : plan_(plan),
      state_(state),
      aws_endpoint_(aws_endpoint),
      asked_(plan.facts.console.has_value()) {
  for (std::size_t unit = 0; unit < state.units().size(); ++unit) {
    const auto& record = record_of(unit);
    if (!record.soak_began) continue;
    const auto passed = std::max<Duration>(now.wall - *record.soak_began, Duration{});
    over_at_[unit] = now.mono + std::max<Duration>(plan.policy.agent_soak - passed, Duration{});
    if (record.state == UnitState::kInWork) live_[unit].since = now;
  }
}

bool Soaks::is_agent(std::size_t unit) const {
  return plan_.kind == fleet::PlanKind::kApply && !record_of(unit).planned->cvo &&
         record_of(unit).planned->workload == fleet::kConsoleAgent;
}

// --- what happened -------------------------------------------------------------------------

void Soaks::on(const AgentRead& event, Now /*now*/) {
  const auto asked = looks_.extract(event.id);
  if (asked.empty()) return;
  const auto found = live_.find(asked.mapped());
  if (found == live_.end()) return;
  auto& live = found->second;
  live.look_under_way = false;
  live.reading = event.reading;
  count(live);
}

void Soaks::count(Live& live) const {
  const auto findings = fleet::agent_well(*live.reading);
  const auto has = [&](fleet::Mark mark) {
    return std::any_of(findings.begin(), findings.end(),
                       [&](const fleet::Finding& finding) { return finding.mark == mark; });
  };
  if (has(fleet::Mark::kBad)) {
    ++live.bad;
    live.unread_since.reset();
  } else if (has(fleet::Mark::kUnknown)) {
    if (!live.unread_since) live.unread_since = live.reading->asked_at.mono;
  } else {
    live.bad = 0;
    live.unread_since.reset();
    live.well = true;
  }
}

bool Soaks::is_failing(const Live& live, Now now) {
  if (live.bad >= kBadReadings) return true;
  return live.unread_since && now.mono - *live.unread_since >= kUnreadFor;
}

std::string Soaks::trouble_of(const Live& live) {
  return fleet::first_trouble(fleet::agent_well(*live.reading));
}

bool Soaks::on(const ModifyAnswered& event, Now now, Recorder& out) {
  const auto asked = writes_.extract(event.id);
  if (asked.empty()) return false;
  const auto unit = asked.mapped();
  auto& live = live_.at(unit);
  live.write_under_way = false;
  live.acted_at = now;
  const auto& record = record_of(unit);
  out.record(Outcome{{record.planned->id, record.step, record.attempts},
                     event.fate,
                     event.code,
                     event.message,
                     event.request_id});
  if (event.fate != WriteFate::kRefused) return true;
  if (event.throttled && ++live.refusals <= kMostRefusals) {
    live.not_before = now.mono + backoff(live.refusals, kLongestBackoff);
  } else {
    live.refused = event.code + (event.message.empty() ? "" : ": " + event.message);
  }
  return true;
}

// --- before, and the beginning ---------------------------------------------------------------

Soaks::Before Soaks::before(std::size_t unit, Now now, Recorder& out) {
  if (!asked_ || !is_agent(unit)) return Before::kWell;
  const auto [found, first] = live_.try_emplace(unit);
  auto& live = found->second;
  if (first) live.since = now;
  live.wake.reset();
  if (live.look_under_way) return Before::kWait;
  const bool well = live.reading && live.bad == 0 && !live.unread_since;
  if (well && !is_older_than(live.reading->asked_at, now, kWellFor)) return Before::kWell;
  if (live.reading && is_failing(live, now)) {
    end(unit, UnitState::kSkipped, "agent-not-ready",
        "it was not changed, for it does not do its work now: " + trouble_of(live), out);
    return Before::kEnded;
  }
  look(unit, now, out);
  return Before::kWait;
}

void Soaks::begin(std::size_t unit, Now now, Recorder& out) {
  out.record(SoakBegan{record_of(unit).planned->id, now.wall});
  over_at_[unit] = now.mono + plan_.policy.agent_soak;
  live_.erase(unit);
  if (asked_) {
    live_[unit].since = now;
    return;
  }
  end(unit, UnitState::kDone, "agent-not-asked",
      "its options are applied; whether it still does its work was not asked, for the facts file "
      "gives no console:",
      out);
}

void Soaks::end(std::size_t unit, UnitState state, std::string code, std::string why,
                Recorder& out) {
  out.record(UnitEnded{record_of(unit).planned->id, state, std::move(code), std::move(why)});
  live_.erase(unit);
}

// --- what to do next -------------------------------------------------------------------------

void Soaks::drive(bool rest, Now now, Recorder& out) {
  rest_ = rest;
  std::vector<std::size_t> units;
  for (auto& [unit, live] : live_) {
    live.wake.reset();
    if (record_of(unit).soak_began) units.push_back(unit);
  }
  for (const auto unit : units) {
    const auto& live = live_.at(unit);
    if (live.look_under_way || live.write_under_way) continue;
    if (record_of(unit).soak_failed) {
      put_back(unit, now, out);
    } else {
      watch(unit, rest, now, out);
    }
  }
}

// One look each max(poll, 2 % of the time waited), 60 s at most; one just when the soak is over.
void Soaks::look(std::size_t unit, Now now, Recorder& out) {
  auto& live = live_.at(unit);
  const auto waited = now.mono - live.since.mono;
  const auto pause =
      std::min<Duration>(std::max(plan_.policy.ontap.poll, waited / 50), kLongestPoll);
  if (live.last_asked) {
    auto next = *live.last_asked + pause;
    const auto over = over_at(unit);
    if (over && *live.last_asked < *over) next = std::min(next, *over);
    if (now.mono < next) {
      live.wake = next;
      return;
    }
  }
  live.last_asked = now.mono;
  live.look_under_way = true;
  const auto id = out.next_id();
  looks_.emplace(id, unit);
  out.emit(ReadAgent{id, step_of(unit).region, step_of(unit).instance});
}

void Soaks::watch(std::size_t unit, bool rest, Now now, Recorder& out) {
  auto& live = live_.at(unit);
  if (live.reading) {
    const auto& instance = live.reading->instance;
    if (fleet::is_gone(instance.state)) {
      return end(unit, UnitState::kSkipped, "gone", "the instance was terminated meanwhile", out);
    }
    if (was_read(instance) && !instance.options.satisfies(step_of(unit).set)) {
      return end(unit, UnitState::kFailed, "changed-meanwhile",
                 "somebody else changed it while it soaked: " + instance.options.to_text(), out);
    }
    if (is_failing(live, now)) {
      out.record(SoakFailed{record_of(unit).planned->id, "agent-not-well",
                            "it does not do its work since its change: " + trouble_of(live)});
      return put_back(unit, now, out);
    }
    const bool good = live.bad == 0 && !live.unread_since;
    if (good && live.reading->asked_at.mono >= *over_at(unit)) {
      return end(unit, UnitState::kDone, {}, {}, out);
    }
  }
  if (!rest) look(unit, now, out);
}

bool Soaks::is_fresh(const Live& live, Now now) const {
  if (!live.reading || !was_read(live.reading->instance)) return false;
  if (live.acted_at && live.reading->asked_at.mono <= live.acted_at->mono) return false;
  return !is_older_than(live.reading->asked_at, now, kOptionsGoodFor);
}

// That costs no outage, and may be all that it lacks.
void Soaks::put_back(std::size_t unit, Now now, Recorder& out) {
  auto& live = live_.at(unit);
  const auto failed = *record_of(unit).soak_failed;
  if (!live.putting_back) {  // in each process it has its full time
    live.putting_back = now;
    live.since = now;
  }
  const auto ended = [&](UnitState state, const std::string& more) {
    end(unit, state, failed.code, failed.why + more, out);
  };
  const bool late = now.mono - live.putting_back->mono >= plan_.policy.ontap.timeouts.health;
  if (!is_fresh(live, now)) {
    if (!late) return look(unit, now, out);
    return ended(UnitState::kNeedsOperator, "; whether its options are put back cannot be seen");
  }
  settle_write(unit, now, out);
  const auto& seen = live.reading->instance.options;
  if (seen.satisfies(step_of(unit).inverse())) {
    return ended(UnitState::kFailed, "; its options are put back");
  }
  if (!seen.satisfies(step_of(unit).set)) {
    return ended(UnitState::kFailed,
                 "; its options, which somebody else has set meanwhile, were left as they are");
  }
  if (!live.refused.empty()) {
    return ended(UnitState::kNeedsOperator, "; its options could not be put back: " + live.refused);
  }
  if (late) return ended(UnitState::kNeedsOperator, "; its options could not be put back in time");
  if (record_of(unit).open) return look(unit, now, out);
  write_back(unit, now, out);
}

void Soaks::write_back(std::size_t unit, Now now, Recorder& out) {
  auto& live = live_.at(unit);
  if (live.not_before && now.mono < *live.not_before) {
    live.wake = live.not_before;
    return;
  }
  auto step = step_of(unit);
  step.set = step.inverse();
  const auto& seen = live.reading->instance.options;
  auto send = fleet::fields_to_send(step, seen, aws_endpoint_);
  const auto& record = record_of(unit);
  const WriteRef ref{record.planned->id, record.step, record.attempts + 1};
  out.record(Intent{ref, step.instance, seen, send});
  live.write_under_way = true;
  const auto id = out.next_id();
  writes_.emplace(id, unit);
  out.emit(
      ModifyOptions{id, ref, step.region, step.instance, std::move(send), live.reading->asked_at});
}

// A write whose answer never came is judged by what is there, once it can no longer take effect.
void Soaks::settle_write(std::size_t unit, Now now, Recorder& out) {
  const auto& record = record_of(unit);
  if (!record.open) return;
  const auto& live = live_.at(unit);
  const auto& seen = live.reading->instance.options;
  const WriteRef ref{record.planned->id, record.step, record.attempts};
  if (seen.satisfies(step_of(unit).inverse())) return out.record(Settled{ref, Found::kAfter, seen});
  const auto& calls = plan_.policy.calls;
  const auto since = live.acted_at.value_or(*live.putting_back).mono;
  const bool settled = now.mono - since >= calls.timeout + calls.unknown_settle;
  if (settled) out.record(Settled{ref, Found::kBefore, seen});
}

// --- small questions -------------------------------------------------------------------------

bool Soaks::at_rest() const {
  if (!looks_.empty() || !writes_.empty()) return false;
  return std::all_of(live_.begin(), live_.end(), [&](const auto& entry) {
    const auto& record = record_of(entry.first);
    return !record.soak_began || (rest_ && !record.soak_failed);
  });
}

std::size_t Soaks::proving() const {
  return static_cast<std::size_t>(std::count_if(live_.begin(), live_.end(), [&](const auto& entry) {
    const auto& record = record_of(entry.first);
    return record.soak_began && !record.soak_failed && entry.second.well;
  }));
}

std::optional<MonoTime> Soaks::over_at(std::size_t unit) const {
  const auto found = over_at_.find(unit);
  if (found == over_at_.end()) return std::nullopt;
  return found->second;
}

std::optional<MonoTime> Soaks::wake_at() const {
  std::optional<MonoTime> out;
  for (const auto& [unit, live] : live_) {
    if (live.wake) out = std::min(out.value_or(*live.wake), *live.wake);
  }
  return out;
}

}  // namespace v2only::engine
