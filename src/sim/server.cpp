#include "sim/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/strand.hpp>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "sim/auth.h"
#include "sim/certificate.h"
#include "sim/data_doors.h"
#include "sim/session.h"

namespace v2only::sim {
namespace {

using boost::system::error_code;
using TlsStream = asio::ssl::stream<beast::tcp_stream>;

Error cannot_listen(const std::string& address, std::uint16_t port, const error_code& error) {
  if (port != 0) {
    return {ErrorCode::kUsage, "can not listen: " + error.message(),
            fmt::format("{}:{}", address, port), "choose another --port, or 0 for any free one"};
  }
  return {ErrorCode::kUsage, "can not listen: " + error.message(), address + ":0",
          "check the address, and that enough files may be open (ulimit -n)"};
}

std::string host_port(const std::string& address, std::uint16_t port) {
  const bool v6 = address.find(':') != std::string::npos;
  return fmt::format("{}:{}", v6 ? "[" + address + "]" : address, port);
}

Result<std::shared_ptr<asio::ssl::context>> tls_of(const Certificate& certificate) {
  auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  error_code error;
  static_cast<void>(tls->use_certificate_chain(asio::buffer(certificate.certificate_pem), error));
  if (!error) {
    static_cast<void>(
        tls->use_private_key(asio::buffer(certificate.key_pem), asio::ssl::context::pem, error));
  }
  if (error) {
    return fail(ErrorCode::kInternal, "the certificate can not be used: " + error.message());
  }
  return tls;
}

}  // namespace

struct Server::Impl {
  // What listens at one port. `host`: what its requests are for; empty: what they say themselves.
  struct Door {
    Door(asio::io_context& io, std::string the_host, std::shared_ptr<asio::ssl::context> the_tls)
        : acceptor(io), pause(io), host(std::move(the_host)), tls(std::move(the_tls)) {}
    tcp::acceptor acceptor;
    asio::steady_timer pause;
    const std::string host;
    const std::shared_ptr<asio::ssl::context> tls;  // null: plain HTTP
    std::uint16_t port = 0;
  };

  Impl(World& the_world, ServerOptions the_options)
      : world(the_world),
        options(std::move(the_options)),
        data_doors(io, options.address,
                   [this](const std::string& address) { return is_served(address); }) {}
  ~Impl() { stop(); }

  Result<std::uint16_t> listen(std::string host, std::shared_ptr<asio::ssl::context> tls,
                               std::uint16_t port) {
    auto door = std::make_unique<Door>(io, std::move(host), std::move(tls));
    auto& acceptor = door->acceptor;
    error_code error;
    const auto address = asio::ip::make_address(options.address, error);
    if (error) return Unexpected{cannot_listen(options.address, port, error)};
    const tcp::endpoint endpoint(address, port);
    static_cast<void>(acceptor.open(endpoint.protocol(), error));
    if (!error) static_cast<void>(acceptor.set_option(tcp::acceptor::reuse_address(true), error));
    if (!error) static_cast<void>(acceptor.bind(endpoint, error));
    if (!error)
      static_cast<void>(acceptor.listen(asio::socket_base::max_listen_connections, error));
    if (error) return Unexpected{cannot_listen(options.address, port, error)};
    door->port = acceptor.local_endpoint(error).port();
    doors.push_back(std::move(door));
    return doors.back()->port;
  }

  Result<void> listen_for(const CvoSpec& system) {
    V2_TRY(const auto certificate, self_signed(system.name, now()));
    V2_TRY(const auto tls, tls_of(certificate));
    std::vector<std::string> addresses = {system.cluster_address};
    for (const auto& node : system.nodes) addresses.push_back(node.management_address);
    for (const auto& address : addresses) {
      if (address.empty()) continue;
      V2_TRY(const auto port, listen(address, tls, 0));
      ontap.push_back({system.system, address, "https://" + host_port(options.address, port),
                       certificate.fingerprint});
    }
    for (const auto& node : system.nodes) {
      for (const auto& address : node.data_addresses) {
        if (auto ok = add_data(system.system, address, false); !ok) return ok;
      }
      if (node.iscsi_address.empty()) continue;
      if (auto ok = add_data(system.system, node.iscsi_address, true); !ok) return ok;
    }
    return {};
  }

  Result<void> add_data(const UnitId& system, const std::string& address, bool iscsi) {
    V2_TRY(const auto port, data_doors.add(address));
    data.push_back({system, address, iscsi, "tcp://" + host_port(options.address, port)});
    return {};
  }

