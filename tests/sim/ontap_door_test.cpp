// ONTAP over real TLS sockets, and the ports of data addresses.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <thread>

#include "core/digest.h"
#include "core/text.h"
#include "pair.h"
#include "sim/server.h"

namespace v2only::sim::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::uint16_t port_of(const std::string& url) {
  return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

// A connected socket, or -1 where the port refuses.
int connected(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{5, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) return fd;
  ::close(fd);
  return -1;
}

bool takes(std::uint16_t port) {
  const int fd = connected(port);
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}

class Tls {
 public:
  explicit Tls(std::uint16_t port)
      : fd_(connected(port)), context_(SSL_CTX_new(TLS_client_method())), ssl_(SSL_new(context_)) {
    SSL_set_fd(ssl_, fd_);
    ok = SSL_connect(ssl_) == 1;
  }
  ~Tls() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
    ::close(fd_);
  }
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;

  std::string fingerprint() const {
    const std::unique_ptr<X509, decltype(&X509_free)> x509(SSL_get1_peer_certificate(ssl_),
                                                           X509_free);
    unsigned char* der = nullptr;
    const int size = i2d_X509(x509.get(), &der);
    const std::string bytes(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return "sha256:" + sha256_hex(bytes);
  }
  void send(const std::string& bytes) {
    EXPECT_GT(SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())), 0);
  }
  // One answer by its Content-Length, or what there is until the end.
  std::string read() {
    std::string out;
    char buffer[4096];
    for (;;) {
      const auto end = out.find("\r\n\r\n");
      if (end != std::string::npos) {
        const auto length = std::stoul(out.substr(out.find("Content-Length: ") + 16));
        if (out.size() >= end + 4 + length) return out;
      }
      const int got = SSL_read(ssl_, buffer, sizeof buffer);
      if (got <= 0) return out;
      out.append(buffer, static_cast<std::size_t>(got));
    }
  }
  bool ok = false;

 private:
  int fd_;
  SSL_CTX* context_;
  SSL* ssl_;
};

WallTime wall_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

struct Served {
  explicit Served(double speed, WorldSpec spec = pair_spec())
      : world(std::move(spec), 1, wall_now()) {
    ServerOptions options;
    options.speed = speed;
    auto started = Server::start(world, options);
    EXPECT_TRUE(started.has_value());
    server = std::move(started).value();
  }
  std::string request(const std::string& path, const std::string& more = {}) const {
    const auto& cvo = world.spec().cvo.front();
    return "GET " + path + " HTTP/1.1\r\nHost: anything\r\nAuthorization: Basic " +
           to_base64(cvo.user + ":" + cvo.password.reveal()) + "\r\n" + more + "\r\n";
  }
  std::uint16_t door(std::size_t index) const { return port_of(server->ontap().at(index).url); }
  void stop_instance(std::size_t node) {
    const auto id = world.spec().cvo.front().nodes.at(node).instance.str();
    server->with_world([&](World& w) {
      const auto now = wall_now();
      EXPECT_EQ(ask(w, now, "StopInstances", {{"InstanceId.1", id}}).response.status, 200);
    });
  }
  // Within five seconds.
  static bool soon(const std::function<bool()>& holds) {
    for (int i = 0; i < 500; ++i) {
      if (holds()) return true;
      std::this_thread::sleep_for(milliseconds(10));
    }
    return false;
  }

  World world;
  std::unique_ptr<Server> server;
};

TEST(OntapDoor, EachManagementAddressIsAnHttpsPortWithTheSystemsCertificate) {
  Served s(1);
  const auto& doors = s.server->ontap();
  ASSERT_EQ(doors.size(), 3U);
  EXPECT_EQ(doors[0].address, s.world.spec().cvo[0].cluster_address);
  EXPECT_EQ(doors[1].address, s.world.spec().cvo[0].nodes[0].management_address);
  for (std::size_t i = 0; i < 3; ++i) {
    Tls tls(s.door(i));
    ASSERT_TRUE(tls.ok);
    EXPECT_EQ(tls.fingerprint(), doors[i].fingerprint);
    tls.send(s.request("/api/cluster?fields=name"));
    const auto answer = tls.read();
    EXPECT_EQ(answer.substr(0, 15), "HTTP/1.1 200 OK");
    EXPECT_NE(answer.find(R"("name":"cvo1")"), std::string::npos);
  }
}

