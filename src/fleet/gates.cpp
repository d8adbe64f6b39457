#include "fleet/gates.h"

#include <algorithm>

#include "fleet/gate_checks.h"

namespace v2only::fleet {
namespace {

// What the endpoint does not serve blocks on AWS only.
void not_served(const GateContext& context, const MemberReading& member, const std::string& gate,
                const std::string& what, Judge& judge) {
  const auto text = member.id.str() + ": " + what + " could not be read" +
                    (member.errors.empty() ? "" : ": " + member.errors.front());
  if (context.aws_endpoint) return judge.unknown(gate, text);
  judge.warn(gate, text);
}

void check_status(const MemberReading& member, const GateContext& context, Judge& judge) {
  if (member.state != InstanceState::kRunning) {
    return judge.bad("ec2-status", member.id.str() + " is " + std::string(name_of(member.state)) +
                                       ", not running");
  }
  if (!member.instance_status || !member.system_status) {
    return not_served(context, member, "ec2-status", "its status checks", judge);
  }
  if (member.status_good()) return judge.good("ec2-status", member.id.str() + ": checks passed");
  judge.bad("ec2-status", member.id.str() + ": instance status " + *member.instance_status +
                              ", system status " + *member.system_status);
}

void check_events(const MemberReading& member, const GateContext& context, Judge& judge) {
  if (!member.events) {
    return not_served(context, member, "no-ec2-event", "its scheduled events", judge);
  }
  std::vector<std::string> against;
  for (const auto& event : *member.events) {
    against.push_back(member.id.str() + " has a scheduled event: " + event);
  }
  judge.unless(against, "no-ec2-event", member.id.str() + ": no scheduled event");
}

// That we may do what has to be done, and may undo it.
void check_permissions(const MemberReading& member, const GateContext& context, Judge& judge) {
  const auto& id = member.id.str();
  if (!context.aws_endpoint) {
    return judge.warn("permissions", id +
                                         ": not tried, for this endpoint may carry out what DryRun "
                                         "only asks about");
  }
  if (!member.denied) {
    return not_served(context, member, "permissions", "what we may do with it", judge);
  }
  judge.unless(*member.denied, "permissions", id + ": EC2 would allow each call");
}

// That a node which is stopped will start again.
void check_comes_back(const MemberReading& member, const GateContext& context, Judge& judge) {
  const auto& id = member.id.str();
  bool all_read = true;
  const auto unread = [&](const std::string& what) {
    all_read = false;
    not_served(context, member, "comes-back", what, judge);
  };
  const auto no_start = id + " could not start again: ";
  std::vector<std::string> against;
  if (!member.shutdown_behaviour) {
    unread("its shutdown behaviour");
  } else if (*member.shutdown_behaviour != "stop") {
    against.push_back(id + " would " + *member.shutdown_behaviour +
                      " when its system shuts down: set its shutdown behaviour to stop");
  }
  if (!member.stop_protection) {
    unread("its stop protection");
  } else if (*member.stop_protection) {
    against.push_back(id + " has stop protection: it cannot be restarted");
  }
  if (!member.bad_keys) {
    unread("the keys of its volumes");
  } else {
    for (const auto& key : *member.bad_keys) against.push_back(no_start + key);
  }
  if (against.empty() && !all_read) return;
  judge.unless(against, "comes-back",
               id + ": shutdown behaviour stop, no stop protection, the keys of its volumes "
                    "enabled");
}

void check_console(const SystemReading& reading, const GateContext& context, Judge& judge) {
  if (!context.console_given) {
    return judge.warn("console",
                      "no console: in the facts file: whether the Console is at work on "
                      "the system is unknown");
  }
  if (!reading.console) {
    return judge.unknown(
        "console", reading.errors.empty() ? "the Console was not read" : reading.errors.front());
  }
  const auto& said = *reading.console;
  std::vector<std::string> against;
  if (said.status != "ON") against.push_back("the Console shows the system as " + said.status);
  if (!said.active_actions) {
    return judge.unknown("console", "the Console does not tell what it is at work on");
  }
  for (const auto& action : *said.active_actions) {
    against.push_back("the Console is at work on the system: " + action);
  }
  if (said.no_cloud_connection || said.invalid_cloud_credentials) {
    against.push_back("the agent cannot reach AWS for this system");
  }
  judge.unless(against, "console", "the Console shows the system as ON, with nothing under way");
}

void check_mediator_console(const SystemReading& reading, const GateContext& context,
                            Judge& judge) {
  if (!context.console_given) {
    return judge.warn("mediator",
                      "its own status is unknown without the Console: judged by EC2's "
                      "checks and by both takeovers being possible");
  }
  if (!reading.console || !reading.console->mediator || !reading.console->mediator->code) {
    return judge.unknown("mediator", "the Console tells no status of the mediator");
  }
  const auto& said = *reading.console->mediator;
  // Which codes mean good is unconfirmed: 0, and HTTP's 200. Any other is shown, and holds it up.
  if (*said.code != 0 && *said.code != 200) {
    return judge.bad("mediator", "the Console says of the mediator: " + said.message + " (" +
                                     std::to_string(*said.code) + ")");
  }
  judge.good("mediator", "the Console finds the mediator well");
  if (said.update_pending) {
    judge.warn("mediator", "an update of the mediator is pending in the Console");
  }
}

void check_pair_health(const SystemReading& reading, const GateContext& context, Judge& judge) {
  const auto& ontap = reading.ontap;
  check_identity(ontap, context.system, judge);
  check_nodes_up(ontap, context.system, judge);
  if (context.system.pair()) {
    check_failover(ontap, context.system, judge);
    check_possible(ontap, context.system, judge);
  }
  check_aggregates(ontap, context.system, judge);
  check_lifs(ontap, judge);
  check_stores(ontap, context.system, judge);
  if (context.system.pair()) check_data_home(reading, context, judge);
  check_probes(reading, judge);
  for (const auto& node : context.system.nodes) {
    of_member(reading, node.instance, judge,
              [&](const MemberReading& member) { check_status(member, context, judge); });
  }
}

}  // namespace

const MemberReading* SystemReading::find(const InstanceId& id) const {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const MemberReading& each) { return each.id == id; });
  return found == members.end() ? nullptr : &*found;
}

