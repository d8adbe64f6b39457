// How long to wait before something that was refused is tried again.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/time.h"

namespace v2only::engine {

// 1 s, doubled with each refusal in a row, `longest` at most.
inline Duration backoff(std::uint32_t times, Duration longest) {
  return std::min<Duration>(std::chrono::seconds(1) * (1LL << std::min(times, 10U)), longest);
}

}  // namespace v2only::engine
