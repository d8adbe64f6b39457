// A Cloud Volumes ONTAP system in a run: which of its members is in hand, in what phase, since
// when, what it waits for, and until when.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/phase.h"
#include "engine/run_state.h"
#include "fleet/plan.h"
#include "report/run_rows.h"
#include "report/style.h"

namespace v2only::report {

struct MemberView {
  InstanceId instance;
  const fleet::CvoNode* node = nullptr;  // none: the mediator
  std::string name;                      // ONTAP's of a node, or "mediator"
  std::string brief;                     // "-02", or "mediator"
  InstanceStanding standing = InstanceStanding::kWaiting;
  // Of the member in hand only:
  std::optional<engine::Phase> phase;
  std::optional<WallTime> since;  // when the phase began
  std::string waits_for;          // in words
  // When the wait is over, one way or the other; a resume lets it begin anew. None: no limit.
  std::optional<WallTime> until;
  bool for_go = false;  // it waits for `v2only go`, and for nothing else
  bool lasts = false;   // what it waits for goes on until then, and does not only come then
};

struct SystemView {
  const engine::UnitRecord* unit = nullptr;
  const fleet::CvoSystem* cvo = nullptr;
  // waiting, in-progress, one-node-done, done, skipped, failed, needs-operator
  std::string_view state;
  std::vector<MemberView> members;  // in the order in which they are changed
  std::size_t in_hand = 0;          // the member whose turn it is, or was when the unit ended

  const UnitId& id() const { return unit->planned->id; }
  const MemberView& member() const { return members[in_hand]; }
  bool in_work() const { return unit->state == engine::UnitState::kInWork; }
};

// `unit` is one of a CVO system. By `now` it is told whether its consent has begun. `run`: for the
// commands that it names; empty: RUN stands for it.
SystemView system_view(const fleet::Plan& plan, const engine::UnitRecord& unit, WallTime now,
                       const RunId& run = {});

// All of a run, in the order of the plan.
std::vector<SystemView> systems_of(const fleet::Plan& plan, const engine::RunState& state,
                                   WallTime now, const RunId& run = {});

// A row each, members side by side, those in work first and at most `limit` of them; below, what
// those in work wait for. Nothing where there are none.
std::string systems_lines(const fleet::Plan& plan, const engine::RunState& state, WallTime now,
                          std::size_t limit, const Style& style, const RunId& run = {});

// "v2only go r-…".
std::string go_command(const RunId& run);

// It is open and waits for `v2only go`.
bool waits_at_pause(const engine::UnitRecord& unit);

// "-02 giveback 3m 05s", "mediator reboot 12s", "mediator done": a member in one cell.
std::string member_in_short(const MemberView& member, WallTime now);
// "node pair-02 is in phase giveback since …; it waits for …, until …".
std::string member_in_words(const MemberView& member, WallTime now);

// Of a system in mid-cycle. Where it comes to rest once the run was told to stop: "until node
// pair-02 is back and the pair is whole".
std::string rest_in_words(const SystemView& system);
// What the run leaves behind that is gone at once: who may be down, and what starts it by hand.
std::string left_in_words(const fleet::Plan& plan, const SystemView& system);

}  // namespace v2only::report
