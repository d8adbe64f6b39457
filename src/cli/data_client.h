// A client of the demo: it writes to each system's data address and reads back, over and over, and
// keeps the longest gap between two times that it worked.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "core/ids.h"
#include "core/time.h"

namespace v2only::cli {

class DataClient {
 public:
  struct Target {
    UnitId system;
    std::string probe;  // "tcp://127.0.0.1:41236"
  };
  struct Served {
    std::size_t times = 0;  // that it wrote and read back what it had written
    std::size_t failed = 0;
    Duration longest_gap{};
  };

  // Works on a thread of its own until stop(), or until it goes.
  explicit DataClient(std::vector<Target> targets);
  ~DataClient();
  DataClient(const DataClient&) = delete;
  DataClient& operator=(const DataClient&) = delete;

  std::map<UnitId, Served> stop();

 private:
  void work();

  std::vector<Target> targets_;
  std::atomic<bool> stopping_ = false;
  std::map<UnitId, Served> served_;
  std::thread thread_;
};

// Sends `block` there and reads it back, within a second.
bool write_and_read(const std::string& probe, const std::string& block);

}  // namespace v2only::cli
