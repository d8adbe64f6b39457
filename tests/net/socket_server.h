// A tiny TCP server for tests, with TLS if asked for: it reads HTTP requests and answers with
// whatever bytes the test wants, HTTP or not. A thread a connection; everything is joined in the
// destructor.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "net/certificate.h"

namespace v2only::net::testing {

struct Answer {
  std::string bytes;
  bool close = false;  // end the connection after the bytes
  bool hang = false;   // keep it open and say nothing more until the server stops
};

// "HTTP/1.1 STATUS x", Content-Length and the body.
std::string http_answer(int status, const std::string& body, const std::string& headers = {});

struct Seen {
  int connection = 0;     // the first is 1
  int on_connection = 0;  // how many requests this connection has brought, this one included
  std::string head;       // request line and headers, with their line ends
  std::string body;
};

class Channel;

class SocketServer {
 public:
  using Handler = std::function<Answer(const Seen&)>;

  // `greeting` is sent as soon as a connection stands, before any request.
  explicit SocketServer(Handler handler, std::string greeting = {});
  // Speaks TLS and shows `certificate`.
  SocketServer(Handler handler, const Certificate& certificate);
  ~SocketServer();
  SocketServer(const SocketServer&) = delete;
  SocketServer& operator=(const SocketServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const {
    return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_);
  }
  std::vector<Seen> seen() const;
  int connections() const { return connections_; }

 private:
  void accept_loop();
  void serve(int socket, int connection);
  void answer_on(Channel& channel, int connection);
  bool read_request(Channel& channel, std::string& buffer, Seen& seen) const;
  bool wait_readable(int socket) const;

  Handler handler_;
  std::string greeting_;
  std::unique_ptr<SSL_CTX, OpenSslFree> tls_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<Seen> seen_;
  std::vector<std::thread> workers_;
  std::thread acceptor_;
};

// A port on 127.0.0.1 that nobody listens on (bound and closed just now).
std::uint16_t free_port();

}  // namespace v2only::net::testing
