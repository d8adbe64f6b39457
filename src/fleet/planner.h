// Assessments become a plan; a run's writes become the plan that undoes them.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "fleet/assess.h"
#include "fleet/command.h"
#include "fleet/plan.h"
#include "fleet/system_plan.h"

namespace v2only::fleet {

struct PlanInput {
  const Inventory& inventory;
  const std::vector<Assessment>& assessments;  // of this inventory
  const Policy& policy;
  const Facts& facts;
  AccountId account;
  CommandTarget target;  // Plan::endpoint, and the profile in the commands
  std::vector<RegionName> regions;
  WallTime created{};
  Duration valid_for = std::chrono::hours(24 * 7);
  // What was read of the CVO systems whose ONTAP may be asked. Null: none was asked, and none is
  // planned.
  const SystemReadings* systems = nullptr;
  // Of earlier runs, by their journals: agents that still soak hold their systems back.
  const OurChanges* changes = nullptr;
  // The account's agents as the Console names them. Null: it was not asked.
  const ConsoleReading* console = nullptr;
};

// Ready units go into waves of canary, canary*growth, canary*growth^2, … units: Console agents
// first, then the others, each by region, name and id. CVO systems that may be restarted come last,
// in a wave of their own: policy.ontap says how many of them are in work at once. Everything else
// is left alone, with the reason. The plan ends with the first acceptance that it rests on, if that
// comes before `created + valid_for`.
Plan make_plan(const PlanInput& input);

// One change that a run has made: `set` as it was sent, `observed` as it was read just before.
struct Written {
  Step step;

  friend bool operator==(const Written&, const Written&) = default;
};

struct RollbackInput {
  const Plan& plan;                     // the one that the run carried out
  const std::vector<Written>& written;  // in any order
  RunId run;
  CommandTarget target;
  std::set<InstanceId> only;        // empty: all; a unit goes whole, whichever member is named
  std::optional<std::size_t> wave;  // 1 for the first; none: all
  WallTime created{};
  Duration valid_for = std::chrono::hours(24 * 7);
  // Put back by an earlier rollback of the run: what they have now is somebody else's.
  std::set<InstanceId> undone = {};
  // What earlier rollbacks of the run have sent, or may have: see Step::sent_before.
  std::vector<Written> sent = {};
};

// Puts back exactly the fields that the run wrote to the values observed before, where each still
// has the value that the run wrote. The last wave is undone first. Units that the run did not
// change, or whose old values were never seen, are left alone. An error when the wave does not
// exist, or an instance of `only` is in none of the plan's units.
Result<Plan> make_rollback(const RollbackInput& input);

}  // namespace v2only::fleet
