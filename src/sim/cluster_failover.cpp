// Takeover and giveback.
#include <algorithm>
#include <utility>

#include "sim/cluster.h"

namespace v2only::sim {
namespace {

using Kind = FaultSpec::Kind;

// Codes of facts/netapp.md, 4.2.
constexpr int kPartnerNotRunning = 852046;
constexpr int kLifsCannotMove = 852115;
constexpr int kGivebackFailed = 852126;
constexpr int kTakeoverFailed = 852130;
constexpr int kInProgress = 3604514;
constexpr int kWholeClusterDown = 3604515;

OntapFault fault(int status, int code, std::string message) {
  return {status, std::to_string(code), std::move(message), {}};
}

std::string words(const FaultSpec& spec, std::string_view otherwise) {
  return spec.detail.empty() ? std::string(otherwise) : spec.detail;
}

}  // namespace

// ---- what is possible ----

// Why the node could not take over its partner now.
std::vector<std::string> Cluster::takeover_reasons(std::size_t taker) const {
  const auto of = partner(taker);
  std::vector<std::string> out;
  if (nodes_[taker].phase != NodePhase::kUp) out.emplace_back("The node is not up.");
  if (nodes_[of].phase != NodePhase::kUp) out.emplace_back("The partner is not up.");
  if (nodes_[taker].storage_at != taker || nodes_[of].storage_at != of) {
    out.emplace_back("A takeover is in effect.");
  }
  if (!mediator_up_) out.emplace_back("The mediator cannot be reached.");
  if (mirror_ != Mirror::kNormal) out.emplace_back("The mirrors are not in sync.");
  return out;
}

bool Cluster::can_take_over_partner(std::size_t node) const {
  return spec_.is_pair() && takeover_reasons(node).empty();
}

std::string Cluster::takeover_state(std::size_t node) const {
  const auto of = partner(node);
  if (nodes_[of].storage_at == node) return "in_takeover";
  if (nodes_[of].phase == NodePhase::kLeaving) return "in_progress";
  if (nodes_[node].takeover_failure) return "failed";
  return can_take_over_partner(node) ? "not_attempted" : "not_possible";
}

std::string Cluster::giveback_state(std::size_t node) const {
  const auto of = partner(node);
  if (nodes_[of].giving_back) return "in_progress";
  if (nodes_[node].giveback_failure) return "failed";
  return nodes_[of].storage_at == node ? "not_attempted" : "nothing_to_giveback";
}

std::string Cluster::failover_text(std::size_t node, WallTime now) const {
  const auto of = partner(node);
  const auto& name = spec_.nodes[of].name;
  if (nodes_[node].phase == NodePhase::kWaiting) return "Waiting for giveback";
  if (nodes_[of].giving_back) return "Giving back to " + name;
  if (nodes_[of].storage_at == node) {
    if (!nodes_[of].giveback_due || *nodes_[of].giveback_due <= now) return "In takeover";
    const auto left = std::chrono::ceil<std::chrono::seconds>(*nodes_[of].giveback_due - now);
    return "In takeover, Auto giveback will be initiated in " + std::to_string(left.count()) +
           " seconds";
  }
  return is_up(of) ? "Connected to " + name : "Waiting for " + name;
}

// ---- a node goes ----

Result<std::string, OntapFault> Cluster::stop_node(std::size_t node, const Stop& stop,
                                                   WallTime now) {
  const auto& it = nodes_[node];
  const std::string what = stop.reboot ? "reboot" : "shutdown";
  const auto& name = spec_.nodes[node].name;
  if (it.phase != NodePhase::kUp) {
    return Unexpected{
        fault(409, kInProgress,
              "A " + what + " is already in progress for node " + name + ", or it is not up.")};
  }
  if (!spec_.is_pair() && !stop.allow_data_outage) {
    return Unexpected{fault(400, kWholeClusterDown,
                            "The " + what + " of node " + name +
                                " would result in the entire cluster being down. Use "
                                "\"allow_data_outage\" to bypass this check.")};
  }
  if (spec_.is_pair() && !stop.allow_data_outage && !can_take_over_partner(partner(node))) {
    return Unexpected{fault(400, kPartnerNotRunning,
                            "Node " + name + " cannot be stopped: its HA partner " +
                                spec_.nodes[partner(node)].name +
                                " is not in a state in which it can take over.")};
  }
  if (spec_.lifs_keep_reboots) {
    return Unexpected{fault(
        400, kLifsCannotMove,
        "The " + what + " of node " + name + " was prevented: its LIFs cannot be moved away.")};
  }
  const auto job =
      jobs_.add("PATCH /api/cluster/nodes/" + node_uuid(node) + "?action=" + what, now);
  if (spec_.is_pair() && !stop.inhibit_takeover && can_take_over_partner(partner(node))) {
    begin_takeover(node, stop.reboot, stop.caller, job, now);
    return job;
  }
  jobs_.succeed(job, now);
  nodes_[node].leaving_to_boot = stop.reboot;
  halt(node, now);
  return job;
}

Result<void, OntapFault> Cluster::take_over(std::size_t node, const std::string& caller,
                                            WallTime now) {
  if (!spec_.is_pair()) {
    return Unexpected{fault(400, kTakeoverFailed, "Storage failover is not configured.")};
  }
  if (nodes_[node].phase != NodePhase::kUp) {
    return Unexpected{fault(
        409, kInProgress,
        "A takeover of node " + spec_.nodes[node].name + " is already in progress or in effect.")};
  }
  const auto reasons = takeover_reasons(partner(node));
  if (!reasons.empty()) {
    return Unexpected{fault(400, kPartnerNotRunning, "Takeover is not possible: " + reasons[0])};
  }
  begin_takeover(node, true, caller, {}, now);
  return {};
}

Result<std::string, OntapFault> Cluster::check_takeover(std::size_t node, WallTime now) {
  if (!spec_.is_pair()) {
    return Unexpected{fault(400, kTakeoverFailed, "Storage failover is not configured.")};
  }
  const auto job =
      jobs_.add("PATCH /api/cluster/nodes/" + node_uuid(node) + "?action=takeover_check", now);
  later(node, now, std::chrono::seconds(2), [this, node, job](WallTime at) {
    nodes_[node].check_reasons = takeover_reasons(node);
    nodes_[node].checked = true;
    jobs_.succeed(job, at);
  });
  return job;
}

void Cluster::others_take_over(const std::optional<InstanceId>& node, WallTime at) {
  for (std::size_t i = 0; i < nodes_.size() && spec_.is_pair(); ++i) {
    if (node && spec_.nodes[i].instance != *node) continue;
    if (!can_take_over_partner(partner(i))) continue;
    return begin_takeover(i, true, "somebody else", {}, at);
  }
}

void Cluster::begin_takeover(std::size_t node, bool reboot, std::string caller, std::string job,
                             WallTime at) {
  nodes_[partner(node)].takeover_failure.reset();
  nodes_[node].leaving_to_boot = reboot;
  enter(node, NodePhase::kLeaving, at);
  later(node, at, spec_.timings.takeover,
        [this, node, caller = std::move(caller), job = std::move(job)](WallTime when) {
          finish_takeover(node, caller, job, when);
        });
}

void Cluster::finish_takeover(std::size_t node, const std::string& caller, const std::string& job,
                              WallTime at) {
  const auto taker = partner(node);
  std::optional<HaFailure> failure;
  if (const auto* veto = around_.faults.strikes(Kind::kTakeoverVeto, spec_.system,
                                                spec_.nodes[node].instance, at)) {
    failure = {kTakeoverFailed, words(*veto, "Takeover was vetoed by the module \"raid\".")};
  } else if (nodes_[taker].phase != NodePhase::kUp) {
    failure = {kPartnerNotRunning, "The HA partner is not running to do the takeover."};
  }
  if (failure) {
    nodes_[taker].takeover_failure = failure;
    jobs_.fail(job, failure->code, failure->message, at);
    return enter(node, NodePhase::kUp, at);
  }
  jobs_.succeed(job, at);
  take_storage(node, caller, "planned", at);
  halt(node, at);
}

void Cluster::take_storage(std::size_t node, const std::string& caller, const std::string& how,
                           WallTime at) {
  const auto taker = partner(node);
  nodes_[node].storage_at = taker;
  nodes_[taker].takeover_failure.reset();
  nodes_[taker].giveback_failure.reset();
  nodes_[node].giveback_due.reset();
  log(LogEntry::Kind::kTakeover, nodes_[node].instance, caller, how, at);
  settle(at);
}

void Cluster::halt(std::size_t node, WallTime at) {
  enter(node, NodePhase::kHalting, at);
  later(node, at, spec_.timings.halt, [this, node](WallTime when) {
    auto& it = nodes_[node];
    if (it.leaving_to_boot) {
      it.reboots = true;
      around_.ec2.note_boot(*it.instance, when);
      log(LogEntry::Kind::kRebooted, it.instance, "ONTAP", "ONTAP's own reboot", when);
      return begin_boot(node, when);
    }
    enter(node, NodePhase::kHalted, when);
    if (!spec_.halt_powers_off) return;
    around_.ec2.begin_stop(*it.instance, when,
                           {LogEntry::Kind::kStopped, "ONTAP", "powered off by its halt"});
  });
}

// The power is gone, whatever the node was doing.
void Cluster::cut_off(std::size_t node, WallTime at) {
  auto& it = nodes_[node];
  const bool pair = spec_.is_pair();
  it.giving_back = false;
  it.giveback_due.reset();
  // A planned takeover that was under way becomes one of a node that is gone.
  const bool leaving =
      it.phase == NodePhase::kLeaving && nodes_[partner(node)].phase == NodePhase::kUp;
  const bool could =
      pair && it.storage_at == node && (leaving || can_take_over_partner(partner(node)));
  if (pair && nodes_[partner(node)].storage_at == node) release_storage(node, at);
  enter(node, NodePhase::kOff, at);
  if (!could) return;
  later(node, at, spec_.timings.failure_detect, [this, node](WallTime when) {
    if (nodes_[partner(node)].phase != NodePhase::kUp || !mediator_up_) return;
    take_storage(node, "ONTAP", "after a failure", when);
  });
}

// The node that had its partner's storage is gone: the partner comes up with what is its own, once
// it is there.
void Cluster::release_storage(std::size_t taker, WallTime at) {
  const auto of = partner(taker);
  nodes_[of].storage_at = of;
  nodes_[of].giving_back = false;
  nodes_[of].giveback_due.reset();
  nodes_[taker].giveback_failure.reset();
  if (nodes_[of].phase == NodePhase::kWaiting) come_up(of, at);
}

// ---- and comes back ----

void Cluster::schedule_giveback(std::size_t node, Duration delay, WallTime at) {
  nodes_[node].giveback_due = at + delay;
  later(node, at, delay, [this, node](WallTime when) { auto_giveback(node, when); });
}

// Two further tries after a failure; while the mirrors resync there is nothing to try.
void Cluster::auto_giveback(std::size_t node, WallTime at) {
  constexpr int kTries = 3;
  auto& it = nodes_[node];
  if (it.phase != NodePhase::kWaiting || it.giving_back || !(it.auto_giveback || it.reboots))
    return;
  if (mirror_ != Mirror::kNormal) return schedule_giveback(node, spec_.timings.look_again, at);
  if (begin_giveback(node, "ONTAP", {}, at)) return;
  if (++it.giveback_tries < kTries) schedule_giveback(node, spec_.timings.giveback_retry, at);
}

std::optional<HaFailure> Cluster::giveback_veto(std::size_t node, WallTime at) {
  if (mirror_ != Mirror::kNormal) {
    return HaFailure{kGivebackFailed,
                     "Giveback was vetoed by the module \"raid\": mirrors are resynchronizing."};
  }
  const auto* veto =
      around_.faults.strikes(Kind::kGivebackVeto, spec_.system, spec_.nodes[node].instance, at);
  if (veto == nullptr) return std::nullopt;
  return HaFailure{kGivebackFailed,
                   words(*veto, "Giveback was vetoed by the module \"smb\": open sessions.")};
}

Result<std::string, OntapFault> Cluster::give_back(std::size_t node, bool override_vetoes,
                                                   const std::string& caller, WallTime now) {
  const auto& name = spec_.nodes[node].name;
  if (!spec_.is_pair() || nodes_[node].storage_at == node) {
    return Unexpected{
        fault(400, kGivebackFailed, "Node " + name + " has nothing to be given back.")};
  }
  if (nodes_[node].phase != NodePhase::kWaiting) {
    return Unexpected{
        fault(400, kGivebackFailed, "Node " + name + " is not waiting for giveback.")};
  }
  if (nodes_[node].giving_back) {
    return Unexpected{fault(409, kInProgress, "A giveback to " + name + " is in progress.")};
  }
  const auto job =
      jobs_.add("PATCH /api/cluster/nodes/" + node_uuid(node) + "?action=giveback", now);
  if (override_vetoes) {
    log(LogEntry::Kind::kRefused, nodes_[node].instance, caller, "giveback override_vetoes", now);
  }
  begin_giveback(node, caller, job, now);
  return job;
}

bool Cluster::begin_giveback(std::size_t node, const std::string& caller, const std::string& job,
                             WallTime at) {
  const auto giver = partner(node);
  nodes_[giver].giveback_failure = giveback_veto(node, at);
  if (const auto& failure = nodes_[giver].giveback_failure) {
    jobs_.fail(job, failure->code, failure->message, at);
    return false;
  }
  nodes_[node].giveback_due.reset();
  ++nodes_[node].epoch;  // the automatic one that was due is off
  nodes_[node].giving_back = true;
  later(node, at, spec_.timings.giveback,
        [this, node, caller, job](WallTime when) { finish_giveback(node, caller, job, when); });
  return true;
}

void Cluster::finish_giveback(std::size_t node, const std::string& caller, const std::string& job,
                              WallTime at) {
  auto& it = nodes_[node];
  it.giving_back = false;
  if (it.storage_at == node) return;  // its giver was gone meanwhile
  it.storage_at = node;
  jobs_.succeed(job, at);
  log(LogEntry::Kind::kGiveback, it.instance, caller, {}, at);
  resync(spec_.timings.resync_after, at);
  if (node == 0) management_at_ = 0;
  come_up(node, at);
}

}  // namespace v2only::sim
