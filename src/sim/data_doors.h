// TCP ports that stand for data addresses: each takes connections only while its address is served.
// What a client sends in one go is sent back to it, and the connection is closed: enough for a
// probe, and for a client that writes and reads.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"

namespace v2only::sim {

class DataDoors {
 public:
  // `served` is asked from the threads of `io`, every 20 ms.
  DataDoors(boost::asio::io_context& io, std::string local_address,
            std::function<bool(const std::string& address)> served);
  ~DataDoors();
  DataDoors(const DataDoors&) = delete;
  DataDoors& operator=(const DataDoors&) = delete;

  // The port that stands for the address from now on.
  Result<std::uint16_t> add(const std::string& address);
  // Opens and closes them as the world goes on.
  void run();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace v2only::sim
