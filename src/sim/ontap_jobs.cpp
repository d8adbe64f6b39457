#include "sim/ontap_jobs.h"

#include <algorithm>
#include <utility>

#include "sim/cluster.h"

namespace v2only::sim {
namespace {

constexpr Duration kQueued = std::chrono::seconds(1);

}  // namespace

std::string state_of(const Job& job, WallTime now) {
  if (job.end) return job.state;
  return now < job.start + kQueued ? "queued" : "running";
}

std::string JobList::add(std::string description, WallTime now) {
  std::erase_if(jobs_, [&](const Job& job) { return job.end && now >= *job.end + kept_; });
  Job job;
  job.uuid = uuid_of(seed_ + " job " + std::to_string(++count_));
  job.description = std::move(description);
  job.start = now;
  jobs_.push_back(std::move(job));
  return jobs_.back().uuid;
}

Job* JobList::open(const std::string& uuid) {
  const auto found = std::find_if(jobs_.begin(), jobs_.end(),
                                  [&](const Job& job) { return job.uuid == uuid && !job.end; });
  return found == jobs_.end() ? nullptr : &*found;
}

void JobList::succeed(const std::string& uuid, WallTime now) {
  auto* job = open(uuid);
  if (job == nullptr) return;
  job->state = "success";
  job->message = "success";
  job->end = now;
}

void JobList::fail(const std::string& uuid, int code, std::string message, WallTime now) {
  auto* job = open(uuid);
  if (job == nullptr) return;
  job->state = "failure";
  job->code = code;
  job->message = std::move(message);
  job->end = now;
}

const Job* JobList::find(std::string_view uuid, WallTime now) const {
  const auto found =
      std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& job) { return job.uuid == uuid; });
  if (found == jobs_.end() || (found->end && now >= *found->end + kept_)) return nullptr;
  return &*found;
}

std::vector<Job> JobList::all(WallTime now) const {
  std::vector<Job> out;
  for (const auto& job : jobs_) {
    if (find(job.uuid, now) != nullptr) out.push_back(job);
  }
  return out;
}

}  // namespace v2only::sim
