#include "engine/restarts.h"

#include <algorithm>
#include <utility>

#include "engine/backoff.h"
#include "engine/cycle.h"
#include "fleet/command.h"

namespace v2only::engine {
namespace {

using std::chrono::seconds;

constexpr Duration kLongestPoll = seconds(60);
constexpr Duration kLongestBackoff = seconds(60);
// A unit that is held asks again after so long: the wall clock may have been set meanwhile.
constexpr Duration kLongestHold = std::chrono::minutes(10);
constexpr std::uint32_t kMostRefusals = 8;
// A node is halted by then, and only a stop brings it back: some fifteen minutes.
constexpr std::uint32_t kMostRefusedStops = 20;
// Options are read again within 60 s before they are written; the call may wait below the engine.
constexpr Duration kOptionsGoodFor = seconds(40);

// Nothing guards these: they do no harm, or must happen whatever else does.
bool is_guarded(ActKind kind) {
  return kind == ActKind::kShutdown || kind == ActKind::kReboot || kind == ActKind::kTakeover ||
         kind == ActKind::kHalt || kind == ActKind::kStop || kind == ActKind::kInstanceReboot ||
         kind == ActKind::kConsoleStop;
}

bool is_start(ActKind kind) { return kind == ActKind::kStart || kind == ActKind::kConsoleStart; }

// Whether the newest reading is one more of those that its phase wants several of, in a row.
bool counts(const Situation& s) {
  if (s.record.phase == Phase::kShutdown) return node_seen(s) == nullptr;
  return s.record.phase == Phase::kMediatorGood &&
         fleet::all_good(fleet::mediator_good(*s.reading, s.gates));
}

// Until something was done that cannot be left as it is, the leave is asked for.
bool may_turn_back(Phase phase) {
  return phase == Phase::kGates || phase == Phase::kMediatorOptions ||
         phase == Phase::kMediatorReboot || phase == Phase::kNote || phase == Phase::kHandover ||
         phase == Phase::kShutdown;
}

// The reply echoes all options: what was not to move must not have.
std::string moved_by(const ModifyAnswered& event, const fleet::OptionSet& wanted) {
  const auto moved = wanted.changed_from(event.options).only(event.options);
  if (moved.empty()) return {};
  return "after the call it has " + event.options.only(moved).to_text() + ", wanted " +
         moved.to_text();
}

// What cannot come by waiting.
// The mirrors are made the same again before a giveback (facts: netapp.md, 6), and that takes as
// long as it takes, unless one has failed.
bool is_resync(const fleet::OntapReading& ontap) {
  if (!ontap.aggregates) return false;
  const auto shows = [&](std::string_view mirror) {
    return std::any_of(ontap.aggregates->begin(), ontap.aggregates->end(),
                       [&](const auto& aggregate) { return aggregate.mirror == mirror; });
  };
  return shows("resynchronizing") && !shows("failed");
}

bool is_final(const Leave& leave) {
  return leave.code == "restart-not-authorised" || leave.code == "agent-not-done";
}

}  // namespace

Restarts::Restarts(const fleet::Plan& plan, RunState& state, const Soaks& soaks, bool aws_endpoint)
    : plan_(plan), state_(state), soaks_(soaks), aws_endpoint_(aws_endpoint) {
  for (std::size_t unit = 0; unit < state.units().size(); ++unit) {
    if (soaks.is_agent(unit)) agents_.push_back(unit);
    if (record_of(unit).restart && is_trouble(record_of(unit).state)) halted_ = true;
  }
}

void Restarts::begin(std::size_t unit, Now now) {
  const auto [found, fresh] = live_.try_emplace(unit);
  if (fresh) found->second.phase_since = now;
}

// --- what happened -------------------------------------------------------------------------

void Restarts::on(const SystemRead& event, Now now) {
  const auto asked = looks_.extract(event.id);
  if (asked.empty()) return;
  const auto found = live_.find(asked.mapped().unit);
  if (found == live_.end()) return;
  auto& live = found->second;
  live.reading_under_way = false;
  live.reading = event.reading;
  live.parts = asked.mapped().parts;
  if (is_resync(live.reading->ontap)) live.resync_seen = live.reading->asked_at.mono;
  const auto s = situation(found->first, {}, now);
  live.in_a_row = counts(s) ? live.in_a_row + 1 : 0;
  if (live.in_a_row <= 1) live.in_a_row_since = live.reading->asked_at.mono;
}

void Restarts::on(const ActAnswered& event, Now now, Recorder& out) {
  const auto asked = acts_.extract(event.id);
  if (asked.empty()) return;
  const auto [unit, parts, kind] = asked.mapped();
  auto& live = live_.at(unit);
  const auto& record = *record_of(unit).restart;
  live.act_under_way = false;
  if (record.is_aside(kind)) {
    const ActRef ref{id_of(unit), record.member, kind, 1};
    out.record(ActOutcome{ref, event.fate, false, event.code, event.message, event.request_id});
    return;
  }
  live.acted_at = now;
  ++live.refusals;
  const auto most = kind == ActKind::kStop ? kMostRefusedStops : kMostRefusals;
  const bool again = event.fate == WriteFate::kRefused &&
                     (is_start(kind) || (event.again && live.refusals <= most));
  if (again) live.not_before = now.mono + backoff(live.refusals, kLongestBackoff);
  out.record(ActOutcome{{id_of(unit), record.member, kind, record.act->attempt},
                        event.fate,
                        again,
                        event.code,
                        event.message,
                        event.request_id});
}

bool Restarts::on(const ModifyAnswered& event, Now now, Recorder& out) {
  const auto asked = writes_.extract(event.id);
  if (asked.empty()) return false;
  const auto unit = asked.mapped();
  auto& live = live_.at(unit);
  live.act_under_way = false;
  live.acted_at = now;
  live.reading.reset();  // it is of before the write, though no time may have passed since
  const auto& record = record_of(unit);
  out.record(Outcome{{id_of(unit), record.step, record.attempts},
                     event.fate,
                     event.code,
                     event.message,
                     event.request_id});
  if (event.fate == WriteFate::kDone) live.option_moved = moved_by(event, live.wanted);
  if (event.fate != WriteFate::kRefused) return true;
  const bool passing = event.throttled || event.code == "IncorrectInstanceState";
  if (passing && ++live.refusals <= kMostRefusals) {
    live.not_before = now.mono + backoff(live.refusals, kLongestBackoff);
  } else {
    live.options_refused = event.code + (event.message.empty() ? "" : ": " + event.message);
  }
  return true;
}

void Restarts::on(const GoGiven& /*event*/, Now now, Recorder& out) {
  for (std::size_t unit = 0; unit < state_.units().size(); ++unit) {
    const auto& record = record_of(unit);
    const bool open = record.state == UnitState::kWaiting || record.state == UnitState::kInWork;
    if (!open || !record.restart || !record.restart->paused) continue;
    out.record(WentOn{id_of(unit), now.wall});
    const auto live = live_.find(unit);
    if (live == live_.end()) continue;
    live->second.held.reset();
    live->second.acted_at = now;  // what was read before guards nothing
  }
}

// --- what to do next -----------------------------------------------------------------------

void Restarts::drive(const RunLeave& leave, Now now, Recorder& out) {
  stopping_ = leave.settling || leave.stopping.has_value();
  std::vector<std::size_t> units;
  for (const auto& [unit, live] : live_) units.push_back(unit);
  // Those that were begun come before those that were not: a start is never kept waiting.
  std::stable_partition(units.begin(), units.end(), [&](std::size_t unit) {
    return record_of(unit).state == UnitState::kInWork;
  });
  for (const auto unit : units) {
    while (has(unit) && step(unit, leave, now, out)) {
    }
  }
}

bool Restarts::step(std::size_t unit, const RunLeave& leave, Now now, Recorder& out) {
  auto& live = live_.at(unit);
  live.wake.reset();
  live.held.reset();
  if (live.act_under_way) return false;
  settle_write(unit, now, out);
  const auto s = situation(unit, leave, now);
  const auto move = next_move(s);
  return std::visit([&](const auto& m) { return carry(unit, m, s, out); }, move);
}

Situation Restarts::situation(std::size_t unit, const RunLeave& leave, Now now) const {
  const auto& live = live_.at(unit);
  const auto& record = record_of(unit);
  Situation s{*record.planned,
              plan_.policy,
              {*record.planned->cvo, aws_endpoint_, plan_.facts.console.has_value(),
               plan_.policy.ontap.expected},
              *record.restart};
  s.reading = live.reading ? &*live.reading : nullptr;
  s.reading_parts = live.parts;
  s.now = now;
  s.phase_since = live.phase_since;
  s.acted_at = live.acted_at;
  s.in_a_row = live.in_a_row;
  s.in_a_row_since = live.in_a_row_since;
  s.resync_seen = live.resync_seen;
  s.options_refused = live.options_refused;
  s.option_moved = live.option_moved;
  s.not_before = live.not_before;
  s.stopping = leave.stopping.has_value();
  s.write_open = record.open;
  if (may_turn_back(record.restart->phase)) s.leave = leave_for(unit, leave, now);
  return s;
}

// --- moves -----------------------------------------------------------------------------------

bool Restarts::carry(std::size_t unit, const Look& move, const Situation& s, Recorder& out) {
  auto& live = live_.at(unit);
  if (live.reading_under_way) return false;
  // One look each max(poll, 2 % of the time waited), 60 s at most.
  // Even an urgent one is no storm: what it found wanting is read again after a moment.
  auto pause = std::min<Duration>(std::max(s.policy.ontap.poll, waited(s) / 50), kLongestPoll);
  if (move.urgent) pause = std::min<Duration>(pause, seconds(1));
  if (live.last_asked && s.now.mono < *live.last_asked + pause) {
    live.wake = *live.last_asked + pause;
    return false;
  }
  live.last_asked = s.now.mono;
  live.reading_under_way = true;
  const auto id = out.next_id();
  looks_.emplace(id, Asked{unit, move.parts, {}});
  out.emit(ReadSystem{id, id_of(unit), move.parts, move.at_node});
  return false;
}

bool Restarts::carry(std::size_t unit, const Act& move, const Situation& s, Recorder& out) {
  auto& live = live_.at(unit);
  if (live.not_before && s.now.mono < *live.not_before) {
    live.wake = live.not_before;
    return false;
  }
  const bool same = s.record.act && s.record.act->kind == move.kind;
  const ActRef ref{id_of(unit), s.record.member, move.kind, same ? s.record.act->attempt + 1 : 1};
  out.record(ActIntent{ref, instance_in_hand(s), s.now.wall});
  live.act_under_way = true;
  live.not_before.reset();
  const auto id = out.next_id();
  acts_.emplace(id, Asked{unit, 0, move.kind});
  const auto read_at = is_guarded(move.kind) && s.reading != nullptr
                           ? std::optional(s.reading->asked_at)
                           : std::nullopt;
  out.emit(ActOnSystem{id, ref, instance_in_hand(s), read_at});
  return false;
}

bool Restarts::send_options(std::size_t unit, const fleet::OptionSet& set, const Situation& s,
                            Recorder& out) {
  auto& live = live_.at(unit);
  if (live.not_before && s.now.mono < *live.not_before) {
    live.wake = live.not_before;
    return false;
  }
  if (!fresh(s, kEc2, kOptionsGoodFor)) return carry(unit, Look{kEc2, true, {}}, s, out);
  auto step = *step_of_member(s);
  step.set = set;
  const auto& seen = member_seen(s)->options;
  auto send = fleet::fields_to_send(step, seen, aws_endpoint_);
  const auto& record = record_of(unit);
  const WriteRef ref{id_of(unit), record.step, record.attempts + 1};
  out.record(Intent{ref, step.instance, seen, send});
  live.wanted = seen.with(set);
  live.act_under_way = true;
  live.not_before.reset();
  const auto id = out.next_id();
  writes_.emplace(id, unit);
  out.emit(
      ModifyOptions{id, ref, step.region, step.instance, std::move(send), s.reading->asked_at});
  return false;
}

bool Restarts::carry(std::size_t unit, const WriteOptions& /*move*/, const Situation& s,
                     Recorder& out) {
  return send_options(unit, step_of_member(s)->set, s, out);
}

bool Restarts::carry(std::size_t unit, const RestoreOptions& /*move*/, const Situation& s,
                     Recorder& out) {
  return send_options(unit, step_of_member(s)->inverse(), s, out);
}

// A write whose answer never came is judged by what is there, once it can no longer take effect.
void Restarts::settle_write(std::size_t unit, Now now, Recorder& out) {
  const auto& record = record_of(unit);
  if (!record.open) return;
  const auto s = situation(unit, {}, now);
  if (!fresh(s, kEc2, kOptionsGoodFor)) return;
  const auto* seen = member_seen(s);
  const auto* step = step_of_member(s);
  if (seen == nullptr || step == nullptr) return;
  const WriteRef ref{id_of(unit), record.step, record.attempts};
  // What is put back counts as written until it is seen; then, either way, nothing is under way.
  const bool put_back = s.record.phase == Phase::kRestore;
  const bool landed = seen->options.satisfies(put_back ? step->inverse() : step->set);
  if (landed || unknown_settled(s)) {
    out.record(Settled{ref, landed ? Found::kAfter : Found::kBefore, seen->options});
  }
}

void Restarts::enter(std::size_t unit, Phase phase, Now now, Recorder& out) {
  auto& live = live_.at(unit);
  out.record(PhaseBegan{id_of(unit), record_of(unit).restart->member, phase, now.wall});
  live.phase_since = now;
  live.in_a_row = 0;
  // A mediator's write that is refused for now goes back to the gates, and is counted on.
  if (phase != Phase::kGates && phase != Phase::kMediatorOptions) live.refusals = 0;
  live.not_before.reset();
  if (phase == Phase::kRestore) live.options_refused.clear();
  live.option_moved.clear();
}

bool Restarts::carry(std::size_t unit, const Enter& move, const Situation& s, Recorder& out) {
  if (s.record.phase == Phase::kGates) {
    Before before;
    if (const auto* seen = member_seen(s)) {
      before.launched = seen->launched;
      before.boot_mark = seen->boot_mark;
    }
    if (const auto* node = node_seen(s)) before.booted = booted_at(*s.reading, *node);
    out.record(CycleBegan{id_of(unit), s.record.member, before});
  }
  enter(unit, move.phase, s.now, out);
  return true;
}

bool Restarts::carry(std::size_t unit, const NextMember& /*move*/, const Situation& s,
                     Recorder& out) {
  auto& live = live_.at(unit);
  const bool last = s.record.member + 1 == member_count(s.gates.system);
  if (step_of_member(s) != nullptr) {
    const auto& record = record_of(unit);
    out.record(StepEnded{{id_of(unit), record.step, record.attempts}});
  }
  if (last) return carry(unit, EndUnit{UnitState::kDone, {}, {}}, s, out);
  out.record(MemberEnded{id_of(unit), s.record.member});
  live.phase_since = s.now;
  live.refusals = 0;
  live.options_refused.clear();
  live.option_moved.clear();
  live.in_a_row = 0;
  return true;
}

bool Restarts::carry(std::size_t unit, const GiveUp& move, const Situation& s, Recorder& out) {
  auto why = move.why;
  if (s.record.abandoned) why = *s.record.abandoned + "; and then: " + why;
  out.record(Abandoned{id_of(unit), s.record.member, move.code, std::move(why)});
  enter(unit, move.next, s.now, out);
  return true;
}

bool Restarts::carry(std::size_t unit, const PauseHere& move, const Situation& s, Recorder& out) {
  if (!s.record.paused) out.record(Paused{id_of(unit), move.point});
  auto& live = live_.at(unit);
  live.held = Leave{false, "paused", "waits for: v2only go", {}};
  live.phase_since = s.now;  // afterwards it has its full time
  return false;
}

bool Restarts::carry(std::size_t unit, const Hold& move, const Situation& s, Recorder& out) {
  // Before anything of it was touched, what cannot come by waiting ends it.
  const bool untouched = record_of(unit).state == UnitState::kWaiting;
  if (untouched && is_final(move.leave)) {
    return carry(unit, EndUnit{UnitState::kSkipped, move.leave.code, move.leave.why}, s, out);
  }
  auto& live = live_.at(unit);
  live.held = move.leave;
  live.phase_since = s.now;  // once it may begin, it has its full time to become ready
  if (move.leave.until) {
    const auto wait = std::max<Duration>(*move.leave.until - s.now.wall, seconds(1));
    live.wake = s.now.mono + std::min(wait, kLongestHold);
  }
  return false;
}

// Whatever came of it, maintenance is over: now NetApp may open a case.
void Restarts::end_note(std::size_t unit, const Situation& s, Recorder& out) {
  const ActRef ref{id_of(unit), s.record.member, ActKind::kNoteEnd, 1};
  out.record(ActIntent{ref, instance_in_hand(s), s.now.wall});
  live_.at(unit).act_under_way = true;
  const auto id = out.next_id();
  acts_.emplace(id, Asked{unit, 0, ActKind::kNoteEnd});
  out.emit(ActOnSystem{id, ref, instance_in_hand(s), {}});
}

bool Restarts::carry(std::size_t unit, const EndUnit& move, const Situation& s, Recorder& out) {
  if (s.record.noted) {
    end_note(unit, s, out);
    return false;
  }
  if (is_trouble(move.state)) halted_ = true;
  out.record(UnitEnded{id_of(unit), move.state, move.code, move.why});
  live_.erase(unit);
  return false;
}

bool Restarts::carry(std::size_t unit, const WaitUntil& move, const Situation& /*s*/,
                     Recorder& /*out*/) {
  live_.at(unit).wake = move.until;
  return false;
}

// --- small questions -------------------------------------------------------------------------

bool Restarts::at_rest() const {
  if (!looks_.empty() || !acts_.empty() || !writes_.empty()) return false;
  return std::all_of(live_.begin(), live_.end(), [&](const auto& entry) {
    const auto& held = entry.second.held;
    // A soak is in flight as long as nobody asks the run to stop.
    if (held && held->code == "soak") return stopping_;
    if (!held || held->code != "paused") return held.has_value();
    return stopping_ && record_of(entry.first).restart->phase == Phase::kGates;
  });
}

bool Restarts::is_held(std::size_t unit) const {
  const auto found = live_.find(unit);
  return found != live_.end() && found->second.held;
}

Restarts::Held Restarts::held() const {
  Held out;
  for (const auto& [unit, live] : live_) {
    if (!live.held) continue;
    ++out.units;
    if (out.why.empty()) out.why = id_of(unit).str() + ": " + live.held->why;
    if (!live.held->until) continue;
    out.until = std::min(out.until.value_or(*live.held->until), *live.held->until);
  }
  return out;
}

std::optional<MonoTime> Restarts::wake_at() const {
  std::optional<MonoTime> out;
  for (const auto& [unit, live] : live_) {
    if (live.wake) out = std::min(out.value_or(*live.wake), *live.wake);
  }
  return out;
}

}  // namespace v2only::engine
