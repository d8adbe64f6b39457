#include "net/system_clock.h"

#include <chrono>

namespace v2only::net {

Now SystemClock::now() const {
  return {std::chrono::floor<Duration>(std::chrono::system_clock::now()),
          std::chrono::floor<Duration>(std::chrono::steady_clock::now())};
}

}  // namespace v2only::net
