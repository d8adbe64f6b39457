// The jobs of a cluster: an asynchronous call's 202 names one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"

namespace v2only::sim {

struct Job {
  std::string uuid;
  std::string description;
  std::string state;  // queued, running, success, failure
  std::string message;
  int code = 0;  // 0: none
  WallTime start{};
  std::optional<WallTime> end;
};

class JobList {
 public:
  // A finished job is deleted `kept` after its end.
  JobList(std::string seed, Duration kept) : seed_(std::move(seed)), kept_(kept) {}

  // Queued for a second, then running.
  std::string add(std::string description, WallTime now);
  // Nothing happens for a job that is over, or for the empty uuid.
  void succeed(const std::string& uuid, WallTime now);
  void fail(const std::string& uuid, int code, std::string message, WallTime now);

  const Job* find(std::string_view uuid, WallTime now) const;
  std::vector<Job> all(WallTime now) const;

 private:
  Job* open(const std::string& uuid);

  std::string seed_;
  Duration kept_;
  int count_ = 0;
  std::vector<Job> jobs_;
};

// "running" of a queued job whose second is over.
std::string state_of(const Job& job, WallTime now);

}  // namespace v2only::sim
