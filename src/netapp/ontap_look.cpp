#include "netapp/ontap_look.h"

#include <algorithm>
#include <iterator>

#include "netapp/ontap_calls.h"
#include "netapp/ontap_parse.h"

namespace v2only::netapp {
namespace {

// A list that never ends is a server gone wrong. ONTAP's pages hold up to 10,000 records.
constexpr int kMostPages = 1000;

template <class T>
Result<void> append(Result<std::vector<T>> page, std::vector<T>& into) {
  if (!page) return Unexpected{page.error()};
  std::move(page->begin(), page->end(), std::back_inserter(into));
  return {};
}

template <class T>
bool contains(const std::vector<T>& list, const T& one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

}  // namespace

OntapLook::OntapLook(UnitId system, OntapParts parts, OntapPlace place, Now asked_at)
    : system_(std::move(system)), parts_(parts), place_(std::move(place)) {
  found_.asked_at = asked_at;
}

OntapLook::Asked OntapLook::ask(Part part, OntapCall call, std::string aggregate, int page) {
  call.place = place_;
  if (!contains(asked_, part)) asked_.push_back(part);
  questions_.push_back({part, std::move(aggregate), call, page});
  ++open_;
  return {questions_.size() - 1, std::move(call)};
}

std::vector<OntapLook::Asked> OntapLook::begin() {
  std::vector<Asked> out = {ask(Part::kCluster, get_cluster(system_))};
  if (parts_.nodes) out.push_back(ask(Part::kNodes, get_nodes(system_)));
  if (parts_.failover) out.push_back(ask(Part::kFailover, get_failover(system_)));
  if (parts_.aggregates || parts_.cloud_stores) {
    out.push_back(ask(Part::kAggregates, get_aggregates(system_)));
  }
  if (parts_.lifs) out.push_back(ask(Part::kLifs, get_lifs(system_)));
  if (parts_.transfers) out.push_back(ask(Part::kTransfers, get_snapmirror(system_)));
  if (parts_.moves) out.push_back(ask(Part::kMoves, get_volume_moves(system_)));
  if (parts_.update) out.push_back(ask(Part::kUpdate, get_software(system_)));
  return out;
}

Result<void> OntapLook::read_lifs(const std::string& body) {
  V2_TRY(const auto management, parse_management_lifs(body));
  for (const auto& lif : management) management_lifs_.emplace_back(lif.node, lif.address);
  return append(parse_lifs(body), lifs_);
}

Result<void> OntapLook::read(const Question& question, const std::string& body) {
  switch (question.part) {
    case Part::kCluster: {
      V2_TRY(const auto cluster, parse_cluster(body));
      found_.cluster = cluster.name;
      found_.cluster_uuid = cluster.uuid;
      return {};
    }
    case Part::kNodes:
      return append(parse_nodes(body), nodes_);
    case Part::kFailover:
      return append(parse_failover(body), failover_);
    case Part::kAggregates:
      return append(parse_aggregates(body), aggregates_);
    case Part::kCloudStores:
      return append(parse_cloud_stores(body, question.aggregate), cloud_stores_);
    case Part::kLifs:
      return read_lifs(body);
    case Part::kTransfers:
      return append(parse_snapmirror(body), transfers_);
    case Part::kMoves:
      return append(parse_volume_moves(body), moves_);
    case Part::kUpdate: {
      V2_TRY(update_, parse_software(body));
      return {};
    }
  }
  return {};
}

void OntapLook::failed(Part part, std::string why) {
  if (!contains(failed_, part)) failed_.push_back(part);
  if (!contains(found_.errors, why)) found_.errors.push_back(std::move(why));
}

std::vector<OntapLook::Asked> OntapLook::ask_cloud_stores() {
  std::vector<Asked> out;
  if (!contains(asked_, Part::kCloudStores)) asked_.push_back(Part::kCloudStores);
  for (const auto& aggregate : aggregates_) {
    out.push_back(
        ask(Part::kCloudStores, get_cloud_stores(system_, aggregate.uuid), aggregate.name));
  }
  return out;
}

std::vector<OntapLook::Asked> OntapLook::follow(const Question& question, const std::string& body) {
  const auto next = next_page(body);
  if (!next) {
    failed(question.part, to_string(next.error()));
  } else if (*next && question.page >= kMostPages) {
    failed(question.part, question.call.path + ": the list has no end");
  } else if (*next) {
    OntapCall call;
    call.system = system_;
    call.path = **next;
    return {ask(question.part, std::move(call), question.aggregate, question.page + 1)};
  } else if (question.part == Part::kAggregates && parts_.cloud_stores) {
    return ask_cloud_stores();
  }
  return {};
}

std::vector<OntapLook::Asked> OntapLook::take(std::size_t number, const OntapReply& reply) {
  const auto question = questions_.at(number);
  --open_;
  if (!reply.endpoint.empty()) found_.endpoint = reply.endpoint;
  if (reply.fate != Fate::kDone) {
    login_refused_ = login_refused_ || reply.login_refused;
    failed(question.part, to_string(reply.why));
    return {};
  }
  if (const auto done = read(question, reply.body); !done) {
    failed(question.part, question.call.path + ": " + to_string(done.error()));
    return {};
  }
  return follow(question, reply.body);
}

bool OntapLook::is_whole(Part part) const {
  return contains(asked_, part) && !contains(failed_, part);
}

void OntapLook::name_management_addresses(std::vector<fleet::OntapNode>& nodes) const {
  for (auto& node : nodes) {
    if (!node.management_addresses.empty()) continue;
    for (const auto& [home, address] : management_lifs_) {
      if (home == node.name) node.management_addresses.push_back(address);
    }
  }
}

fleet::OntapReading OntapLook::reading() const {
  auto out = found_;
  if (is_whole(Part::kNodes)) {
    out.nodes = nodes_;
    name_management_addresses(*out.nodes);
  }
  if (is_whole(Part::kFailover)) out.failover = failover_;
  if (is_whole(Part::kAggregates)) out.aggregates = aggregates_;
  if (is_whole(Part::kCloudStores)) out.cloud_stores = cloud_stores_;
  if (is_whole(Part::kLifs)) out.lifs = lifs_;
  if (is_whole(Part::kTransfers)) out.transfers = transfers_;
  if (is_whole(Part::kMoves)) out.moves = moves_;
  if (is_whole(Part::kUpdate)) out.update = update_;
  return out;
}

}  // namespace v2only::netapp
