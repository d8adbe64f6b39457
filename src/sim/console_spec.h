// The NetApp Console of a simulated world and its agents (facts/netapp.md, parts 5 and 7).
#pragma once

#include <string>
#include <vector>

#include "core/ids.h"
#include "core/secret.h"
#include "core/time.h"

namespace v2only::sim {

struct AgentSpec {
  std::string id;  // the client id, without the suffix "clients"
  std::string name;
  InstanceId instance;
  std::string version = "4.0.0";
};

struct ConsoleSpec {
  std::string host = "api.bluexp.netapp.com";
  std::string account = "account-simulated";
  std::string client_id = "simulated-service-account";
  Secret client_secret{"simulated-client-secret-not-a-real-one"};
  Secret refresh_token{"simulated-refresh-token-not-a-real-one"};
  std::vector<AgentSpec> agents;
  Duration token_life = std::chrono::hours(24);
  // How long an agent lives on credentials that it has while its IMDS gives it none.
  Duration credentials_life = std::chrono::hours(6);
  Duration agent_boot = std::chrono::minutes(3);
  Duration snapshots = std::chrono::minutes(2);  // before a stop that takes them
};

}  // namespace v2only::sim
