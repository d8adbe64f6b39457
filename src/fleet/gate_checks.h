// The checks that gates are made of, and how their findings are collected. Private to the gates.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "fleet/gates.h"

namespace v2only::fleet {

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

// What EC2 says of a member; one that it does not know speaks for itself.
template <class Check>
void of_member(const SystemReading& reading, const InstanceId& id, Judge& judge, Check check) {
  const auto* member = reading.find(id);
  if (member == nullptr) return judge.bad("ec2-status", id.str() + " does not exist");
  check(*member);
}

// Why nothing of ONTAP was read.
std::string not_read(const OntapReading& ontap);
std::string with_failure(std::string text, const OntapFailure& failure);

void check_identity(const OntapReading& ontap, const CvoSystem& system, Judge& judge);
void check_nodes_up(const OntapReading& ontap, const CvoSystem& system, Judge& judge);
void check_clocks(const OntapReading& ontap, Judge& judge);
void check_one_version(const OntapReading& ontap, Judge& judge);
void check_failover(const OntapReading& ontap, const CvoSystem& system, Judge& judge);
void check_possible(const OntapReading& ontap, const CvoSystem& system, Judge& judge);
void check_aggregates(const OntapReading& ontap, const CvoSystem& system, Judge& judge);
void check_lifs(const OntapReading& ontap, Judge& judge);
void check_quiet(const OntapReading& ontap, Judge& judge);
// Each data address where EC2 has to send it while both nodes are up, and every probe answers.
void check_data_home(const SystemReading& reading, const GateContext& context, Judge& judge);
void check_probes(const SystemReading& reading, Judge& judge);
void check_stores(const OntapReading& ontap, const CvoSystem& system, Judge& judge);
void check_credentials(const SystemReading& reading, const GateContext& context, Judge& judge);

}  // namespace v2only::fleet
