#include "sim/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "asking.h"
#include "core/text.h"

namespace v2only::sim::testing {
namespace {

using Kind = FaultSpec::Kind;
using std::chrono::milliseconds;
using std::chrono::seconds;

WallTime wall_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

// A connection of plain bytes.
class Connection {
 public:
  explicit Connection(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{5, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  }
  ~Connection() { ::close(fd_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the server has had enough: its answer tells
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void no_more() { ::shutdown(fd_, SHUT_WR); }
  // Until the server closes; errno of the last read afterwards in `error`.
  std::string read_all() {
    std::string out;
    while (read_some(out)) {
    }
    return out;
  }
  // One answer, by its Content-Length.
  std::string read_answer() {
    std::string out;
    for (;;) {
      const auto end = out.find("\r\n\r\n");
      if (end != std::string::npos) {
        const auto at = out.find("Content-Length: ");
        const auto length = std::stoul(out.substr(at + 16));
        if (out.size() >= end + 4 + length) return out;
      }
      if (!read_some(out)) return out;
    }
  }
  int error = 0;

 private:
  bool read_some(std::string& out) {
    char buffer[16384];
    const auto got = ::recv(fd_, buffer, sizeof buffer, 0);
    error = got < 0 ? errno : 0;
    if (got > 0) out.append(buffer, static_cast<std::size_t>(got));
    return got > 0;
  }
  int fd_;
};

std::string bytes_of(const net::Request& request) {
  std::string out = request.method + " / HTTP/1.1\r\n";
  bool has_host = false;
  for (const auto& header : request.headers) {
    out += header.name + ": " + header.value + "\r\n";
    has_host = has_host || equals_ignoring_case(header.name, "host");
  }
  if (!has_host) out += "Host: 127.0.0.1:4566\r\n";
  return out + "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n" + request.body;
}

struct Served {
  explicit Served(WorldSpec spec, double speed = 1) : world(std::move(spec), 1, wall_now()) {
    ServerOptions options;
    options.speed = speed;
    auto started = Server::start(world, options);
    EXPECT_TRUE(started.has_value());
    server = std::move(started).value();
    port = static_cast<std::uint16_t>(std::stoi(server->url().substr(17)));
  }
  explicit Served(Kind kind)
      : Served([&] {
          auto spec = plain_spec(1);
          spec.faults.resize(1);
          spec.faults[0].kind = kind;
          return spec;
        }()) {}

  static std::string list() {
    return bytes_of(Asker().request("DescribeInstances", {}, wall_now()));
  }
  bool works() const {
    Connection fresh(port);
    fresh.send(list());
    return fresh.read_answer().substr(0, 15) == "HTTP/1.1 200 OK";
  }

  World world;
  std::unique_ptr<Server> server;
  std::uint16_t port = 0;
};

TEST(Server, AnswersOverASocket) {
  Served s(plain_spec(2));
  Connection c(s.port);
  c.send(Served::list());
  const auto answer = c.read_answer();
  EXPECT_EQ(answer.substr(0, 17), "HTTP/1.1 200 OK\r\n");
  EXPECT_NE(answer.find(instance_id(1)), std::string::npos);
  EXPECT_NE(answer.find("x-amzn-requestid: "), std::string::npos);
}

TEST(Server, KeepsAConnectionForManyRequestsAndPipelinedOnes) {
  Served s(plain_spec(1));
  Connection c(s.port);
  for (int i = 0; i < 50; ++i) {
    c.send(Served::list());
    EXPECT_EQ(c.read_answer().substr(0, 15), "HTTP/1.1 200 OK");
  }
  c.send(Served::list() + Served::list());
  c.no_more();
  const auto both = c.read_all();
  EXPECT_NE(both.find("HTTP/1.1 200 OK", 20), std::string::npos);
}

TEST(Server, ConnectionCloseIsHonoured) {
  Served s(plain_spec(1));
  Connection c(s.port);
  auto request = Served::list();
  request.insert(request.find("\r\n") + 2, "Connection: close\r\n");
  c.send(request);
  EXPECT_NE(c.read_all().find("Connection: close"), std::string::npos);
  EXPECT_EQ(c.error, 0);
}

TEST(Server, AWrongSecretIsRefused) {
  Served s(plain_spec(1));
  Asker asker;
  asker.secret = "another";
  Connection c(s.port);
  c.send(bytes_of(asker.request("DescribeInstances", {}, wall_now())));
  const auto answer = c.read_answer();
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 401");
  EXPECT_NE(answer.find("AuthFailure"), std::string::npos);
}

TEST(Server, ACutAnswerEndsWithoutAByte) {
  Served s(Kind::kLoseAfter);
  Connection c(s.port);
  c.send(Served::list());
  EXPECT_EQ(c.read_all(), "");
  EXPECT_EQ(c.error, 0);
}

TEST(Server, AHalfAnswerEndsInsideItsBody) {
  Served s(Kind::kHalfAnswer);
  Connection c(s.port);
  c.send(Served::list());
  const auto got = c.read_all();
  const auto length = std::stoul(got.substr(got.find("Content-Length: ") + 16));
  const auto body = got.size() - got.find("\r\n\r\n") - 4;
  EXPECT_GT(body, 0U);
  EXPECT_LT(body, length);
}

TEST(Server, ARefusedConnectionIsReset) {
  Served s(Kind::kRefuse);
  Connection c(s.port);
  c.send(Served::list());
  EXPECT_EQ(c.read_all(), "");
  EXPECT_EQ(c.error, ECONNRESET);
}

TEST(Server, AHangStaysOpenAndOthersAreServed) {
  auto spec = plain_spec(1);
  spec.faults.resize(1);
  spec.faults[0].kind = Kind::kHang;
  spec.faults[0].times = 1;
  Served s(spec);
  Connection c(s.port);
  c.send(Served::list());
  EXPECT_TRUE(s.works());
  c.send("more");
  EXPECT_TRUE(s.works());
  c.no_more();
  EXPECT_EQ(c.read_all(), "");
  EXPECT_EQ(c.error, 0);  // closed by the server once we were gone
}

TEST(Server, SpeedDividesDelaysAndNotTimeStamps) {
  auto spec = plain_spec(1);
  spec.latency = seconds(10);
  spec.apply_delay_min = spec.apply_delay_max = seconds(50);
  Served s(spec, 100);
  Connection c(s.port);
  const auto before = std::chrono::steady_clock::now();
  c.send(bytes_of(Asker().request("ModifyInstanceMetadataOptions", require_tokens(instance_id(0)),
                                  wall_now())));
  EXPECT_EQ(c.read_answer().substr(0, 15), "HTTP/1.1 200 OK");
  const auto took = std::chrono::steady_clock::now() - before;
  EXPECT_GE(took, milliseconds(100));
  EXPECT_LT(took, seconds(5));
  std::this_thread::sleep_for(milliseconds(600));
  s.server->with_world([](World& world) {
    EXPECT_EQ(world.instances()[0].options_state, fleet::OptionState::kApplied);
  });
}

TEST(Server, SpeedHasToBeGreaterThanZero) {
  World world(plain_spec(0), 1, kStart);
  ServerOptions options;
  options.speed = 0;
  EXPECT_FALSE(Server::start(world, options).has_value());
}

TEST(Server, AnAddressInUseIsOneClearLine) {
  Served s(plain_spec(0));
  World world(plain_spec(0), 1, kStart);
  ServerOptions options;
  options.port = s.port;
  const auto second = Server::start(world, options);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().on, "127.0.0.1:" + std::to_string(s.port));
  options.address = "not an address";
  EXPECT_FALSE(Server::start(world, options).has_value());
}

struct Hostile {
  std::string name;
  std::string bytes;
  std::string status;  // "": just closed
};
void PrintTo(const Hostile& h, std::ostream* out) { *out << h.name; }

class HostileInput : public ::testing::TestWithParam<Hostile> {};

TEST_P(HostileInput, IsAnsweredOrClosedAndTheServerLives) {
  Served s(plain_spec(1));
  Connection c(s.port);
  c.send(GetParam().bytes);
  c.no_more();
  const auto answer = c.read_all();
  if (GetParam().status.empty()) {
    EXPECT_EQ(answer, "");
  } else {
    EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 " + GetParam().status);
  }
  EXPECT_TRUE(s.works());
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, HostileInput,
    ::testing::Values(
        Hostile{"garbage", std::string("\x16\x03\x01\0\xff", 5) + std::string(200, '\x80') + "\r\n",
                "400"},
        Hostile{"not HTTP", "EHLO there\r\n\r\n", "400"},
        Hostile{"huge header", "GET / HTTP/1.1\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n",
                "400"},
        Hostile{"huge target", "GET /" + std::string(70'000, 'x') + " HTTP/1.1\r\n\r\n", "400"},
        Hostile{"bad length", "POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", "400"},
        Hostile{"two lengths",
                "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "400"},
        Hostile{"body too large", "POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", "413"},
        Hostile{"bad chunk", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
        Hostile{"half a head", "POST / HTTP/1.1\r\nContent-Le", ""},
        Hostile{"half a body", "POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\nhello", ""},
        Hostile{"nothing", "", ""},
        Hostile{"no authorization", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "403"},
        Hostile{"strange target", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", "403"},
        Hostile{"no host", "GET / HTTP/1.0\r\n\r\n", "403"}));

TEST(Server, HundredsOfConnectionsAtOnceAreServed) {
  auto spec = plain_spec(1);
  spec.latency = milliseconds(50);
  Served s(spec);
  std::vector<std::unique_ptr<Connection>> all;
  all.reserve(200);
  for (int i = 0; i < 200; ++i) all.push_back(std::make_unique<Connection>(s.port));
  const auto request = Served::list();
  const auto before = std::chrono::steady_clock::now();
  for (auto& c : all) c->send(request);
  for (auto& c : all) EXPECT_EQ(c->read_answer().substr(0, 15), "HTTP/1.1 200 OK");
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(8));  // in turn it would be 10 s
}

TEST(Server, StopsWithConnectionsOpen) {
  Served s(Kind::kHang);
  Connection c(s.port);
  c.send(Served::list());
  s.server->stop();
  s.server.reset();
  EXPECT_EQ(c.read_all(), "");
}

}  // namespace
}  // namespace v2only::sim::testing
