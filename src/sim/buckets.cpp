#include "sim/buckets.h"

#include <algorithm>

namespace v2only::sim {

bool Buckets::take(const RegionName& region, const std::string& action, WallTime now) {
  const auto size = sizes_.find(action);
  if (size == sizes_.end()) return true;
  const auto& [capacity, refill] = size->second;
  auto& bucket = buckets_.try_emplace({region, action}, Bucket{capacity, now}).first->second;
  const auto passed = std::chrono::duration<double>(now - bucket.at).count();
  bucket.tokens = std::min(capacity, bucket.tokens + passed * refill);
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

}  // namespace v2only::sim
