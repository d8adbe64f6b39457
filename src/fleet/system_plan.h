// What ONTAP says of a CVO system, held against EC2 and the facts: who is who, which version, and
// whether a plan may restart it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "fleet/assess.h"
#include "fleet/gates.h"

namespace v2only::fleet {

// The facts with the versions of the nodes as ONTAP gives them: of two versions ONTAP's counts.
struct Discovered {
  Facts facts;
  std::vector<std::string> notes;  // where the two differ, a line each
};
Discovered with_ontap_versions(const Facts& facts, const Inventory& inventory,
                               const SystemReadings& systems);

struct SystemVerdict {
  std::optional<CvoSystem> cvo;  // it may be planned; else
  std::string code;              // … why not: fleet/codes.h
  std::string reason;
  Findings
      findings;  // the gates as they were read for the plan; read again before anything is done
};

struct SystemInput {
  const Assessment& assessment;  // ready, of a CVO system
  const Inventory& inventory;
  const Facts& facts;
  const SystemReading* reading = nullptr;   // none: ONTAP was not asked
  const ConsoleReading* console = nullptr;  // the account's agents; none: the Console was not asked
  bool aws_endpoint = true;
  WallTime now{};
  Duration expected{};  // one node's cycle, by the policy
};

// A system is planned when ONTAP has been asked, agrees with the facts on who is who, and the
// operator has consented to restarts, now or from a later time on. A contradiction shows both sides
// and blocks. Gates that do not hold now do not keep it out of the plan: they are judged anew just
// before each step.
SystemVerdict judge_system(const SystemInput& input);

struct SystemsInput {
  const Inventory& inventory;
  const Facts& facts;
  const SystemReadings& systems;
  const ConsoleReading* console = nullptr;  // as SystemInput has it
  bool aws_endpoint = true;
  WallTime now{};
  Duration expected{};  // as SystemInput has it
};

// The verdict on each ready CVO system among the assessments.
using SystemVerdicts = std::map<UnitId, SystemVerdict>;
SystemVerdicts verdicts_of(const SystemsInput& input, const std::vector<Assessment>& assessments);

// Blocks the ready systems whose ONTAP could not be read, or contradicts the facts. Systems that
// only nobody has allowed to restart stay ready.
void judge_systems(const SystemsInput& input, std::vector<Assessment>& assessments);

}  // namespace v2only::fleet
