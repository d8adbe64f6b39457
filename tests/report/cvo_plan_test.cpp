#include "report/cvo_plan.h"

#include <gmock/gmock.h>

#include "core/text.h"
#include "fleet/pair_world.h"
#include "report/golden.h"
#include "report/plan.h"
#include "report/sample.h"

namespace v2only::report::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A text without its line breaks, for what may be broken anywhere.
std::string flat(const std::string& text) {
  std::string out;
  for (const auto& line : lines_of(text)) out += std::string(trim(line)) + " ";
  return out;
}

std::string pair_text(const fleet::Plan& plan) { return flat(plan_text(plan, k80, false)); }

TEST(CvoPlan, OfAPairReadsLikeARunbookAt80Columns) {
  auto fleet = Fleet::with_pair();
  fleet.world.policy.ontap.pause_before = {fleet::Pause::kStop, fleet::Pause::kSecondNode};
  fleet.world.policy.windows = {
      {"0 1 * * SAT", "Asia/Tokyo", std::chrono::hours(4), "policy.yaml:3"}};
  fleet.systems.at(fleet::test::kPair).ontap.update = "in_progress";
  const auto text = plan_text(fleet.plan(), k80, true);
  expect_golden("plan-cvo-pair-80", text);
  expect_fits(text, k80);
  expect_clean(text);
}

TEST(CvoPlan, OfASingleNodeReadsLikeARunbookAt80Columns) {
  const auto text = plan_text(Fleet::with_single().plan(), k80, true);
  expect_golden("plan-cvo-single-80", text);
  expect_fits(text, k80);
  expect_clean(text);
}

TEST(CvoPlan, MediatorComesFirstThenNodeAfterNodeInThePlansOrder) {
  const auto text = plan_text(Fleet::with_pair().plan(), k80, false);
  const auto mediator = text.find("Mediator i-0000000000000000c");
  const auto second = text.find("Node pair-02  i-0000000000000000b");
  const auto first = text.find("Node pair-01  i-0000000000000000a");
  EXPECT_LT(mediator, second);
  EXPECT_LT(second, first);
  EXPECT_NE(first, std::string::npos);
}

TEST(CvoPlan, ANodeIsChangedBetweenItsStopAndItsStart) {
  const auto text = plan_text(Fleet::with_pair().plan(), k80, false);
  const auto node = text.find("Node pair-02");
  const auto stop = text.find("StopInstances, never forced", node);
  const auto change = text.find("~ HttpTokens", node);
  const auto start = text.find("StartInstances", node);
  EXPECT_LT(stop, change);
  EXPECT_LT(change, start);
  EXPECT_LT(start, text.find("gives back by itself", node));
}

TEST(CvoPlan, EachMembersCommandStandsThereWhereCommandsAreAskedFor) {
  const auto plan = Fleet::with_pair().plan();
  const auto text = plan_text(plan, k80, true);
  ASSERT_EQ(plan.waves.at(0).units.at(0).steps.size(), 3U);
  for (const auto& step : plan.waves[0].units[0].steps) {
    EXPECT_THAT(text, HasSubstr(step.command));
    EXPECT_THAT(plan_text(plan, k80, false), Not(HasSubstr(step.command)));
  }
}

TEST(CvoPlan, GatesThatDoNotHoldStandFirstAndInCapitals) {
  auto fleet = Fleet::with_pair();
  auto& ontap = fleet.systems.at(fleet::test::kPair).ontap;
  ontap.update = "in_progress";
  ontap.moves.reset();
  const auto text = plan_text(fleet.plan(), k80, false);
  const auto bad = text.find("BAD      no-update: a software update is in_progress");
  const auto unknown = text.find("UNKNOWN  no-volume-move: ");
  const auto good = text.find("good     nodes-up: ");
  EXPECT_LT(bad, unknown);
  EXPECT_LT(unknown, good);
  EXPECT_NE(good, std::string::npos);
}

TEST(CvoPlan, NamesTheConsentAndWhatOfItACycleNeeds) {
  EXPECT_THAT(pair_text(Fleet::with_pair().plan()),
              HasSubstr("consent   to its failover, by storage team, change 4711: "
                        "2026-11-24T06:00:00Z to 2026-11-24T12:00:00Z. A node begins only with "
                        "1h7m30s of it left"));
}

