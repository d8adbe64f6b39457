#include "sim/cluster.h"

#include <algorithm>
#include <utility>

#include "core/digest.h"
#include "fleet/version.h"

namespace v2only::sim {

using fleet::InstanceState;

std::string uuid_of(std::string_view text) {
  const auto hex = sha256_hex(text);
  return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' +
         hex.substr(16, 4) + '-' + hex.substr(20, 12);
}

Cluster::Cluster(const CvoSpec& spec, Around around, WallTime start)
    : spec_(spec),
      around_(around),
      uuid_(uuid_of(spec.system.str() + " cluster")),
      jobs_(spec.system.str(), spec.timings.job_kept) {
  const auto runs = [&](const std::optional<InstanceIndex>& instance) {
    return instance && around_.ec2.at(*instance).state == InstanceState::kRunning;
  };
  for (std::size_t i = 0; i < spec.nodes.size(); ++i) {
    Node node;
    node.instance = around_.ec2.find(spec.nodes[i].instance);
    node.storage_at = i;
    node.auto_giveback = spec.auto_giveback;
    node.phase = runs(node.instance) ? NodePhase::kUp : NodePhase::kOff;
    if (node.instance) {
      node.booted = around_.ec2.at(*node.instance).launched.value_or(start);
      node.uses_v2 = fleet::ontap_gate(spec.version) == fleet::Gate::kPass &&
                     around_.ec2.effective_options(*node.instance).tokens_required();
    }
    nodes_.push_back(std::move(node));
  }
  if (spec.mediator) mediator_ = around_.ec2.find(*spec.mediator);
  mediator_up_ = runs(mediator_);
  settle(start);
}

// ---- what it is like ----

std::string Cluster::node_uuid(std::size_t node) const {
  return uuid_of(spec_.system.str() + " node " + std::to_string(node));
}

std::optional<std::size_t> Cluster::node_by_uuid(std::string_view uuid) const {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (node_uuid(i) == uuid) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> Cluster::node_by_name(std::string_view name) const {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (spec_.nodes[i].name == name) return i;
  }
  return std::nullopt;
}

bool Cluster::is_up(std::size_t node) const {
  const auto phase = nodes_[node].phase;
  return phase == NodePhase::kUp || phase == NodePhase::kLeaving;
}

bool Cluster::is_there(std::size_t node) const {
  return is_up(node) || nodes_[node].phase == NodePhase::kWaiting;
}

bool Cluster::interconnect_up() const { return spec_.is_pair() && is_there(0) && is_there(1); }

std::string Cluster::node_state(std::size_t node) const {
  const auto phase = nodes_[node].phase;
  if (is_up(node)) return "up";
  if (phase == NodePhase::kWaiting) return "waiting_for_giveback";
  if (phase == NodePhase::kWrong) return "degraded";
  if (nodes_[node].storage_at != node) return "taken_over";
  return phase == NodePhase::kBooting ? "booting" : "down";
}

bool Cluster::has_role(std::size_t node) const {
  const auto& it = nodes_[node];
  if (!it.instance || !is_up(node)) return false;
  const auto& options = around_.ec2.effective_options(*it.instance);
  return !options.endpoint_disabled() && (!options.tokens_required() || it.uses_v2);
}

bool Cluster::mediator_moves_addresses() const {
  if (!mediator_up_ || !mediator_) return false;
  const auto& options = around_.ec2.effective_options(*mediator_);
  return !options.endpoint_disabled() && (!options.tokens_required() || spec_.mediator_knows_v2);
}

WallTime Cluster::node_date(WallTime now) const {
  const auto* off = around_.faults.strikes(FaultSpec::Kind::kClockOff, spec_.system, {}, now);
  return now + spec_.clock_error + (off == nullptr ? Duration{} : off->delay);
}

bool Cluster::owns_management(const std::string& address) const {
  return address == spec_.cluster_address ||
         std::any_of(spec_.nodes.begin(), spec_.nodes.end(),
                     [&](const CvoNodeSpec& node) { return node.management_address == address; });
}

Cluster::Reach Cluster::reach(const std::string& address) const {
  std::size_t node = management_at_;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (spec_.nodes[i].management_address == address) node = i;
  }
  const auto& it = nodes_[node];
  if (!it.instance) return Reach::kSilent;
  const bool runs = around_.ec2.at(*it.instance).state == InstanceState::kRunning;
  if (!runs) return Reach::kSilent;
  const auto holder = around_.addresses.holder(address);
  if (holder && *holder != *it.instance) return Reach::kSilent;  // EC2 leads elsewhere
  return is_up(node) ? Reach::kAnswers : Reach::kRefuses;
}

