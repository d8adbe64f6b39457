// The only file of this room that includes Beast: it reads requests; answers are written as bytes,
// since some of them are to end in the middle.
#include "sim/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace v2only::sim {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using Parser = http::request_parser<http::string_body>;

// More than any client of AWS sends: somebody's mistake, or an attack.
constexpr std::uint32_t kMostHeaderBytes = 64U << 10U;
constexpr std::uint64_t kMostBodyBytes = 8U << 20U;
// Of a connection: until its next request is whole, and until an answer is taken.
constexpr auto kPatience = std::chrono::seconds(120);
constexpr auto kLongestHang = std::chrono::hours(1);

template <class View>
std::string text_of(View view) {
  return {view.data(), view.size()};
}

net::Request to_request(Parser::value_type&& in) {
  net::Request out;
  out.method = text_of(in.method_string());
  out.url = text_of(in.target());  // the absolute form where a proxy is between
  if (out.url.substr(0, 1) == "/") out.url = "http://" + text_of(in[http::field::host]) + out.url;
  for (const auto& field : in) {
    out.headers.push_back({text_of(field.name_string()), text_of(field.value())});
  }
  out.body = std::move(in.body());
  return out;
}

// The answer as it goes over the wire.
std::string to_bytes(const net::Response& response, bool keep_alive) {
  const auto reason = text_of(http::obsolete_reason(static_cast<http::status>(response.status)));
  std::string out;
  out.reserve(response.body.size() + 512);
  out += fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason);
  for (const auto& header : response.headers) {
    out.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  out += fmt::format("Content-Length: {}\r\nConnection: {}\r\n\r\n", response.body.size(),
                     keep_alive ? "keep-alive" : "close");
  return out.append(response.body);
}

net::Response plain_answer(int status, std::string why) {
  net::Response response;
  response.status = status;
  response.headers.push_back({"Content-Type", "text/plain"});
  response.body = std::move(why) + "\n";
  return response;
}

bool is_of_http(const error_code& error) {
  return error.category() == http::make_error_code(http::error::bad_method).category();
}

// An answer that ends inside its body, or inside its head where it has no body.
std::string half_of(const net::Response& response) {
  auto bytes = to_bytes(response, true);
  bytes.resize(bytes.size() - (response.body.size() + 1) / 2 - (response.body.empty() ? 3 : 0));
  return bytes;
}

Error cannot_listen(const ServerOptions& options, const error_code& error) {
  return {ErrorCode::kUsage, "can not listen: " + error.message(),
          fmt::format("{}:{}", options.address, options.port),
          "choose another --port, or 0 for any free one"};
}

}  // namespace

struct Server::Impl {
  Impl(World& the_world, ServerOptions the_options)
      : world(the_world), options(std::move(the_options)), acceptor(io), pause(io) {}
  ~Impl() { stop(); }

  Result<void> listen() {
    error_code error;
    const auto address = asio::ip::make_address(options.address, error);
    if (error) return Unexpected{cannot_listen(options, error)};
    const tcp::endpoint endpoint(address, options.port);
    static_cast<void>(acceptor.open(endpoint.protocol(), error));
    if (!error) static_cast<void>(acceptor.set_option(tcp::acceptor::reuse_address(true), error));
    if (!error) static_cast<void>(acceptor.bind(endpoint, error));
    if (!error)
      static_cast<void>(acceptor.listen(asio::socket_base::max_listen_connections, error));
    if (error) return Unexpected{cannot_listen(options, error)};
    port = acceptor.local_endpoint(error).port();
    return {};
  }

  void run() {
    accept();
    for (int i = 0; i < std::max(options.threads, 1); ++i) {
      threads.emplace_back([this] { serve(); });
    }
  }

  // Whatever a handler throws ends its own connection, never the server.
  void serve() {
    for (;;) {
      try {
        io.run();
        return;
      } catch (const std::exception&) {
        continue;
      }
    }
  }

  void stop() {
    io.stop();
    for (auto& thread : threads) thread.join();
    threads.clear();
  }

  void accept();

  void accept_later() {
    pause.expires_after(std::chrono::milliseconds(100));
    pause.async_wait([this](error_code error) {
      if (!error) accept();
    });
  }

  // The world never sees time go back, whatever somebody does to this machine's clock.
  WallTime now() {
    const auto wall = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    return last = std::max(last, wall);
  }

  Answer arrive(const net::Request& request) {
    const std::lock_guard lock(mutex);
    return world.arrive(request, now());
  }

  World& world;
  const ServerOptions options;
  std::mutex mutex;  // the world's, and that of `last`
  WallTime last{};
  std::uint16_t port = 0;
  asio::io_context io;
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  std::vector<std::thread> threads;
};

