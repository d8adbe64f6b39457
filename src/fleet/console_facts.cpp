#include "fleet/console_facts.h"

#include <algorithm>

#include "core/text.h"
#include "fleet/profile.h"
#include "fleet/version.h"

namespace v2only::fleet {
namespace {

constexpr std::string_view kConsole = "NetApp Console";

class ConsoleJoin {
 public:
  ConsoleJoin(const Facts& facts, const Inventory& inventory)
      : out_{facts, {}}, inventory_(inventory) {}

  Discovered run(const ConsoleReading& console) {
    if (console.systems) {
      for (const auto& system : *console.systems) join(system);
    }
    if (console.agents) {
      for (const auto& agent : *console.agents) join(agent);
    }
    return std::move(out_);
  }

 private:
  const Instance* by_id(const InstanceId& id) const {
    const auto& all = inventory_.instances;
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Instance& each) { return each.id == id; });
    return found == all.end() ? nullptr : &*found;
  }

  // Private addresses are one's own only within a network: of two instances neither is meant.
  const Instance* by_address(const std::string& address) const {
    const Instance* out = nullptr;
    for (const auto& each : inventory_.instances) {
      if (address.empty() || each.private_ip != address || is_gone(each.state)) continue;
      if (out != nullptr) return nullptr;
      out = &each;
    }
    return out;
  }

  void join(const ConsoleSystem& system) {
    for (const auto& each : system.instances) {
      if (by_id(each.id) == nullptr) continue;
      if (each.is_agent) {
        claim(each.id, kConsoleAgent, nullptr);
      } else {
        // What it does not mark as a node may be the mediator, and may be anything: no role.
        claim(each.id, each.is_vsa ? kCvoNode : std::string_view(), &system.id);
      }
    }
  }

  // The Console's word on one instance: taken where nobody has said anything, else compared.
  void claim(const InstanceId& id, std::string_view workload, const UnitId* system) {
    auto& fact = out_.facts.instances[id];
    if (fact.where.empty()) {
      fact.where = kConsole;
      fact.workload = workload;
      if (system != nullptr) fact.system = *system;
      return;
    }
    if (fact.where == kConsole) return;
    const bool other_role =
        !workload.empty() && !fact.workload.empty() && fact.workload != workload;
    const bool other_system = system != nullptr && fact.system && *fact.system != *system;
    const bool no_member = system != nullptr && !fact.system && !fact.workload.empty();
    if (!other_role && !other_system && !no_member) return;
    fact.claims.push_back(std::string(kConsole) + " says " +
                          (workload.empty() ? std::string("that it is") : std::string(workload)) +
                          (system == nullptr ? "" : " of the system " + system->str()));
  }

  void join(const ConsoleAgent& agent) {
    const auto* instance = by_address(agent.private_ip);
    if (instance == nullptr) return;
    claim(instance->id, kConsoleAgent, nullptr);
    auto& fact = out_.facts.instances[instance->id];
    if (agent.version.empty() || !fact.claims.empty()) return;
    if (!fact.version.empty() && !agent.version.starts_with(fact.version)) {
      out_.notes.push_back(label_of(*instance) + ": " + fact.where + " says version " +
                           fact.version + ", the Console says " + one_line(agent.version, 60) +
                           "; the Console's counts");
    }
    fact.version = agent.version;
    fact.version_where = kConsole;
  }

  Discovered out_;
  const Inventory& inventory_;
};

}  // namespace

Discovered with_console(const Facts& facts, const Inventory& inventory,
                        const ConsoleReading& console) {
  return ConsoleJoin(facts, inventory).run(console);
}

}  // namespace v2only::fleet
