// Carries the CVO units of a run along: asks next_move() what to do, makes it an entry, and emits
// what has to be done in the world. Part of the engine: no I/O, no clock.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/time.h"
#include "engine/decision.h"
#include "engine/effect.h"
#include "engine/run_state.h"
#include "engine/situation.h"
#include "engine/soaks.h"
#include "fleet/plan.h"

namespace v2only::engine {

// What the run as a whole allows at the moment.
struct RunLeave {
  bool settling = false;  // a resume that has not been told to go on
  std::optional<std::string> stopping;
  bool limit_reached = false;
  // When the window that is open now ends, and the next one begins; nothing: never.
  std::optional<WallTime> closes;
  std::optional<WallTime> reopens;
};

class Restarts {
 public:
  // All must outlive it.
  Restarts(const fleet::Plan& plan, RunState& state, const Soaks& soaks, bool aws_endpoint);

  // A unit's turn has come, or it was in work when the process before this one ended.
  void begin(std::size_t unit, Now now);
  bool has(std::size_t unit) const { return live_.count(unit) > 0; }

  void on(const SystemRead& event, Now now);
  void on(const ActAnswered& event, Now now, Recorder& out);
  // Whether the answer was to a write of a CVO member.
  bool on(const ModifyAnswered& event, Now now, Recorder& out);
  void on(const GoGiven& event, Now now, Recorder& out);

  // Each unit as far as it goes without another event.
  void drive(const RunLeave& leave, Now now, Recorder& out);

  // No call is under way and no unit may go on: each has ended or is held. One that waits for
  // `v2only go` is not at rest, unless the run is to stop.
  bool at_rest() const;
  // Units that are held in a safe state, the first reason, and when it is worth trying again.
  struct Held {
    std::size_t units = 0;
    std::string why;
    std::optional<WallTime> until;
  };
  Held held() const;
  bool is_held(std::size_t unit) const;
  std::optional<MonoTime> wake_at() const;

 private:
  // What this process knows of a unit beyond the journal.
  struct Live {
    std::optional<fleet::SystemReading> reading;
    std::uint32_t parts = 0;  // of the reading
    Now phase_since;
    std::optional<Now> acted_at;
    int in_a_row = 0;
    std::optional<MonoTime> in_a_row_since;
    std::string options_refused;
    fleet::OptionSet wanted;  // all options as they are to be after the write under way
    std::string option_moved;
    std::optional<MonoTime> resync_seen;
    std::uint32_t refusals = 0;  // in a row, worth another try
    std::optional<MonoTime> not_before;
    bool reading_under_way = false;
    std::optional<MonoTime> last_asked;
    bool act_under_way = false;
    std::optional<Leave> held;
    std::optional<MonoTime> wake;
  };

  // One move; true when another may follow at once.
  bool step(std::size_t unit, const RunLeave& leave, Now now, Recorder& out);
  Situation situation(std::size_t unit, const RunLeave& leave, Now now) const;
  Leave leave_for(std::size_t unit, const RunLeave& leave, Now now) const;
  std::optional<Leave> held_by_consent(std::size_t unit, WallTime from, WallTime now) const;
  std::optional<Leave> held_by_window(const RunLeave& leave, WallTime from) const;
  std::optional<Leave> held_by_agents(std::size_t unit, Now now) const;
  std::optional<Leave> held_by_agent(std::size_t agent, Now now) const;
  std::optional<Leave> held_by_others(std::size_t unit, Now now) const;

  bool carry(std::size_t unit, const Look& move, const Situation& s, Recorder& out);
  bool carry(std::size_t unit, const Act& move, const Situation& s, Recorder& out);
  bool carry(std::size_t unit, const WriteOptions& move, const Situation& s, Recorder& out);
  bool carry(std::size_t unit, const RestoreOptions& move, const Situation& s, Recorder& out);
  bool carry(std::size_t unit, const Enter& move, const Situation& s, Recorder& out);
  bool carry(std::size_t unit, const NextMember& move, const Situation& s, Recorder& out);
  bool carry(std::size_t unit, const GiveUp& move, const Situation& s, Recorder& out);
  bool carry(std::size_t unit, const PauseHere& move, const Situation& s, Recorder& out);
  bool carry(std::size_t unit, const Hold& move, const Situation& s, Recorder& out);
  bool carry(std::size_t unit, const EndUnit& move, const Situation& s, Recorder& out);
  bool carry(std::size_t unit, const WaitUntil& move, const Situation& s, Recorder& out);

  bool send_options(std::size_t unit, const fleet::OptionSet& set, const Situation& s,
                    Recorder& out);
  void settle_write(std::size_t unit, Now now, Recorder& out);
  void end_note(std::size_t unit, const Situation& s, Recorder& out);
  void enter(std::size_t unit, Phase phase, Now now, Recorder& out);

  // One that could not end inside its consent and its window does not begin.
  Duration longest_cycle() const { return plan_.policy.ontap.expected * 3 / 2; }
  const UnitRecord& record_of(std::size_t unit) const { return state_.unit(unit); }
  const UnitId& id_of(std::size_t unit) const { return record_of(unit).planned->id; }

  const fleet::Plan& plan_;
  RunState& state_;
  const Soaks& soaks_;
  bool aws_endpoint_;
  std::vector<std::size_t> agents_;   // of the plan
  std::map<std::size_t, Live> live_;  // units that have begun here and not ended
  struct Asked {
    std::size_t unit = 0;
    std::uint32_t parts = 0;        // of a look
    ActKind kind = ActKind::kNote;  // of an act
  };
  std::map<EffectId, Asked> looks_;
  std::map<EffectId, Asked> acts_;
  std::map<EffectId, std::size_t> writes_;
  bool stopping_ = false;  // as of the last drive()
  bool halted_ = false;    // one of them needs an operator: no other begins
};

}  // namespace v2only::engine
