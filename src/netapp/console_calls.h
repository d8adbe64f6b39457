// The calls that are made to the NetApp Console, and its answers as fleet/console.h's values.
// Facts: netapp.md, 2.3 and part 5. In restricted mode `agent` is empty: the address is the agent.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "fleet/console.h"
#include "netapp/console_caller.h"

namespace v2only::netapp {

// Agent ids are without the suffix "clients".
ConsoleCall get_agents(const std::string& account);
ConsoleCall get_agent(const std::string& agent);
// Of the agent's own service; goes through the Console.
ConsoleCall get_about(const std::string& agent);
ConsoleCall get_systems(const std::string& agent);

// A system as a list names it: enough to ask for the rest.
struct SystemRef {
  UnitId id;
  bool ha = false;
  std::string agent;  // that manages it

  friend bool operator==(const SystemRef&, const SystemRef&) = default;
};
ConsoleCall get_system(const SystemRef& system);

// Stop and start of a whole system, which has one node: its data is away meanwhile. There is none
// for a pair here: the Console would stop both of its nodes. The stop takes snapshots of the root
// and boot disks. The answer's request id is followed by TaskWatch.
ConsoleCall stop_single_node(const UnitId& system, const std::string& agent);
ConsoleCall start_single_node(const UnitId& system, const std::string& agent);
ConsoleCall get_task(const std::string& request_id, const std::string& agent);

// Tolerant: what is not there stays empty or absent. kGarbage where nothing of it is what was
// asked.
Result<std::vector<fleet::ConsoleAgent>> parse_agents(std::string_view body);
Result<fleet::ConsoleAgent> parse_agent(std::string_view body);

struct About {
  std::string version;  // as it is told, "3.9.40" or with a build's name after it
  std::string private_ip;
};
Result<About> parse_about(std::string_view body);

// The AWS systems of a list; those of other clouds are left out.
Result<std::vector<SystemRef>> parse_systems(std::string_view body, const std::string& agent);

struct SystemAnswer {
  fleet::ConsoleSystem system;
  bool actions_told = false;  // false: the answer has no activeActions, so none means nothing
};
Result<SystemAnswer> parse_system(std::string_view body, const SystemRef& asked);

}  // namespace v2only::netapp
