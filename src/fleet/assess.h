// The verdict on each unit: may it be taken to IMDSv2 only, and on what evidence.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fleet/classify.h"
#include "fleet/plan.h"
#include "fleet/proof.h"
#include "fleet/selection.h"

namespace v2only::fleet {

struct AssessedMember {
  std::size_t index = 0;  // in Inventory::instances
  std::string workload;   // empty: a CVO instance whose role nobody has named
  std::string version;
  OptionSet change;  // the fields that have to change, with their new values
  // Of a CVO system: it is restarted with its change, or because none is proven since an older one.
  bool restart = false;

  friend bool operator==(const AssessedMember&, const AssessedMember&) = default;
};

struct Assessment {
  UnitId unit;
  std::string workload;
  std::string version;
  Verdict verdict = Verdict::kBlocked;
  std::vector<std::string> codes;    // fleet/codes.h; of a compliant unit only endpoint-off
  std::vector<std::string> reasons;  // a line each, for an operator
  std::vector<Evidence> evidence;
  std::vector<AssessedMember> members;
  std::vector<InstanceId> missing;  // members by the facts file that were not found
  bool needs_restart = false;       // a CVO system: its change goes with a restart
  // For the plan: see PlannedUnit. v1_gated stays true where --accept-unknown let the unit pass.
  bool v1_gated = false;
  std::optional<WallTime> v1_read_at;
  std::optional<WallTime> accepted_until;  // the first end of an acceptance that it rests on

  friend bool operator==(const Assessment&, const Assessment&) = default;
};

struct AssessInput {
  const Inventory& inventory;
  const Facts& facts;
  const Policy& policy;
  const Selection& selection;
  WallTime now{};  // acceptances end by it
  // What proves that CVO systems were restarted since they were changed. Null: nothing does.
  const SystemReadings* systems = nullptr;
  const OurChanges* changes = nullptr;
};

// In the order of classify(). Units without a selected member are left out; a unit with both
// selected and unselected members is blocked as partly-seen. Everything but the verdict is told of
// blocked units too: all that blocks them at once, and what would change.
std::vector<Assessment> assess(const AssessInput& input);

}  // namespace v2only::fleet
