#include "sim/faults.h"

#include <gtest/gtest.h>

#include "asking.h"

namespace v2only::sim::testing {
namespace {

using Kind = FaultSpec::Kind;
using Way = Answer::Way;
using std::chrono::milliseconds;
using std::chrono::seconds;

FaultSpec fault(Kind kind) {
  FaultSpec spec;
  spec.kind = kind;
  return spec;
}

struct Faulty {
  explicit Faulty(FaultSpec spec, int instances = 2, std::uint64_t seed = 1)
      : world(
            [&] {
              auto made = plain_spec(instances);
              made.faults.push_back(std::move(spec));
              return made;
            }(),
            seed, kStart) {
    world.keep_log(true);
  }
  Answer modify(Duration later = {}, int number = 0) {
    return ask(world, kStart + later, "ModifyInstanceMetadataOptions",
               require_tokens(instance_id(number)));
  }
  Answer list(Duration later = {}) { return ask(world, kStart + later, "DescribeInstances"); }
  bool changed(std::size_t number = 0) const {
    return world.instances()[number].options.tokens_required();
  }
  World world;
};

TEST(Faults, ThrottleIsEachServicesOwn) {
  Faulty f(fault(Kind::kThrottle));
  const auto ec2 = f.modify();
  EXPECT_EQ(ec2.response.status, 503);
  EXPECT_EQ(code(ec2), "RequestLimitExceeded");
  EXPECT_FALSE(f.changed());
  Asker sts;
  sts.service = "sts";
  const auto answer = ask(f.world, kStart, "GetCallerIdentity", {}, sts);
  EXPECT_EQ(answer.response.status, 400);
  EXPECT_EQ(code(answer), "Throttling");
}

TEST(Faults, ErrorHasItsCodeAndStatus) {
  auto spec = fault(Kind::kError);
  spec.code = "Unavailable";
  spec.status = 503;
  Faulty f(spec);
  const auto answer = f.modify();
  EXPECT_EQ(answer.response.status, 503);
  EXPECT_EQ(code(answer), "Unavailable");
  EXPECT_FALSE(f.changed());
  EXPECT_EQ(f.world.log().back().kind, LogEntry::Kind::kRefused);
}

TEST(Faults, AnInternalErrorMayHaveTakenEffectAllTheSame) {
  int took_effect = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Faulty f(fault(Kind::kError), 2, seed);
    EXPECT_EQ(code(f.modify()), "InternalError");
    took_effect += f.changed() ? 1 : 0;
  }
  EXPECT_GT(took_effect, 25);
  EXPECT_LT(took_effect, 75);
}

TEST(Faults, LoseBeforeNeitherTakesEffectNorAnswers) {
  Faulty f(fault(Kind::kLoseBefore));
  EXPECT_EQ(f.modify().way, Way::kCut);
  EXPECT_FALSE(f.changed());
}

TEST(Faults, LoseAfterTakesEffectAndDoesNotAnswer) {
  Faulty f(fault(Kind::kLoseAfter));
  EXPECT_EQ(f.modify().way, Way::kCut);
  EXPECT_TRUE(f.changed());
}

TEST(Faults, HalfAnswerTakesEffect) {
  Faulty f(fault(Kind::kHalfAnswer));
  const auto answer = f.modify();
  EXPECT_EQ(answer.way, Way::kHalf);
  EXPECT_EQ(answer.response.status, 200);
  EXPECT_TRUE(f.changed());
}

TEST(Faults, HangTakesEffect) {
  Faulty f(fault(Kind::kHang));
  EXPECT_EQ(f.modify().way, Way::kHang);
  EXPECT_TRUE(f.changed());
}

TEST(Faults, RefuseNeverArrives) {
  Faulty f(fault(Kind::kRefuse));
  EXPECT_EQ(f.modify().way, Way::kRefused);
  EXPECT_FALSE(f.changed());
}

TEST(Faults, GarbageAndHtmlErrorsArePagesThatMayHideAnEffect) {
  for (const auto& [kind, status] : {std::pair(Kind::kGarbage, 200), {Kind::kHtmlError, 502}}) {
    int took_effect = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      Faulty f(fault(kind), 2, seed);
      const auto answer = f.modify();
      EXPECT_EQ(answer.response.status, status);
      EXPECT_EQ(answer.response.header("content-type"), "text/html");
      took_effect += f.changed() ? 1 : 0;
    }
    EXPECT_GT(took_effect, 25);
    EXPECT_LT(took_effect, 75);
  }
}

