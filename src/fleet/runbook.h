// How a person does by hand what this program does, or does not do yet. One line each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fleet/assess.h"
#include "fleet/command.h"

namespace v2only::fleet {

// The steps for the unit, in the order of facts/netapp.md, 10: of a CVO system the mediator first,
// then node after node, each changed while it is stopped. Empty where nothing would change.
std::vector<std::string> runbook_of(const Assessment& assessment, const Inventory& inventory,
                                    const CommandTarget& target);

// The same change in the EC2 console's dialog.
std::vector<std::string> console_clicks(const InstanceId& instance, const OptionSet& change);

// The user to log in as on a Console agent's VM: `ec2-user` where it was created before May 2023,
// `ubuntu` since. EC2 tells the last start only, so that both may have to be named.
std::string agent_ssh_user(const Instance& instance);

// How an instance of the workload comes to allow IMDSv1.
std::vector<std::string> how_v1_came(std::string_view workload, const Instance& instance);

}  // namespace v2only::fleet
