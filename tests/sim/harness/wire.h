// What passes between a process and the systems of its world: which acts left, and what ONTAP had
// shown before. The checker judges by it; the engine knows nothing of it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "net/transport.h"
#include "sim/sim_transport.h"

namespace v2only::simtest {

struct NodeShown {
  std::string state;     // ONTAP's word: "up"
  std::string takeover;  // … of its partner
  std::string giveback;
};

// One call that a restart is judged by.
struct WireCall {
  enum class Kind : std::uint8_t {
    kNodes,       // ONTAP's nodes were read
    kFailover,    // … whether each could take over the other
    kAggregates,  // … their mirrors
    kHandover,    // a node was told to go: shutdown, reboot, takeover
    kStop,
    kStart,
    kReboot,
    kModify,
    kConsoleStop,
    kConsoleStart,
  };
  Kind kind = Kind::kNodes;
  WallTime at{};             // of sending, in the world's time
  Now sent;                  // … by the machine's clocks
  std::string host;          // of ONTAP
  std::string node;          // of kHandover: the uuid or the name; of the Console's: the system
  InstanceId instance;       // of EC2's
  bool forced = false;       // vetoes overridden, an outage allowed, an instance forced
  bool requires_v2 = false;  // of kModify
  // Of a reading that was answered:
  bool answered = false;
  std::map<std::string, NodeShown> nodes;
  bool all_possible = false;    // of kFailover
  bool mirrors_normal = false;  // of kAggregates
};

inline bool is_act(WireCall::Kind kind) { return kind > WireCall::Kind::kAggregates; }
std::string_view name_of(WireCall::Kind kind);

struct WireLog {
  std::vector<WireCall> calls;
  std::vector<std::string> tokens;  // that the Console gave out: secrets, too
};

// Passes everything on, and keeps what a restart is judged by.
class Wire final : public net::Transport {
 public:
  Wire(net::Transport& below, const sim::VirtualClock& clock, WireLog& log)
      : below_(below), clock_(clock), log_(log) {}

  net::RequestId start(net::Request request, MonoTime deadline) override;
  std::vector<net::Completion> wait(MonoTime until) override;
  void wake() override { below_.wake(); }

 private:
  net::Transport& below_;
  const sim::VirtualClock& clock_;
  WireLog& log_;
  std::map<net::RequestId, std::size_t> readings_;  // under way, by their place in the log
};

}  // namespace v2only::simtest
