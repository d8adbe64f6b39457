// What the clients of ONTAP and of the NetApp Console have in common: what may become of a call,
// and how patiently it is made.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/time.h"

namespace v2only::netapp {

enum class Fate : std::uint8_t {
  kDone,     // 2xx with an answer that makes sense
  kRefused,  // not carried out: the other side said no, or no request ever left (http_status 0)
  kUnknown,  // no answer, half of one, or one that makes no sense: it may have been carried out
};

using CallId = std::uint64_t;
using Params = std::vector<std::pair<std::string, std::string>>;

// Retries wait a random part of base * 2^(n-1), `longest_delay` at most.
struct CallerOptions {
  Duration timeout = std::chrono::seconds(20);  // of one attempt
  int max_attempts = 6;  // in all, for a read; for a write, of requests that never left
  Duration base_delay = std::chrono::milliseconds(200);
  Duration longest_delay = std::chrono::seconds(5);
  std::string user_agent;  // "v2only/0.1.0 run/r-…"
};

// "PATH?a=b&c=d", the values percent-encoded but for what ONTAP's and the Console's own texts leave
// as it is (commas, parentheses, slashes).
std::string target_of(const std::string& path, const Params& query);

}  // namespace v2only::netapp
