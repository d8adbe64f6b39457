// A plan: the ordered, immutable description of every change. Each field says what it is for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/time.h"
#include "fleet/cvo.h"
#include "fleet/facts.h"
#include "fleet/instance.h"
#include "fleet/known_by.h"
#include "fleet/mark.h"
#include "fleet/policy.h"

namespace v2only::fleet {

// One observation that speaks for or against a change.
struct Evidence {
  std::string what;    // "MetadataNoToken: 0 calls in 14d"
  std::string source;  // "cloudwatch:GetMetricData", "facts.yaml:3", "tag OCCMInstance"
  WallTime at{};       // when it was read
  // Of a CVO system's gate: how it was found. `what` then is "GATE: …".
  std::optional<Mark> mark = {};

  friend bool operator==(const Evidence&, const Evidence&) = default;
};

enum class Verdict : std::uint8_t { kCompliant, kReady, kBlocked };
std::string_view name_of(Verdict verdict);

// One change of one instance's options: exactly one ModifyInstanceMetadataOptions call.
struct Step {
  AccountId account;
  RegionName region;
  InstanceId instance;
  std::string name;     // for people only
  OptionSet observed;   // all that was seen when planned. Not a guard by itself
  OptionSet expect;     // what must still be so when the step begins, else the unit is skipped
  OptionSet set;        // the fields that change, and to what; every other must stay
  std::string command;  // the aws command line that makes the same call
  // What the instance was known by when planned: known by something else, its unit is skipped.
  // Nothing in a rollback, which puts back whatever the instance is.
  std::optional<KnownBy> known_by;
  // Of a rollback's step: an earlier rollback of the run has sent it, or may have. What is in
  // effect already is passed over, for it is that one's doing.
  bool sent_before = false;

  // What puts it back: the fields of `set` as they were observed.
  OptionSet inverse() const { return observed.only(set); }

  friend bool operator==(const Step&, const Step&) = default;
};

// The instances that change together, and why they may.
struct PlannedUnit {
  UnitId id;
  std::string workload;
  std::string version;
  std::vector<Step> steps;
  std::vector<Evidence> evidence;
  std::vector<std::string> reasons;  // why it changes, and who accepted what
  // Whether v1 use holds this unit back. False for NetApp's own (their version is the gate), for
  // accepted ones, and in a rollback.
  bool v1_gated = false;
  std::optional<WallTime> v1_read_at;  // when v1-use evidence was read; stale after a day
  // The end of the acceptance that it rests on: from then on the unit does not begin.
  std::optional<WallTime> accepted_until;
  // A CVO system, changed with a restart of its nodes. Its steps stand in the order of its members.
  std::optional<CvoSystem> cvo;

  friend bool operator==(const PlannedUnit&, const PlannedUnit&) = default;
};

struct Wave {
  std::vector<PlannedUnit> units;

  friend bool operator==(const Wave&, const Wave&) = default;
};

// A unit that the plan does not change, and why not.
struct LeftAlone {
  UnitId id;
  std::string workload;
  std::string version;
  AccountId account;
  RegionName region;
  std::vector<InstanceId> instances;
  Verdict verdict = Verdict::kBlocked;
  std::vector<std::string> codes;  // "compliant", "too-old", "restart-not-authorised", …
  std::vector<std::string> reasons;
  std::vector<std::string> runbook;  // for doing it by hand, a line each; empty where there is none

  friend bool operator==(const LeftAlone&, const LeftAlone&) = default;
};

enum class PlanKind : std::uint8_t { kApply, kRollback };

struct Plan {
  PlanKind kind = PlanKind::kApply;
  RunId of_run;  // the run that a rollback undoes; empty otherwise
  WallTime created{};
  WallTime expires{};  // apply refuses to begin after this; resume does not look at it
  AccountId account;
  std::string endpoint;    // the EC2 endpoint's URL pattern; "aws" for AWS's own
  bool simulated = false;  // the endpoint is not under AWS's DNS suffixes
  std::vector<RegionName> regions;
  bool complete = true;  // every scope asked for was read
  std::vector<std::string> errors;
  Policy policy;
  Facts facts;
  std::vector<Wave> waves;
  std::vector<LeftAlone> left_alone;

  friend bool operator==(const Plan&, const Plan&) = default;
};

}  // namespace v2only::fleet
