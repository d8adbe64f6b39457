// Looks at CVO systems from all sides before a plan is made: EC2, ONTAP, the Console, the probes.
#pragma once

#include <functional>
#include <vector>

#include "drivers/system_driver.h"
#include "fleet/assess.h"
#include "fleet/system_plan.h"

namespace v2only::drivers {

struct SystemsQuestion {
  const std::vector<fleet::Assessment>& assessments;  // by the facts and tags
  const fleet::Inventory& inventory;
  const fleet::Facts& facts;
  const fleet::ConsoleReading* console = nullptr;  // which agent a system is asked through
  // True when the person wants to leave.
  std::function<bool()> interrupted;
  // On AWS's own endpoints the calls that a plan would make are tried with DryRun; others may carry
  // them out.
  bool aws_endpoint = false;
};

// The systems that the facts say how to ask, and of which every member was found: all other units
// have no reading. Whatever did not answer is absent from its system's reading, and why is in it.
// kInterrupted when the person wants to leave.
Result<fleet::SystemReadings> discover_systems(const SystemsQuestion& question,
                                               const SystemDriverParts& parts);

// All agents of the Console's account and all their systems. What could not be read is absent, its
// error among `errors`.
Result<fleet::ConsoleReading> discover_console(netapp::ConsoleCaller& console,
                                               const fleet::ConsoleAccess& access,
                                               const Clock& clock,
                                               const std::function<bool()>& interrupted);

}  // namespace v2only::drivers
