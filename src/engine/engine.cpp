#include "engine/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/backoff.h"
#include "engine/planted.h"
#include "fleet/command.h"

namespace v2only::engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Options are read again within 60 s before they are written; the call may have to wait for its
// turn below the engine, so the engine asks for younger ones (design, invariant 8).
constexpr Duration kReadingGoodFor = seconds(40);
constexpr Duration kV1EvidenceGoodFor = hours(24);
// A change that was accepted and does not show within this time has failed.
constexpr Duration kConfirmLimit = minutes(10);
constexpr Duration kFirstPoll = seconds(1);
constexpr Duration kLongestPoll = seconds(8);
constexpr Duration kLongestThrottleWait = seconds(30);
constexpr std::uint32_t kMostUnknown = 4;
constexpr std::uint32_t kMostThrottled = 20;
// An instance that is on its way from one state to another is read again so often.
constexpr std::uint32_t kMostPassing = 6;
constexpr int kMostFailedReads = 8;
constexpr std::size_t kIdsPerListing = 200;
// With AWS's published rates a write waits its turn at 5 a second: so many are held ready.
constexpr std::size_t kWritesQueuedAtTableRates = 25;
// How far past the first waiting unit the engine looks for one that may begin.
constexpr std::size_t kHorizon = 1000;
constexpr std::size_t kReadAhead = 60;

}  // namespace

Engine::Engine(const fleet::Plan& plan, EngineOptions options)
    : plan_(&plan),
      options_(std::move(options)),
      profiles_(fleet::profiles_of(plan.policy)),
      state_(plan),
      live_(state_.units().size()) {
  settling_ = options_.settle_first;
}

Result<Engine> Engine::create(const fleet::Plan& plan, const std::vector<Entry>& entries,
                              EngineOptions options) {
  Engine engine(plan, std::move(options));
  for (const auto& entry : entries) {
    if (auto applied = engine.state_.apply(entry); !applied) {
      return Unexpected{std::move(applied).error()};
    }
  }
  return engine;
}

// --- what happened -------------------------------------------------------------------------

Decision Engine::advance(const Event& event, Now now) {
  Decision out;
  if (!adopted_) adopt(now);
  if (!state_.begun()) {
    record(out, RunBegan{options_.digest, state_.units().size()});
    if (state_.wave_count() > 0) record(out, WaveBegan{0});
  }
  std::visit([&](const auto& e) { on(e, now, out); }, event);
  schedule(now, out);
  out.wake_at = wake_at(now);
  return out;
}

void Engine::record(Decision& out, Entry entry) { recorder(out).record(std::move(entry)); }

void Engine::end_unit(Decision& out, std::size_t unit, UnitState state, std::string code,
                      std::string reason) {
  between_.erase(unit);
  live_[unit] = Live{};
  record(out, UnitEnded{state_.unit(unit).planned->id, state, std::move(code), std::move(reason)});
}

// Moves a unit to another phase, with the counts that follow from it.
void Engine::enter(std::size_t unit, Live::Phase phase, Now now) {
  auto& live = live_[unit];
  auto& region = region_of(unit);
  if (live.phase != Live::Phase::kIdle) --busy_;
  if (live.phase == Live::Phase::kWriting) --region.writing;
  if (live.phase == Live::Phase::kLooking) region.looking.erase(unit);
  if (live.phase == Live::Phase::kConfirming) {
    region.confirming.erase(unit);
    if (!live.polled) --region.unpolled;
    if (region.confirming.empty()) region.next_poll.reset();
  }
  live.phase = phase;
  if (phase != Live::Phase::kIdle) ++busy_;
  if (phase == Live::Phase::kWriting) ++region.writing;
  if (phase == Live::Phase::kLooking) region.looking.insert(unit);
  if (phase != Live::Phase::kConfirming) return;
  region.confirming.insert(unit);
  ++region.unpolled;
  live.polled = false;
  live.confirming_since = now;
  if (region.next_poll) return;
  region.poll_interval = kFirstPoll;
  region.next_poll = now.mono + kFirstPoll;
}

