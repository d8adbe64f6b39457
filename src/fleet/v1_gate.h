// The v1-use gate: what CloudWatch's MetadataNoToken says about an instance.
#pragma once

#include <optional>
#include <string>

#include "fleet/instance.h"
#include "fleet/plan.h"
#include "fleet/policy.h"

namespace v2only::fleet {

struct V1Verdict {
  std::string code;      // v1-use, v1-unknown; empty: passes
  std::string reason;    // why it is blocked, or who let it pass; empty: no use was seen
  bool by_name = false;  // an acceptance by name lets it pass, so its use is not asked again
  std::optional<WallTime> accepted_until;
};

// `reading` is null where none was taken.
V1Verdict judge_v1(const Instance& instance, const V1Reading* reading, const Policy& policy,
                   WallTime now);

// "MetadataNoToken: 42 calls in 14d, last 2026-11-20T10:00:00Z"
std::string to_text(const V1Reading& reading);

}  // namespace v2only::fleet