bool Cluster::address_served(const std::string& address) const {
  for (std::size_t home = 0; home < nodes_.size(); ++home) {
    const auto& data = spec_.nodes[home].data_addresses;
    const bool iscsi = spec_.nodes[home].iscsi_address == address && !address.empty();
    if (!iscsi && std::find(data.begin(), data.end(), address) == data.end()) continue;
    const auto at = iscsi ? home : nodes_[home].storage_at;
    if (iscsi && nodes_[home].storage_at != home) return false;
    return is_up(at) && nodes_[at].instance &&
           around_.addresses.holder(address) == nodes_[at].instance;
  }
  return false;
}

bool Cluster::served(WallTime at) const {
  const auto later =
      std::upper_bound(served_since_.begin(), served_since_.end(), at,
                       [](WallTime t, const auto& entry) { return t < entry.first; });
  return later == served_since_.begin() ? served_since_.front().second : (later - 1)->second;
}

void Cluster::log(LogEntry::Kind kind, std::optional<InstanceIndex> instance, std::string caller,
                  std::string detail, WallTime at) {
  LogEntry line;
  line.kind = kind;
  line.at = at;
  if (instance) {
    line.region = around_.ec2.at(*instance).region;
    line.instance = around_.ec2.at(*instance).id;
  }
  line.system = spec_.system;
  line.caller = std::move(caller);
  line.detail = std::move(detail);
  around_.ec2.write_log(std::move(line));
}

void Cluster::note_autosupport(std::string message) {
  constexpr std::size_t kKept = 100;
  if (autosupport_.size() == kKept) autosupport_.erase(autosupport_.begin());
  autosupport_.push_back(std::move(message));
}

// ---- after each change ----

void Cluster::enter(std::size_t node, NodePhase phase, WallTime at) {
  ++nodes_[node].epoch;
  nodes_[node].phase = phase;
  settle(at);
}

void Cluster::later(std::size_t node, WallTime now, Duration delay, Agenda::Action action) {
  const auto epoch = nodes_[node].epoch;
  around_.agenda.at(now + delay, [this, node, epoch, action = std::move(action)](WallTime at) {
    if (nodes_[node].epoch == epoch) action(at);
  });
}

void Cluster::settle(WallTime at) {
  move_addresses(at);
  move_management(at);
  update_mirror(at);
  note_served(at);
}

// The mediator's work: each address to the instance of the node that has it.
void Cluster::move_addresses(WallTime) {
  if (!spec_.is_pair() || !mediator_moves_addresses()) return;
  for (std::size_t home = 0; home < nodes_.size(); ++home) {
    const auto& holder = nodes_[nodes_[home].storage_at];
    if (!holder.instance) continue;
    for (const auto& address : spec_.nodes[home].data_addresses) {
      around_.addresses.move(address, *holder.instance);
    }
  }
  if (nodes_[management_at_].instance) {
    around_.addresses.move(spec_.cluster_address, *nodes_[management_at_].instance);
  }
}

// The cluster's address goes to the other node some time after its own went down, and home again
// with the giveback.
void Cluster::move_management(WallTime at) {
  if (!spec_.is_pair() || is_up(management_at_) || management_moves_) return;
  management_moves_ = true;
  around_.agenda.at(at + spec_.timings.management_move, [this](WallTime when) {
    management_moves_ = false;
    const auto other = partner(management_at_);
    if (is_up(management_at_) || !is_up(other)) return;
    management_at_ = other;
    settle(when);
  });
}

