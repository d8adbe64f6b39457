// A healthy pair and a healthy single node, as they are read; tests spoil one thing each.
#pragma once

#include <string>

#include "fleet/cvo.h"
#include "fleet/system_reading.h"

namespace v2only::fleet::test {

inline InstanceId sample_id(char last) {
  return InstanceId(std::string("i-0000000000000000") + last);
}

// Nodes pair-01 on …a and pair-02 on …b, mediator …c.
inline CvoSystem pair_system() {
  CvoSystem out;
  out.cluster = "pair";
  out.cluster_uuid = "pair-uuid";
  out.nodes = {{sample_id('a'), "pair-01", "uuid-1", "10.0.0.1", true},
               {sample_id('b'), "pair-02", "uuid-2", "10.0.0.2", true}};
  out.mediator = sample_id('c');
  return out;
}

inline CvoSystem single_system() {
  auto out = pair_system();
  out.nodes.resize(1);
  out.mediator.reset();
  return out;
}

inline MemberReading healthy_member(char last) {
  MemberReading out;
  out.id = sample_id(last);
  out.state = InstanceState::kRunning;
  out.instance_status = "ok";
  out.system_status = "ok";
  out.events.emplace();
  out.shutdown_behaviour = "stop";
  out.stop_protection = false;
  out.bad_keys.emplace();
  out.denied.emplace();
  return out;
}

inline OntapNode healthy_node(int number, bool pair) {
  OntapNode out;
  out.uuid = "uuid-" + std::to_string(number);
  out.name = "pair-0" + std::to_string(number);
  out.version = "NetApp Release 9.13.1P4: Tue Dec 05 16:06:25 UTC 2023";
  out.membership = "member";
  out.state = NodeState::kUp;
  out.uptime_s = 86400;
  out.management_addresses = {"10.0.0." + std::to_string(number)};
  if (!pair) return out;
  out.ha.emplace();
  out.ha->enabled = true;
  out.ha->auto_giveback = true;
  out.ha->takeover = TakeoverState::kNotAttempted;
  out.ha->giveback = GivebackState::kNothingToGiveback;
  out.ha->interconnect = "up";
  return out;
}

inline SystemReading healthy_single() {
  SystemReading out;
  out.members = {healthy_member('a')};
  auto& ontap = out.ontap;
  ontap.endpoint = "https://10.0.0.1";
  ontap.cluster = "pair";
  ontap.cluster_uuid = "pair-uuid";
  ontap.nodes = {healthy_node(1, false)};
  ontap.failover.emplace();
  ontap.aggregates = {{"a1", "aggr1", "online", "pair-01", "pair-01", "unmirrored"}};
  ontap.lifs = {{"nfs1", "svm1", "10.1.2.3", "pair-01", "pair-01", true, true, "up", true, true}};
  ontap.cloud_stores.emplace();
  ontap.transfers.emplace();
  ontap.moves.emplace();
  ontap.update = "";
  out.probes.emplace();
  out.console.emplace();
  out.console->status = "ON";
  out.console->active_actions.emplace();
  out.logins.emplace();
  out.logins->aws.lasts = true;
  out.logins->aws_source = "environment";
  out.logins->console = LoginLife{true, {}};
  return out;
}

inline SystemReading healthy_pair() {
  auto out = healthy_single();
  out.members.push_back(healthy_member('b'));
  out.members.push_back(healthy_member('c'));
  auto& ontap = out.ontap;
  ontap.nodes = {healthy_node(1, true), healthy_node(2, true)};
  ontap.failover = {{"pair-01", "pair-02", true, "Connected to pair-02"},
                    {"pair-02", "pair-01", true, "Connected to pair-01"}};
  ontap.aggregates = {{"a1", "aggr1", "online", "pair-01", "pair-01", "normal"},
                      {"a2", "aggr2", "online", "pair-02", "pair-02", "normal"}};
  out.console->mediator = {0, "ok", false};
  out.addresses = {{"10.1.2.3", sample_id('a')}};
  return out;
}

// pair-01 is away, pair-02 serves all.
inline SystemReading taken_over_pair() {
  auto out = healthy_pair();
  auto& nodes = *out.ontap.nodes;
  nodes[0].state = NodeState::kTakenOver;
  nodes[1].ha->takeover = TakeoverState::kInTakeover;
  out.ontap.lifs = {
      {"nfs1", "svm1", "10.1.2.3", "pair-02", "pair-01", false, true, "up", true, true}};
  out.addresses = {{"10.1.2.3", sample_id('b')}};
  out.probes.emplace();
  return out;
}

}  // namespace v2only::fleet::test
