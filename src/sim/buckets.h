// Token buckets, one per region and action, as EC2 keeps them.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "core/ids.h"
#include "core/time.h"
#include "sim/spec.h"

namespace v2only::sim {

class Buckets {
 public:
  explicit Buckets(const std::map<std::string, BucketSpec>& sizes) : sizes_(sizes) {}

  // Takes a token; false where the bucket is empty. Actions without a size are not limited.
  bool take(const RegionName& region, const std::string& action, WallTime now);

 private:
  struct Bucket {
    double tokens;
    WallTime at;
  };
  const std::map<std::string, BucketSpec>& sizes_;  // the world's spec
  std::map<std::pair<RegionName, std::string>, Bucket> buckets_;
};

}  // namespace v2only::sim
