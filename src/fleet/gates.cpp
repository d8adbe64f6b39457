#include "fleet/gates.h"

#include <algorithm>
#include <set>

#include "core/text.h"

namespace v2only::fleet {
namespace {

// Collects findings: good when nothing was said against it, unknown when it was not read.
class Judge {
 public:
  explicit Judge(Findings& out) : out_(out) {}

  void good(std::string gate, std::string text) { add(Mark::kGood, gate, std::move(text)); }
  void bad(std::string gate, std::string text) { add(Mark::kBad, gate, std::move(text)); }
  void unknown(std::string gate, std::string text) { add(Mark::kUnknown, gate, std::move(text)); }
  void warn(std::string gate, std::string text) { add(Mark::kWarn, gate, std::move(text)); }

  // Bad with what speaks against it, else good.
  void unless(const std::vector<std::string>& against, const std::string& gate,
              std::string good_text) {
    if (against.empty()) return good(gate, std::move(good_text));
    for (const auto& each : against) bad(gate, each);
  }

 private:
  void add(Mark mark, std::string gate, std::string text) {
    out_.push_back({mark, std::move(gate), std::move(text)});
  }
  Findings& out_;
};

std::string not_read(const OntapReading& ontap) {
  return ontap.errors.empty() ? "ONTAP was not asked" : ontap.errors.front();
}

// Each node of the system with what ONTAP says of it; a reading without it speaks for itself.
template <class Check>
std::vector<std::string> of_nodes(const OntapReading& ontap, const CvoSystem& system, Check check) {
  std::vector<std::string> against;
  for (const auto& node : system.nodes) {
    const auto* seen = ontap.find(node.name);
    auto said = seen == nullptr ? "ONTAP does not know a node " + node.name : check(*seen);
    if (!said.empty()) against.push_back(std::move(said));
  }
  return against;
}

template <class Check>
std::vector<std::string> of_ha(const OntapReading& ontap, const CvoSystem& system, Check check) {
  return of_nodes(ontap, system, [&](const OntapNode& node) -> std::string {
    if (!node.ha) return node.name + " shows no HA: failover is not set up";
    return check(node, *node.ha);
  });
}

std::string with_failure(std::string text, const OntapFailure& failure) {
  if (failure.empty()) return text;
  return std::move(text) + ": " + failure.message +
         (failure.code.empty() ? "" : " (" + failure.code + ")");
}

void check_identity(const OntapReading& ontap, const CvoSystem& system, Judge& judge) {
  if (ontap.cluster_uuid.empty()) return judge.unknown("cluster", not_read(ontap));
  if (ontap.cluster_uuid == system.cluster_uuid) {
    return judge.good("cluster", ontap.cluster + " answers at " + ontap.endpoint);
  }
  judge.bad("cluster", ontap.endpoint + " answers for another cluster: " + ontap.cluster + " (" +
                           ontap.cluster_uuid + "), not " + system.cluster + " (" +
                           system.cluster_uuid + ")");
}

void check_nodes_up(const OntapReading& ontap, const CvoSystem& system, Judge& judge) {
  if (!ontap.nodes) return judge.unknown("nodes-up", not_read(ontap));
  if (ontap.nodes->size() != system.nodes.size()) {
    return judge.bad("nodes-up", "the cluster has " + count_of(ontap.nodes->size(), "node") +
                                     ", the plan knows " + std::to_string(system.nodes.size()));
  }
  judge.unless(of_nodes(ontap, system,
                        [](const OntapNode& node) -> std::string {
                          if (node.state != NodeState::kUp) {
                            return node.name + " is " + std::string(name_of(node.state)) +
                                   ", not up";
                          }
                          if (node.membership == "member") return {};
                          return node.name + " is no member of the cluster: " + node.membership;
                        }),
               "nodes-up", "every node is up and a member");
}

// Nothing is proven by a node's own clock; but logs that tell other times mislead an operator.
void check_clocks(const OntapReading& ontap, Judge& judge) {
  constexpr Duration kApart = std::chrono::minutes(5);
  if (!ontap.nodes) return;
  for (const auto& node : *ontap.nodes) {
    if (!node.date) continue;
    const auto apart = *node.date - ontap.asked_at.wall;
    if (apart >= -kApart && apart <= kApart) continue;
    judge.warn("clocks", "the clock of " + node.name + " shows " + format_utc(*node.date) +
                             ", ours " + format_utc(ontap.asked_at.wall));
  }
}

void check_one_version(const OntapReading& ontap, Judge& judge) {
  if (!ontap.nodes) return judge.unknown("one-version", not_read(ontap));
  std::set<std::string> versions;
  for (const auto& node : *ontap.nodes) versions.insert(node.version);
  if (versions.size() == 1 && !versions.begin()->empty()) {
    return judge.good("one-version", *versions.begin());
  }
  if (versions.count("") > 0) return judge.unknown("one-version", "a node shows no version");
  judge.bad("one-version", "the nodes run different versions: " +
                               join({versions.begin(), versions.end()}, " and "));
}

void check_failover(const OntapReading& ontap, const CvoSystem& system, Judge& judge) {
  if (!ontap.nodes) {
    for (const auto* gate : {"failover-on", "auto-giveback", "not-taken-over", "interconnect"}) {
      judge.unknown(gate, not_read(ontap));
    }
    return;
  }
  judge.unless(of_ha(ontap, system,
                     [](const OntapNode& node, const NodeHa& ha) -> std::string {
                       return ha.enabled ? "" : "failover is switched off on " + node.name;
                     }),
               "failover-on", "storage failover is enabled on both nodes");
  judge.unless(of_ha(ontap, system,
                     [](const OntapNode& node, const NodeHa& ha) -> std::string {
                       if (ha.auto_giveback) return {};
                       return "automatic giveback is off on " + node.name +
                              ": without it a node would not get its storage back";
                     }),
               "auto-giveback", "automatic giveback is on, on both nodes");
  judge.unless(of_ha(ontap, system,
                     [](const OntapNode& node, const NodeHa& ha) -> std::string {
                       if (ha.takeover != TakeoverState::kNotAttempted) {
                         return with_failure(
                             node.name + ": takeover is " + std::string(name_of(ha.takeover)),
                             ha.takeover_failure);
                       }
                       if (ha.giveback == GivebackState::kNothingToGiveback) return {};
                       return with_failure(
                           node.name + ": giveback is " + std::string(name_of(ha.giveback)),
                           ha.giveback_failure);
                     }),
               "not-taken-over", "neither node has taken over, nothing is to be given back");
  judge.unless(of_ha(ontap, system,
                     [](const OntapNode& node, const NodeHa& ha) -> std::string {
                       // Versions before 9.11 do not tell; "possible" covers it there.
                       if (ha.interconnect.empty() || ha.interconnect == "up") return {};
                       return node.name + ": the HA interconnect is " + ha.interconnect;
                     }),
               "interconnect", "the HA interconnect is not down");
}

void check_possible(const OntapReading& ontap, const CvoSystem& system, Judge& judge) {
  if (!ontap.failover) return judge.unknown("takeover-possible", not_read(ontap));
  std::vector<std::string> against;
  for (const auto& node : system.nodes) {
    const auto row = std::find_if(ontap.failover->begin(), ontap.failover->end(),
                                  [&](const FailoverRow& r) { return r.node == node.name; });
    if (row == ontap.failover->end()) {
      against.push_back("storage failover show has no row for " + node.name);
    } else if (!row->possible.value_or(false)) {
      against.push_back("a takeover by " + node.name +
                        " is not possible: " + row->state_description);
    }
  }
  judge.unless(against, "takeover-possible", "each node can take over the other");
}

void check_aggregates(const OntapReading& ontap, const CvoSystem& system, Judge& judge) {
  if (!ontap.aggregates) {
    judge.unknown("aggregates", not_read(ontap));
    return judge.unknown("mirrors", not_read(ontap));
  }
  if (ontap.aggregates->empty()) {
    judge.unknown("aggregates", "ONTAP shows no aggregate, and every node has one");
    return judge.unknown("mirrors", "ONTAP shows no aggregate");
  }
  std::vector<std::string> offline;
  std::vector<std::string> away;
  std::vector<std::string> mirrors;
  for (const auto& aggregate : *ontap.aggregates) {
    if (aggregate.state != "online") offline.push_back(aggregate.name + " is " + aggregate.state);
    if (aggregate.node != aggregate.home_node) {
      away.push_back(aggregate.name + " is on " + aggregate.node + ", its home is " +
                     aggregate.home_node);
    }
    const bool fine =
        aggregate.mirror == "normal" || (!system.pair() && aggregate.mirror == "unmirrored");
    if (!fine) mirrors.push_back("the mirror of " + aggregate.name + " is " + aggregate.mirror);
  }
  offline.insert(offline.end(), away.begin(), away.end());
  judge.unless(offline, "aggregates",
               count_of(ontap.aggregates->size(), "aggregate") + " online and at home");
  if (!system.pair()) return;
  judge.unless(mirrors, "mirrors", "every mirror is normal");
}

void check_lifs(const OntapReading& ontap, Judge& judge) {
  if (!ontap.lifs) return judge.unknown("lifs-home", not_read(ontap));
  if (ontap.lifs->empty()) return judge.unknown("lifs-home", "ONTAP shows no LIF");
  std::vector<std::string> against;
  for (const auto& lif : *ontap.lifs) {
    if (!lif.enabled) continue;
    if (!lif.is_home) against.push_back("LIF " + lif.name + " is on " + lif.node + ", not at home");
    if (lif.state != "up") against.push_back("LIF " + lif.name + " is " + lif.state);
  }
  judge.unless(against, "lifs-home", count_of(ontap.lifs->size(), "LIF") + " up and at home");
}

void check_quiet(const OntapReading& ontap, Judge& judge) {
  if (!ontap.update) {
    judge.unknown("no-update", not_read(ontap));
  } else if (ontap.update->empty()) {
    judge.good("no-update", "no software update runs");
  } else {
    judge.bad("no-update", "a software update is " + *ontap.update);
  }
  if (!ontap.moves) {
    judge.unknown("no-volume-move", not_read(ontap));
  } else {
    std::vector<std::string> running;
    for (const auto& move : *ontap.moves) running.push_back(move.what + " is " + move.state);
    judge.unless(running, "no-volume-move", "no volume is being moved");
  }
  if (!ontap.transfers) return judge.warn("transfers", not_read(ontap));
  for (const auto& transfer : *ontap.transfers) {
    judge.warn("transfers", transfer.what + " is " + transfer.state +
                                ": quiesce it from the destination, or let it end");
  }
}

void check_stores(const OntapReading& ontap, const CvoSystem& system, Judge& judge) {
  if (!ontap.cloud_stores) return judge.unknown("fabricpool", not_read(ontap));
  std::vector<std::string> against;
  for (const auto& expected : system.cloud_stores) {
    const auto& stores = *ontap.cloud_stores;
    const bool shown = std::any_of(stores.begin(), stores.end(),
                                   [&](const auto& store) { return name_of(store) == expected; });
    if (!shown) against.push_back("FabricPool store " + expected + " is not shown any more");
  }
  for (const auto& store : *ontap.cloud_stores) {
    if (store.availability == "available" &&
        (store.availability_at_partner.empty() || store.availability_at_partner == "available")) {
      continue;
    }
    against.push_back("FabricPool store " + store.target + " of " + store.aggregate + " is " +
                      store.availability + (store.reason.empty() ? "" : ": " + store.reason));
  }
  if (ontap.cloud_stores->empty() && against.empty()) return;
  judge.unless(against, "fabricpool", "every FabricPool store is available");
}

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
  if (!member.shutdown_behaviour) {
    not_served(context, member, "comes-back", "its shutdown behaviour", judge);
  } else if (*member.shutdown_behaviour != "stop") {
    judge.bad("comes-back", member.id.str() + " would " + *member.shutdown_behaviour +
                                " when its system shuts down: set its shutdown behaviour to stop");
  }
  if (!member.stop_protection) {
    not_served(context, member, "comes-back", "its stop protection", judge);
  } else if (*member.stop_protection) {
    judge.bad("comes-back", member.id.str() + " has stop protection: it cannot be restarted");
  }
  if (!member.bad_keys) {
    not_served(context, member, "comes-back", "the keys of its volumes", judge);
  } else {
    for (const auto& key : *member.bad_keys) {
      judge.bad("comes-back", member.id.str() + " could not start again: " + key);
    }
  }
}

template <class Check>
void of_member(const SystemReading& reading, const InstanceId& id, Judge& judge, Check check) {
  const auto* member = reading.find(id);
  if (member == nullptr) return judge.bad("ec2-status", id.str() + " does not exist");
  check(*member);
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

namespace {

bool is_away(NodeState state) {
  return state == NodeState::kTakenOver || state == NodeState::kWaitingForGiveback ||
         state == NodeState::kDown;
}

void check_taken_over(const OntapReading& ontap, const CvoNode& away, const CvoNode& partner,
                      Judge& judge) {
  if (!ontap.nodes) return judge.unknown("taken-over", not_read(ontap));
  const auto* gone = ontap.find(away.name);
  const auto* serving = ontap.find(partner.name);
  if (serving == nullptr || !serving->ha) {
    return judge.unknown("taken-over", "ONTAP does not show " + partner.name);
  }
  if (serving->state != NodeState::kUp) {
    return judge.bad("taken-over", partner.name + " is " + std::string(name_of(serving->state)) +
                                       " itself, not up");
  }
  if (serving->ha->giveback == GivebackState::kInProgress) {
    return judge.bad("taken-over", partner.name + " is giving back already");
  }
  if (serving->ha->takeover != TakeoverState::kInTakeover) {
    return judge.bad("taken-over", with_failure(partner.name + ": takeover is " +
                                                    std::string(name_of(serving->ha->takeover)),
                                                serving->ha->takeover_failure));
  }
  if (gone == nullptr || !is_away(gone->state)) {
    return judge.bad(
        "taken-over",
        away.name + " is " + std::string(gone == nullptr ? "not shown" : name_of(gone->state)));
  }
  judge.good("taken-over", partner.name + " has taken over from " + away.name);
}

// Where ONTAP has the LIFs that move. On CVO it may differ from where EC2 sends their addresses
// (facts: netapp.md, 4.2: LIF failover is off by default), so EC2's word decides where there is
// one.
std::vector<std::string> lifs_elsewhere(const OntapReading& ontap, const CvoNode& partner) {
  std::vector<std::string> out;
  for (const auto& lif : *ontap.lifs) {
    if (!lif.nas || !lif.enabled || (lif.node == partner.name && lif.state == "up")) continue;
    out.push_back("data LIF " + lif.name + " (" + lif.address + ") is " + lif.state + " on " +
                  lif.node + ", not up on " + partner.name);
  }
  return out;
}

// An address that has to move, and of which EC2 was not asked.
std::string not_asked(const SystemReading& reading, const CvoNode& away) {
  for (const auto& lif : *reading.ontap.lifs) {
    if (!lif.nas || !lif.enabled || lif.home_node != away.name) continue;
    const auto& all = *reading.addresses;
    const bool asked = std::any_of(all.begin(), all.end(),
                                   [&](const auto& each) { return each.address == lif.address; });
    if (!asked) return "where EC2 sends " + lif.address + " was not read";
  }
  return {};
}

void check_addresses(const SystemReading& reading, const CvoNode& away, const CvoNode& partner,
                     const GateContext& context, Judge& judge) {
  if (!reading.ontap.lifs) return judge.unknown("data-addresses", not_read(reading.ontap));
  if (reading.ontap.lifs->empty()) return judge.unknown("data-addresses", "ONTAP shows no LIF");
  const auto elsewhere = lifs_elsewhere(reading.ontap, partner);
  if (!reading.addresses) {
    if (context.aws_endpoint) {
      return judge.unknown("data-addresses", "EC2's routes and addresses could not be read");
    }
    return judge.unless(elsewhere, "data-addresses",
                        "every data LIF is on " + partner.name + ", says ONTAP");
  }
  for (const auto& each : elsewhere) judge.warn("data-addresses", each);
  if (auto why = not_asked(reading, away); !why.empty()) {
    return judge.unknown("data-addresses", std::move(why));
  }
  std::vector<std::string> against;
  for (const auto& each : *reading.addresses) {
    if (each.at == partner.instance) continue;
    against.push_back("EC2 sends " + each.address + " to " +
                      (each.at ? each.at->str() : "no instance") + ", not to " +
                      partner.instance.str());
  }
  judge.unless(against, "data-addresses",
               count_of(reading.addresses->size(), "data address", "data addresses") + " at " +
                   partner.instance.str());
}

}  // namespace

Findings served_by_partner(const SystemReading& reading, const GateContext& context,
                           std::size_t away) {
  Findings out;
  Judge judge(out);
  const auto& partner = context.system.partner_of(away);
  check_identity(reading.ontap, context.system, judge);
  check_taken_over(reading.ontap, context.system.nodes[away], partner, judge);
  of_member(reading, partner.instance, judge, [&](const MemberReading& member) {
    if (member.state == InstanceState::kRunning) return;
    judge.bad("ec2-status",
              member.id.str() + " is " + std::string(name_of(member.state)) + ", not running");
  });
  check_addresses(reading, context.system.nodes[away], partner, context, judge);
  if (!reading.probes) {
    judge.unknown("probes", "the probes were not tried");
    return out;
  }
  std::vector<std::string> silent;
  for (const auto& probe : *reading.probes) {
    if (!probe.answers) silent.push_back(probe.probe + " does not answer: " + probe.why);
  }
  judge.unless(silent, "probes", count_of(reading.probes->size(), "probe") + " answered");
  return out;
}

}  // namespace v2only::fleet
