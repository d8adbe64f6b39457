// Restarts whose process died, or whose time ran out: what the simulation harness has found.
#include <gmock/gmock.h>

#include "toy_drive.h"

namespace v2only::engine::test {
namespace {

using fleet::OptionField;
using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;

bool is_act_open(const Drive& drive, ActKind kind) {
  const auto& act = drive.unit().restart->act;
  return act && act->kind == kind && !act->answered;
}

// A handover that lets the node boot again is over by itself while nobody looks.
TEST(Restarts, ANodeThatBootedAgainAndIsBackBeforeItWasStoppedIsNotHandedOverTwice) {
  auto plan = toy_plan();
  plan.policy.ontap.handover = fleet::Handover::kReboot;
  Drive drive(std::move(plan));
  drive.run_until([&] { return is_act_open(drive, ActKind::kReboot); });
  drive.send_unheard();
  for (int i = 0; i < 3; ++i) drive.stall(minutes(20));
  ASSERT_TRUE(drive.system.whole());
  drive.start(true);
  drive.run();
  EXPECT_EQ(drive.system.handovers, 1);
  EXPECT_EQ(drive.unit().state, UnitState::kFailed);
  EXPECT_EQ(drive.unit().code, "restarted-unchanged");
  EXPECT_THAT(drive.unit().reason, HasSubstr("nothing was changed"));
  EXPECT_TRUE(drive.system.whole());
}

TEST(Restarts, AHandoverThatNeverArrivedIsAskedForAnew) {
  auto plan = toy_plan();
  plan.policy.ontap.handover = fleet::Handover::kReboot;
  Drive drive(std::move(plan));
  drive.run_until([&] { return is_act_open(drive, ActKind::kReboot); });
  drive.stall(hours(1));
  drive.start(true);
  drive.run();
  drive.tell(GoOn{"test"});
  drive.run();
  EXPECT_EQ(drive.unit().state, UnitState::kDone) << drive.unit().reason;
}

}  // namespace
}  // namespace v2only::engine::test
