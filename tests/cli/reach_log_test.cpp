#include "cli/reach_log.h"

#include <gtest/gtest.h>

#include "app_in_memory.h"

namespace v2only::cli {
namespace {

const RegionName kHere("eu-west-1");
const RegionName kThere("us-east-1");

TEST(ReachLog, SaysOnceThatARegionIsAwayAndOnceThatItAnswersAgain) {
  test::AppInMemory memory;
  ReachLog log(memory.app);
  const auto asked = memory.clock.now();
  EXPECT_EQ(log.heard(kHere, asked, ""), "") << "what always answered is not news";
  memory.clock.advance(std::chrono::seconds(90));
  EXPECT_EQ(log.heard(kHere, asked, "no connection"),
            "2026-11-24T07:01:30Z  eu-west-1 cannot be read since 2026-11-24T07:00:00Z; going on "
            "trying. no connection");
  EXPECT_EQ(log.heard(kHere, memory.clock.now(), "no connection"), "");
  EXPECT_EQ(log.heard(kThere, memory.clock.now(), ""), "") << "of another region it says nothing";
  memory.clock.advance(std::chrono::seconds(30));
  EXPECT_EQ(log.heard(kHere, memory.clock.now(), ""),
            "2026-11-24T07:02:00Z  eu-west-1 answers again, after 2m 00s");
  EXPECT_EQ(log.heard(kHere, memory.clock.now(), ""), "");
}

TEST(ReachLog, RegionThatGoesAwayAgainIsSaidAgain) {
  test::AppInMemory memory;
  ReachLog log(memory.app);
  for (int i = 0; i < 2; ++i) {
    EXPECT_NE(log.heard(kHere, memory.clock.now(), "no connection"), "");
    EXPECT_NE(log.heard(kHere, memory.clock.now(), ""), "");
  }
}

}  // namespace
}  // namespace v2only::cli
