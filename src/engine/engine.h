// A run as a deterministic state machine. No I/O, no clock, no randomness.
//
// advance(event, now) decides. Its decisions are entries: they have been applied to the state when
// it returns, and they must be durable before any of its effects is carried out. What is not in an
// entry (readings, what is in flight, poll times) is only scheduling and is lost with the process;
// a new Engine over the same entries finds it anew by looking.
//
// How a unit goes:
//
//   waiting --fresh reading fits the plan--> Intent, ModifyOptions
//     | reading does not fit: skipped            | done      | unknown        | refused
//     v                                          v           v                v
//   skipped                          seen applied?    look: Settled        failed, or waiting
//                                     yes: done        after: as done      again when throttled
//                                                      before: once more
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/time.h"
#include "engine/decision.h"
#include "engine/effect.h"
#include "engine/entry.h"
#include "engine/fit.h"
#include "engine/restarts.h"
#include "engine/run_state.h"
#include "engine/soaks.h"
#include "fleet/calendar.h"
#include "fleet/plan.h"
#include "fleet/profile.h"

namespace v2only::engine {

struct EngineOptions {
  bool aws_endpoint = true;   // which fields go along with a write (see fleet/command.h)
  bool table_rates = true;    // calls are held to AWS's published rates below the engine
  bool settle_first = false;  // a resume: begins nothing until GoOn
  std::string digest;         // of the plan
  // When something may begin: the plan's windows and blackout days, as moments. A rollback is not
  // held to them, for it mends.
  fleet::Calendar calendar;
};

class Engine {
 public:
  // `entries` are the run's so far; none for a new run. The plan must outlive the engine.
  static Result<Engine> create(const fleet::Plan& plan, const std::vector<Entry>& entries,
                               EngineOptions options);

  Decision advance(const Event& event, Now now);

  const RunState& state() const { return state_; }
  // Nothing is in flight and nothing will happen without another event: the run has ended, has
  // stopped, or has settled and waits for GoOn.
  bool at_rest() const;
  // It rests because its time has not come: windows, consents, the operator's word. Nothing is
  // wrong.
  bool waits() const { return waits_; }
  // A resume: what was in flight has been settled, and nothing keeps it from going on.
  bool settled() const { return settling_ && !stopping_ && at_rest(); }

 private:
  Engine(const fleet::Plan& plan, EngineOptions options);

  // What this process knows of a unit beyond the journal.
  struct Live {
    enum class Phase : std::uint8_t {
      kIdle,        // waiting, or between two steps: the next write is still to be decided
      kWriting,     // the write is on its way
      kLooking,     // its outcome is unknown: to be read
      kConfirming,  // written: to be seen applied
    };
    Phase phase = Phase::kIdle;
    bool listed = false;         // a listing that names it is on its way
    std::optional<Now> read_at;  // of `seen`
    Seen seen;                   // its members, in the order of its steps; fewer: some are gone
    MonoTime not_before{};       // throttled, or a look that is not due yet
    Now confirming_since;
    bool polled = false;         // looked at since it was written
    std::uint32_t held_off = 0;  // refusals in a row that are worth another try
    // Came after a call without an answer: what it means is decided when that one was looked at.
    std::optional<ModifyAnswered> refusal;
    std::optional<Now> v1_read_at;  // v1 use, read again by this process
    bool v1_asked = false;
  };

  // What this process knows of a region: how often it looks, and what is on its way.
  struct Region {
    bool listing = false;
    std::optional<MonoTime> next_poll;
    Duration poll_interval{};
    std::size_t writing = 0;
    int failed_reads = 0;  // in a row
    MonoTime read_not_before{};
    std::set<std::size_t> confirming;  // units that wait to be seen applied
    std::set<std::size_t> looking;
    std::size_t unpolled = 0;         // of `confirming`, those never looked at
    std::vector<std::size_t> wanted;  // waiting units to be read ahead; made anew by each schedule
    std::size_t ahead = 0;            // waiting units that have been read and may begin
  };

