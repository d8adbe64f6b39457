// How a run comes to rest.
#include <gmock/gmock.h>

#include "bench.h"

namespace v2only::engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::Bench;
using test::plan_of;
using testing::HasSubstr;

const WallTime kNow = WallTime(hours(500000));

EngineOptions open_in(const std::vector<fleet::Interval>& windows) {
  EngineOptions out;
  out.calendar = fleet::Calendar(windows, {});
  return out;
}

const RunStopped* stop_of(const Bench& bench) {
  return std::get_if<RunStopped>(&bench.journal.back());
}

TEST(Windows, BeforeItsWindowNothingBeginsAndTheRunSaysFromWhenItMayGoOn) {
  Bench bench(plan_of({2}), open_in({{kNow + hours(5), kNow + hours(6)}}));
  bench.tell(Tick{});
  ASSERT_TRUE(bench.engine->at_rest());
  EXPECT_TRUE(bench.engine->waits());
  ASSERT_NE(stop_of(bench), nullptr);
  EXPECT_THAT(stop_of(bench)->why, HasSubstr("resume from " + format_utc(kNow + hours(5))));
  EXPECT_EQ(bench.entries<Intent>(), 0U);
}

TEST(Windows, WhenItClosesWhatIsInFlightIsFinishedAndNothingMoreBegins) {
  auto plan = plan_of({1, 1});
  Bench bench(std::move(plan), open_in({{kNow, kNow + minutes(1)}}));
  bench.tell(Tick{});
  bench.read_all();
  const auto write = bench.take<ModifyOptions>();
  ASSERT_TRUE(write);
  bench.pass(minutes(2));
  EXPECT_FALSE(bench.engine->at_rest()) << "a call is under way";
  bench.carry_out(*write);
  bench.finish();
  EXPECT_EQ(bench.unit(1).state, UnitState::kDone);
  EXPECT_EQ(bench.unit(2).state, UnitState::kWaiting);
  ASSERT_NE(stop_of(bench), nullptr);
  EXPECT_THAT(stop_of(bench)->why, HasSubstr("none is to come"));
}

TEST(Windows, AResumeOutsideThemSettlesAndBeginsNothing) {
  Bench bench(plan_of({1, 1}));
  bench.tell(Tick{});
  bench.read_all();
  ASSERT_TRUE(bench.take<ModifyOptions>());
  auto options = open_in({{kNow + hours(5), kNow + hours(6)}});
  options.settle_first = true;
  bench.start(options);
  bench.tell(Tick{});
  bench.finish();
  ASSERT_TRUE(bench.engine->settled());
  bench.tell(GoOn{"test"});
  ASSERT_TRUE(bench.engine->at_rest());
  EXPECT_EQ(bench.entries<Intent>(), 1U);
  EXPECT_NE(stop_of(bench), nullptr);
}

TEST(Windows, ARollbackIsNotHeldToThem) {
  auto plan = plan_of({1});
  plan.kind = fleet::PlanKind::kRollback;
  Bench bench(std::move(plan), open_in({{kNow + hours(5), kNow + hours(6)}}));
  bench.tell(Tick{});
  bench.finish();
  EXPECT_TRUE(bench.engine->state().ended());
}

}  // namespace
}  // namespace v2only::engine