// What the entries left open is taken up: an intent without an answer is looked at, never repeated
// blindly; an answer that was not yet seen applied is watched on.
void Engine::adopt(Now now) {
  adopted_ = true;
  soaks_ = std::make_unique<Soaks>(*plan_, state_, options_.aws_endpoint, now);
  restarts_ = std::make_unique<Restarts>(*plan_, state_, *soaks_, options_.aws_endpoint);
  cursor_ = state_.wave_count() == 0 ? 0 : state_.wave_begin(state_.wave());
  for (std::size_t unit = 0; unit < state_.units().size(); ++unit) {
    const auto& record = state_.unit(unit);
    if (record.state != UnitState::kInWork || record.soak_began) continue;
    if (record.restart) {
      restarts_->begin(unit, now);
    } else if (record.open && !planted(Planted::kRepeatWithoutLooking)) {
      enter(unit, Live::Phase::kLooking, now);
    } else if (record.written) {
      enter(unit, Live::Phase::kConfirming, now);
    } else {
      between_.insert(unit);
    }
  }
}

void Engine::on(const Tick& /*event*/, Now /*now*/, Decision& /*out*/) {}

void Engine::on(const StopAsked& event, Now /*now*/, Decision& /*out*/) {
  if (!stopping_) stopping_ = event.why;
  waits_ = false;  // whoever asks has the last word: a soak is left too
}

void Engine::on(const GoOn& event, Now /*now*/, Decision& out) {
  settling_ = false;
  gone_on_ = true;
  record(out, RunResumed{event.version});
}

void Engine::on(const SystemRead& event, Now now, Decision& /*out*/) { restarts_->on(event, now); }

void Engine::on(const AgentRead& event, Now now, Decision& /*out*/) { soaks_->on(event, now); }

void Engine::on(const ActAnswered& event, Now now, Decision& out) {
  auto recorder_of = recorder(out);
  restarts_->on(event, now, recorder_of);
}

void Engine::on(const GoGiven& event, Now now, Decision& out) {
  auto recorder_of = recorder(out);
  restarts_->on(event, now, recorder_of);
}

void Engine::on(const OptionsRead& event, Now now, Decision& out) {
  const auto asked = listings_.extract(event.id);
  if (asked.empty()) return;
  const auto& units = asked.mapped();
  auto& region = region_of(units.front());
  region.listing = false;
  for (const auto unit : units) live_[unit].listed = false;
  if (!event.error.empty()) return listing_failed(region, event, now);
  region.failed_reads = 0;

  std::map<InstanceId, const fleet::Instance*> by_id;
  for (const auto& seen : event.seen) by_id.emplace(seen.id, &seen);
  for (const auto unit : units) {
    auto& live = live_[unit];
    live.read_at = event.asked_at;
    live.seen.clear();
    for (const auto& step : state_.unit(unit).planned->steps) {
      const auto found = by_id.find(step.instance);
      if (found == by_id.end() || fleet::is_gone(found->second->state)) continue;
      live.seen.push_back(seen_as(*found->second));
    }
    if (live.phase == Live::Phase::kLooking)
      look_at(unit, now, out);
    else if (live.phase == Live::Phase::kConfirming)
      confirm(unit, now, out);
  }
  if (region.confirming.empty()) return;
  region.poll_interval = std::min<Duration>(region.poll_interval * 3 / 2, kLongestPoll);
  region.next_poll = now.mono + region.poll_interval;
}

SeenInstance Engine::seen_as(const fleet::Instance& instance) const {
  const auto* fact = fleet::fact_of(plan_->facts, instance.id);
  return {instance.id, instance.state, instance.options, instance.options_state,
          fleet::known_by(instance, fact, profiles_)};
}

void Engine::listing_failed(Region& region, const OptionsRead& event, Now now) {
  ++region.failed_reads;
  region.read_not_before =
      now.mono + backoff(static_cast<std::uint32_t>(region.failed_reads), kLongestThrottleWait);
  if (region.next_poll) region.next_poll = std::max(*region.next_poll, region.read_not_before);
  if (region.failed_reads < kMostFailedReads) return;
  if (!stopping_) stopping_ = "the instances cannot be read: " + event.error;
  // What waits to be seen there stays in progress in the journal, and a resume looks at it again.
  for (auto* waiting : {&region.looking, &region.confirming}) {
    for (const auto unit : std::vector<std::size_t>(waiting->begin(), waiting->end())) {
      enter(unit, Live::Phase::kIdle, now);
    }
  }
}