  Result<void> listen_all() {
    V2_TRY(const auto port, listen({}, nullptr, options.port));
    static_cast<void>(port);
    if (!options.netapp) return {};
    for (const auto& system : world.spec().cvo) {
      if (auto ok = listen_for(system); !ok) return ok;
    }
    return listen_for_console();
  }

  Result<void> listen_for_console() {
    const auto& spec = world.spec().console;
    if (!spec) return {};
    std::vector<std::string> hosts = {spec->host};
    for (const auto& agent : spec->agents) {
      const auto* instance = world.find(agent.instance);
      if (instance != nullptr && !instance->private_ip.empty()) {
        hosts.push_back(instance->private_ip);
      }
    }
    for (const auto& host : hosts) {
      V2_TRY(const auto port, listen(host, nullptr, 0));
      console.push_back({host, "http://" + host_port(options.address, port)});
    }
    return {};
  }

  void run() {
    for (auto& door : doors) accept(*door);
    data_doors.run();
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

  void accept(Door& door) {
    door.acceptor.async_accept(
        asio::make_strand(io), [this, &door](error_code error, tcp::socket socket) {
          if (error == asio::error::operation_aborted) return;
          if (error) return accept_later(door);  // out of file descriptors, most likely
          take(door, std::move(socket));
          accept(door);
        });
  }

  void accept_later(Door& door) {
    door.pause.expires_after(std::chrono::milliseconds(100));
    door.pause.async_wait([this, &door](error_code error) {
      if (!error) accept(door);
    });
  }

  void take(Door& door, tcp::socket socket) {
    error_code ignored;
    static_cast<void>(socket.set_option(tcp::no_delay(true), ignored));
    const auto way = door.host.empty() ? Answer::Way::kWhole : connects(door.host);
    const auto arriving = [this, &door](net::Request request) {
      return arrive(door, std::move(request));
    };
    if (door.tls) {
      begin(std::make_shared<Session<TlsStream>>(std::move(socket), arriving, *door.tls), way);
    } else {
      begin(std::make_shared<Session<beast::tcp_stream>>(std::move(socket), arriving), way);
    }
  }

  // Where nobody listens or answers, there is no handshake either.
  template <class S>
  static void begin(const std::shared_ptr<S>& session, Answer::Way way) {
    if (way == Answer::Way::kRefused) return session->reset();
    if (way == Answer::Way::kHang) return session->hang();
    session->start();
  }

  // The world never sees time go back, whatever somebody does to this machine's clock.
  WallTime now() {
    const auto wall = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    return last = std::max(last, wall);
  }

  Answer arrive(const Door& door, net::Request request) {
    if (!door.host.empty()) request.url = url_for(door, request.url);
    const std::lock_guard lock(mutex);
    return world.arrive(request, now());
  }

  static std::string url_for(const Door& door, const std::string& url) {
    const auto target = target_of(url);
    std::string out = (door.tls ? "https://" : "http://") + door.host + std::string(target.path);
    if (!target.query.empty()) out.append("?").append(target.query);
    return out;
  }

  Answer::Way connects(const std::string& host) {
    const std::lock_guard lock(mutex);
    world.advance_to(now());
    return world.connects(host);
  }

  bool is_served(const std::string& address) {
    const std::lock_guard lock(mutex);
    world.advance_to(now());
    return world.address_served(address);
  }

  World& world;
  const ServerOptions options;
  std::mutex mutex;  // the world's, and that of `last`
  WallTime last{};
  asio::io_context io;
  std::vector<std::unique_ptr<Door>> doors;  // AWS's is the first
  DataDoors data_doors;
  std::vector<OntapDoor> ontap;
  std::vector<DataDoor> data;
  std::vector<ConsoleDoor> console;
  std::vector<std::thread> threads;
};

Result<std::unique_ptr<Server>> Server::start(World& world, ServerOptions options) {
  if (!(options.speed > 0)) {
    return fail(ErrorCode::kUsage, "the speed must be greater than 0", "--speed");
  }
  world.set_speed(options.speed);
  auto impl = std::make_unique<Impl>(world, std::move(options));
  if (auto listening = impl->listen_all(); !listening) return Unexpected{listening.error()};
  impl->run();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

std::string Server::url() const {
  return "http://" + host_port(impl_->options.address, impl_->doors.front()->port);
}

const std::vector<OntapDoor>& Server::ontap() const { return impl_->ontap; }
const std::vector<DataDoor>& Server::data() const { return impl_->data; }
const std::vector<ConsoleDoor>& Server::console() const { return impl_->console; }

void Server::with_world(const std::function<void(World&)>& look) {
  const std::lock_guard lock(impl_->mutex);
  impl_->world.advance_to(impl_->now());
  look(impl_->world);
}

void Server::stop() { impl_->stop(); }

}  // namespace v2only::sim
