// One look at a cluster, as calls and answers. No waiting in here: whoever drives an OntapCaller
// drives this along.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fleet/ontap.h"
#include "netapp/ontap_caller.h"

namespace v2only::netapp {

// What is asked, beside the cluster's name and uuid, which always are.
struct OntapParts {
  bool nodes = true;
  bool failover = true;
  bool aggregates = true;
  bool cloud_stores = true;  // asks for the aggregates too
  bool lifs = true;          // without them, a node that names no management address has none
  bool transfers = true;
  bool moves = true;
  bool update = true;

  // For polling while a node changes its state.
  static OntapParts nodes_only() { return {true, false, false, false, false, false, false, false}; }
};

class OntapLook {
 public:
  // `asked_at` is the moment of begin(): the reading is dated by it.
  OntapLook(UnitId system, OntapParts parts, OntapPlace place, Now asked_at);

  // The calls to be made now, each with a number that take() wants back.
  struct Asked {
    std::size_t number = 0;
    OntapCall call;
  };
  std::vector<Asked> begin();
  // An answer; more calls where it has another page, or leads to others.
  std::vector<Asked> take(std::size_t number, const OntapReply& reply);
  bool finished() const { return open_ == 0; }

  // What has been read; whole once finished. A part of which anything could not be read is absent,
  // its error line among `errors`.
  fleet::OntapReading reading() const;
  // ONTAP refused the login: nothing else will come from this system.
  bool login_refused() const { return login_refused_; }

 private:
  enum class Part : std::uint8_t {
    kCluster,
    kNodes,
    kFailover,
    kAggregates,
    kCloudStores,
    kLifs,
    kTransfers,
    kMoves,
    kUpdate,
  };
  struct Question {
    Part part = Part::kCluster;
    std::string aggregate;  // of kCloudStores
    OntapCall call;
    int page = 1;
  };

  Asked ask(Part part, OntapCall call, std::string aggregate = {}, int page = 1);
  Result<void> read(const Question& question, const std::string& body);
  Result<void> read_lifs(const std::string& body);
  std::vector<Asked> follow(const Question& question, const std::string& body);
  std::vector<Asked> ask_cloud_stores();
  void failed(Part part, std::string why);
  void name_management_addresses(std::vector<fleet::OntapNode>& nodes) const;
  bool is_whole(Part part) const;

  UnitId system_;
  OntapParts parts_;
  OntapPlace place_;
  std::vector<Question> questions_;
  std::size_t open_ = 0;
  std::vector<Part> asked_;
  std::vector<Part> failed_;
  bool login_refused_ = false;
  fleet::OntapReading found_;  // its optional parts are set in reading()
  std::vector<fleet::OntapNode> nodes_;
  std::vector<fleet::FailoverRow> failover_;
  std::vector<fleet::OntapAggregate> aggregates_;
  std::vector<fleet::OntapCloudStore> cloud_stores_;
  std::vector<fleet::OntapLif> lifs_;
  std::vector<std::pair<std::string, std::string>> management_lifs_;  // home node, address
  std::vector<fleet::OntapTransfer> transfers_;
  std::vector<fleet::OntapTransfer> moves_;
  std::string update_;
};

}  // namespace v2only::netapp
