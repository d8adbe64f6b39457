#include "drivers/system_look.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "net/url.h"

namespace v2only::drivers {
namespace {

netapp::OntapParts ontap_parts(std::uint32_t parts) {
  const auto has = [&](std::uint32_t part) { return (parts & part) != 0U; };
  netapp::OntapParts out;
  out.nodes = has(engine::kNodes);
  out.failover = has(engine::kFailoverRows);
  out.aggregates = has(engine::kAggregates);
  out.cloud_stores = has(engine::kCloudStores);
  out.lifs = has(engine::kLifs);
  out.transfers = has(engine::kTransfers);
  out.moves = has(engine::kTransfers);
  out.update = has(engine::kUpdate);
  return out;
}

}  // namespace

SystemLook::SystemLook(SystemAccess access, std::uint32_t parts, std::optional<std::size_t> at_node,
                       Now asked_at)
    : access_(std::move(access)),
      parts_(parts),
      at_node_(at_node),
      asked_at_(asked_at),
      ec2_(access_.region, members(),
           {wants(engine::kEc2Status), wants(engine::kEc2Deep), wants(engine::kBootMark),
            access_.calls}) {
  constexpr std::uint32_t kOntap = engine::kNodes | engine::kFailoverRows | engine::kAggregates |
                                   engine::kLifs | engine::kCloudStores | engine::kTransfers |
                                   engine::kUpdate;
  const auto at = place();
  if (wants(kOntap) && at) ontap_.emplace(access_.unit, ontap_parts(parts), *at, asked_at);
  if (!access_.console || !wants(engine::kConsole)) return;
  netapp::ConsoleScope scope;
  scope.systems = {{access_.unit, access_.system.pair(), access_.system.console_agent}};
  console_.emplace(std::move(scope), asked_at);
}

std::vector<InstanceId> SystemLook::members() const {
  std::vector<InstanceId> out;
  if (access_.system.mediator) out.push_back(*access_.system.mediator);
  for (const auto& node : access_.system.nodes) out.push_back(node.instance);
  return out;
}

// At the partner's own address where it is among those that were given; else at any but that of the
// node that is away. Nothing where only that one was given: it may tell of itself what it likes.
std::optional<netapp::OntapPlace> SystemLook::place() const {
  if (!at_node_) return netapp::OntapPlace{};
  const auto endpoint_of = [&](const fleet::CvoNode& node) -> std::string {
    for (const auto& endpoint : access_.endpoints) {
      const auto url = net::parse_url(endpoint);
      if (url && url->host == node.management_address) return endpoint;
    }
    return {};
  };
  const auto& asked = access_.system.nodes[*at_node_];
  if (auto own = endpoint_of(asked); !own.empty()) return netapp::OntapPlace{own, {}};
  const auto away = endpoint_of(access_.system.partner_of(*at_node_));
  if (!away.empty() && access_.endpoints.size() == 1) return std::nullopt;
  return netapp::OntapPlace{{}, away};
}

// What polls a system that is changing asks again soon: silence is an answer there, and each
// address is tried once. The gates are asked more patiently.
int SystemLook::ontap_attempts() const {
  if (wants(engine::kFailoverRows)) return 0;
  return std::max(2, static_cast<int>(access_.endpoints.size()));
}

template <class Inner>
std::vector<SystemLook::Asked> SystemLook::wrap(std::vector<Inner> asked) {
  std::vector<Asked> out;
  for (auto& each : asked) {
    const auto number = next_++;
    open_.emplace(number, each.number);
    if constexpr (std::is_same_v<decltype(each.call), netapp::OntapCall>) {
      each.call.max_attempts = ontap_attempts();
    }
    out.push_back({number, Question(std::move(each.call))});
  }
  return out;
}

std::vector<SystemLook::Asked> SystemLook::begin() {
  auto out = wrap(ec2_.begin());
  const auto add = [&](std::vector<Asked> more) {
    std::move(more.begin(), more.end(), std::back_inserter(out));
  };
  if (ontap_) add(wrap(ontap_->begin()));
  if (console_) add(wrap(console_->begin()));
  if (wants(engine::kProbes)) add(ask_probes());
  return out;
}

std::vector<SystemLook::Asked> SystemLook::ask_probes() {
  std::vector<Asked> out;
  for (const auto& probe : access_.probes) {
    net::Request connect;
    connect.url = "http" + probe.substr(std::min(probe.size(), probe.find("://")));
    connect.connect_only = true;
    const auto number = next_++;
    open_.emplace(number, probes_.size());
    probes_.push_back({probe, false, "not tried"});
    out.push_back({number, Question(std::move(connect))});
  }
  return out;
}

// Which addresses move in a takeover is known when ONTAP has named its LIFs: while a node is away
// its own are asked for, else those of both.
std::vector<SystemLook::Asked> SystemLook::ask_addresses() {
  const auto seen = ontap_->reading();
  if (!seen.lifs || !access_.system.pair()) return {};
  std::vector<std::string> addresses;
  for (const auto& lif : *seen.lifs) {
    if (!lif.nas || !lif.enabled) continue;
    const bool asked = !at_node_ || lif.home_node == access_.system.partner_of(*at_node_).name;
    if (asked) addresses.push_back(lif.address);
  }
  return wrap(ec2_.ask_addresses(addresses));
}

std::vector<SystemLook::Asked> SystemLook::take(std::uint64_t number, const aws::ApiReply& reply) {
  const auto open = open_.extract(number);
  if (open.empty()) return {};
  return wrap(ec2_.take(open.mapped(), reply));
}

std::vector<SystemLook::Asked> SystemLook::take(std::uint64_t number,
                                                const netapp::OntapReply& reply) {
  const auto open = open_.extract(number);
  if (open.empty()) return {};
  auto out = wrap(ontap_->take(open.mapped(), reply));
  if (!ontap_->finished() || !wants(engine::kAddresses)) return out;
  auto more = ask_addresses();
  std::move(more.begin(), more.end(), std::back_inserter(out));
  return out;
}

std::vector<SystemLook::Asked> SystemLook::take(std::uint64_t number,
                                                const netapp::ConsoleReply& reply) {
  const auto open = open_.extract(number);
  if (open.empty()) return {};
  return wrap(console_->take(open.mapped(), reply));
}

std::vector<SystemLook::Asked> SystemLook::take(std::uint64_t number,
                                                const net::Completion& connected) {
  const auto open = open_.extract(number);
  if (open.empty()) return {};
  auto& probe = probes_[open.mapped()];
  const auto* error = std::get_if<net::TransportError>(&connected.result);
  probe.answers = error == nullptr;
  probe.why = error == nullptr ? "" : error->message;
  return {};
}

fleet::SystemReading SystemLook::reading() const {
  fleet::SystemReading out;
  ec2_.put_into(out);
  if (ontap_) {
    out.ontap = ontap_->reading();
  } else if (!place()) {
    out.ontap.errors.push_back(access_.system.nodes[*at_node_].name +
                               " cannot be asked: ontap: endpoints names its partner alone, which "
                               "is away");
  }
  if (console_) {
    const auto seen = console_->reading();
    if (seen.systems) {
      const auto found =
          std::find_if(seen.systems->begin(), seen.systems->end(),
                       [&](const fleet::ConsoleSystem& each) { return each.id == access_.unit; });
      if (found != seen.systems->end()) out.console = *found;
    }
    out.errors.insert(out.errors.end(), seen.errors.begin(), seen.errors.end());
  }
  if (wants(engine::kProbes)) out.probes = probes_;
  // Nothing in it is younger than when the first of it was asked for.
  out.asked_at = asked_at_;
  return out;
}

}  // namespace v2only::drivers
