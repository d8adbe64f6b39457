// The Transport over real sockets: libcurl's multi interface, HTTP/1.1 with kept connections.
//
// Redirects are never followed, answers never decompressed, no signal handler is touched. Proxies
// come from the environment as libcurl reads it (HTTPS_PROXY, NO_PROXY, …) unless told otherwise.
#pragma once

#include <memory>
#include <string>

#include "net/transport.h"

namespace v2only::net {

struct CurlOptions {
  std::string ca_bundle;   // path of a PEM file; empty: the system's trust store
  std::string user_agent;  // where a request brings none of its own; empty: none is sent
  // Requests beyond it wait for a connection, and their deadlines run meanwhile.
  std::size_t max_connections_per_host = 64;
  Duration connect_timeout = std::chrono::seconds(10);  // name, TCP and TLS together
  bool ignore_environment_proxies = false;
};

class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(CurlOptions options = {});
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  RequestId start(Request request, MonoTime deadline) override;
  std::vector<Completion> wait(MonoTime until) override;
  void wake() override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace v2only::net
