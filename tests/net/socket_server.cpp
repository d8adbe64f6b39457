#include "net/socket_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
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

}  // namespace

// One accepted connection, plain or not.
class Channel {
 public:
  Channel(int socket, SSL_CTX* tls) : socket_(socket), ssl_(tls ? SSL_new(tls) : nullptr) {
    if (ssl_) SSL_set_fd(ssl_.get(), socket);
  }
  bool handshake() { return !ssl_ || SSL_accept(ssl_.get()) == 1; }
  bool has_buffered() const { return ssl_ && SSL_pending(ssl_.get()) > 0; }
  int socket() const { return socket_; }

  // 0 or less: it ended.
  long receive(char* into, std::size_t size) {
    if (ssl_) return SSL_read(ssl_.get(), into, static_cast<int>(size));
    return ::recv(socket_, into, size, 0);
  }
  void send_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                             : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

 private:
  int socket_;
  std::unique_ptr<SSL, OpenSslFree> ssl_;
};

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

SocketServer::SocketServer(Handler handler, const Certificate& certificate)
    : handler_(std::move(handler)), tls_(certificate.server_context()) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to a socket without MSG_NOSIGNAL
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

bool SocketServer::read_request(Channel& channel, std::string& buffer, Seen& seen) const {
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
    if (!channel.has_buffered() && !wait_readable(channel.socket())) return false;
    const auto got = channel.receive(chunk.data(), chunk.size());
    if (got <= 0) return false;
    buffer.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

void SocketServer::serve(int socket, int connection) {
  Channel channel(socket, tls_.get());
  if ((!tls_ || wait_readable(socket)) && channel.handshake()) answer_on(channel, connection);
  ::close(socket);
}

void SocketServer::answer_on(Channel& channel, int connection) {
  std::string buffer;
  Seen seen;
  seen.connection = connection;
  channel.send_all(greeting_);
  while (read_request(channel, buffer, seen)) {
    ++seen.on_connection;
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(seen);
    }
    const auto answer = handler_(seen);
    channel.send_all(answer.bytes);
    while (answer.hang && !stopping_) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (answer.close || answer.hang) break;
  }
}

}  // namespace v2only::net::testing