// What became of a write whose outcome is not known: by the reading, which is younger than it.
void Engine::look_at(std::size_t unit, Now now, Decision& out) {
  const auto* seen = seen_in_hand(unit);
  const auto ref = write_in_hand(unit);
  if (seen == nullptr) {
    enter(unit, Live::Phase::kIdle, now);
    record(out, Settled{ref, Found::kGone, {}});
    return end_unit(out, unit, UnitState::kSkipped, "gone",
                    "the instance was terminated meanwhile");
  }
  const auto& step = step_in_hand(unit);
  if (seen->options.satisfies(step.set)) {
    record(out, Settled{ref, Found::kAfter, seen->options});
    enter(unit, Live::Phase::kConfirming, now);
    return confirm(unit, now, out);
  }
  auto& live = live_[unit];
  const bool as_before = seen->options.satisfies(step.expect.only(step.set));
  const bool out_of_tries = state_.unit(unit).unknown >= kMostUnknown;
  const bool last_word = out_of_tries || live.refusal;
  if (as_before && last_word && live.not_before == MonoTime{}) {
    // It may still take effect: the last word is spoken only when that time is over.
    live.not_before = now.mono + settle_time();
    return;
  }
  enter(unit, Live::Phase::kIdle, now);
  live.not_before = MonoTime{};
  record(out, Settled{ref, as_before ? Found::kBefore : Found::kOther, seen->options});
  if (!as_before) {
    return end_unit(out, unit, UnitState::kFailed, "changed-meanwhile",
                    "somebody else changed it meanwhile: " + seen->options.to_text());
  }
  if (live.refusal) return conclude(unit, *std::exchange(live.refusal, {}), now, out);
  if (out_of_tries) {
    return end_unit(out, unit, UnitState::kFailed, "no-answer",
                    fmt::format("{} calls without an answer, and none took effect", kMostUnknown));
  }
  wait_again(unit);
}

// A written unit: has the change reached the instance?
void Engine::confirm(std::size_t unit, Now now, Decision& out) {
  auto& live = live_[unit];
  auto& region = region_of(unit);
  if (!live.polled) {
    live.polled = true;
    --region.unpolled;
  }
  const auto* seen = seen_in_hand(unit);
  if (seen == nullptr) {
    enter(unit, Live::Phase::kIdle, now);
    return end_unit(out, unit, UnitState::kSkipped, "gone",
                    "the instance was terminated meanwhile");
  }
  // On a stopped instance the change waits for the next start: done means read back.
  const bool stopped = seen->state == fleet::InstanceState::kStopped ||
                       seen->state == fleet::InstanceState::kStopping;
  const bool reached = seen->options_state == fleet::OptionState::kApplied || stopped;
  if (seen->options.satisfies(step_in_hand(unit).set) && reached) return step_seen(unit, now, out);
  if (!is_older_than(live.confirming_since, now, kConfirmLimit)) return;
  enter(unit, Live::Phase::kIdle, now);
  end_unit(
      out, unit, UnitState::kFailed, "not-applied",
      fmt::format("accepted, but after {} it shows {} ({})", format_duration(kConfirmLimit),
                  seen->options.to_text(),
                  seen->options_state == fleet::OptionState::kApplied ? "applied" : "pending"));
}

void Engine::step_seen(std::size_t unit, Now now, Decision& out) {
  enter(unit, Live::Phase::kIdle, now);
  const auto& record_of = state_.unit(unit);
  if (record_of.step + 1 == record_of.planned->steps.size()) {
    return changed(unit, now, out);
  }
  record(out, StepEnded{write_in_hand(unit)});
  between_.insert(unit);
}

// All of the unit's options are in effect: an agent soaks from now on.
void Engine::changed(std::size_t unit, Now now, Decision& out) {
  if (!soaks_->is_agent(unit)) return end_unit(out, unit, UnitState::kDone, "", "");
  between_.erase(unit);
  live_[unit] = Live{};
  auto recorder_of = recorder(out);
  soaks_->begin(unit, now, recorder_of);
}