TEST(Faults, DelaysAddUpAndSpoilNothing) {
  auto spec = plain_spec(1);
  spec.latency = milliseconds(10);
  for (int i = 0; i < 2; ++i) {
    spec.faults.push_back(fault(Kind::kDelay));
    spec.faults.back().delay = seconds(2);
  }
  World world(spec, 1, kStart);
  const auto answer = ask(world, kStart, "DescribeInstances");
  EXPECT_EQ(answer.response.status, 200);
  EXPECT_EQ(answer.latency, milliseconds(4010));
}

TEST(Faults, LateEffectHappensAfterItsDelay) {
  auto spec = fault(Kind::kLateEffect);
  spec.delay = seconds(20);
  spec.times = 1;
  Faulty f(spec);
  EXPECT_EQ(f.modify().way, Way::kCut);
  f.world.advance_to(kStart + milliseconds(19'999));
  EXPECT_FALSE(f.changed());
  EXPECT_EQ(f.world.next_event(), kStart + seconds(20));
  f.world.advance_to(kStart + seconds(20));
  EXPECT_TRUE(f.changed());
  EXPECT_EQ(f.world.log().back().at, kStart + seconds(20));
}

TEST(Faults, LateEffectOfALaterHourIsStillOfItsOwnSignature) {
  auto spec = fault(Kind::kLateEffect);
  spec.delay = std::chrono::hours(2);
  Faulty f(spec);
  f.modify();
  f.world.advance_to(kStart + std::chrono::hours(3));
  EXPECT_TRUE(f.changed());
}

TEST(Faults, DenyNamesTheMissingAction) {
  Faulty f(fault(Kind::kDeny));
  const auto answer = f.modify();
  EXPECT_EQ(answer.response.status, 403);
  EXPECT_EQ(code(answer), "UnauthorizedOperation");
  EXPECT_NE(text(answer, "Message").find("ec2:ModifyInstanceMetadataOptions"), std::string::npos);
  Asker cloudwatch;
  cloudwatch.service = "monitoring";
  const auto other = ask(f.world, kStart, "GetMetricData", {}, cloudwatch);
  EXPECT_EQ(code(other), "AccessDenied");
  EXPECT_NE(text(other, "Message").find("cloudwatch:GetMetricData"), std::string::npos);
}

TEST(Faults, StaleShowsWhatWas) {
  auto spec = fault(Kind::kStale);
  spec.delay = seconds(30);
  Faulty f(spec, 1);
  f.modify();
  EXPECT_EQ(text(f.list(seconds(29)), "httpTokens"), "optional");
  EXPECT_EQ(text(f.list(seconds(30)), "httpTokens"), "required");
  EXPECT_TRUE(f.world.log().back().after.tokens_required());
}

TEST(Faults, StaleOfOneInstanceLeavesTheOthersFresh) {
  auto spec = fault(Kind::kStale);
  spec.delay = seconds(30);
  spec.instance = InstanceId(instance_id(0));
  Faulty f(spec);
  f.modify({}, 0);
  f.modify({}, 1);
  EXPECT_EQ(texts(f.list(seconds(1)), "httpTokens"),
            (std::vector<std::string>{"optional", "required"}));
}

TEST(Faults, SomebodyElseChangesOptionsAtTheTime) {
  auto spec = fault(Kind::kOtherChanges);
  spec.instance = InstanceId(instance_id(1));
  spec.from = seconds(5);
  spec.options.set(fleet::OptionField::kHttpPutResponseHopLimit, "7");
  Faulty f(spec);
  EXPECT_EQ(f.world.next_event(), kStart + seconds(5));
  f.world.advance_to(kStart + seconds(5));
  EXPECT_EQ(f.world.instances()[1].options.hop_limit(), 7);
  EXPECT_EQ(f.world.log().back().kind, LogEntry::Kind::kByOther);
  EXPECT_EQ(f.world.log().back().before.hop_limit(), 1);
}

TEST(Faults, SomebodyElseTagsAnInstanceAtTheTime) {
  auto spec = fault(Kind::kOtherTags);
  spec.instance = InstanceId(instance_id(1));
  spec.from = seconds(5);
  spec.tags = {{"OCCMInstance", "true"}};
  Faulty f(spec);
  EXPECT_EQ(text(f.list(seconds(4)), "key"), "");
  EXPECT_EQ(text(f.list(seconds(5)), "key"), "OCCMInstance");
  EXPECT_EQ(f.world.instances()[1].tags.at("OCCMInstance"), "true");
  EXPECT_EQ(f.world.log().back().tags, spec.tags);
}

TEST(Faults, AnEventWithoutAnInstanceTakesAnyOne) {
  auto spec = fault(Kind::kTerminate);
  spec.from = seconds(1);
  Faulty f(spec, 5);
  f.world.advance_to(kStart + seconds(1));
  int gone = 0;
  for (const auto& each : f.world.instances()) gone += fleet::is_gone(each.state) ? 1 : 0;
  EXPECT_EQ(gone, 1);
}

TEST(Faults, AStoppedInstanceKeepsAChangePending) {
  auto spec = fault(Kind::kStop);
  spec.instance = InstanceId(instance_id(0));
  spec.from = milliseconds(500);  // before the earliest `applied`
  Faulty f(spec);
  f.modify();
  f.world.advance_to(kStart + seconds(60));
  EXPECT_EQ(f.world.instances()[0].state, fleet::InstanceState::kStopped);
  EXPECT_EQ(f.world.instances()[0].options_state, fleet::OptionState::kPending);
}

TEST(Faults, EchoMovedMovesAFieldThatNobodyAskedFor) {
  auto spec = fault(Kind::kEchoMoved);
  spec.options.set(fleet::OptionField::kInstanceMetadataTags, "enabled")
      .set(fleet::OptionField::kHttpTokens, "optional");
  Faulty f(spec);
  const auto answer = f.modify();
  EXPECT_EQ(text(answer, "instanceMetadataTags"), "enabled");
  EXPECT_EQ(text(answer, "httpTokens"), "required");  // what is asked for wins
  EXPECT_TRUE(
      f.world.instances()[0].options.is(fleet::OptionField::kInstanceMetadataTags, "enabled"));
}

TEST(Faults, AreBoundToActionRegionInstanceTimeAndCount) {
  auto spec = fault(Kind::kThrottle);
  spec.action = "ModifyInstanceMetadataOptions";
  spec.region = RegionName("eu-west-1");
  spec.instance = InstanceId(instance_id(1));
  spec.from = seconds(10);
  spec.until = seconds(20);
  spec.times = 2;
  Faulty f(spec);
  const auto status = [&](int second, int number) {
    return f.modify(seconds(second), number).response.status;
  };
  EXPECT_EQ(status(9, 1), 200);
  EXPECT_EQ(f.list(seconds(10)).response.status, 200);
  EXPECT_EQ(status(10, 0), 200);
  EXPECT_EQ(status(10, 1), 503);
  EXPECT_EQ(status(11, 1), 503);
  EXPECT_EQ(status(12, 1), 200);
}

TEST(Faults, EndAtUntil) {
  auto spec = fault(Kind::kThrottle);
  spec.until = seconds(20);
  Faulty f(spec);
  EXPECT_EQ(f.list(milliseconds(19'999)).response.status, 503);
  EXPECT_EQ(f.list(seconds(20)).response.status, 200);
}

TEST(Faults, AreDrawnAfreshForEachRequest) {
  auto spec = fault(Kind::kThrottle);
  spec.probability = 0.3;
  Faulty f(spec);
  int refused = 0;
  for (int i = 0; i < 1000; ++i) refused += f.list().response.status == 503 ? 1 : 0;
  EXPECT_GT(refused, 240);
  EXPECT_LT(refused, 360);
}

TEST(Faults, TheFirstThatSpoilsAnAnswerDecides) {
  auto spec = plain_spec(1);
  spec.faults = {fault(Kind::kHang), fault(Kind::kThrottle)};
  spec.faults[0].times = 1;
  World world(spec, 1, kStart);
  EXPECT_EQ(ask(world, kStart, "DescribeInstances").way, Way::kHang);
  EXPECT_EQ(ask(world, kStart, "DescribeInstances").response.status, 503);
}

TEST(Faults, WhatDidNotArriveWasNotServed) {
  for (const auto kind : {Kind::kLoseAfter, Kind::kHalfAnswer, Kind::kHang, Kind::kGarbage,
                          Kind::kError, Kind::kThrottle}) {
    Faulty f(fault(kind));
    f.list();
    EXPECT_TRUE(f.world.log().empty());
  }
}

}  // namespace
}  // namespace v2only::sim::testing
