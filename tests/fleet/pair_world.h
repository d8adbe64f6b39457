// A pair that a plan may restart: tests spoil one thing each.
#pragma once

#include "fleet/planner.h"
#include "system_sample.h"
#include "world.h"

namespace v2only::fleet::test {

inline const UnitId kPair(kSystem);

// The pair of world.h (nodes a and b, mediator c) with ONTAP access, consent, and a healthy
// reading.
struct PairWorld : World {
  SystemReadings systems;
  ConsoleReading console;

  PairWorld() {
    add_pair();
    for (std::size_t i = 0; i < 3; ++i) {
      inventory.instances[i].private_ip = "10.0.0." + std::to_string(i + 1);
    }
    auto& fact = facts.systems.at(kPair);
    fact.ontap = OntapAccess{{"https://10.0.0.1"}, "v2only", {}, {}, {}};
    fact.failover = Consent{kNow - std::chrono::hours(1), kNow + std::chrono::hours(5), "ada",
                            "2026-11-24T06:00Z/PT6H"};
    auto reading = healthy_pair();
    reading.console.reset();
    systems.emplace(kPair, std::move(reading));
  }

  SystemFact& fact() { return facts.systems.at(kPair); }
  SystemReading& reading() { return systems.at(kPair); }

  SystemVerdict judge() const {
    const auto assessment = only();
    return judge_system({assessment, inventory, facts, &systems.at(kPair), &console, true, kNow});
  }
  Plan plan() const {
    const auto assessments = assess();
    PlanInput input{inventory, assessments, policy, facts};
    input.created = kNow;
    input.systems = &systems;
    return make_plan(input);
  }
};

}  // namespace v2only::fleet::test
