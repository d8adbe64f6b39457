// A run instance by instance.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/run.h"

namespace v2only::report {

// done, skipped, failed, rolled-back, in-progress, waiting, needs-operator; more may come.
enum class InstanceStanding : std::uint8_t {
  kDone,
  kSkipped,
  kFailed,
  kRolledBack,
  kInProgress,
  kWaiting,
  kNeedsOperator,
};
inline constexpr std::size_t kInstanceStandings = 7;
std::string_view name_of(InstanceStanding standing);

struct RunRow {
  const fleet::Step* step = nullptr;  // the instance's first: who and where it is
  fleet::OptionSet set;               // by all of its steps
  const engine::UnitRecord* unit = nullptr;
  InstanceStanding standing = InstanceStanding::kWaiting;
  const RunId* rolled_back_by = nullptr;
};

// Why the instance stands as it does: codes of docs/reference/codes.md, and the same for a person.
// Empty where there is nothing to say of it: what befell another member of its unit does not count.
std::string code_of(const RunRow& row);
std::string reason_of(const RunRow& row);

// Each instance once, in the order of the plan.
std::vector<RunRow> rows_of(const RunView& run);

// The units that the plan leaves alone only because nobody has allowed a restart: nothing is wrong
// with them, and they are not changed.
std::vector<const fleet::LeftAlone*> restarts_of(const RunView& run);

// How many of the plan's own instances stand how, by InstanceStanding.
std::vector<std::size_t> counts_of(const RunView& run);

}  // namespace v2only::report