namespace {

// One connection: a request is read, answered when its latency is over, and then the next one.
class Session : public std::enable_shared_from_this<Session> {
 public:
  using Arrive = std::function<Answer(const net::Request&)>;
  Session(tcp::socket socket, Arrive arrive)
      : stream_(std::move(socket)), timer_(stream_.get_executor()), arrive_(std::move(arrive)) {}

  void read() {
    parser_.emplace();
    parser_->header_limit(kMostHeaderBytes);
    parser_->body_limit(kMostBodyBytes);
    stream_.expires_after(kPatience);
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code e, auto) {
      if (e) return self->on_bad_request(e);
      self->on_request();
    });
  }

 private:
  // A peer that is gone or that never ended its request needs no answer.
  void on_bad_request(const error_code& error) {
    if (error == http::error::end_of_stream || error == http::error::partial_message ||
        !is_of_http(error)) {
      return close();
    }
    const int status = error == http::error::body_limit ? 413 : 400;
    keep_alive_ = false;
    send(to_bytes(plain_answer(status, "not a request that can be read: " + error.message()),
                  false));
  }

  void on_request() {
    keep_alive_ = parser_->get().keep_alive();
    answer_ = arrive_(to_request(parser_->release()));
    if (answer_.latency <= Duration::zero()) return deliver();
    timer_.expires_after(answer_.latency);
    timer_.async_wait([self = shared_from_this()](error_code e) {
      if (!e) self->deliver();
    });
  }

  void deliver() {
    switch (answer_.way) {
      case Answer::Way::kWhole:
        return send(to_bytes(answer_.response, keep_alive_));
      case Answer::Way::kHalf:
        keep_alive_ = false;
        return send(half_of(answer_.response));
      case Answer::Way::kCut:
        return close();
      case Answer::Way::kRefused:
        return reset();
      case Answer::Way::kHang:
        return hang();
    }
  }

  void send(std::string bytes) {
    out_ = std::move(bytes);
    stream_.expires_after(kPatience);
    asio::async_write(stream_, asio::buffer(out_), [self = shared_from_this()](error_code e, auto) {
      if (e || !self->keep_alive_) return self->close();
      self->read();
    });
  }

  // Until the peer goes away; what it still says is not heard.
  void hang() {
    stream_.expires_after(kLongestHang);
    stream_.async_read_some(asio::buffer(scrap_), [self = shared_from_this()](error_code e, auto) {
      if (e) return self->close();
      self->hang();
    });
  }

  void close() {
    error_code ignored;
    static_cast<void>(stream_.socket().shutdown(tcp::socket::shutdown_both, ignored));
    static_cast<void>(stream_.socket().close(ignored));
  }

  // The nearest to a refused connection once it is there: reset without a byte.
  void reset() {
    error_code ignored;
    static_cast<void>(stream_.socket().set_option(asio::socket_base::linger(true, 0), ignored));
    static_cast<void>(stream_.socket().close(ignored));
  }

  beast::tcp_stream stream_;
  asio::steady_timer timer_;
  Arrive arrive_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  Answer answer_;
  bool keep_alive_ = true;
  std::string out_;
  std::array<char, 1024> scrap_{};
};

}  // namespace

void Server::Impl::accept() {
  acceptor.async_accept(asio::make_strand(io), [this](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (error) return accept_later();  // out of file descriptors, most likely
    error_code ignored;
    static_cast<void>(socket.set_option(tcp::no_delay(true), ignored));
    std::make_shared<Session>(std::move(socket), [this](const net::Request& request) {
      return arrive(request);
    })->read();
    accept();
  });
}

Result<std::unique_ptr<Server>> Server::start(World& world, ServerOptions options) {
  if (!(options.speed > 0)) {
    return fail(ErrorCode::kUsage, "the speed must be greater than 0", "--speed");
  }
  world.set_speed(options.speed);
  auto impl = std::make_unique<Impl>(world, std::move(options));
  if (auto listening = impl->listen(); !listening) return Unexpected{listening.error()};
  impl->run();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

std::string Server::url() const {
  const auto& address = impl_->options.address;
  const bool v6 = address.find(':') != std::string::npos;
  return fmt::format("http://{}:{}", v6 ? "[" + address + "]" : address, impl_->port);
}

void Server::with_world(const std::function<void(World&)>& look) {
  const std::lock_guard lock(impl_->mutex);
  impl_->world.advance_to(impl_->now());
  look(impl_->world);
}

void Server::stop() { impl_->stop(); }

}  // namespace v2only::sim
