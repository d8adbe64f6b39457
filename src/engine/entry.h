// What a run decided, as its journal keeps it. The journal is the only state of a run; RunState is
// the fold of these entries and nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/ids.h"
#include "core/json.h"
#include "core/result.h"
#include "core/time.h"
#include "engine/restart_entry.h"
#include "engine/soak_entry.h"
#include "engine/write_fate.h"
#include "fleet/facts.h"
#include "fleet/options.h"

namespace v2only::engine {

// Which write: step `step` (from 0) of the unit, the `attempt`-th time (from 1).
struct WriteRef {
  UnitId unit;
  std::uint32_t step = 0;
  std::uint32_t attempt = 0;

  friend bool operator==(const WriteRef&, const WriteRef&) = default;
};

struct RunBegan {
  std::string digest;  // of the plan
  std::uint64_t units = 0;

  friend bool operator==(const RunBegan&, const RunBegan&) = default;
};

struct WaveBegan {
  std::uint32_t wave = 0;  // from 0

  friend bool operator==(const WaveBegan&, const WaveBegan&) = default;
};

// A write will go out. Durable before it does; from the first one on its unit is in work.
struct Intent {
  WriteRef write;
  InstanceId instance;
  fleet::OptionSet seen;  // all that the last reading showed
  fleet::OptionSet send;  // the fields of the call

  friend bool operator==(const Intent&, const Intent&) = default;
};

// What came back for a write.
struct Outcome {
  WriteRef write;
  WriteFate fate = WriteFate::kUnknown;
  std::string code;        // AWS's error code, where it was refused
  std::string message;     // one line
  std::string request_id;  // AWS's

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

enum class Found : std::uint8_t { kAfter, kBefore, kOther, kGone };

// What looking found of a write whose outcome was unknown, or whose process was killed.
struct Settled {
  WriteRef write;
  Found found = Found::kOther;
  fleet::OptionSet options;  // as read

  friend bool operator==(const Settled&, const Settled&) = default;
};

enum class UnitState : std::uint8_t { kWaiting, kInWork, kDone, kSkipped, kFailed, kNeedsOperator };
// waiting, in-progress, done, skipped, failed, needs-operator
std::string_view name_of(UnitState state);

// A step that is not its unit's last has been seen in effect; the next one is in hand.
struct StepEnded {
  WriteRef write;

  friend bool operator==(const StepEnded&, const StepEnded&) = default;
};

struct UnitEnded {
  UnitId unit;
  UnitState state = UnitState::kDone;  // kDone, kSkipped or kFailed
  std::string code;                    // stable: "changed-since-plan", "denied", …
  std::string reason;                  // one line for a person

  friend bool operator==(const UnitEnded&, const UnitEnded&) = default;
};

struct RunStopped {
  std::string why;

  friend bool operator==(const RunStopped&, const RunStopped&) = default;
};

struct RunResumed {
  std::string version;  // of the program that goes on

  friend bool operator==(const RunResumed&, const RunResumed&) = default;
};

// Taken anew from a facts file: consents, restarts that were proven by hand, names of secrets.
struct FactsRenewed {
  fleet::Facts facts;                // the plan's from now on
  std::vector<std::string> changes;  // for a person, a line each

  friend bool operator==(const FactsRenewed&, const FactsRenewed&) = default;
};

enum class RunOutcome : std::uint8_t { kDone, kPartlyDone, kNeedsOperator };

// Nothing of the plan is left to do: every unit ended, or the failure limit holds the others.
struct RunEnded {
  RunOutcome outcome = RunOutcome::kDone;
  std::string why;  // when not done: "1 failed: the failure limit is 1"

  friend bool operator==(const RunEnded&, const RunEnded&) = default;
};

using Entry =
    std::variant<RunBegan, WaveBegan, Intent, Outcome, Settled, StepEnded, UnitEnded, RunStopped,
                 RunResumed, RunEnded, CycleBegan, PhaseBegan, ActIntent, ActOutcome, Abandoned,
                 MemberEnded, Paused, WentOn, SoakBegan, SoakFailed, FactsRenewed>;

// The journal's columns: kind, version of the body's form, body (canonical JSON).
struct EntryRow {
  std::string kind;
  int version = 1;
  std::string body;
};
EntryRow to_row(const Entry& entry);
// The kind of Paused: the word to go on counts for what waits by then.
inline constexpr const char* kPausedKind = "paused";
inline constexpr const char* kEndedKind = "run-ended";
// Every version ever written stays readable; a kind that is not known is refused by name.
Result<Entry> entry_from_row(const EntryRow& row);

}  // namespace v2only::engine
