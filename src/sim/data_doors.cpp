#include "sim/data_doors.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <array>
#include <chrono>
#include <memory>
#include <utility>

namespace v2only::sim {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using Strand = asio::strand<asio::io_context::executor_type>;

constexpr auto kLookEvery = std::chrono::milliseconds(20);

}  // namespace

struct DataDoors::Impl {
  // A bound socket that never listens keeps the port while the door is shut: who connects then is
  // refused.
  struct Door {
    std::string address;
    tcp::endpoint endpoint;
    tcp::acceptor keeper;
    tcp::acceptor acceptor;
  };

  struct Guest {
    explicit Guest(tcp::socket taken) : socket(std::move(taken)) {}
    tcp::socket socket;
    std::array<char, 4096> block{};
  };

  Impl(asio::io_context& io, std::string the_local, std::function<bool(const std::string&)> fn)
      : strand(asio::make_strand(io)),
        timer(strand),
        local(std::move(the_local)),
        served(std::move(fn)) {}

  static error_code bind(tcp::acceptor& acceptor, const tcp::endpoint& to) {
    error_code error;
    static_cast<void>(acceptor.open(to.protocol(), error));
    if (!error) static_cast<void>(acceptor.set_option(tcp::acceptor::reuse_address(true), error));
    if (!error) static_cast<void>(acceptor.bind(to, error));
    return error;
  }

  void look() {
    for (auto& door : doors) {
      const bool open = served(door->address);
      if (open && !door->acceptor.is_open()) open_door(*door);
      if (!open && door->acceptor.is_open()) close_door(*door);
    }
    timer.expires_after(kLookEvery);
    timer.async_wait([this](error_code error) {
      if (!error) look();
    });
  }

  void open_door(Door& door) {
    auto error = bind(door.acceptor, door.endpoint);
    if (!error) {
      static_cast<void>(door.acceptor.listen(asio::socket_base::max_listen_connections, error));
    }
    if (error) return close_door(door);  // the next look tries again
    accept(door);
  }

  static void close_door(Door& door) {
    error_code ignored;
    static_cast<void>(door.acceptor.close(ignored));
  }

  void accept(Door& door) {
    door.acceptor.async_accept([this, &door](error_code error, tcp::socket socket) {
      if (error) return close_door(door);
      echo(std::make_shared<Guest>(std::move(socket)));
      accept(door);
    });
  }

  static void echo(const std::shared_ptr<Guest>& guest) {
    guest->socket.async_read_some(
        asio::buffer(guest->block), [guest](error_code error, std::size_t size) {
          if (error) return;
          asio::async_write(guest->socket, asio::buffer(guest->block, size),
                            [guest](error_code /*error*/, std::size_t /*size*/) {});
        });
  }

  Strand strand;
  asio::steady_timer timer;
  const std::string local;
  const std::function<bool(const std::string&)> served;
  std::vector<std::unique_ptr<Door>> doors;
};

DataDoors::DataDoors(asio::io_context& io, std::string local_address,
                     std::function<bool(const std::string&)> served)
    : impl_(std::make_unique<Impl>(io, std::move(local_address), std::move(served))) {}
DataDoors::~DataDoors() = default;

Result<std::uint16_t> DataDoors::add(const std::string& address) {
  error_code error;
  const auto local = asio::ip::make_address(impl_->local, error);
  auto door = std::make_unique<Impl::Door>(
      Impl::Door{address, {local, 0}, tcp::acceptor(impl_->strand), tcp::acceptor(impl_->strand)});
  if (!error) error = Impl::bind(door->keeper, door->endpoint);
  if (!error) door->endpoint = door->keeper.local_endpoint(error);
  if (error) {
    return fail(ErrorCode::kUsage, "no port can be had for it: " + error.message(),
                "data address " + address,
                "allow more open files (ulimit -n), or simulate fewer systems");
  }
  const auto port = door->endpoint.port();
  impl_->doors.push_back(std::move(door));
  return port;
}

void DataDoors::run() {
  if (impl_->doors.empty()) return;
  asio::post(impl_->strand, [impl = impl_.get()] { impl->look(); });
}

}  // namespace v2only::sim
