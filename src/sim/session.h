// One connection of the HTTP doors. Included by server.cpp alone, for Beast is heavy: it reads
// requests; answers are written as bytes, since some of them are to end in the middle.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "sim/http_bytes.h"
#include "sim/world.h"

namespace v2only::sim {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = boost::asio::ip::tcp;

// More than any client sends: somebody's mistake, or an attack.
constexpr std::uint32_t kMostHeaderBytes = 64U << 10U;
constexpr std::uint64_t kMostBodyBytes = 8U << 20U;
// Of a connection: until its next request is whole, and until an answer is taken.
constexpr auto kPatience = std::chrono::seconds(120);
constexpr auto kLongestHang = std::chrono::hours(1);

template <class View>
std::string text_of(View view) {
  return {view.data(), view.size()};
}

inline net::Request to_request(http::request<http::string_body>&& in) {
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

inline bool is_of_http(const boost::system::error_code& error) {
  return error.category() == http::make_error_code(http::error::bad_method).category();
}

// One connection: a request is read, answered when its latency is over, and then the next one.
template <class Stream>
class Session : public std::enable_shared_from_this<Session<Stream>> {
 public:
  using Arrive = std::function<Answer(net::Request)>;
  using error_code = boost::system::error_code;
  // `more` is what the stream needs besides its socket: a TLS context.
  template <class... More>
  Session(tcp::socket socket, Arrive arrive, More&... more)
      : stream_(std::move(socket), more...),
        timer_(stream_.get_executor()),
        arrive_(std::move(arrive)) {}

  void start() {
    if constexpr (kTls) {
      lowest().expires_after(kPatience);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](error_code e) {
                                if (e) return self->close();
                                self->read();
                              });
    } else {
      read();
    }
  }

  // Until the peer goes away; what it still says is not heard.
  void hang() {
    lowest().expires_after(kLongestHang);
    lowest().async_read_some(asio::buffer(scrap_),
                             [self = this->shared_from_this()](error_code e, auto) {
                               if (e) return self->close();
                               self->hang();
                             });
  }

  // The nearest to a refused connection once it is there: reset without a byte.
  void reset() {
    error_code ignored;
    static_cast<void>(lowest().socket().set_option(asio::socket_base::linger(true, 0), ignored));
    static_cast<void>(lowest().socket().close(ignored));
  }

 private:
  using Parser = http::request_parser<http::string_body>;
  static constexpr bool kTls = !std::is_same_v<Stream, beast::tcp_stream>;
  auto& lowest() { return beast::get_lowest_layer(stream_); }

  void read() {
    parser_.emplace();
    parser_->header_limit(kMostHeaderBytes);
    parser_->body_limit(kMostBodyBytes);
    lowest().expires_after(kPatience);
    http::async_read(stream_, buffer_, *parser_,
                     [self = this->shared_from_this()](error_code e, auto) {
                       if (e) return self->on_bad_request(e);
                       self->on_request();
                     });
  }

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
    timer_.async_wait([self = this->shared_from_this()](error_code e) {
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
    lowest().expires_after(kPatience);
    asio::async_write(stream_, asio::buffer(out_),
                      [self = this->shared_from_this()](error_code e, auto) {
                        if (e) return self->close();
                        if (!self->keep_alive_) return self->finish();
                        self->read();
                      });
  }

  // The end of a conversation that went well: TLS says so to its peer.
  void finish() {
    if constexpr (kTls) {
      lowest().expires_after(kPatience);
      stream_.async_shutdown([self = this->shared_from_this()](error_code) { self->close(); });
    } else {
      close();
    }
  }

  void close() {
    error_code ignored;
    static_cast<void>(lowest().socket().shutdown(tcp::socket::shutdown_both, ignored));
    static_cast<void>(lowest().socket().close(ignored));
  }

  Stream stream_;
  asio::steady_timer timer_;
  Arrive arrive_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  Answer answer_;
  bool keep_alive_ = true;
  std::string out_;
  std::array<char, 1024> scrap_{};
};

}  // namespace v2only::sim
