// A simulated AWS as a deterministic world: requests and times in, answers out. No socket, no
// clock.
//
// Two doors lead to it: sim/server.h serves it over HTTP, sim/sim_transport.h hands it requests
// in-process in virtual time. Same spec, same seed, same requests at the same times: same answers.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/time.h"
#include "net/transport.h"
#include "sim/spec.h"

namespace v2only::sim {

// What the world does with one HTTP request. The effect on the world (if any) has happened when
// arrive() returns; only the answer is still to travel.
struct Answer {
  enum class Way : std::uint8_t {
    kWhole,    // the response arrives
    kHalf,     // the connection ends inside the response's body
    kCut,      // the connection ends without a byte
    kHang,     // nothing ever comes
    kRefused,  // the connection was refused: the request never arrived
  };
  Way way = Way::kWhole;
  net::Response response;
  Duration latency{};  // from arrival until the answer
};

// One line of the world's own log: what tests judge runs by.
struct LogEntry {
  enum class Kind : std::uint8_t {
    kServed,    // DescribeInstances showed `options` of the instance to a caller
    kModified,  // ModifyInstanceMetadataOptions took effect on the control plane
    kApplied,   // … reached the instance
    kByOther,   // somebody else changed the options
    kGone,      // the instance was terminated
    kTagged,    // somebody put tags on the instance
    kRefused,   // a write was refused (with `detail`)
    kStopped,   // somebody had the instance stopped: it is cut off from now on
    kStarted,   // … started
    kRebooted,  // … rebooted, by EC2 or by its own ONTAP
    kTakeover,  // the storage of `instance`, an ONTAP node, went to its partner
    kGiveback,  // … came back
    kUnserved,  // from now on the data of `system` is not served
    kServedAgain,
  };
  Kind kind = Kind::kServed;
  WallTime at{};
  RegionName region;
  InstanceId instance;
  UnitId system;                            // of kTakeover, kGiveback, kUnserved, kServedAgain
  fleet::OptionSet before;                  // kModified, kByOther: all five fields; else empty
  fleet::OptionSet after;                   // as the instance has them now, or as they were shown
  std::string caller;                       // the access key id, an ONTAP user, "ONTAP", …
  std::string detail;                       // action, error code
  std::map<std::string, std::string> tags;  // kServed: as they were shown; kTagged: the new ones
};

class World {
 public:
  World(WorldSpec spec, std::uint64_t seed, WallTime start);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // `request.url` is absolute; headers as sent, Host included. Its host says what is asked: a
  // management address of an ONTAP system, the Console or an agent, or AWS for every other. `now`
  // never goes back.
  Answer arrive(const net::Request& request, WallTime now);

  // Lets the world's own events happen (options that become applied, somebody else's changes,
  // instances gone, scripted faults that begin) up to `now`.
  void advance_to(WallTime now);
  // When the next such event is due; nothing when none is.
  std::optional<WallTime> next_event() const;

  // The truth, for tests and for the demo. Never stale, unlike what DescribeInstances may show.
  const std::vector<fleet::Instance>& instances() const;
  const fleet::Instance* find(const InstanceId& id) const;
  const std::vector<LogEntry>& log() const;
  const WorldSpec& spec() const;
  // Whether the system's data could be reached at that moment: each NAS address at a node that was
  // up and had its storage, EC2 leading there. False for a system that does not exist.
  bool served(const UnitId& system, WallTime at) const;
  // The same of one data address (iSCSI too), now.
  bool address_served(const std::string& address) const;
  // What a connection to the host of a URL meets now: kWhole where it is taken, kRefused where
  // nobody listens, kHang where nobody answers.
  Answer::Way connects(const std::string& host) const;
  // The last AutoSupport messages that the system was sent, and how many logins it refused.
  std::vector<std::string> autosupport(const UnitId& system) const;
  int logins_refused(const UnitId& system) const;
  // Divides every delay of the spec: latency, pending to applied, consistency, the faults' times.
  // For a world that is to be watched in less time than it takes; call it before anything else, for
  // the world begins anew by it.
  void set_speed(double speed);
  // Off until a test asks for it: a server that runs for days would grow without end.
  void keep_log(bool keep);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace v2only::sim
