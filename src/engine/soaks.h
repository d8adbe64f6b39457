// Carries the Console agents of a run along: seen well before their change, then soaked, and put
// back where they stop doing their work. Part of the engine: no I/O, no clock.
//
//   waiting --well--> (options written, seen applied) --> soak-began --well to the end--> done
//     | not well: skipped                                   | failed: soak-failed, put back, failed
//
// Where the facts give no Console nobody can be asked: then an agent is done with its options, and
// only the CVO systems of the plan wait its soak out.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "core/time.h"
#include "engine/decision.h"
#include "engine/effect.h"
#include "engine/run_state.h"
#include "fleet/plan.h"

namespace v2only::engine {

class Soaks {
 public:
  // The plan and the state must outlive it. What the entries left soaking is taken up.
  Soaks(const fleet::Plan& plan, RunState& state, bool aws_endpoint, Now now);

  // An agent that this run changes. A rollback puts back, and is over with that.
  bool is_agent(std::size_t unit) const;

  // Before its change: only of one that does its work can be told what the change did.
  enum class Before : std::uint8_t { kWell, kWait, kEnded };
  Before before(std::size_t unit, Now now, Recorder& out);
  // Its options were seen applied.
  void begin(std::size_t unit, Now now, Recorder& out);

  void on(const AgentRead& event, Now now);
  // Whether the answer was to a write of a soak.
  bool on(const ModifyAnswered& event, Now now, Recorder& out);

  // Each as far as it goes without another event. `rest`: a soak may be left as it is, to be taken
  // up by a resume; what is being put back goes on.
  void drive(bool rest, Now now, Recorder& out);

  // No call is under way, and no soak goes on unless it may be left.
  bool at_rest() const;
  // Soaking, and seen well since their change: they hold up no wave.
  std::size_t proving() const;
  // When the soak of a changed agent is over. By monotonic time: the wall clock may be set
  // meanwhile.
  std::optional<MonoTime> over_at(std::size_t unit) const;
  std::optional<MonoTime> wake_at() const;

 private:
  // What this process knows of an agent beyond the journal.
  struct Live {
    Now since;  // of the watch
    std::optional<fleet::AgentReading> reading;
    bool look_under_way = false;
    std::optional<MonoTime> last_asked;
    int bad = 0;                           // readings in a row that speak against it
    std::optional<MonoTime> unread_since;  // the Console has told nothing since
    bool well = false;                     // seen well since its change
    std::optional<Now> putting_back;       // since then
    bool write_under_way = false;
    std::optional<Now> acted_at;  // when the last write was answered: readings must be younger
    std::uint32_t refusals = 0;   // in a row, worth another try
    std::optional<MonoTime> not_before;
    std::string refused;  // for good: why
    std::optional<MonoTime> wake;
  };

  void count(Live& live) const;
  static bool is_failing(const Live& live, Now now);
  static std::string trouble_of(const Live& live);
  void look(std::size_t unit, Now now, Recorder& out);
  void watch(std::size_t unit, bool rest, Now now, Recorder& out);
  void put_back(std::size_t unit, Now now, Recorder& out);
  void write_back(std::size_t unit, Now now, Recorder& out);
  void settle_write(std::size_t unit, Now now, Recorder& out);
  bool is_fresh(const Live& live, Now now) const;
  void end(std::size_t unit, UnitState state, std::string code, std::string why, Recorder& out);

  const UnitRecord& record_of(std::size_t unit) const { return state_.unit(unit); }
  const fleet::Step& step_of(std::size_t unit) const {
    return record_of(unit).planned->steps.front();
  }

  const fleet::Plan& plan_;
  RunState& state_;
  bool aws_endpoint_;
  bool asked_;                               // the facts give a Console
  std::map<std::size_t, Live> live_;         // watched: about to be changed, or soaking
  std::map<std::size_t, MonoTime> over_at_;  // of each soak that has begun, asked or not
  std::map<EffectId, std::size_t> looks_;
  std::map<EffectId, std::size_t> writes_;
  bool rest_ = false;  // as of the last drive()
};

}  // namespace v2only::engine
