// One look at a CVO system from all sides, as calls and answers: EC2, ONTAP, the Console, the
// operator's probes. No waiting in here: whoever drives the callers drives this along.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "aws/caller.h"
#include "drivers/ec2_look.h"
#include "engine/situation.h"
#include "fleet/plan.h"
#include "net/transport.h"
#include "netapp/console_look.h"
#include "netapp/ontap_look.h"

namespace v2only::drivers {

// By what a system is looked at.
struct SystemAccess {
  UnitId unit;
  RegionName region;
  fleet::CvoSystem system;
  std::vector<std::string> endpoints;  // ONTAP's
  std::vector<std::string> probes;     // "tcp://HOST:PORT"
  bool console = false;
  // What a restart sends to EC2, tried with DryRun. None where the endpoint is not AWS's.
  std::map<InstanceId, std::vector<aws::ApiCall>> calls = {};
};

class SystemLook {
 public:
  // `parts`: engine/situation.h. `at_node`: the node at whose own address ONTAP is asked, for its
  // partner is away.
  SystemLook(SystemAccess access, std::uint32_t parts, std::optional<std::size_t> at_node,
             Now asked_at);

  // What is to be asked now, each with a number that take() wants back.
  using Question = std::variant<aws::ApiCall, netapp::OntapCall, netapp::ConsoleCall, net::Request>;
  struct Asked {
    std::uint64_t number = 0;
    Question question;
  };
  std::vector<Asked> begin();
  std::vector<Asked> take(std::uint64_t number, const aws::ApiReply& reply);
  std::vector<Asked> take(std::uint64_t number, const netapp::OntapReply& reply);
  std::vector<Asked> take(std::uint64_t number, const netapp::ConsoleReply& reply);
  std::vector<Asked> take(std::uint64_t number, const net::Completion& connected);
  bool finished() const { return open_.empty(); }

  fleet::SystemReading reading() const;

 private:
  bool wants(std::uint32_t parts) const { return (parts_ & parts) != 0U; }
  std::optional<netapp::OntapPlace> place() const;
  std::vector<InstanceId> members() const;
  int ontap_attempts() const;
  template <class Inner>
  std::vector<Asked> wrap(std::vector<Inner> asked);
  std::vector<Asked> ask_probes();
  std::vector<Asked> ask_addresses();

  SystemAccess access_;
  std::uint32_t parts_;
  std::optional<std::size_t> at_node_;
  Now asked_at_;
  Ec2Look ec2_;
  std::optional<netapp::OntapLook> ontap_;
  std::optional<netapp::ConsoleLook> console_;
  std::vector<fleet::ProbeReading> probes_;
  // Open questions: the number that the look behind them gave them, or the probe's index.
  std::map<std::uint64_t, std::size_t> open_;
  std::uint64_t next_ = 1;
};

}  // namespace v2only::drivers
