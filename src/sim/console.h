// The simulated NetApp Console: tokens, agents, CVO systems, their stop and start. An agent may
// also be asked directly, at its own address and without a token, as in restricted mode.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "net/transport.h"
#include "sim/clusters.h"
#include "sim/spec.h"

namespace v2only::sim {

// "GET occm/api/working-environments", "POST occm/api/vsa/working-environments/stop": method and
// path, ids left out. What fault scripts name.
std::string console_action(const net::Request& request);

// {"message": …} with the status.
net::Response console_error(int status, const std::string& message, WallTime now);

class Console {
 public:
  struct Around {
    State& ec2;
    Clusters& clusters;
    Agenda& agenda;
  };
  // `world` and what is around outlive it.
  Console(const WorldSpec& world, Around around);

  // Whether requests to the host are for it: its own host, the login's, an agent's address.
  bool owns(const std::string& host) const;
  // What a connection to the host meets; always taken by the Console's own.
  Answer::Way connects(const std::string& host, WallTime now) const;
  net::Response serve(const std::string& host, const net::Request& request, WallTime now);

  // Whether the agent lives: its instance is up, its version and hop limit let it use IMDS, or it
  // still has credentials from before.
  bool is_active(const AgentSpec& agent, WallTime now) const;
  // Whether it gets new credentials now.
  bool has_imds(const AgentSpec& agent) const;
  // The agent that manages the system; null where the world has none.
  const AgentSpec* agent_of(const CvoSpec& system) const;
  // What is under way on the system: "stop", "start"; empty: nothing.
  std::string active_action(const UnitId& system) const;
  const ConsoleSpec& spec() const { return *world_.console; }
  const State& ec2() const { return around_.ec2; }

 private:
  struct Task {
    std::string id;
    UnitId system;
    std::string action;
    int status = 0;  // 0 under way, 1 done, -1 failed
    std::string error;
  };
  struct Asked;

  net::Response log_in(const net::Request& request, WallTime now);
  bool knows_token(std::string_view header, WallTime now) const;
  net::Response to_saas(const net::Request& request, WallTime now);
  net::Response list_agents(const Asked& asked) const;
  net::Response one_agent(const Asked& asked) const;
  net::Response to_agent(const AgentSpec& agent, const Asked& asked);
  net::Response about(const AgentSpec& agent, const Asked& asked) const;
  net::Response list_systems(const AgentSpec& agent, const Asked& asked) const;
  net::Response on_system(const AgentSpec& agent, const Asked& asked);
  net::Response task(const std::string& id, WallTime now) const;
  net::Response stop(const AgentSpec& agent, Cluster& cluster, const Asked& asked);
  net::Response start(const AgentSpec& agent, Cluster& cluster, const Asked& asked);
  std::string begin_task(const Cluster& cluster, std::string action);
  void end_task(const std::string& id, const std::string& error);
  void halt_nodes(const AgentSpec& agent, Cluster& cluster, const std::string& task, WallTime at);
  void await_stopped(const AgentSpec& agent, Cluster& cluster, const std::string& task,
                     WallTime at);
  void await_up(Cluster& cluster, const std::string& task, WallTime at);
  bool all_in(const Cluster& cluster, fleet::InstanceState state) const;
  std::optional<InstanceIndex> instance_of(const AgentSpec& agent) const;
  bool guest_up(const AgentSpec& agent, WallTime now) const;
  std::optional<WallTime> without_imds_since(const AgentSpec& agent) const;

  const WorldSpec& world_;
  Around around_;
  std::map<std::string, WallTime> tokens_;  // and until when
  std::vector<Task> tasks_;
  int count_ = 0;
};

}  // namespace v2only::sim
