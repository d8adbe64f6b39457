#include "report/operator_page.h"

#include <gmock/gmock.h>

#include "core/text.h"
#include "fleet/pair_world.h"
#include "report/golden.h"
#include "report/sample.h"

namespace v2only::report::test {
namespace {

using engine::ActKind;
using engine::Phase;
using engine::UnitState;
using engine::WriteFate;
using fleet::test::kNow;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kVeto =
    "pair-02 is waiting_for_giveback and its storage was not given back: aggr2: veto (SMB locks)";

// Ended while a member was in hand.
SampleRun ended(std::uint32_t member, Phase phase, const std::string& code,
                const std::string& reason, const Fleet& fleet = Fleet::with_pair()) {
  SampleRun run(fleet.plan());
  run.begin().turn(0, member);
  if (phase != Phase::kGates) run.enter(0, phase, kNow);
  if (phase == Phase::kStart) {
    run.act(0, ActKind::kStart, kNow).answer(0, WriteFate::kRefused, "InsufficientCapacity", "no");
  }
  run.end(0, UnitState::kNeedsOperator, code, reason);
  return run;
}

OperatorView view_of(const SampleRun& run) {
  const auto& plan = *run.view(RunStanding::kNeedsOperator).plan;
  return operator_view(plan, system_view(plan, run.state().unit(0), kNow));
}

std::string page_of(const SampleRun& run) {
  const auto& plan = *run.view(RunStanding::kNeedsOperator).plan;
  return operator_page(plan, system_view(plan, run.state().unit(0), kNow), k80);
}

TEST(OperatorPage, OfAVetoedGivebackReadsWellAndHasTheVetoWordForWord) {
  const auto text = page_of(ended(1, Phase::kGiveback, "giveback", kVeto));
  expect_golden("operator-giveback-80", text);
  expect_fits(text, k80);
  expect_clean(text);
  EXPECT_THAT(text, HasSubstr("aggr2: veto (SMB locks)"));
}

TEST(OperatorPage, SaysWhoServesWhileANodeIsAway) {
  for (const auto* code : {"start-refused", "start-fails", "no-boot", "stop-refused", "giveback"}) {
    const auto view = view_of(ended(1, Phase::kBooted, code, "why"));
    EXPECT_THAT(view.down, HasSubstr("pair-02")) << code;
    EXPECT_THAT(view.serves, HasSubstr("pair-01, for both")) << code;
  }
}

TEST(OperatorPage, OfASingleNodeThatIsAwaySaysThatNobodyServes) {
  const auto view = view_of(ended(0, Phase::kStart, "start-refused", "why", Fleet::with_single()));
  EXPECT_THAT(view.serves, HasSubstr("nobody"));
  EXPECT_THAT(join(view.by_hand, "\n"), Not(HasSubstr("failover")));
  EXPECT_THAT(join(view.never, "\n"), Not(HasSubstr("other node")));
}

TEST(OperatorPage, TellsTheLastActAndWhatCameOfIt) {
  EXPECT_EQ(view_of(ended(1, Phase::kStart, "start-refused", "why")).last_act,
            "EC2 StartInstances, pair-02 (i-0000000000000000b), 2026-11-24T07:00:00Z: refused: "
            "InsufficientCapacity: no");
  EXPECT_EQ(view_of(ended(2, Phase::kGates, "not-ready", "why")).last_act, "");
}

TEST(OperatorPage, KeepsTheLastActWhenOptionsWerePutBackAfterIt) {
  SampleRun run(Fleet::with_pair().plan());
  run.begin().turn(0, 1).enter(0, Phase::kStart, kNow).act(0, ActKind::kStart, kNow);
  run.answer(0, WriteFate::kDone).enter(0, Phase::kRestore, kNow);
  run.end(0, UnitState::kNeedsOperator, "no-boot", "it does not boot; its options are put back");
  EXPECT_THAT(view_of(run).last_act, HasSubstr("StartInstances"));
  EXPECT_THAT(view_of(run).last_act, HasSubstr(": accepted"));
}

TEST(OperatorPage, OfAMediatorSaysThatNoNodeWasTouchedAndNotToRebootItAgain) {
  for (const auto* code : {"no-boot-seen", "mediator-away", "mediator-not-good"}) {
    const auto view = view_of(ended(0, Phase::kRestore, code, "why"));
    EXPECT_THAT(view.serves, HasSubstr("both nodes")) << code;
    EXPECT_THAT(view.serves, HasSubstr("no automatic failover")) << code;
    EXPECT_THAT(join(view.by_hand, "\n"), HasSubstr("Do not reboot it again")) << code;
  }
  const auto refused = view_of(ended(0, Phase::kRestore, "refused", "why"));
  EXPECT_THAT(refused.down, HasSubstr("was not rebooted"));
}

TEST(OperatorPage, OfASecondNodeThatWasNotBegunSaysThatNothingIsDown) {
  const auto view = view_of(ended(2, Phase::kGates, "not-ready", "a mirror is degraded"));
  EXPECT_THAT(view.down, HasSubstr("nothing by this run: pair-01 was not touched"));
  EXPECT_EQ(view.done, (std::vector<std::string>{"mediator (i-0000000000000000c)",
                                                 "pair-02 (i-0000000000000000b)"}));
}

// The codes with which the engine leaves a system to a person: docs/reference/codes.md.
TEST(OperatorPage, WhateverTheCodeSaysWhatIsDownWhoServesAndWhatToDo) {
  for (const auto* code :
       {"not-ready", "stop-refused", "not-seen", "stop-hangs", "start-refused", "no-boot",
        "giveback", "not-healthy", "no-boot-seen", "mediator-away", "mediator-not-good",
        "start-fails", "no-takeover", "no-shutdown", "changed-since-plan", "gone", "not-applied"}) {
    for (const std::uint32_t member : {0U, 1U, 2U}) {
      const auto view = view_of(ended(member, Phase::kRestore, code, "why"));
      EXPECT_NE(view.down, "") << code;
      EXPECT_NE(view.serves, "") << code;
      EXPECT_GT(view.by_hand.size(), 2U) << code;
      EXPECT_FALSE(view.never.empty()) << code;
    }
  }
}

TEST(OperatorPage, OfWhatCouldNotBeSeenClaimsNothing) {
  const auto view = view_of(ended(1, Phase::kTakenOver, "not-seen", "why"));
  EXPECT_THAT(view.down, HasSubstr("not known"));
}

TEST(OperatorPage, CommandsGoToTheSystemsOwnRegionAndEndpointAndForceNothing) {
  auto fleet = Fleet::with_pair();
  fleet.simulated = true;
  for (const auto* code : {"no-takeover", "stop-refused", "start-refused", "no-boot", "giveback"}) {
    const auto hand = join(view_of(ended(1, Phase::kBooted, code, "why", fleet)).by_hand, "\n");
    EXPECT_THAT(hand, Not(HasSubstr("--force"))) << code;
    EXPECT_THAT(hand, Not(HasSubstr("override"))) << code;
    EXPECT_THAT(hand, Not(HasSubstr("-option"))) << code;
    EXPECT_THAT(hand, HasSubstr("At pair-01 (10.0.0.1):")) << code;
  }
  const auto hand =
      join(view_of(ended(1, Phase::kStart, "start-refused", "why", fleet)).by_hand, "\n");
  EXPECT_THAT(hand, HasSubstr("aws ec2 start-instances --endpoint-url http://127.0.0.1:4566 "
                              "--region eu-west-1 --instance-ids i-0000000000000000b"));
}

}  // namespace
}  // namespace v2only::report::test
