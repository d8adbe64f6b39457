#include "fleet/proof.h"

#include <gmock/gmock.h>

#include "system_sample.h"

namespace v2only::fleet::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;

const WallTime kNow{hours(500000)};

// Node …a, which is pair-01: up for a day, started by EC2 thirty days ago.
struct Case {
  Instance instance;
  SystemReading reading = healthy_pair();
  SystemFact fact;
  std::optional<OurChange> change;

  Case() {
    instance.id = sample_id('a');
    instance.private_ip = "10.0.0.1";
    instance.launched = kNow - hours(24 * 30);
    reading.asked_at.wall = kNow;
  }
  std::string why() const {
    return why_not_proven({instance, &fact, &reading, change ? &*change : nullptr, kNow});
  }
};

TEST(Proof, WhatSomebodyElseChangedIsNotProvenByItself) {
  EXPECT_THAT(Case().why(), HasSubstr("nothing shows"));
}

TEST(Proof, ARestartThatOurRunHasSeenIsProven) {
  Case one;
  one.change = OurChange{kNow - minutes(1), true};
  EXPECT_EQ(one.why(), "");
}

TEST(Proof, ABootAfterOurChangeIsProven) {
  Case one;
  one.change = OurChange{kNow - hours(25), false};
  EXPECT_EQ(one.why(), "");
  one.change = OurChange{kNow - hours(23), false};
  EXPECT_THAT(one.why(), HasSubstr("nothing shows"));
}

TEST(Proof, ABootIsDatedByOurClockWhateverTheNodesOwnShows) {
  Case one;
  one.change = OurChange{kNow - hours(25), false};
  (*one.reading.ontap.nodes)[0].date = kNow - hours(24 * 400);
  EXPECT_EQ(one.why(), "");
  one.change = OurChange{kNow - hours(23), false};
  (*one.reading.ontap.nodes)[0].date = kNow + hours(24 * 400);
  EXPECT_NE(one.why(), "");
}

TEST(Proof, AStartThatIsNoLaterThanClocksDifferIsNone) {
  Case one;
  one.reading = {};
  one.change = OurChange{*one.instance.launched - minutes(4), false};
  EXPECT_NE(one.why(), "");
  one.change = OurChange{*one.instance.launched - minutes(6), false};
  EXPECT_EQ(one.why(), "");
}

TEST(Proof, TheOperatorsWordCounts) {
  Case one;
  one.fact.restarted = kNow - hours(25);
  EXPECT_EQ(one.why(), "");
}

TEST(Proof, AWordThatTheUptimeBeliesDoesNot) {
  Case one;
  one.fact.restarted = kNow - hours(3);
  EXPECT_THAT(one.why(), HasSubstr("it has not booted since"));
}

TEST(Proof, AWordOfTheFutureOrOfBeforeOurChangeDoesNot) {
  Case one;
  one.fact.restarted = kNow + hours(1);
  EXPECT_THAT(one.why(), HasSubstr("still to come"));
  one.fact.restarted = kNow - hours(25);
  one.change = OurChange{kNow - hours(24), false};
  EXPECT_THAT(one.why(), HasSubstr("before its change"));
}

}  // namespace
}  // namespace v2only::fleet::test
