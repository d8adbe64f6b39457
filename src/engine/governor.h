// The rate governor: token buckets as AWS publishes them, one per (account, region, service,
// action). Pure: told the time, never asks for it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/time.h"

namespace v2only::engine {

struct BucketSize {
  double capacity = 0;  // tokens at the start and at most
  double refill_per_second = 0;

  friend bool operator==(const BucketSize&, const BucketSize&) = default;
};

// AWS's published sizes for an EC2 action; other services' by what their quotas say.
BucketSize published_bucket(std::string_view service, std::string_view action);

class Governor {
 public:
  // Takes a token for a call that goes out at the moment returned: `now`, or later where the
  // bucket is empty. `key` is "account/region/service/action".
  MonoTime take(const std::string& key, const BucketSize& size, MonoTime now);
  // The service answered a throttling code: the bucket is empty, whatever we counted.
  void throttled(const std::string& key, MonoTime now);

 private:
  struct Bucket {
    double tokens = 0;  // below zero: calls promised for later
    MonoTime at{};
    BucketSize size;
  };
  static void refill(Bucket& bucket, MonoTime now);
  std::map<std::string, Bucket, std::less<>> buckets_;
};

}  // namespace v2only::engine