void Engine::on(const ModifyAnswered& event, Now now, Decision& out) {
  auto recorder_of = recorder(out);
  if (restarts_->on(event, now, recorder_of) || soaks_->on(event, now, recorder_of)) return;
  const auto asked = writes_.extract(event.id);
  if (asked.empty()) return;
  const auto unit = asked.mapped();
  record(out,
         Outcome{write_in_hand(unit), event.fate, event.code, event.message, event.request_id});
  if (event.fate == WriteFate::kDone) return done(unit, event, now, out);
  if (event.fate == WriteFate::kRefused) return refused(unit, event, now, out);
  if (planted(Planted::kForgetUnknown)) return step_seen(unit, now, out);
  enter(unit, Live::Phase::kLooking, now);
}

// The reply echoes all options: what the plan names must be there, what it does not name must not
// have moved.
void Engine::done(std::size_t unit, const ModifyAnswered& event, Now now, Decision& out) {
  const auto& step = step_in_hand(unit);
  const auto* seen = seen_in_hand(unit);
  enter(unit, Live::Phase::kConfirming, now);
  live_[unit].held_off = 0;
  if (seen == nullptr || event.options.empty()) return;
  const auto wanted = seen->options.with(step.set);
  const auto moved = wanted.changed_from(event.options).only(event.options);
  if (!moved.empty()) {
    enter(unit, Live::Phase::kIdle, now);
    return end_unit(out, unit, UnitState::kFailed, "option-moved",
                    fmt::format("after the call it has {}, wanted {}",
                                event.options.only(moved).to_text(), moved.to_text()));
  }
  const bool echoed = event.options.satisfies(step.set);
  if (echoed && event.state == fleet::OptionState::kApplied) step_seen(unit, now, out);
}

void Engine::refused(std::size_t unit, const ModifyAnswered& event, Now now, Decision& out) {
  if (state_.unit(unit).unknown > 0) {
    // An earlier call of the same write may have taken effect: the refusal is not the last word.
    live_[unit].refusal = event;
    return enter(unit, Live::Phase::kLooking, now);
  }
  enter(unit, Live::Phase::kIdle, now);
  conclude(unit, event, now, out);
}

// What a refusal means for a unit of which nothing was changed by it.
void Engine::conclude(std::size_t unit, const ModifyAnswered& refusal, Now now, Decision& out) {
  if (refusal.credentials) {
    if (!stopping_) stopping_ = refusal.message;
    return wait_again(unit);
  }
  if (hold_off(unit, refusal, now)) return wait_again(unit);
  if (refusal.code == "InvalidInstanceID.NotFound") {
    return end_unit(out, unit, UnitState::kSkipped, "gone",
                    "the instance was terminated meanwhile");
  }
  const auto text = refusal.code + (refusal.message.empty() ? "" : ": " + refusal.message);
  if (!refusal.throttled) return end_unit(out, unit, UnitState::kFailed, "refused", text);
  if (refusal.code == "NoConnection") {
    return end_unit(out, unit, UnitState::kFailed, "no-connection", text);
  }
  end_unit(out, unit, UnitState::kFailed, "throttled", text);
}

// Worth another try, after a while and a new reading: throttling, and a state that is passing (the
// reading then tells whether the instance is still there).
bool Engine::hold_off(std::size_t unit, const ModifyAnswered& refusal, Now now) {
  const bool passing = refusal.code == "IncorrectInstanceState" || refusal.code == "IncorrectState";
  if (!refusal.throttled && !passing) return false;
  auto& live = live_[unit];
  if (++live.held_off > (passing ? kMostPassing : kMostThrottled)) return false;
  live.not_before = now.mono + backoff(live.held_off, kLongestThrottleWait);
  live.read_at.reset();
  return true;
}

// Its write was certainly not carried out: its turn comes again.
void Engine::wait_again(std::size_t unit) {
  if (state_.unit(unit).state == UnitState::kInWork) between_.insert(unit);
  cursor_ = std::min(cursor_, unit);
}

