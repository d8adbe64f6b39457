#include "net/socket_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "core/text.h"

namespace v2only::net::testing {
namespace {

int listen_on_any_port(std::uint16_t& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (fd < 0 || ::bind(fd, generic, size) != 0 || ::listen(fd, 512) != 0 ||
      ::getsockname(fd, generic, &size) != 0) {
    std::abort();
  }
  port = ntohs(address.sin_port);
  return fd;
}

std::size_t content_length(std::string_view head) {
  const auto lower = to_lower(head);
  const auto at = lower.find("\r\ncontent-length:");
  if (at == std::string::npos) return 0;
  const auto from = at + 17;
  return parse_number(trim(lower.substr(from, lower.find("\r\n", from) - from))).value_or(0);
}

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

std::string http_answer(int status, const std::string& body, const std::string& headers) {
  return "HTTP/1.1 " + std::to_string(status) + " x\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::uint16_t free_port() {
  std::uint16_t port = 0;
  ::close(listen_on_any_port(port));
  return port;
}

SocketServer::SocketServer(Handler handler, std::string greeting)
    : handler_(std::move(handler)), greeting_(std::move(greeting)) {
  listener_ = listen_on_any_port(port_);
  acceptor_ = std::thread([this] { accept_loop(); });
}

SocketServer::~SocketServer() {
  stopping_ = true;
  acceptor_.join();
  for (auto& worker : workers_) worker.join();
  ::close(listener_);
}

std::vector<Seen> SocketServer::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

bool SocketServer::wait_readable(int socket) const {
  while (!stopping_) {
    pollfd waiting{socket, POLLIN, 0};
    if (::poll(&waiting, 1, 20) > 0) return true;
  }
  return false;
}

void SocketServer::accept_loop() {
  while (wait_readable(listener_)) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    const int number = ++connections_;
    workers_.emplace_back([this, socket, number] { serve(socket, number); });
  }
}

bool SocketServer::read_request(int socket, std::string& buffer, Seen& seen) const {
  std::array<char, 16384> chunk{};
  for (;;) {
    const auto end = buffer.find("\r\n\r\n");
    if (end != std::string::npos) {
      const auto length = content_length(std::string_view(buffer).substr(0, end + 2));
      if (buffer.size() >= end + 4 + length) {
        seen.head = buffer.substr(0, end + 2);
        seen.body = buffer.substr(end + 4, length);
        buffer.erase(0, end + 4 + length);
        return true;
      }
    }
    if (!wait_readable(socket)) return false;
    const auto got = ::recv(socket, chunk.data(), chunk.size(), 0);
    if (got <= 0) return false;
    buffer.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

void SocketServer::serve(int socket, int connection) {
  std::string buffer;
  Seen seen;
  seen.connection = connection;
  send_all(socket, greeting_);
  while (read_request(socket, buffer, seen)) {
    ++seen.on_connection;
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(seen);
    }
    const auto answer = handler_(seen);
    send_all(socket, answer.bytes);
    while (answer.hang && !stopping_) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (answer.close || answer.hang) break;
  }
  ::close(socket);
}

}  // namespace v2only::net::testing
