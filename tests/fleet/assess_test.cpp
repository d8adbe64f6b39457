#include "fleet/assess.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "core/text.h"
#include "world.h"

namespace v2only::fleet::test {
namespace {

using testing::Contains;
using testing::HasSubstr;

TEST(Assess, GenericWithUnusedV1IsReadyForTokensRequired) {
  World world;
  world.add(instance('1'));
  const auto unit = world.only();
  EXPECT_EQ(unit.verdict, Verdict::kReady);
  EXPECT_EQ(unit.codes, Codes{});
  EXPECT_EQ(unit.members.at(0).change.to_text(), "HttpTokens=required");
  EXPECT_TRUE(unit.v1_gated);
  EXPECT_EQ(unit.v1_read_at, kNow);
  EXPECT_THAT(unit.reasons, Contains("HttpTokens is optional: IMDSv1 is answered"));
}

TEST(Assess, GenericThatRequiresTokensIsCompliantWhateverItsHopLimit) {
  World world;
  world.add(instance('1', options("required", "1")));
  world.add(instance('2', options("required", "64")));
  for (const auto& unit : world.assess()) EXPECT_EQ(unit.verdict, Verdict::kCompliant);
}

TEST(Assess, EvidenceSaysWhatWasSeenWhereAndWhen) {
  World world;
  world.add(instance('1'));
  const auto evidence = world.only().evidence;
  ASSERT_EQ(evidence.size(), 2U);
  EXPECT_THAT(evidence[0].what, HasSubstr("HttpTokens=optional HttpPutResponseHopLimit=1"));
  EXPECT_EQ(evidence[0].source, "ec2:DescribeInstances");
  EXPECT_EQ(evidence[0].at, kNow);
  EXPECT_EQ(evidence[1].what, "MetadataNoToken: 0 calls in 14d");
  EXPECT_EQ(evidence[1].source, "cloudwatch:GetMetricData");
}

TEST(Assess, OptionsThatArePendingOrRunByAServiceAreShown) {
  World world;
  auto& one = world.add(instance('1'));
  one.options_state = OptionState::kPending;
  one.managed = true;
  one.managed_by = "eks.amazonaws.com";
  const auto evidence = world.only().evidence;
  EXPECT_THAT(evidence.at(0).what, HasSubstr("State=pending"));
  EXPECT_THAT(evidence.at(1).what, HasSubstr("(operator.managed), eks.amazonaws.com"));
}

TEST(Assess, WhatAServiceRunsIsBlockedWithThePrincipalAndWhatToDo) {
  World world;
  auto& one = world.add(instance('1'));
  one.managed = true;
  one.managed_by = "eks.amazonaws.com";
  const auto unit = world.only();
  EXPECT_EQ(unit.verdict, Verdict::kBlocked);
  EXPECT_EQ(unit.codes, Codes{"managed-by-service"});
  EXPECT_THAT(unit.reasons.at(0), HasSubstr("eks.amazonaws.com"));
  EXPECT_THAT(unit.reasons.at(0), HasSubstr("launch template"));
}

TEST(Assess, WhatAServiceRunsIsBlockedWithoutAPrincipalToo) {
  World world;
  world.add(instance('1')).managed = true;
  EXPECT_EQ(world.only().codes, Codes{"managed-by-service"});
}

TEST(Assess, WhatAServiceRunsAndNeedsNoChangeIsCompliant) {
  World world;
  world.add(instance('1', options("required"))).managed = true;
  EXPECT_EQ(world.only().verdict, Verdict::kCompliant);
  EXPECT_TRUE(world.only().codes.empty());
}

TEST(Assess, AnAgentThatAServiceRunsWithItsEndpointOffIsBlockedForBoth) {
  World world;
  world.add(instance('1', options("required", "3", "disabled"))).managed = true;
  world.say('1', "netapp-console-agent", "3.9.40");
  EXPECT_EQ(world.only().codes, (Codes{"endpoint-off", "managed-by-service"}));
}

TEST(Assess, TerminatedAndShuttingDownInstancesAreIgnored) {
  World world;
  world.add(instance('1')).state = InstanceState::kTerminated;
  world.add(instance('2')).state = InstanceState::kShuttingDown;
  world.add(instance('3')).state = InstanceState::kStopped;
  EXPECT_EQ(world.only().unit.str(), id('3').str());
}

TEST(Assess, TokensThatWereNotObservedAreNotTakenForRequired) {
  World world;
  world.add(instance('1')).options.clear(OptionField::kHttpTokens);
  EXPECT_EQ(world.only().members.at(0).change.to_text(), "HttpTokens=required");
}

// Console agents.

TEST(AssessAgent, NeedsTokensAndHopLimit3) {
  World world;
  world.add(instance('1'));
  world.say('1', "netapp-console-agent", "3.9.40");
  const auto unit = world.only();
  EXPECT_EQ(unit.verdict, Verdict::kReady);
  EXPECT_EQ(unit.members.at(0).change.to_text(), "HttpTokens=required HttpPutResponseHopLimit=3");
}

TEST(AssessAgent, LargerHopLimitIsNeverLowered) {
  World world;
  world.add(instance('1', options("optional", "5")));
  world.say('1', "netapp-console-agent", "3.9.40");
  EXPECT_EQ(world.only().members.at(0).change.to_text(), "HttpTokens=required");
}

TEST(AssessAgent, RequiredTokensWithHopLimit2AreNotYetCompliant) {
  World world;
  world.add(instance('1', options("required", "2")));
  world.say('1', "netapp-console-agent", "3.9.40");
  const auto unit = world.only();
  EXPECT_EQ(unit.verdict, Verdict::kReady);
  EXPECT_EQ(unit.members.at(0).change.to_text(), "HttpPutResponseHopLimit=3");
}

TEST(AssessAgent, HopLimitThatWasNotObservedIsSet) {
  World world;
  world.add(instance('1')).options.clear(OptionField::kHttpPutResponseHopLimit);
  world.say('1', "netapp-console-agent", "3.9.40");
  EXPECT_EQ(world.only().members.at(0).change.hop_limit(), 3);
}

TEST(AssessAgent, TooOldVersionBlocksAndSaysWhatIsNeeded) {
  World world;
  world.add(instance('1'));
  world.say('1', "netapp-console-agent", "3.9.37");
  const auto unit = world.only();
  EXPECT_EQ(unit.verdict, Verdict::kBlocked);
  EXPECT_EQ(unit.codes, Codes{"too-old"});
  EXPECT_THAT(unit.reasons, Contains("vm-1 (i-00000000000000001): Console agent 3.9.37 cannot run "
                                     "on IMDSv2 only; it needs 3.9.38 or later. Upgrade, then: "
                                     "v2only plan"));
}

TEST(AssessAgent, VersionThatNobodyGaveBlocks) {
  World world;
  world.add(instance('1')).tags["OCCMInstance"] = "true";
  EXPECT_EQ(world.only().codes, Codes{"version-unknown"});
  EXPECT_THAT(world.only().reasons, Contains(HasSubstr("Give version: in the facts file")));
}

TEST(AssessAgent, VersionThatCannotBeParsedBlocks) {
  World world;
  world.add(instance('1'));
  world.say('1', "netapp-console-agent", "newest");
  EXPECT_EQ(world.only().codes, Codes{"version-unknown"});
}

TEST(AssessAgent, OnImdsV2OnlyIsCompliantWithoutAVersion) {
  World world;
  world.add(instance('1', options("required", "3"))).tags["OCCMInstance"] = "true";
  EXPECT_EQ(world.only().verdict, Verdict::kCompliant);
  EXPECT_EQ(world.only().reasons, std::vector<std::string>{});
}

TEST(AssessAgent, OnImdsV2OnlyWithAVersionThatCannotIsCompliantWithAWarning) {
  World world;
  world.add(instance('1', options("required", "3")));
  world.say('1', "netapp-console-agent", "3.9.30");
  EXPECT_EQ(world.only().verdict, Verdict::kCompliant);
  EXPECT_THAT(world.only().reasons, Contains(HasSubstr("cannot run on IMDSv2 only")));
}

TEST(AssessAgent, V1UseIsShownAndNotHeldAgainstIt) {
  World world;
  world.add(instance('1'));
  world.say('1', "netapp-console-agent", "3.9.40");
  world.inventory.v1[id('1')] = reading(V1Use::kUsed, 42);
  const auto unit = world.only();
  EXPECT_EQ(unit.verdict, Verdict::kReady);
  EXPECT_FALSE(unit.v1_gated);
  std::vector<std::string> what;
  for (const auto& piece : unit.evidence) what.push_back(piece.what);
  EXPECT_THAT(what, Contains(HasSubstr("MetadataNoToken: 42 calls in 14d, last 2026-11-24T05")));
}

// Endpoints.

TEST(AssessEndpoint, DisabledOnAGenericInstanceIsCompliantAndCountedApart) {
  World world;
  world.add(instance('1', options("optional", "1", "disabled")));
  const auto unit = world.only();
  EXPECT_EQ(unit.verdict, Verdict::kCompliant);
  EXPECT_EQ(unit.codes, Codes{"endpoint-off"});
  EXPECT_TRUE(unit.members.at(0).change.empty());
}

TEST(AssessEndpoint, DisabledOnAGenericInstanceStaysSoWhateverTheFactsSay) {
  World world;
  world.add(instance('1', options("optional", "1", "disabled")));
  world.say('1', "generic").enable_endpoint = true;
  EXPECT_TRUE(world.only().members.at(0).change.empty());
}

TEST(AssessEndpoint, DisabledOnAnAgentBlocksUntilItsOwnerAllows) {
  World world;
  world.add(instance('1', options("optional", "3", "disabled")));
  auto& fact = world.say('1', "netapp-console-agent", "3.9.40");
  EXPECT_EQ(world.only().codes, Codes{"endpoint-off"});
  EXPECT_EQ(world.only().verdict, Verdict::kBlocked);
  fact.enable_endpoint = true;
  EXPECT_EQ(world.only().verdict, Verdict::kReady);
  EXPECT_EQ(world.only().members.at(0).change.to_text(),
            "HttpTokens=required HttpEndpoint=enabled");
}

TEST(AssessEndpoint, DisabledOnAnAgentThatRequiresTokensStillBlocks) {
  World world;
  world.add(instance('1', options("required", "3", "disabled")));
  world.say('1', "netapp-console-agent", "3.9.40");
  EXPECT_EQ(world.only().verdict, Verdict::kBlocked);
}

TEST(AssessEndpoint, DisabledOnAWorkloadThatNeedsImdsBlocks) {
  World world;
  world.policy.profiles["web"].needs_imds = true;
  world.add(instance('1', options("optional", "1", "disabled")));
  world.say('1', "web");
  EXPECT_EQ(world.only().codes, Codes{"endpoint-off"});
}

TEST(AssessEndpoint, ThatWasNotObservedIsNotTakenForDisabled) {
  World world;
  world.add(instance('1')).options.clear(OptionField::kHttpEndpoint);
  EXPECT_EQ(world.only().members.at(0).change.to_text(), "HttpTokens=required");
}

// The v1-use gate.

TEST(AssessV1, UseBlocksWithCountAndLastTime) {
  World world;
  world.add(instance('1'));
  world.inventory.v1[id('1')] = reading(V1Use::kUsed, 42);
  const auto unit = world.only();
  EXPECT_EQ(unit.codes, Codes{"v1-use"});
  EXPECT_THAT(unit.reasons,
              Contains("vm-1 (i-00000000000000001) still uses IMDSv1: 42 calls in 14d, the last "
                       "about 2026-11-24T05:00:00Z"));
}

TEST(AssessV1, NoDataIsNotNoUse) {
  World world;
  world.add(instance('1'));
  world.inventory.v1[id('1')] = reading(V1Use::kUnknown);
  EXPECT_EQ(world.only().codes, Codes{"v1-unknown"});
  EXPECT_THAT(world.only().reasons, Contains(HasSubstr("(no data points)")));
}

TEST(AssessV1, NoReadingAtAllIsUnknownToo) {
  World world;
  world.add(instance('1'));
  world.inventory.v1.clear();
  EXPECT_EQ(world.only().codes, Codes{"v1-unknown"});
  EXPECT_THAT(world.only().reasons, Contains(HasSubstr("(not read)")));
}

TEST(AssessV1, IsNotAskedWhereTokensAreRequiredAlready) {
  World world;
  world.policy.profiles["web"].hop_limit = 2;
  world.add(instance('1', options("required", "1")));
  world.say('1', "web");
  world.inventory.v1.clear();
  const auto unit = world.only();
  EXPECT_EQ(unit.verdict, Verdict::kReady);
  EXPECT_FALSE(unit.v1_gated);
}

TEST(AssessV1, AcceptanceByNameLetsItPassAndStandsInTheReasons) {
  World world;
  world.add(instance('1'));
  world.inventory.v1[id('1')] = reading(V1Use::kUsed, 42);
  world.policy.accept = {
      {{id('1')}, "", "", "old exporter", "ada", kNow + std::chrono::hours(24), "policy.yaml:7"}};
  const auto unit = world.only();
  EXPECT_EQ(unit.verdict, Verdict::kReady);
  EXPECT_FALSE(unit.v1_gated);
  EXPECT_EQ(unit.accepted_until, kNow + std::chrono::hours(24));
  EXPECT_THAT(unit.reasons, Contains(HasSubstr("accepted by ada until 2026-11-25T07:00:00Z: old "
                                               "exporter (policy.yaml:7)")));
}

TEST(AssessV1, AcceptUnknownLetsUnknownPassAndKeepsTheGate) {
  World world;
  world.add(instance('1'));
  world.inventory.v1.clear();
  world.policy.accept_unknown = true;
  EXPECT_EQ(world.only().verdict, Verdict::kReady);
  EXPECT_TRUE(world.only().v1_gated);
  EXPECT_THAT(world.only().reasons, Contains(HasSubstr("--accept-unknown")));
}

TEST(AssessV1, AcceptUnknownDoesNotLetUsePass) {
  World world;
  world.add(instance('1'));
  world.inventory.v1[id('1')] = reading(V1Use::kUsed, 1);
  world.policy.accept_unknown = true;
  EXPECT_EQ(world.only().codes, Codes{"v1-use"});
}

TEST(AssessV1, GatesAWorkloadOfTheUsersOwn) {
  World world;
  world.policy.profiles["web"].hop_limit = 2;
  world.add(instance('1'));
  world.say('1', "web");
  world.inventory.v1[id('1')] = reading(V1Use::kUsed, 1);
  EXPECT_EQ(world.only().codes, Codes{"v1-use"});
}

// CVO systems.

TEST(AssessCvo, WholePairIsReadyWithARestart) {
  World world;
  world.add_pair();
  const auto unit = world.only();
  EXPECT_EQ(unit.unit.str(), kSystem);
  EXPECT_EQ(unit.verdict, Verdict::kReady);
  EXPECT_TRUE(unit.needs_restart);
  EXPECT_EQ(unit.workload, "netapp-cvo-node");
  EXPECT_EQ(unit.version, "9.13.1P4");
  ASSERT_EQ(unit.members.size(), 3U);
  for (const auto& member : unit.members) {
    EXPECT_EQ(member.change.to_text(), "HttpTokens=required");
  }
}

TEST(AssessCvo, UsesV1UntilItsRestartAndIsNotBlockedForIt) {
  World world;
  world.add_pair();
  for (const char last : {'a', 'b', 'c'}) {
    world.inventory.v1[id(last)] = reading(V1Use::kUsed, 7);
  }
  EXPECT_EQ(world.only().verdict, Verdict::kReady);
}

TEST(AssessCvo, OneNodeTooOldBlocksTheWholeSystem) {
  World world;
  world.add_pair();
  world.facts.instances[id('b')].version = "9.13.0P3";
  const auto unit = world.only();
  EXPECT_EQ(unit.codes, Codes{"too-old"});
  EXPECT_EQ(unit.version, "9.13.0P3, 9.13.1P4");
}

TEST(AssessCvo, MediatorHasNoVersionGate) {
  World world;
  world.add_pair();
  world.facts.instances[id('c')].version = "anything";
  EXPECT_EQ(world.only().verdict, Verdict::kReady);
}

TEST(AssessCvo, EverythingThatBlocksIsSaidAtOnce) {
  World world;
  world.add_pair("9.11.1");
  world.facts.instances[id('b')].version.clear();
  world.inventory.instances[2].options = options("optional", "1", "disabled");
  EXPECT_EQ(world.only().codes, (Codes{"too-old", "version-unknown", "endpoint-off"}));
}

TEST(AssessCvo, AllMembersOnImdsV2OnlyAndRestartedSinceIsCompliant) {
  World world;
  world.add_pair();
  for (auto& one : world.inventory.instances) one.options = options("required");
  world.facts.systems[UnitId(kSystem)].restarted = kNow - std::chrono::hours(1);
  EXPECT_EQ(world.only().verdict, Verdict::kCompliant);
}

TEST(AssessCvo, OnImdsV2OnlyAndNotKnownToBeRestartedIsReady) {
  World world;
  world.add_pair();
  for (auto& one : world.inventory.instances) one.options = options("required");
  const auto assessment = world.only();
  EXPECT_EQ(assessment.verdict, Verdict::kReady);
  EXPECT_EQ(assessment.codes, Codes{"restart-not-proven"});
  ASSERT_EQ(assessment.reasons.size(), 3U) << "each member is named";
  for (const auto& member : assessment.members) EXPECT_TRUE(member.restart);
}

TEST(AssessCvo, OnlyWhatIsNotProvenIsRestarted) {
  World world;
  world.add_pair();
  world.inventory.instances[0].options = options("required");
  world.inventory.instances[2].options = options("required");
  const OurChanges changes = {{id('a'), {kNow - std::chrono::hours(9), true}}};
  const auto all =
      fleet::assess({world.inventory, world.facts, world.policy, {}, kNow, nullptr, &changes});
  ASSERT_EQ(all.size(), 1U);
  std::vector<bool> restarts;
  for (const auto& member : all[0].members) restarts.push_back(member.restart);
  EXPECT_EQ(restarts, (std::vector{false, true, true}));
  EXPECT_TRUE(all[0].codes.empty()) << "it is restarted with a change of its own";
}

TEST(AssessCvo, AMediatorThatThePolicyDoesNotRebootNeedsNoProof) {
  World world;
  world.add_pair();
  world.policy.ontap.mediator_reboot = false;
  for (auto& one : world.inventory.instances) one.options = options("required");
  const OurChanges changes = {{id('a'), {kNow - std::chrono::hours(9), true}},
                              {id('b'), {kNow - std::chrono::hours(9), true}}};
  const auto all =
      fleet::assess({world.inventory, world.facts, world.policy, {}, kNow, nullptr, &changes});
  EXPECT_EQ(all.at(0).verdict, Verdict::kCompliant);
}

TEST(AssessCvo, BadGroupIsNotCompliantEvenWithAllTokensRequired) {
  World world;
  world.add_pair();
  for (auto& one : world.inventory.instances) one.options = options("required");
  world.inventory.instances.pop_back();
  world.facts.instances.erase(id('c'));
  EXPECT_EQ(world.only().codes, Codes{"bad-group"});
  EXPECT_EQ(world.only().verdict, Verdict::kBlocked);
}

// Selection.

TEST(AssessSelection, UnitsWithoutASelectedMemberAreLeftOut) {
  World world;
  world.add(instance('1'));
  world.add(instance('2'));
  world.selection.ids = {id('2')};
  EXPECT_EQ(world.only().unit.str(), id('2').str());
}

TEST(AssessSelection, PartOfASystemIsPartlySeen) {
  World world;
  world.add_pair();
  world.selection.ids = {id('a'), id('b')};
  const auto unit = world.only();
  EXPECT_EQ(unit.codes, Codes{"partly-seen"});
  EXPECT_THAT(unit.reasons, Contains(HasSubstr("2 of its 3 members are selected")));
  EXPECT_EQ(unit.members.size(), 3U);
}

TEST(AssessSelection, OneMemberOfASystemIsSaidInTheSingular) {
  World world;
  world.add_pair();
  world.selection.ids = {id('a')};
  EXPECT_THAT(world.only().reasons, Contains(HasSubstr("1 of its 3 members is selected")));
}

// What may be NetApp's.

TEST(AssessHint, BlocksAChange) {
  World world;
  world.add(instance('1')).network_interfaces = 4;
  EXPECT_EQ(world.only().codes, Codes{"may-be-netapp"});
}

TEST(AssessHint, IsMootWhereWhateverItIsItWouldNeedNoChange) {
  World world;
  world.add(instance('1', options("required"))).network_interfaces = 4;
  EXPECT_EQ(world.only().verdict, Verdict::kCompliant);
  EXPECT_EQ(world.only().codes, Codes{});
  EXPECT_THAT(world.only().reasons, Contains(HasSubstr("may be NetApp's")));
}

TEST(AssessHint, OfAnAgentIsNotMootWithItsHopLimitTooLow) {
  World world;
  auto& one = world.add(instance('1', options("required", "2")));
  one.image = Image{"", "952013314444", ""};
  EXPECT_EQ(world.only().codes, Codes{"may-be-netapp"});
  world.inventory.instances[0].options = options("required", "3");
  EXPECT_EQ(world.only().verdict, Verdict::kCompliant);
}

TEST(AssessHint, IsNotMootWithTheEndpointOff) {
  World world;
  world.add(instance('1', options("required", "3", "disabled"))).network_interfaces = 4;
  EXPECT_EQ(world.only().verdict, Verdict::kBlocked);
}

TEST(AssessContradiction, IsNeverCompliant) {
  World world;
  world.add(instance('1', options("required", "3"))).tags["OCCMInstance"] = "true";
  world.say('1', "generic");
  EXPECT_EQ(world.only().codes, Codes{"contradiction"});
  EXPECT_EQ(world.only().verdict, Verdict::kBlocked);
}

// Invariant 5, for every instance that there can be.
RC_GTEST_PROP(Assess, NeverLowersAHopLimitNorSwitchesOnAnEndpointUnasked, ()) {
  World world;
  const auto hops = *rc::gen::inRange(1, 65);
  const auto observed =
      options(*rc::gen::element<std::string>("optional", "required"), std::to_string(hops),
              *rc::gen::element<std::string>("enabled", "disabled"));
  auto& one = world.add(instance('1', observed));
  one.network_interfaces = *rc::gen::element(1, 4);
  if (*rc::gen::arbitrary<bool>()) one.tags["OCCMInstance"] = "true";
  world.policy.profiles["web"].hop_limit = *rc::gen::inRange(1, 65);
  const auto workload =
      *rc::gen::element<std::string>("", "generic", "netapp-console-agent", "web");
  auto& fact = world.say('1', workload, "3.9.40");
  fact.enable_endpoint = *rc::gen::arbitrary<bool>();
  const auto unit = world.only();
  const auto& change = unit.members.at(0).change;
  RC_ASSERT(change.hop_limit().value_or(64) >= hops || !change.hop_limit());
  RC_ASSERT(!change.is(OptionField::kHttpEndpoint, "enabled") || fact.enable_endpoint);
  RC_ASSERT(!change.is(OptionField::kHttpEndpoint, "disabled"));
  RC_ASSERT(!change.is(OptionField::kHttpTokens, "optional"));
  RC_ASSERT(!change.get(OptionField::kHttpProtocolIpv6));
  RC_ASSERT(!change.get(OptionField::kInstanceMetadataTags));
  RC_ASSERT((unit.verdict != Verdict::kCompliant) ||
            (change.empty() && (observed.tokens_required() || observed.endpoint_disabled())));
  RC_ASSERT((unit.verdict == Verdict::kBlocked) ==
            (!unit.codes.empty() &&
             !(unit.codes == Codes{"endpoint-off"} && unit.verdict == Verdict::kCompliant)));
}

}  // namespace
}  // namespace v2only::fleet::test
