#include "fleet/system_plan.h"

#include <gmock/gmock.h>

#include "pair_world.h"

namespace v2only::fleet::test {
namespace {

using std::chrono::hours;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(SystemPlan, APairThatAgreesAndIsConsentedIsPlannedMediatorFirstThenNodeTwo) {
  const PairWorld world;
  const auto plan = world.plan();
  ASSERT_EQ(plan.waves.size(), 1U);
  const auto& unit = plan.waves[0].units.at(0);
  ASSERT_TRUE(unit.cvo);
  EXPECT_EQ(unit.cvo->cluster_uuid, "pair-uuid");
  EXPECT_EQ(unit.cvo->nodes[0].name, "pair-02");
  EXPECT_EQ(unit.cvo->nodes[1].name, "pair-01");
  EXPECT_EQ(unit.cvo->mediator, id('c'));
  ASSERT_EQ(unit.steps.size(), 3U);
  EXPECT_EQ(unit.steps[0].instance, id('c'));
  EXPECT_EQ(unit.steps[1].instance, id('b'));
  EXPECT_EQ(unit.steps[2].instance, id('a'));
  EXPECT_THAT(plan.left_alone, IsEmpty());
}

TEST(SystemPlan, OrdinaryUnitsComeBeforeTheSystems) {
  PairWorld world;
  world.add(instance('d'));
  const auto plan = world.plan();
  ASSERT_EQ(plan.waves.size(), 2U);
  EXPECT_EQ(plan.waves[0].units[0].id.str(), id('d').str());
  EXPECT_TRUE(plan.waves[1].units[0].cvo);
}

TEST(SystemPlan, AGateThatDoesNotHoldNowIsToldAndKeepsItInThePlan) {
  PairWorld world;
  world.reading().ontap.update = "in_progress";
  const auto plan = world.plan();
  ASSERT_EQ(plan.waves.size(), 1U);
  EXPECT_THAT(plan.waves[0].units[0].reasons.back(), HasSubstr("a software update is in_progress"));
}

TEST(SystemPlan, EachGateStandsInThePlanAsItWasFound) {
  PairWorld world;
  world.reading().ontap.update = "in_progress";
  std::map<std::string, std::optional<Mark>> marks;
  const auto plan = world.plan();
  for (const auto& piece : plan.waves[0].units[0].evidence) marks[piece.what] = piece.mark;
  EXPECT_EQ(marks.at("nodes-up: every node is up and a member"), Mark::kGood);
  EXPECT_EQ(marks.at("no-update: a software update is in_progress"), Mark::kBad);
  EXPECT_EQ(marks.at("vm-a (" + id('a').str() + "): version 9.13.1P4"), std::nullopt);
}

TEST(SystemPlan, WithoutAccessToOntapNothingIsRestarted) {
  PairWorld world;
  world.fact().ontap.reset();
  EXPECT_EQ(world.judge().code, "restart-not-authorised");
  EXPECT_THAT(world.judge().reason, HasSubstr("ONTAP cannot be asked"));
  ASSERT_EQ(world.plan().left_alone.size(), 1U);
  EXPECT_THAT(world.plan().left_alone[0].runbook, testing::Not(IsEmpty()));
}

TEST(SystemPlan, OntapThatCouldNotBeReadIsNoBasisForARestart) {
  PairWorld world;
  world.reading().ontap.nodes.reset();
  world.reading().ontap.errors = {"10.0.0.1: no connection"};
  EXPECT_EQ(world.judge().code, "ontap-unread");
  EXPECT_THAT(world.judge().reason, HasSubstr("10.0.0.1: no connection"));
}

TEST(SystemPlan, WithoutConsentNothingIsRestarted) {
  PairWorld world;
  world.fact().failover.reset();
  world.fact().outage = Consent{kNow, kNow + hours(5), "ada", ""};
  EXPECT_EQ(world.judge().code, "restart-not-authorised");
  EXPECT_THAT(world.judge().reason, HasSubstr("failover"));
}

TEST(SystemPlan, ConsentThatIsOverIsNoneAndOneThatIsToComeWillDo) {
  PairWorld world;
  world.fact().failover->until = kNow;
  EXPECT_THAT(world.judge().reason, HasSubstr("ended at 2026-11-24T07:00:00Z"));
  world.fact().failover = Consent{kNow + hours(100), kNow + hours(106), "ada", ""};
  EXPECT_TRUE(world.judge().cvo);
}

TEST(SystemPlan, AThirdNodeContradictsTheFactsAndBothAreShown) {
  PairWorld world;
  world.reading().ontap.nodes->push_back(healthy_node(3, true));
  EXPECT_EQ(world.judge().code, "contradiction");
  EXPECT_THAT(world.judge().reason, HasSubstr("ONTAP (pair) counts 3 nodes, the facts name 2"));
}

TEST(SystemPlan, ANodeAtAnAddressThatNoInstanceHasIsAContradiction) {
  PairWorld world;
  world.reading().ontap.nodes->at(1).management_addresses = {"10.0.0.77"};
  EXPECT_EQ(world.judge().code, "contradiction");
  EXPECT_THAT(world.judge().reason, HasSubstr("pair-02 at 10.0.0.77"));
}

TEST(SystemPlan, WhatTheConsoleCountsToTheSystemHasToAgree) {
  PairWorld world;
  auto& console = world.reading().console.emplace();
  console.ha = true;
  console.instances = {{id('a'), "", "", true, false}, {id('b'), "", "", true, false}};
  EXPECT_EQ(world.judge().code, "contradiction");
  console.instances.push_back({id('c'), "", "", false, false});
  EXPECT_TRUE(world.judge().cvo) << world.judge().reason;
  console.instances[0].is_vsa = false;
  EXPECT_THAT(world.judge().reason, HasSubstr("a node, the Console does not"));
}

TEST(SystemPlan, OfTwoVersionsOntapsCountsAndTheDifferenceIsShown) {
  PairWorld world;
  world.facts.instances.at(id('a')).version = "9.12.1P1";
  world.facts.instances.at(id('b')).version.clear();
  const auto found = with_ontap_versions(world.facts, world.inventory, world.systems);
  ASSERT_EQ(found.notes.size(), 1U);
  EXPECT_THAT(found.notes[0], HasSubstr("says version 9.12.1P1, ONTAP says 9.13.1P4"));
  for (const char last : {'a', 'b'}) {
    EXPECT_THAT(found.facts.instances.at(id(last)).version, HasSubstr("9.13.1P4"));
  }
}

TEST(JudgeSystems, ASystemWhoseOntapIsSilentIsBlocked) {
  PairWorld world;
  world.reading().ontap.nodes.reset();
  world.reading().ontap.errors = {"no answer"};
  auto assessments = world.assess();
  judge_systems({world.inventory, world.facts, world.systems, nullptr, true, kNow}, assessments);
  ASSERT_EQ(assessments.size(), 1U);
  EXPECT_EQ(assessments[0].verdict, Verdict::kBlocked);
  EXPECT_EQ(assessments[0].codes, std::vector<std::string>{"ontap-unread"});
  EXPECT_THAT(assessments[0].reasons.back(), HasSubstr("no answer"));
}

TEST(JudgeSystems, ASystemThatNobodyHasAllowedToRestartStaysReady) {
  PairWorld world;
  world.fact().failover.reset();
  auto assessments = world.assess();
  judge_systems({world.inventory, world.facts, world.systems, nullptr, true, kNow}, assessments);
  EXPECT_EQ(assessments.at(0).verdict, Verdict::kReady);
}

TEST(JudgeSystem, APairThatTheConsoleCallsASingleNodeIsAContradiction) {
  PairWorld world;
  world.reading().console.emplace();
  world.reading().console->ha = false;
  world.reading().console->instances = {{id('a'), "", "", true, false}};
  EXPECT_EQ(world.judge().code, "contradiction");
  EXPECT_THAT(world.judge().reason, HasSubstr("the Console a single node"));
}

// The Console's word on a pair whose nodes are pair-01 on …a and pair-02 on …b.
ConsoleSystem console_pair(std::string first, std::string second) {
  ConsoleSystem out;
  out.ha = true;
  for (const char node : {'a', 'b', 'c'}) {
    out.instances.push_back({id(node), "", "", node != 'c', false});
  }
  out.nodes = {{"pair-01", std::move(first), {}, {}}, {"pair-02", std::move(second), {}, {}}};
  return out;
}

TEST(JudgeSystem, TheConsolesIdOfANodeIsHeldAgainstItsAddress) {
  PairWorld world;
  world.reading().console = console_pair(id('a').str(), id('b').str());
  EXPECT_TRUE(world.judge().cvo) << world.judge().reason;
  world.reading().console = console_pair(id('b').str(), id('a').str());
  EXPECT_EQ(world.judge().code, "contradiction");
  EXPECT_THAT(world.judge().reason,
              AllOf(HasSubstr("the Console has the node pair-01 on " + id('b').str()),
                    HasSubstr("by address on " + id('a').str())));
}

TEST(JudgeSystem, ANodeThatTheConsoleCallsOtherwiseIsFoundByItsInstance) {
  PairWorld world;
  world.reading().console = console_pair(id('a').str(), id('b').str());
  world.reading().console->nodes[0].name = "elsewise";
  EXPECT_TRUE(world.judge().cvo) << world.judge().reason;
  world.reading().console->nodes[0].cloud_provider_id = id('d').str();
  EXPECT_EQ(world.judge().code, "contradiction");
  EXPECT_THAT(world.judge().reason, HasSubstr(id('d').str()));
}

TEST(JudgeSystem, AnIdOfTheConsolesThatIsNoInstanceIdIsToldAndNotCompared) {
  PairWorld world;
  world.reading().console = console_pair("vm-17", "");
  const auto verdict = world.judge();
  ASSERT_TRUE(verdict.cvo) << verdict.reason;
  const auto told =
      std::count_if(verdict.findings.begin(), verdict.findings.end(), [](const Finding& finding) {
        return finding.gate == "console-id" && finding.text.find("vm-17") != std::string::npos;
      });
  EXPECT_EQ(told, 1);
}

TEST(SystemPlan, ANodeWhoseOwnAddressIsNotGivenIsWarnedOf) {
  PairWorld world;
  const auto warned = [&] {
    const auto findings = world.judge().findings;
    return std::count_if(findings.begin(), findings.end(),
                         [](const Finding& finding) { return finding.gate == "endpoints"; });
  };
  EXPECT_EQ(warned(), 1);
  world.fact().ontap->endpoints = {"https://10.0.0.1", "https://10.0.0.2:8443"};
  EXPECT_EQ(warned(), 0);
}

TEST(SystemPlan, TheStoresThatASystemHasStandInThePlan) {
  PairWorld world;
  world.reading().ontap.cloud_stores = {{"aggr1", "bucket", "available", "available", ""}};
  EXPECT_EQ(world.judge().cvo->cloud_stores, std::vector<std::string>{"aggr1 to bucket"});
}

// --- what is restarted -------------------------------------------------------------------------

TEST(SystemPlan, NodesAndMediatorThatAreProvenAreNotRestarted) {
  PairWorld world;
  world.inventory.instances[0].options = options("required");
  world.inventory.instances[2].options = options("required");
  world.fact().restarted = kNow - hours(48);
  world.reading().asked_at.wall = kNow;
  const auto verdict = world.judge();
  ASSERT_TRUE(verdict.cvo) << verdict.reason;
  EXPECT_FALSE(verdict.cvo->reboot_mediator);
  EXPECT_TRUE(verdict.cvo->nodes[0].restart) << "pair-02 changes";
  EXPECT_FALSE(verdict.cvo->nodes[1].restart);
}

TEST(SystemPlan, ARestartThatAloneIsOwedIsPlannedWithoutSteps) {
  PairWorld world;
  for (auto& one : world.inventory.instances) one.options = options("required");
  const auto plan = world.plan();
  ASSERT_EQ(plan.waves.size(), 1U);
  EXPECT_THAT(plan.waves[0].units[0].steps, IsEmpty());
  EXPECT_EQ(plan.waves[0].units[0].cvo->region, world.inventory.instances[0].region);
}

TEST(SystemPlan, ASoakThatAnEarlierRunBeganHoldsItsSystems) {
  PairWorld world;
  world.add(instance('e'));
  world.say('e', "netapp-console-agent", "4.0.0");
  world.inventory.instances.back().options = options("required", "3");
  const auto assessments = world.assess();
  PlanInput input{world.inventory, assessments, world.policy, world.facts};
  input.created = kNow;
  input.systems = &world.systems;
  OurChanges changes = {{id('e'), {kNow - hours(2), false}}};
  input.changes = &changes;
  EXPECT_EQ(make_plan(input).waves.back().units[0].cvo->agents_soaked, kNow + hours(5));
  changes[id('e')].at = kNow - hours(8);
  EXPECT_FALSE(make_plan(input).waves.back().units[0].cvo->agents_soaked);
}

// --- which agent manages it --------------------------------------------------------------------

TEST(SystemPlan, WhereNobodySaysWhichAgentManagesItNoneIsNamed) {
  const PairWorld world;
  EXPECT_THAT(world.judge().cvo->agents, IsEmpty());
}

TEST(SystemPlan, TheFactsNameItsAgent) {
  PairWorld world;
  world.fact().agent = id('f');
  EXPECT_EQ(world.judge().cvo->agents, std::vector{id('f')});
}

TEST(SystemPlan, TheConsolesAgentIsFoundByItsAddress) {
  PairWorld world;
  world.add(instance('e'));
  world.inventory.instances.back().private_ip = "10.0.0.9";
  world.reading().console.emplace();
  world.reading().console->agent = "abc";
  world.console.agents = {{"xyz", "other", "active", "4.0.0", "10.0.0.1"},
                          {"abc", "agent", "active", "4.0.0", "10.0.0.9"}};
  const auto verdict = judge_system({world.assess().front(), world.inventory, world.facts,
                                     &world.reading(), &world.console, true, kNow});
  ASSERT_TRUE(verdict.cvo) << verdict.reason;
  EXPECT_EQ(verdict.cvo->agents, std::vector{id('e')});
  EXPECT_EQ(verdict.cvo->console_agent, "abc");
}

TEST(SystemPlan, TwoWordsOnItsAgentBlockAndBothAreShown) {
  PairWorld world;
  world.fact().agent = id('f');
  auto& said = world.reading().console.emplace();
  said.ha = true;
  for (const char node : {'a', 'b', 'c'}) said.instances.push_back({id(node), "", "", true, false});
  said.instances.push_back({id('e'), "agent", "10.0.0.9", false, true});
  const auto verdict = world.judge();
  EXPECT_EQ(verdict.code, "contradiction");
  EXPECT_THAT(verdict.reason, HasSubstr(id('f').str()));
  EXPECT_THAT(verdict.reason, HasSubstr(id('e').str()));
}

}  // namespace
}  // namespace v2only::fleet::test
