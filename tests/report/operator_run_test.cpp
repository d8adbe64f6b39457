// From a trouble in the world to what an operator is told: the engine on the toy system.
#include <gmock/gmock.h>

#include <set>

#include "engine/toy_drive.h"
#include "report/golden.h"
#include "report/operator_page.h"

namespace v2only::report::test {
namespace {

using engine::UnitState;
using engine::test::Drive;
using engine::test::kStart;
using engine::test::ToyTroubles;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Trouble {
  const char* name;
  ToyTroubles troubles;
  std::size_t nodes;
  const char* code;
  const char* said;  // parts of what is told
  const char* down;
  const char* serves;
  const char* last_act;
};

void PrintTo(const Trouble& trouble, std::ostream* out) { *out << trouble.name; }

class OperatorIsTold : public testing::TestWithParam<Trouble> {};

TEST_P(OperatorIsTold, WhatIsDownWhoServesAndWhatWasDoneLast) {
  const auto& trouble = GetParam();
  const auto plan = engine::test::toy_plan(trouble.nodes);
  Drive drive(plan, trouble.troubles);
  drive.run();
  ASSERT_THAT(drive.system.broken, IsEmpty());
  ASSERT_EQ(drive.unit().state, UnitState::kNeedsOperator) << drive.unit().reason;
  EXPECT_EQ(drive.unit().code, trouble.code);
  const auto system = system_view(plan, drive.unit(), drive.now.wall);
  const auto view = operator_view(plan, system);
  EXPECT_THAT(drive.unit().reason, HasSubstr(trouble.said));
  EXPECT_THAT(view.down, HasSubstr(trouble.down));
  EXPECT_THAT(view.serves, HasSubstr(trouble.serves));
  EXPECT_THAT(view.last_act, HasSubstr(trouble.last_act));
  const auto page = operator_page(plan, system, k80);
  expect_fits(page, k80);
  expect_clean(page);
}

ToyTroubles veto() {
  ToyTroubles out;
  out.veto_giveback = true;
  return out;
}
ToyTroubles no_boot() {
  ToyTroubles out;
  out.does_not_boot = true;
  return out;
}
ToyTroubles no_start() {
  ToyTroubles out;
  out.refuse_starts = 10000;
  return out;
}
ToyTroubles no_takeover() {
  ToyTroubles out;
  out.no_takeover = true;
  return out;
}
ToyTroubles no_mediator() {
  ToyTroubles out;
  out.mediator_never_boots = true;
  return out;
}

INSTANTIATE_TEST_SUITE_P(
    Troubles, OperatorIsTold,
    testing::Values(Trouble{"veto", veto(), 2, "giveback", "veto: SMB locks",
                            "toy-01 is without its storage", "toy-02, for both", "StartInstances"},
                    Trouble{"no_boot", no_boot(), 2, "no-boot", "does not boot",
                            "ONTAP does not come up", "toy-02, for both", ": accepted"},
                    Trouble{"no_start", no_start(), 2, "start-refused", "could not be started",
                            "does not start", "toy-02, for both", "InsufficientInstanceCapacity"},
                    Trouble{"no_start_of_a_single_node", no_start(), 1, "start-refused",
                            "could not be started", "does not start", "nobody",
                            "InsufficientInstanceCapacity"},
                    Trouble{"no_takeover", no_takeover(), 2, "no-takeover", "nothing was changed",
                            "is still up", "both nodes", "ONTAP's shutdown of the node"},
                    Trouble{"mediator", no_mediator(), 2, "no-boot-seen",
                            "the nodes were not touched", "not known to be well",
                            "no automatic failover", "RebootInstances"}),
    [](const auto& told) { return std::string(told.param.name); });

TEST(SystemOfARun, EveryPhaseOnTheWaySaysWhatItWaitsFor) {
  const auto plan = engine::test::toy_plan();
  Drive drive(plan);
  std::set<engine::Phase> seen;
  for (int i = 0; i < 100000 && drive.once(); ++i) {
    const auto system = system_view(plan, drive.unit(), drive.now.wall);
    if (!system.in_work()) continue;
    ASSERT_TRUE(system.member().phase);
    seen.insert(*system.member().phase);
    EXPECT_THAT(system.member().waits_for, testing::Not(IsEmpty()));
    EXPECT_GE(system.member().until.value_or(kStart), kStart);
  }
  EXPECT_EQ(drive.unit().state, UnitState::kDone);
  EXPECT_GT(seen.size(), 14U);
}

// Whoever leaves in mid-cycle is told who may be down and what starts it; who waits, until when.
TEST(SystemOfARun, WhatIsLeftInMidCycleIsNamedWithWhatStartsIt) {
  const auto plan = engine::test::toy_plan();
  Drive drive(plan);
  drive.run_until(
      [&] { return drive.unit().restart && drive.in(0, engine::Phase::kMediatorBack); });
  auto system = system_view(plan, drive.unit(), drive.now.wall);
  EXPECT_EQ(rest_in_words(system), "until the mediator is back and good");
  drive.run_until([&] { return drive.in(1, engine::Phase::kStopped); });
  system = system_view(plan, drive.unit(), drive.now.wall);
  EXPECT_EQ(rest_in_words(system), "until node toy-01 is back and the pair is whole");
  const auto& instance = system.member().instance.str();
  EXPECT_THAT(
      left_in_words(plan, system),
      testing::AllOf(HasSubstr("node toy-01 (" + instance + ") of "), HasSubstr("in phase stopped"),
                     HasSubstr("aws ec2 start-instances"), HasSubstr(instance)));
}

// A wait that the engine ends by its own limit ends when `Until` said.
TEST(SystemOfARun, TheLimitThatIsShownIsTheOneThatEndsTheWait) {
  const auto plan = engine::test::toy_plan();
  Drive drive(plan, veto());
  drive.run_until([&] { return drive.in(1, engine::Phase::kGiveback); });
  const auto until = system_view(plan, drive.unit(), drive.now.wall).member().until;
  ASSERT_TRUE(until);
  drive.run_until([&] { return drive.in(1, engine::Phase::kRestore); });
  EXPECT_GE(drive.now.wall, *until);
  EXPECT_LT(drive.now.wall, *until + std::chrono::minutes(2));
}

}  // namespace
}  // namespace v2only::report::test