TEST(OntapDoor, AConnectionServesManyRequestsAndCloseIsHonoured) {
  Served s(1);
  Tls tls(s.door(0));
  for (int i = 0; i < 20; ++i) {
    tls.send(s.request("/api/cluster/nodes"));
    EXPECT_EQ(tls.read().substr(0, 15), "HTTP/1.1 200 OK");
  }
  tls.send(s.request("/api/cluster", "Connection: close\r\n"));
  EXPECT_NE(tls.read().find("Connection: close"), std::string::npos);
  EXPECT_EQ(tls.read(), "");
}

TEST(OntapDoor, PlainHttpAndGarbageAreNoHandshakes) {
  Served s(1);
  const int fd = connected(s.door(0));
  const std::string plain = "GET /api/cluster HTTP/1.1\r\nHost: x\r\n\r\n";
  EXPECT_GT(::send(fd, plain.data(), plain.size(), MSG_NOSIGNAL), 0);
  char buffer[64];
  while (::recv(fd, buffer, sizeof buffer, 0) > 0) {
  }
  ::close(fd);
  EXPECT_TRUE(Tls(s.door(0)).ok);  // it lives
}

TEST(OntapDoor, AStoppedNodesAddressIsSilentAndTheOthersAnswer) {
  Served s(200);
  s.stop_instance(1);
  EXPECT_TRUE(Served::soon([&] {
    Tls tls(s.door(1));
    tls.send(s.request("/api/cluster/nodes?fields=state"));
    return tls.read().find("taken_over") != std::string::npos;
  }));
  const int fd = connected(s.door(2));
  const timeval brief{0, 200'000};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief);
  const std::string hello = "\x16\x03\x01";
  ::send(fd, hello.data(), hello.size(), MSG_NOSIGNAL);
  char byte = 0;
  EXPECT_EQ(::recv(fd, &byte, 1, 0), -1);
  EXPECT_EQ(errno, EAGAIN);
  ::close(fd);
}

TEST(DataDoor, TakesConnectionsOnlyWhileItsAddressIsServed) {
  auto spec = pair_spec();
  spec.cvo[0].timings.failure_detect = seconds(400);
  Served s(200, spec);  // a cut off node is taken over after 2 s
  ASSERT_EQ(s.server->data().size(), 4U);
  const auto& nas = s.server->data()[2];
  EXPECT_EQ(nas.address, s.world.spec().cvo[0].nodes[1].data_addresses[0]);
  EXPECT_FALSE(nas.iscsi);
  const auto port = port_of(nas.probe);
  EXPECT_TRUE(Served::soon([&] { return takes(port); }));
  s.stop_instance(1);
  EXPECT_TRUE(Served::soon([&] { return !takes(port); }));
  EXPECT_TRUE(Served::soon([&] { return takes(port); }));
  const auto& iscsi = s.server->data()[3];
  EXPECT_TRUE(iscsi.iscsi);
  EXPECT_FALSE(takes(port_of(iscsi.probe)));  // that one stays with its node
}

TEST(Server, ServesAwsAloneWhereToldSo) {
  World world(pair_spec(), 1, wall_now());
  ServerOptions options;
  options.netapp = false;
  const auto server = Server::start(world, options);
  ASSERT_TRUE(server.has_value());
  EXPECT_TRUE((*server)->ontap().empty());
  EXPECT_TRUE((*server)->data().empty());
}

}  // namespace
}  // namespace v2only::sim::testing
