// The policy file: how a run goes about it. Everything may be left out; these are the defaults.
//
//   waves: {canary: 1, growth: 2, width: 50}
//   failures: 1
//   look_back: 14d
//   calls: {timeout: 30s, unknown_settle: 60s, rates: auto}   # or table, none
//   accept: []    # - {instances: [i-…], reason: …, by: …, until: 2026-12-31}, or tag: name=value
//   profiles: {}  # NAME: {match: {tag: name=value}, hop_limit: 2, needs_imds: true}
//   ontap:
//     poll: 5s
//     settle: 5m
//     expected: 45m
//     width: 1
//     apart: []           # [[SYSTEM, SYSTEM, …], …]
//     pause_before: []    # of mediator, takeover, stop, second-node
//     handover: shutdown  # or reboot, takeover
//     mediator_reboot: true
//     timeouts: {takeover: 5m, stop: 15m, start: 15m, boot: 15m, giveback: 30m, health: 15m}
//   agents: {soak: 7h}
//   windows: []           # - {cron: "0 1 * * SAT", zone: Asia/Tokyo, for: 4h}
//   blackout: []          # [2026-12-24/2027-01-04, 2027-05-03]
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "fleet/policy.h"

namespace v2only::config {

// Ranges: canary and failures 1 to 1,000,000; growth 1 to 100; width 1 to 1,000; look_back 1d to
// 63d (as long as CloudWatch keeps 5-minute points); timeout 1s to 15m; unknown_settle 0s to 1h;
// hop_limit 1 to 64; ontap.poll 100ms to 1m, settle 0s to 1d, expected and each of timeouts 1s to
// 1d, width 1 to 1,000; agents.soak 1s to 7d; a window's for 1s to 31d. Errors name
// path:line:column.
Result<fleet::Policy> parse_policy(std::string_view text, std::string_view path);
Result<fleet::Policy> load_policy(const std::string& path);

}  // namespace v2only::config