  void record(Decision& out, Entry entry);
  void end_unit(Decision& out, std::size_t unit, UnitState state, std::string code,
                std::string reason);
  void enter(std::size_t unit, Live::Phase phase, Now now);
  void adopt(Now now);

  void on(const Tick& event, Now now, Decision& out);
  void on(const OptionsRead& event, Now now, Decision& out);
  void on(const ModifyAnswered& event, Now now, Decision& out);
  void on(const V1UseRead& event, Now now, Decision& out);
  void on(const StopAsked& event, Now now, Decision& out);
  void on(const GoOn& event, Now now, Decision& out);
  void on(const SystemRead& event, Now now, Decision& out);
  void on(const ActAnswered& event, Now now, Decision& out);
  void on(const GoGiven& event, Now now, Decision& out);
  void on(const AgentRead& event, Now now, Decision& out);

  SeenInstance seen_as(const fleet::Instance& instance) const;
  void listing_failed(Region& region, const OptionsRead& event, Now now);
  void look_at(std::size_t unit, Now now, Decision& out);
  void confirm(std::size_t unit, Now now, Decision& out);
  void done(std::size_t unit, const ModifyAnswered& event, Now now, Decision& out);
  void refused(std::size_t unit, const ModifyAnswered& event, Now now, Decision& out);
  void conclude(std::size_t unit, const ModifyAnswered& refusal, Now now, Decision& out);
  bool hold_off(std::size_t unit, const ModifyAnswered& refusal, Now now);
  void wait_again(std::size_t unit);
  void step_seen(std::size_t unit, Now now, Decision& out);
  void changed(std::size_t unit, Now now, Decision& out);

  void schedule(Now now, Decision& out);
  void keep_windows(Now now);
  void next_wave(Now now, Decision& out);
  void scan(Now now, Decision& out);
  bool consider(std::size_t unit, Now now, Decision& out);
  void write(std::size_t unit, Now now, Decision& out);
  void ask_v1_use(Now now, Decision& out);
  bool v1_is_old(std::size_t unit, Now now) const;
  void list_due(Now now, Decision& out);
  void finish(Decision& out);
  void record_stop(Decision& out);
  std::optional<MonoTime> wake_at(Now now) const;

  bool may_begin() const;
  bool limit_reached() const;
  bool only_held() const;
  Recorder recorder(Decision& out) { return {state_, out, next_effect_}; }
  bool is_fresh(std::size_t unit, Now now) const;
  Region& region_of(std::size_t unit);
  const fleet::Step& step_in_hand(std::size_t unit) const;
  const SeenInstance* seen_in_hand(std::size_t unit) const;
  WriteRef write_in_hand(std::size_t unit) const;
  Duration settle_time() const;

  const fleet::Plan* plan_;
  EngineOptions options_;
  fleet::Profiles profiles_;  // the plan's: what instances are known by
  RunState state_;
  std::unique_ptr<Soaks> soaks_;  // made with the first event: they refer to the state
  std::unique_ptr<Restarts> restarts_;
  std::vector<Live> live_;
  std::map<RegionName, Region> regions_;
  std::map<EffectId, std::vector<std::size_t>> listings_;
  std::map<EffectId, std::size_t> writes_;
  std::map<EffectId, std::vector<std::size_t>> v1_asked_;
  std::set<std::size_t> between_;       // in work, between two steps
  std::size_t busy_ = 0;                // units whose phase is not kIdle
  std::size_t cursor_ = 0;              // every unit of the wave before it has ended or is in work
  std::optional<MonoTime> next_begin_;  // when a unit that was told to wait may begin
  EffectId next_effect_ = 1;
  bool adopted_ = false;  // what the entries left open has been taken up
  bool settling_ = false;
  bool gone_on_ = false;  // after a resume: v1-use evidence is read afresh
  std::optional<std::string> stopping_;
  bool stop_recorded_ = false;
  bool waits_ = false;
};

}  // namespace v2only::engine