TEST(CvoPlan, SaysWhatClientsNotice) {
  auto plan = Fleet::with_pair().plan();
  EXPECT_THAT(pair_text(plan), HasSubstr("SMB: each takeover and each giveback ends the sessions"));
  EXPECT_THAT(pair_text(plan), HasSubstr("of a pair in several availability zones, the addresses"));
  plan.waves[0].units[0].cvo->floating = true;
  EXPECT_THAT(pair_text(plan), HasSubstr("this pair stands in several availability zones; "));
  EXPECT_THAT(pair_text(Fleet::with_single().plan()),
              HasSubstr("No data is served from its shutdown"));
}

TEST(CvoPlan, HandsOverAsThePolicySays) {
  auto plan = Fleet::with_pair().plan();
  EXPECT_THAT(pair_text(plan), HasSubstr("ONTAP shuts pair-02 down cleanly (action=shutdown), and "
                                         "pair-01 takes over its storage"));
  plan.policy.ontap.handover = fleet::Handover::kReboot;
  EXPECT_THAT(pair_text(plan), HasSubstr("ONTAP reboots pair-02 (action=reboot)"));
  plan.policy.ontap.handover = fleet::Handover::kTakeover;
  EXPECT_THAT(pair_text(plan), HasSubstr("storage failover takeover -ofnode pair-02"));
}

TEST(CvoPlan, APauseStandsWhereTheRunWaits) {
  auto plan = Fleet::with_pair().plan();
  EXPECT_THAT(pair_text(plan), Not(HasSubstr("Pause:")));
  plan.policy.ontap.pause_before = {fleet::Pause::kSecondNode};
  const auto text = pair_text(plan);
  EXPECT_GT(text.find("Pause: waits for v2only go RUN"), text.find("Node pair-01"));
  EXPECT_EQ(text.find("Pause:"), text.rfind("Pause:"));
}

TEST(CvoPlan, AMediatorThatThePolicyDoesNotRebootIsNotSaidToBe) {
  auto plan = Fleet::with_pair().plan();
  plan.policy.ontap.mediator_reboot = false;
  EXPECT_THAT(pair_text(plan), HasSubstr("It is not rebooted"));
  EXPECT_THAT(pair_text(plan), Not(HasSubstr("RebootInstances")));
}

TEST(CvoPlan, ASingleNodeIsStoppedByTheConsoleWhereThereIsOne) {
  auto plan = Fleet::with_single().plan();
  EXPECT_THAT(pair_text(plan), HasSubstr("Once ONTAP is down, EC2 StopInstances"));
  plan.facts.console.emplace();
  EXPECT_THAT(pair_text(plan), HasSubstr("The Console stops pair-01, with snapshots"));
  EXPECT_THAT(pair_text(plan), Not(HasSubstr("StopInstances")));
}

TEST(CvoPlan, ANodeThatIsProvenAlreadyIsLetBe) {
  auto plan = Fleet::with_pair().plan();
  auto& unit = plan.waves[0].units[0];
  unit.cvo->nodes[0].restart = false;
  std::erase_if(unit.steps, [&](const auto& s) { return s.instance == fleet::test::id('b'); });
  EXPECT_THAT(pair_text(plan), HasSubstr("its options and its restart are proven already"));
  EXPECT_EQ(restarted_nodes(plan), 1U);
  EXPECT_THAT(plan_summary(plan), HasSubstr(", with a restart of 1 node"));
}

TEST(CvoPlan, WindowsAndBlackoutStandAtTheTop) {
  auto plan = Fleet::of(1).plan();
  plan.policy.windows = {{"0 1 * * SAT", "Asia/Tokyo", std::chrono::hours(4), "policy.yaml:3"}};
  using namespace std::chrono;
  plan.policy.blackout = {
      {sys_days(year(2026) / 12 / 24), sys_days(year(2027) / 1 / 4), "policy.yaml:5"}};
  EXPECT_THAT(pair_text(plan),
              HasSubstr("Begins only in its windows: 0 1 * * SAT Asia/Tokyo for 4h "
                        "(policy.yaml:3). Begins nothing on: 2026-12-24 to 2027-01-04 UTC, both "
                        "included (policy.yaml:5)."));
  plan.kind = fleet::PlanKind::kRollback;
  EXPECT_THAT(pair_text(plan), Not(HasSubstr("windows"))) << "a rollback does not wait for them";
}

}  // namespace
}  // namespace v2only::report::test
