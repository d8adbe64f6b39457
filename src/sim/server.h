// The doors of a World over sockets, in real time: HTTP for AWS and the NetApp Console, HTTPS for
// each management address of each ONTAP system, plain TCP for each data address.
//
// HTTP/1.1 with keep-alive. What can not be read as a request is answered with 400 (413 when it is
// too large) and the connection is closed. An answer that the world cuts, halves, resets or lets
// hang does so on the socket. The world is told the wall clock's time, which never goes back for
// it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "sim/world.h"

namespace v2only::sim {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // of AWS; 0: any free one. The other doors take free ones
  double speed = 1;        // divides the world's delays; never scales time stamps
  int threads = 1;
  bool netapp = true;  // false: AWS alone
};

// A management address of an ONTAP system.
struct OntapDoor {
  UnitId system;
  std::string address;
  std::string url;          // "https://127.0.0.1:41235"
  std::string fingerprint;  // "sha256:" and the hex of the certificate's DER, one a system
};

// Where the NetApp Console is asked, or an agent directly.
struct ConsoleDoor {
  std::string host;  // "api.bluexp.netapp.com", "10.20.3.4"
  std::string url;   // "http://127.0.0.1:41237"
};

// A data address, NAS or iSCSI.
struct DataDoor {
  UnitId system;
  std::string address;
  bool iscsi = false;
  std::string probe;  // "tcp://127.0.0.1:41236"
};

class Server {
 public:
  // Listens and serves on threads of its own from here on. The world must outlive the server.
  static Result<std::unique_ptr<Server>> start(World& world, ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string url() const;  // "http://127.0.0.1:41234"
  const std::vector<OntapDoor>& ontap() const;
  const std::vector<DataDoor>& data() const;
  // The Console's is the first; none where the world has no Console.
  const std::vector<ConsoleDoor>& console() const;
  // Runs `look` while no request is being handled, the world being at the present: the only safe
  // way to look at it.
  void with_world(const std::function<void(World&)>& look);
  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace v2only::sim
