// The state of a run: the fold of its journal's entries over its plan.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/ids.h"
#include "core/result.h"
#include "engine/entry.h"
#include "engine/restart_record.h"
#include "fleet/plan.h"

namespace v2only::engine {

// It was begun, and not brought to its end.
inline bool is_trouble(UnitState state) {
  return state == UnitState::kFailed || state == UnitState::kNeedsOperator;
}

struct UnitRecord {
  const fleet::PlannedUnit* planned = nullptr;
  std::uint32_t wave = 0;
  UnitState state = UnitState::kWaiting;
  std::uint32_t step = 0;                // the step in hand
  std::uint32_t attempts = 0;            // writes of the step in hand that were intended
  std::uint32_t unknown = 0;             // … of them, how many ended unknown
  bool open = false;                     // the last intent has no outcome that settles it
  bool may_have_landed = false;          // an answer was lost: the step may take effect on its own
  bool written = false;                  // the step in hand was answered as done, or found so
  std::uint32_t steps_intended = 0;      // steps that any intent was made for: what rollback undoes
  std::optional<RestartRecord> restart;  // of a CVO system: how far it has come
  std::optional<WallTime> soak_began;    // of a Console agent: its options were seen applied then
  std::optional<SoakFailed> soak_failed;  // … it failed since: its options are being put back
  std::string code;
  std::string reason;

  // Of a CVO system: a member of it was begun and is not back, so that it may be halted or stopped.
  // Only the run that began it starts it again.
  bool mid_cycle() const {
    return state == UnitState::kInWork && restart && restart->phase != Phase::kGates;
  }
};

class RunState {
 public:
  // The plan must outlive the state.
  explicit RunState(const fleet::Plan& plan);

  // The only way in which a run's state changes. An entry that does not fit is a broken invariant
  // of the journal and is refused.
  Result<void> apply(const Entry& entry);

  const std::vector<UnitRecord>& units() const { return units_; }
  const UnitRecord& unit(std::size_t index) const { return units_[index]; }
  std::optional<std::size_t> index_of(const UnitId& unit) const;
  std::size_t wave_count() const { return wave_begin_.size() - 1; }
  // Units of a wave are [wave_begin(w), wave_begin(w + 1)).
  std::size_t wave_begin(std::size_t wave) const { return wave_begin_[wave]; }

  bool begun() const { return begun_; }
  bool stopped() const { return stopped_; }
  const std::optional<RunEnded>& ended() const { return ended_; }
  std::size_t wave() const { return wave_; }  // the last one begun
  std::size_t in_work() const { return in_work_; }
  std::size_t failed() const { return failed_; }
  std::size_t done() const { return done_; }
  std::size_t skipped() const { return skipped_; }
  std::size_t needs_operator() const { return needs_operator_; }
  std::size_t waiting() const {
    return units_.size() - in_work_ - failed_ - done_ - skipped_ - needs_operator_;
  }

 private:
  Result<void> on(const RunBegan& entry);
  Result<void> on(const WaveBegan& entry);
  Result<void> on(const Intent& entry);
  Result<void> on(const Outcome& entry);
  Result<void> on(const Settled& entry);
  Result<void> on(const StepEnded& entry);
  Result<void> on(const UnitEnded& entry);
  Result<void> on(const RunStopped& entry);
  Result<void> on(const RunResumed& entry);
  // The plan is the caller's: whoever loads a run puts them into it (drivers/run_record.h).
  Result<void> on(const FactsRenewed& /*entry*/) { return {}; }
  Result<void> on(const RunEnded& entry);
  Result<void> on(const CycleBegan& entry);
  Result<void> on(const PhaseBegan& entry) { return of_restart(entry.unit, entry); }
  Result<void> on(const ActIntent& entry) { return of_restart(entry.act.unit, entry); }
  Result<void> on(const ActOutcome& entry) { return of_restart(entry.act.unit, entry); }
  Result<void> on(const Abandoned& entry) { return of_restart(entry.unit, entry); }
  Result<void> on(const MemberEnded& entry) { return of_restart(entry.unit, entry); }
  Result<void> on(const Paused& entry) { return of_restart(entry.unit, entry); }
  Result<void> on(const WentOn& entry) { return of_restart(entry.unit, entry); }
  Result<void> on(const SoakBegan& entry);
  Result<void> on(const SoakFailed& entry);
  void wait_as_before(UnitRecord& unit);
  template <class E>
  Result<void> of_restart(const UnitId& unit, const E& entry);
  Result<UnitRecord*> find(const WriteRef& write);
  static void step_written(UnitRecord& unit);

  std::vector<UnitRecord> units_;
  std::vector<std::size_t> wave_begin_;
  std::unordered_map<UnitId, std::size_t> index_;
  bool begun_ = false;
  bool stopped_ = false;
  std::optional<RunEnded> ended_;
  std::size_t wave_ = 0;
  std::size_t in_work_ = 0;
  std::size_t failed_ = 0;
  std::size_t done_ = 0;
  std::size_t skipped_ = 0;
  std::size_t needs_operator_ = 0;
};

}  // namespace v2only::engine