void Engine::on(const V1UseRead& event, Now now, Decision& out) {
  const auto asked = v1_asked_.extract(event.id);
  if (asked.empty()) return;
  for (const auto unit : asked.mapped()) {
    auto& live = live_[unit];
    live.v1_asked = false;
    live.v1_read_at = now;
    if (state_.unit(unit).state != UnitState::kWaiting) continue;
    for (const auto& step : state_.unit(unit).planned->steps) {
      const auto found = event.readings.find(step.instance);
      const auto use = found == event.readings.end() ? fleet::V1Use::kUnknown : found->second.use;
      if (use == fleet::V1Use::kUnused) continue;
      const bool used = use == fleet::V1Use::kUsed;
      if (!used && plan_->policy.accept_unknown) continue;
      end_unit(
          out, unit, UnitState::kSkipped, used ? "v1-use" : "v1-unknown",
          used ? fmt::format("IMDSv1 was used {} times since it was planned", found->second.calls)
               : "whether IMDSv1 is used could not be read again");
      break;
    }
  }
}

// --- what to do next -----------------------------------------------------------------------

void Engine::schedule(Now now, Decision& out) {
  if (state_.ended() || state_.wave_count() == 0) {
    if (!state_.ended()) finish(out);
    return;
  }
  keep_windows(now);
  auto recorder_of = recorder(out);
  const auto closes = options_.calendar.closes_at(now.wall);
  const auto reopens = closes ? options_.calendar.opens_at(*closes) : std::nullopt;
  // Outside the windows a soak goes on, for it changes nothing; whoever stops the run may leave it.
  soaks_->drive(settling_ || (stopping_ && !waits_), now, recorder_of);
  next_wave(now, out);
  for (std::optional<std::size_t> wave; wave != state_.wave(); next_wave(now, out)) {
    wave = state_.wave();
    scan(now, out);
    restarts_->drive({settling_, stopping_, limit_reached(), closes, reopens}, now, recorder_of);
  }
  ask_v1_use(now, out);
  list_due(now, out);
  finish(out);
}

bool Engine::limit_reached() const {
  return !planted(Planted::kForgetFailureLimit) &&
         state_.failed() + state_.needs_operator() >=
             static_cast<std::size_t>(plan_->policy.failures);
}

bool Engine::may_begin() const {
  return !settling_ && !stopping_ && !state_.ended() && !limit_reached();
}

// The wave is over when each of its units has ended, or soaks and was seen well.
void Engine::next_wave(Now /*now*/, Decision& out) {
  while (may_begin()) {
    const auto end = state_.wave_begin(state_.wave() + 1);
    while (cursor_ < end && state_.unit(cursor_).state != UnitState::kWaiting) ++cursor_;
    if (cursor_ < end || state_.in_work() > soaks_->proving()) return;
    if (state_.wave() + 1 == state_.wave_count()) return;
    record(out, WaveBegan{static_cast<std::uint32_t>(state_.wave() + 1)});
  }
}

// Goes over the units that could begin: begins what may, notes what has to be read first.
void Engine::scan(Now now, Decision& out) {
  next_begin_.reset();
  for (auto& [name, region] : regions_) {
    region.wanted.clear();
    region.ahead = 0;
  }
  if (!settling_) {
    for (const auto unit : std::vector<std::size_t>(between_.begin(), between_.end())) {
      consider(unit, now, out);
    }
  }
  if (!may_begin()) return;
  const auto end = state_.wave_begin(state_.wave() + 1);
  std::size_t waiting = 0;
  for (auto unit = cursor_; unit < end && waiting < kHorizon && may_begin(); ++unit) {
    if (state_.unit(unit).state != UnitState::kWaiting) continue;
    if (!consider(unit, now, out)) ++waiting;
  }
}

