// One look at a Console agent: EC2's word on its instance, the Console's on what runs there. Plain
// values: drivers/ reads them, fleet/agent_gates.h and the engine judge them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/time.h"
#include "fleet/console.h"
#include "fleet/system_reading.h"

namespace v2only::fleet {

struct AgentReading {
  Now asked_at;  // when the first of it was asked for: nothing in it is younger than that
  MemberReading instance;
  // The agent at the instance's address. Absent: the Console was not read, or has none there.
  std::optional<ConsoleAgent> agent;
  bool listed = true;  // false: the Console was read, and has no agent at the instance's address
  // CVO systems that it manages, as it tells of them: a read that needs AWS. Absent: not answered.
  std::optional<std::vector<ConsoleSystem>> systems;
  std::vector<std::string> errors;

  friend bool operator==(const AgentReading&, const AgentReading&) = default;
};

}  // namespace v2only::fleet
