#include "engine/governor.h"

#include <algorithm>
#include <cmath>

namespace v2only::engine {

// Source: EC2 Developer Guide, "Request throttling for the Amazon EC2 API"; CloudWatch quotas.
BucketSize published_bucket(std::string_view service, std::string_view action) {
  if (service == "monitoring") return {50, 50};
  if (service == "sts") return {100, 20};
  if (service == "kms") return {100, 50};  // its quotas are requests a second, and far above that
  if (action == "ModifyInstanceMetadataOptions") return {100, 5};
  if (action == "StartInstances" || action == "RunInstances") return {5, 2};
  if (action.starts_with("Describe") || action.starts_with("Get") || action.starts_with("List")) {
    return {100, 20};
  }
  return {50, 5};
}

void Governor::refill(Bucket& bucket, MonoTime now) {
  if (now <= bucket.at) return;
  const double seconds = std::chrono::duration<double>(now - bucket.at).count();
  bucket.tokens =
      std::min(bucket.size.capacity, bucket.tokens + seconds * bucket.size.refill_per_second);
  bucket.at = now;
}

MonoTime Governor::take(const std::string& key, const BucketSize& size, MonoTime now) {
  auto [found, fresh] = buckets_.try_emplace(key, Bucket{size.capacity, now, size});
  auto& bucket = found->second;
  refill(bucket, now);
  bucket.tokens -= 1;
  if (bucket.tokens >= 0) return now;
  const double wait_ms = std::ceil(-bucket.tokens / bucket.size.refill_per_second * 1000);
  return now + Duration(static_cast<Duration::rep>(wait_ms));
}

void Governor::throttled(const std::string& key, MonoTime now) {
  const auto found = buckets_.find(key);
  if (found == buckets_.end()) return;
  refill(found->second, now);
  found->second.tokens = std::min(found->second.tokens, 0.0);
}

}  // namespace v2only::engine
