// The policy file: how a run goes about it. Everything may be left out; these are the defaults.
//
//   waves: {canary: 1, growth: 2, width: 50}
//   failures: 1
//   look_back: 14d
//   calls: {timeout: 30s, unknown_settle: 60s, rates: auto}   # or table, none
//   accept: []    # - {instances: [i-…], reason: …, by: …, until: 2026-12-31}, or tag: name=value
//   profiles: {}  # NAME: {match: {tag: name=value}, hop_limit: 2, needs_imds: true}
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "fleet/policy.h"

namespace v2only::config {

// Ranges: canary and failures 1 to 1,000,000; growth 1 to 100; width 1 to 1,000; look_back 1d to
// 63d (as long as CloudWatch keeps 5-minute points); timeout 1s to 15m; unknown_settle 0s to 1h;
// hop_limit 1 to 64. Errors name path:line:column.
Result<fleet::Policy> parse_policy(std::string_view text, std::string_view path);
Result<fleet::Policy> load_policy(const std::string& path);

}  // namespace v2only::config
