// What ONTAP itself has to say of a system before its members are touched.
#include <algorithm>
#include <set>

#include "core/text.h"
#include "fleet/gate_checks.h"

namespace v2only::fleet {
namespace {

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

// A store is reached from two sides, and one may be cut off alone.
std::string amiss_with(const OntapCloudStore& store) {
  std::vector<std::string> out;
  if (store.availability != "available") out.push_back(store.availability);
  const auto& partner = store.availability_at_partner;
  if (!partner.empty() && partner != "available") out.push_back(partner + " from the partner node");
  return join(out, ", and ");
}

}  // namespace

std::string not_read(const OntapReading& ontap) {
  return ontap.errors.empty() ? "ONTAP was not asked" : ontap.errors.front();
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
  if (ontap.transfers->empty()) judge.good("transfers", "no SnapMirror transfer runs");
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
    const auto amiss = amiss_with(store);
    if (amiss.empty()) continue;
    against.push_back("FabricPool store " + store.target + " of " + store.aggregate + " is " +
                      amiss + (store.reason.empty() ? "" : ": " + store.reason));
  }
  if (ontap.cloud_stores->empty() && against.empty()) return;
  judge.unless(against, "fabricpool", "every FabricPool store is available");
}

}  // namespace v2only::fleet
