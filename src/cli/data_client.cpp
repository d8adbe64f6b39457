#include "cli/data_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "net/url.h"

namespace v2only::cli {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPace{20};

class Socket {
 public:
  Socket() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{1, 0};
    (void)setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

// Of "tcp://ADDRESS:PORT".
std::optional<sockaddr_in> address_of(const std::string& probe) {
  const auto url = net::parse_url("http" + probe.substr(std::min(probe.size(), probe.find("://"))));
  sockaddr_in out{};
  out.sin_family = AF_INET;
  if (!url || inet_pton(AF_INET, url->host.c_str(), &out.sin_addr) != 1) return std::nullopt;
  out.sin_port = htons(url->port);
  return out;
}

}  // namespace

bool write_and_read(const std::string& probe, const std::string& block) {
  const auto address = address_of(probe);
  const Socket socket;
  if (!address || socket.fd() < 0) return false;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what connect() takes
  const auto* to = reinterpret_cast<const sockaddr*>(&*address);
  if (connect(socket.fd(), to, sizeof *address) != 0) return false;
  if (send(socket.fd(), block.data(), block.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(block.size())) {
    return false;
  }
  std::string back(block.size(), '\0');
  return recv(socket.fd(), back.data(), back.size(), MSG_WAITALL) ==
             static_cast<ssize_t>(back.size()) &&
         back == block;
}

DataClient::DataClient(std::vector<Target> targets)
    : targets_(std::move(targets)), thread_([this] { work(); }) {}

DataClient::~DataClient() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void DataClient::work() {
  std::map<UnitId, steady_clock::time_point> last;
  for (std::size_t round = 0; !stopping_; ++round) {
    for (const auto& [system, probe] : targets_) {
      auto& served = served_[system];
      const bool good = write_and_read(probe, "block " + std::to_string(round));
      const auto now = steady_clock::now();
      const auto [before, first] = last.try_emplace(system, now);
      ++(good ? served.times : served.failed);
      // A gap that is still open counts as far as it has come.
      served.longest_gap =
          std::max(served.longest_gap, std::chrono::duration_cast<Duration>(now - before->second));
      if (good) before->second = now;
    }
    std::this_thread::sleep_for(kPace);
  }
}

std::map<UnitId, DataClient::Served> DataClient::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
  return served_;
}

}  // namespace v2only::cli
