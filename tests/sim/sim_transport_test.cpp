#include "sim/sim_transport.h"

#include <gtest/gtest.h>

#include "asking.h"

namespace v2only::sim::testing {
namespace {

using net::Sent;
using net::TransportError;
using net::TransportErrorKind;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct Door {
  explicit Door(WorldSpec spec) : world(std::move(spec), 1, kStart), clock(kStart) {}
  explicit Door(FaultSpec::Kind kind) : Door(faulty(kind)) {}

  static WorldSpec faulty(FaultSpec::Kind kind) {
    auto spec = plain_spec(1);
    spec.latency = milliseconds(20);
    spec.faults.resize(1);
    spec.faults[0].kind = kind;
    return spec;
  }
  MonoTime in(Duration d) const { return clock.now().mono + d; }
  net::RequestId list(Duration deadline = seconds(30)) {
    return transport.start(Asker().request("DescribeInstances", {}, clock.now().wall),
                           in(deadline));
  }
  net::RequestId modify() {
    return transport.start(Asker().request("ModifyInstanceMetadataOptions",
                                           require_tokens(instance_id(0)), clock.now().wall),
                           in(seconds(30)));
  }
  const TransportError* error(const std::vector<net::Completion>& all) {
    return all.size() == 1 ? std::get_if<TransportError>(&all[0].result) : nullptr;
  }

  World world;
  VirtualClock clock;
  SimTransport transport{world, clock};
};

TEST(SimTransport, AnAnswerComesAfterItsLatency) {
  auto spec = plain_spec(1);
  spec.latency = milliseconds(20);
  Door door(spec);
  const auto id = door.list();
  const auto got = door.transport.wait(door.in(hours(1)));
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].id, id);
  EXPECT_EQ(std::get<net::Response>(got[0].result).status, 200);
  EXPECT_EQ(door.clock.now().wall, kStart + milliseconds(20));
}

TEST(SimTransport, NothingCompletesInsideStart) {
  Door door(plain_spec(1));
  door.list();
  door.list();
  EXPECT_EQ(door.clock.now().wall, kStart);
  EXPECT_EQ(door.transport.wait(door.in(seconds(1))).size(), 2U);
}

TEST(SimTransport, WaitsUntilItsTimeWhereNothingComes) {
  Door door(plain_spec(0));
  EXPECT_TRUE(door.transport.wait(door.in(minutes(7))).empty());
  EXPECT_EQ(door.clock.now().wall, kStart + minutes(7));
}

TEST(SimTransport, AWaitForNothingWithoutEndReturns) {
  Door door(plain_spec(0));
  EXPECT_TRUE(door.transport.wait(MonoTime::max()).empty());
  EXPECT_EQ(door.clock.now().wall, kStart);
}

TEST(SimTransport, EventsOfTheWorldHappenOnTimeDuringAWait) {
  Door door(plain_spec(1));
  door.world.keep_log(true);
  door.modify();
  door.transport.wait(door.in(seconds(1)));
  door.transport.wait(door.in(minutes(10)));
  const auto& applied = door.world.log().back();
  EXPECT_EQ(applied.kind, LogEntry::Kind::kApplied);
  EXPECT_LE(applied.at, kStart + seconds(4));
  EXPECT_EQ(door.world.instances()[0].options_state, fleet::OptionState::kApplied);
}

TEST(SimTransport, WakeEndsTheNextWait) {
  Door door(plain_spec(0));
  door.transport.wake();
  EXPECT_TRUE(door.transport.wait(door.in(minutes(1))).empty());
  EXPECT_EQ(door.clock.now().wall, kStart);
  door.transport.wait(door.in(minutes(1)));
  EXPECT_EQ(door.clock.now().wall, kStart + minutes(1));
}

TEST(SimTransport, RefusedIsAConnectErrorThatNeverWasSent) {
  Door door(FaultSpec::Kind::kRefuse);
  door.list();
  const auto got = door.transport.wait(door.in(minutes(1)));
  ASSERT_NE(door.error(got), nullptr);
  EXPECT_EQ(door.error(got)->kind, TransportErrorKind::kConnect);
  EXPECT_EQ(door.error(got)->sent, Sent::kNo);
}

TEST(SimTransport, LostAndHalfAnswersAreCutsThatMayHaveBeenSent) {
  for (const auto kind :
       {FaultSpec::Kind::kLoseBefore, FaultSpec::Kind::kLoseAfter, FaultSpec::Kind::kHalfAnswer}) {
    Door door(kind);
    door.list();
    const auto got = door.transport.wait(door.in(minutes(1)));
    ASSERT_NE(door.error(got), nullptr);
    EXPECT_EQ(door.error(got)->kind, TransportErrorKind::kCut);
    EXPECT_EQ(door.error(got)->sent, Sent::kMaybe);
    EXPECT_EQ(door.clock.now().wall, kStart + milliseconds(20));
  }
}

TEST(SimTransport, AHangEndsAtTheDeadline) {
  Door door(FaultSpec::Kind::kHang);
  door.list(seconds(30));
  const auto got = door.transport.wait(door.in(hours(1)));
  ASSERT_NE(door.error(got), nullptr);
  EXPECT_EQ(door.error(got)->kind, TransportErrorKind::kTimeout);
  EXPECT_EQ(door.error(got)->sent, Sent::kMaybe);
  EXPECT_EQ(door.clock.now().wall, kStart + seconds(30));
}

TEST(SimTransport, AnAnswerAfterTheDeadlineIsATimeout) {
  auto spec = Door::faulty(FaultSpec::Kind::kDelay);
  spec.faults[0].delay = minutes(1);
  Door door(spec);
  door.list(seconds(30));
  const auto got = door.transport.wait(door.in(hours(1)));
  ASSERT_NE(door.error(got), nullptr);
  EXPECT_EQ(door.error(got)->kind, TransportErrorKind::kTimeout);
  EXPECT_TRUE(door.transport.wait(door.in(hours(1))).empty());
}

TEST(SimTransport, AnAnswerLargerThanTheCallerTakesIsAnError) {
  Door door(plain_spec(1));
  auto request = Asker().request("DescribeInstances", {}, kStart);
  request.max_response_bytes = 10;
  door.transport.start(request, door.in(seconds(30)));
  const auto got = door.transport.wait(door.in(seconds(1)));
  ASSERT_NE(door.error(got), nullptr);
  EXPECT_EQ(door.error(got)->kind, TransportErrorKind::kTooLarge);
}

TEST(SimTransport, ASleepingMachineFindsTheAnswerWaiting) {
  auto spec = plain_spec(1);
  spec.latency = seconds(10);
  Door door(spec);
  door.list(seconds(30));
  door.clock.suspend(hours(5));
  const auto got = door.transport.wait(door.in(seconds(1)));
  ASSERT_EQ(got.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<net::Response>(got[0].result));
  EXPECT_EQ(door.clock.now().wall, kStart + hours(5));
}

TEST(SimTransport, AWrongClockShowsAsSkewAndDoesNotMoveTheWorld) {
  Door door(plain_spec(1));
  door.clock.step_wall(hours(1));
  door.list();
  const auto got = door.transport.wait(door.in(seconds(1)));
  ASSERT_EQ(got.size(), 1U);
  const auto& response = std::get<net::Response>(got[0].result);
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(response.body.find("RequestExpired"), std::string::npos);
  EXPECT_EQ(response.header("date"), "Tue, 24 Nov 2026 00:00:00 GMT");
  EXPECT_EQ(door.clock.true_time(), kStart);
}

}  // namespace
}  // namespace v2only::sim::testing