std::string name_of(const OntapCloudStore& store) {
  return store.aggregate + " to " + store.target;
}

bool all_good(const Findings& findings) {
  return std::all_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.mark == Mark::kGood || finding.mark == Mark::kWarn;
  });
}

std::string first_trouble(const Findings& findings) {
  for (const auto mark : {Mark::kBad, Mark::kUnknown}) {
    for (const auto& finding : findings) {
      if (finding.mark == mark) return finding.text;
    }
  }
  return {};
}

Findings healthy(const SystemReading& reading, const GateContext& context) {
  Findings out;
  Judge judge(out);
  check_pair_health(reading, context, judge);
  return out;
}

Findings mediator_good(const SystemReading& reading, const GateContext& context) {
  Findings out;
  Judge judge(out);
  if (!context.system.mediator) return out;
  of_member(reading, *context.system.mediator, judge,
            [&](const MemberReading& member) { check_status(member, context, judge); });
  check_possible(reading.ontap, context.system, judge);
  check_mediator_console(reading, context, judge);
  return out;
}

Findings preconditions(const SystemReading& reading, const GateContext& context) {
  auto out = healthy(reading, context);
  Judge judge(out);
  check_one_version(reading.ontap, judge);
  check_clocks(reading.ontap, judge);
  check_quiet(reading.ontap, judge);
  check_console(reading, context, judge);
  check_credentials(reading, context, judge);
  auto mediator = mediator_good(reading, context);
  std::erase_if(mediator, [](const Finding& f) { return f.gate == "takeover-possible"; });
  out.insert(out.end(), mediator.begin(), mediator.end());
  const auto of_instance = [&](const MemberReading& member) {
    check_events(member, context, judge);
    check_permissions(member, context, judge);
    if (member.id != context.system.mediator) check_comes_back(member, context, judge);
  };
  for (const auto& node : context.system.nodes)
    of_member(reading, node.instance, judge, of_instance);
  if (context.system.mediator) of_member(reading, *context.system.mediator, judge, of_instance);
  return out;
}

}  // namespace v2only::fleet