// One unit that could begin. True when it did, or has ended.
bool Engine::consider(std::size_t unit, Now now, Decision& out) {
  if (state_.unit(unit).restart) {
    restarts_->begin(unit, now);
    return false;
  }
  auto& live = live_[unit];
  if (live.phase != Live::Phase::kIdle) return false;
  if (live.not_before > now.mono) {
    next_begin_ = std::min(next_begin_.value_or(live.not_before), live.not_before);
    return false;
  }
  auto& region = region_of(unit);
  const bool first = state_.unit(unit).state == UnitState::kWaiting;
  if (first && v1_is_old(unit, now)) return false;
  if (!is_fresh(unit, now)) {
    if (!live.listed && now.mono >= region.read_not_before) region.wanted.push_back(unit);
    if (now.mono < region.read_not_before) {
      next_begin_ = std::min(next_begin_.value_or(region.read_not_before), region.read_not_before);
    }
    return false;
  }
  if (auto misfit = misfit_of(*plan_, state_.unit(unit), live.seen, now)) {
    if (misfit->code.empty()) {
      changed(unit, now, out);
    } else {
      end_unit(out, unit, UnitState::kSkipped, std::move(misfit->code), std::move(misfit->reason));
    }
    return true;
  }
  const bool full = first &&
                    state_.in_work() >= static_cast<std::size_t>(plan_->policy.waves.width) &&
                    !planted(Planted::kForgetWidth);
  if (full || (options_.table_rates && region.writing >= kWritesQueuedAtTableRates)) {
    ++region.ahead;
    return false;
  }
  if (first) {
    auto recorder_of = recorder(out);
    const auto before = soaks_->before(unit, now, recorder_of);
    if (before != Soaks::Before::kWell) return before == Soaks::Before::kEnded;
  }
  between_.erase(unit);
  while (is_in_effect(*plan_, state_.unit(unit), live.seen)) {
    record(out, StepEnded{write_in_hand(unit)});
  }
  write(unit, now, out);
  return true;
}

void Engine::write(std::size_t unit, Now now, Decision& out) {
  const auto* seen = seen_in_hand(unit);
  auto step = step_in_hand(unit);
  if (planted(Planted::kRollBackToDefaults) && plan_->kind == fleet::PlanKind::kRollback) {
    step.set.set(fleet::OptionField::kHttpTokens, "optional");
    step.set.set(fleet::OptionField::kHttpPutResponseHopLimit, "1");
  }
  auto send = fleet::fields_to_send(step, seen->options, options_.aws_endpoint);
  if (planted(Planted::kLowerHopLimit)) {
    send.set(fleet::OptionField::kHttpPutResponseHopLimit, "2");
  }
  if (planted(Planted::kSwitchEndpointOn)) send.set(fleet::OptionField::kHttpEndpoint, "enabled");
  auto ref = write_in_hand(unit);
  ++ref.attempt;
  const Intent intent{ref, step.instance, seen->options, send};
  if (planted(Planted::kSkipIntent)) {
    if (!state_.apply(intent)) std::abort();
  } else {
    record(out, intent);
  }
  enter(unit, Live::Phase::kWriting, now);
  const auto id = next_effect_++;
  writes_.emplace(id, unit);
  out.effects.push_back(
      ModifyOptions{id, ref, step.region, step.instance, std::move(send), *live_[unit].read_at});
}

bool Engine::v1_is_old(std::size_t unit, Now now) const {
  const auto& planned = *state_.unit(unit).planned;
  if (!planned.v1_gated || planned.cvo) return false;  // of a CVO system its version is the gate
  if (live_[unit].v1_read_at) {
    return is_older_than(*live_[unit].v1_read_at, now, kV1EvidenceGoodFor);
  }
  return gone_on_ || !planned.v1_read_at || now.wall - *planned.v1_read_at > kV1EvidenceGoodFor ||
         now.wall < *planned.v1_read_at;
}

// The wave's v1-use evidence is read again when it is older than a day.
void Engine::ask_v1_use(Now now, Decision& out) {
  if (!may_begin()) return;
  std::map<RegionName, std::vector<std::size_t>> by_region;
  const auto end = state_.wave_begin(state_.wave() + 1);
  for (auto unit = cursor_; unit < end; ++unit) {
    if (state_.unit(unit).state != UnitState::kWaiting || live_[unit].v1_asked) continue;
    if (!v1_is_old(unit, now)) continue;
    by_region[state_.unit(unit).planned->steps.front().region].push_back(unit);
  }
  for (auto& [name, units] : by_region) {
    ReadV1Use effect{next_effect_++, name, {}, plan_->policy.look_back};
    for (const auto unit : units) {
      live_[unit].v1_asked = true;
      for (const auto& step : state_.unit(unit).planned->steps) {
        effect.instances.push_back(step.instance);
      }
    }
    v1_asked_.emplace(effect.id, std::move(units));
    out.effects.push_back(std::move(effect));
  }
}