void Cluster::update_mirror(WallTime at) {
  if (!spec_.is_pair()) return;
  if (!is_there(0) || !is_there(1)) {
    if (mirror_ != Mirror::kDegraded) ++mirror_epoch_;
    mirror_ = Mirror::kDegraded;
  } else if (mirror_ == Mirror::kDegraded) {
    resync(spec_.timings.resync, at);
  }
}

void Cluster::resync(Duration time, WallTime at) {
  mirror_ = Mirror::kResynchronizing;
  if (const auto* slow =
          around_.faults.strikes(FaultSpec::Kind::kSlowResync, spec_.system, {}, at)) {
    time += slow->delay;
  }
  const auto epoch = ++mirror_epoch_;
  around_.agenda.at(at + time, [this, epoch](WallTime) {
    if (epoch == mirror_epoch_) mirror_ = Mirror::kNormal;
  });
}

void Cluster::note_served(WallTime at) {
  bool all = true;
  for (const auto& node : spec_.nodes) {
    for (const auto& address : node.data_addresses) all = all && address_served(address);
  }
  if (served_ == all) return;
  const bool first = !served_.has_value();
  served_ = all;
  served_since_.emplace_back(at, all);
  if (first && all) return;
  log(all ? LogEntry::Kind::kServedAgain : LogEntry::Kind::kUnserved, std::nullopt, "ONTAP", {},
      at);
}

// ---- power ----

void Cluster::on_power(InstanceIndex instance, PowerEvent event, WallTime at) {
  if (mediator_ == instance) return on_mediator(event, at);
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].instance != instance) continue;
    if (event == PowerEvent::kDown) return cut_off(i, at);
    if (event == PowerEvent::kBoots) return begin_boot(i, at);
  }
}

void Cluster::on_options(WallTime at) { settle(at); }

void Cluster::on_mediator(PowerEvent event, WallTime at) {
  const auto epoch = ++mediator_epoch_;
  if (event != PowerEvent::kBoots) {
    mediator_up_ = false;
    return settle(at);
  }
  around_.agenda.at(at + spec_.timings.mediator_boot, [this, epoch](WallTime when) {
    if (epoch != mediator_epoch_) return;
    const auto& id = around_.ec2.at(*mediator_).id;
    if (around_.faults.strikes(FaultSpec::Kind::kNoBoot, spec_.system, id, when) != nullptr) {
      return around_.ec2.set_unreachable(*mediator_, true);
    }
    mediator_up_ = true;
    settle(when);
  });
}

void Cluster::begin_boot(std::size_t node, WallTime at) {
  auto& it = nodes_[node];
  it.booted = at;
  around_.ec2.set_unreachable(*it.instance, false);
  enter(node, NodePhase::kBooting, at);
  later(node, at, spec_.timings.boot, [this, node](WallTime when) { boot_done(node, when); });
}

void Cluster::boot_done(std::size_t node, WallTime at) {
  using Kind = FaultSpec::Kind;
  auto& it = nodes_[node];
  const auto& id = spec_.nodes[node].instance;
  if (around_.faults.strikes(Kind::kNoBoot, spec_.system, id, at) != nullptr) {
    around_.ec2.set_unreachable(*it.instance, true);
    return enter(node, NodePhase::kStuck, at);
  }
  // ONTAP decides at its boot how it talks to IMDS (facts 6.2: probably).
  it.uses_v2 = fleet::ontap_gate(spec_.version) == fleet::Gate::kPass &&
               around_.ec2.effective_options(*it.instance).tokens_required();
  around_.ec2.set_software(*it.instance, it.uses_v2 ? Software::kV2 : Software::kV1, at);
  if (around_.faults.strikes(Kind::kWrongBoot, spec_.system, id, at) != nullptr) {
    return enter(node, NodePhase::kWrong, at);
  }
  if (it.storage_at == node) return come_up(node, at);
  it.giveback_tries = 0;
  enter(node, NodePhase::kWaiting, at);
  if (it.auto_giveback || it.reboots) schedule_giveback(node, spec_.timings.giveback_delay, at);
}

void Cluster::come_up(std::size_t node, WallTime at) {
  nodes_[node].reboots = false;
  enter(node, NodePhase::kUp, at);
}

}  // namespace v2only::sim
