// One look at a Console agent, as calls and answers: EC2 on its instance, the Console on the agent.
// No waiting in here: whoever drives the callers drives this along.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "aws/caller.h"
#include "drivers/ec2_look.h"
#include "fleet/agent_reading.h"
#include "fleet/facts.h"
#include "netapp/console_look.h"

namespace v2only::drivers {

// What one look has found out for the next: who is at the address does not change.
struct KnownAgent {
  std::string id;                          // the Console's
  std::vector<netapp::SystemRef> systems;  // a few of those that it manages
  bool stale = false;                      // something could not be read: all is looked at anew

  friend bool operator==(const KnownAgent&, const KnownAgent&) = default;
};

class AgentLook {
 public:
  // `known`: of an earlier look. Without it all agents are looked at for the one at the address.
  AgentLook(const RegionName& region, const InstanceId& instance,
            const fleet::ConsoleAccess& console, const std::optional<KnownAgent>& known,
            Now asked_at);

  // What is to be asked now, each with a number that take() wants back.
  using Question = std::variant<aws::ApiCall, netapp::ConsoleCall>;
  struct Asked {
    std::uint64_t number = 0;
    Question question;
  };
  std::vector<Asked> begin();
  std::vector<Asked> take(std::uint64_t number, const aws::ApiReply& reply);
  std::vector<Asked> take(std::uint64_t number, const netapp::ConsoleReply& reply);
  bool finished() const { return open_.empty(); }

  fleet::AgentReading reading() const;
  // For the next look; nothing where no agent was ever seen at the address.
  std::optional<KnownAgent> known() const;

 private:
  template <class Inner>
  std::vector<Asked> wrap(std::vector<Inner> asked);
  std::optional<fleet::ConsoleAgent> agent_at(const fleet::ConsoleReading& seen,
                                              const std::string& address) const;

  Now asked_at_;
  std::optional<KnownAgent> known_;
  Ec2Look ec2_;
  netapp::ConsoleLook console_;
  std::map<std::uint64_t, std::size_t> open_;  // the number that the look behind it gave it
  std::uint64_t next_ = 1;
};

}  // namespace v2only::drivers