// One listing a region at a time: what is unknown first, then what waits to be seen applied, then
// what could begin next.
void Engine::list_due(Now now, Decision& out) {
  for (auto& [name, region] : regions_) {
    if (region.listing || now.mono < region.read_not_before) continue;
    std::vector<std::size_t> units;
    ReadOptions effect{0, name, {}};
    const auto add = [&](std::size_t unit) {
      const auto& steps = state_.unit(unit).planned->steps;
      if (!effect.instances.empty() && effect.instances.size() + steps.size() > kIdsPerListing) {
        return;
      }
      for (const auto& step : steps) effect.instances.push_back(step.instance);
      units.push_back(unit);
    };
    for (const auto unit : region.looking) {
      if (live_[unit].not_before <= now.mono) add(unit);
    }
    const bool poll_due =
        (region.next_poll && *region.next_poll <= now.mono) || region.unpolled >= kIdsPerListing;
    const bool ahead_due = !region.wanted.empty() && region.ahead < kReadAhead;
    if (units.empty() && !poll_due && !ahead_due) continue;
    for (const auto unit : region.confirming) {
      if (poll_due || !live_[unit].polled) add(unit);
    }
    for (const auto unit : region.wanted) add(unit);
    effect.id = next_effect_++;
    region.listing = true;
    for (const auto unit : units) live_[unit].listed = true;
    listings_.emplace(effect.id, std::move(units));
    out.effects.push_back(std::move(effect));
  }
}

bool Engine::at_rest() const {
  if (busy_ > 0 || !listings_.empty() || !writes_.empty() || !v1_asked_.empty()) return false;
  if (restarts_ && (!restarts_->at_rest() || !soaks_->at_rest())) return false;
  if (state_.ended() || settling_) return true;
  return between_.empty() && stopping_.has_value();
}

std::optional<MonoTime> Engine::wake_at(Now now) const {
  std::optional<MonoTime> earliest = next_begin_;
  if (const auto restart = restarts_ ? restarts_->wake_at() : std::nullopt) {
    earliest = std::min(earliest.value_or(*restart), *restart);
  }
  if (const auto soak = soaks_ ? soaks_->wake_at() : std::nullopt) {
    earliest = std::min(earliest.value_or(*soak), *soak);
  }
  const auto at = [&](MonoTime time) { earliest = std::min(earliest.value_or(time), time); };
  for (const auto& [name, region] : regions_) {
    if (region.listing) continue;
    const auto free = region.read_not_before;
    if (region.next_poll) at(std::max(*region.next_poll, free));
    for (const auto unit : region.looking) at(std::max(live_[unit].not_before, free));
    if (!region.wanted.empty() && region.ahead < kReadAhead) at(free);
  }
  if (earliest) earliest = std::max(*earliest, now.mono);
  return earliest;
}

// --- small questions -----------------------------------------------------------------------

bool Engine::is_fresh(std::size_t unit, Now now) const {
  const auto& live = live_[unit];
  if (!live.read_at) return false;
  return planted(Planted::kTrustOldReading) || !is_older_than(*live.read_at, now, kReadingGoodFor);
}

Engine::Region& Engine::region_of(std::size_t unit) {
  return regions_[state_.unit(unit).planned->steps.front().region];
}

const fleet::Step& Engine::step_in_hand(std::size_t unit) const {
  const auto& record_of = state_.unit(unit);
  return record_of.planned->steps[record_of.step];
}

const SeenInstance* Engine::seen_in_hand(std::size_t unit) const {
  const auto& wanted = step_in_hand(unit).instance;
  const auto& seen = live_[unit].seen;
  const auto found =
      std::find_if(seen.begin(), seen.end(), [&](const SeenInstance& s) { return s.id == wanted; });
  return found == seen.end() ? nullptr : &*found;
}

WriteRef Engine::write_in_hand(std::size_t unit) const {
  const auto& record_of = state_.unit(unit);
  return {record_of.planned->id, record_of.step, record_of.attempts};
}

Duration Engine::settle_time() const {
  return plan_->policy.calls.timeout + plan_->policy.calls.unknown_settle;
}

}  // namespace v2only::engine
