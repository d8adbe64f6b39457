#include "net/system_clock.h"

#include <gtest/gtest.h>

namespace v2only::net {
namespace {

TEST(SystemClock, WallAndMonotonicTimeAreTheMachines) {
  const SystemClock clock;
  const auto wall = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  const auto mono = std::chrono::floor<Duration>(std::chrono::steady_clock::now());
  const auto now = clock.now();
  EXPECT_GE(now.wall, wall);
  EXPECT_LT(now.wall, wall + std::chrono::minutes(1));
  EXPECT_GE(now.mono, mono);
  EXPECT_LT(now.mono, mono + std::chrono::minutes(1));
}

}  // namespace
}  // namespace v2only::net
