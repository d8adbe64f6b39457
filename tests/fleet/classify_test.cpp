#include "fleet/classify.h"

#include <gmock/gmock.h>

#include "world.h"

namespace v2only::fleet::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Unit> units_of(const World& world) {
  return classify(world.inventory, world.facts, profiles_of(world.policy));
}

Unit only_unit(const World& world) {
  auto units = units_of(world);
  EXPECT_EQ(units.size(), 1U);
  return units.empty() ? Unit{} : std::move(units.front());
}

Codes codes_of(const Unit& unit) {
  Codes codes;
  for (const auto& problem : unit.problems) codes.push_back(problem.code);
  return codes;
}

std::string reason_of(const Unit& unit) {
  return unit.problems.empty() ? std::string() : unit.problems.front().reason;
}

TEST(Classify, InstanceThatNothingNamesIsGeneric) {
  World world;
  world.add(instance('1'));
  const auto unit = only_unit(world);
  EXPECT_EQ(unit.workload, "generic");
  EXPECT_EQ(unit.id.str(), id('1').str());
  EXPECT_FALSE(unit.system);
  EXPECT_TRUE(unit.problems.empty());
}

TEST(Classify, TagOccmInstanceTrueMakesAnAgent) {
  World world;
  world.add(instance('1')).tags["OCCMInstance"] = "true";
  const auto unit = only_unit(world);
  EXPECT_EQ(unit.workload, "netapp-console-agent");
  EXPECT_EQ(unit.members.at(0).source, "tag OCCMInstance=true");
}

TEST(Classify, FactsStandAboveTags) {
  World world;
  world.add(instance('1')).tags["OCCMInstance"] = "true";
  world.say('1', "netapp-console-agent", "3.9.40");
  const auto unit = only_unit(world);
  EXPECT_EQ(unit.members.at(0).source, "facts.yaml:1");
  EXPECT_EQ(unit.version, "3.9.40");
}

TEST(Classify, PolicyRuleNamesWhatFactsAndTagsDoNot) {
  World world;
  auto& spec = world.policy.profiles["web"];
  spec.match_tag_name = "role";
  spec.match_tag_value = "web";
  spec.where = "policy.yaml:9";
  world.add(instance('1')).tags["role"] = "web";
  world.add(instance('2')).tags["role"] = "db";
  const auto units = units_of(world);
  EXPECT_EQ(units.at(0).workload, "web");
  EXPECT_EQ(units.at(0).members.at(0).source, "tag role=web (policy.yaml:9)");
  EXPECT_EQ(units.at(1).workload, "generic");
}

TEST(Classify, MakersTagStandsAboveAPolicyRule) {
  World world;
  world.policy.profiles["web"].match_tag_name = "role";
  world.policy.profiles["web"].match_tag_value = "web";
  auto& one = world.add(instance('1'));
  one.tags = {{"role", "web"}, {"OCCMInstance", "true"}};
  EXPECT_EQ(only_unit(world).workload, "netapp-console-agent");
}

TEST(Classify, TwoPolicyRulesThatMatchContradictEachOther) {
  World world;
  for (const auto* name : {"web", "db"}) {
    world.policy.profiles[name].match_tag_name = name;
    world.policy.profiles[name].match_tag_value = "yes";
  }
  world.add(instance('1')).tags = {{"web", "yes"}, {"db", "yes"}};
  EXPECT_EQ(codes_of(only_unit(world)), Codes{"contradiction"});
}

TEST(Classify, UnitsComeByRegionNameAndId) {
  World world;
  auto& late = world.add(instance('1'));
  late.region = RegionName("us-east-1");
  world.add(instance('3')).name = "b";
  world.add(instance('2')).name = "b";
  world.add(instance('4')).name = "a";
  std::vector<std::string> ids;
  for (const auto& unit : units_of(world)) ids.push_back(unit.id.str().substr(18));
  EXPECT_THAT(ids, ElementsAre("4", "2", "3", "1"));
}

// Systems.

TEST(ClassifySystem, TwoNodesAndAMediatorAreOneUnit) {
  World world;
  world.add_pair();
  world.add(instance('1'));
  const auto units = units_of(world);
  ASSERT_EQ(units.size(), 2U);
  const auto& pair = units.at(0).system ? units.at(0) : units.at(1);
  EXPECT_EQ(pair.id.str(), kSystem);
  EXPECT_EQ(pair.members.size(), 3U);
  EXPECT_TRUE(pair.problems.empty()) << reason_of(pair);
}

TEST(ClassifySystem, PairWhoseHaIsNotSaidIsStillAPair) {
  World world;
  world.add_pair();
  world.facts.systems.clear();
  EXPECT_TRUE(only_unit(world).problems.empty());
}

TEST(ClassifySystem, SingleNodeIsOneOnlyWhenItIsSaid) {
  World world;
  world.add(instance('a'));
  world.say('a', "netapp-cvo-node", "9.13.1", kSystem);
  EXPECT_EQ(codes_of(only_unit(world)), Codes{"bad-group"});
  EXPECT_THAT(reason_of(only_unit(world)), HasSubstr("systems: {" + kSystem + ": {ha: false}}"));
  world.say_ha(false);
  EXPECT_TRUE(only_unit(world).problems.empty());
}

struct GroupCase {
  bool ha;
  int nodes;
  int mediators;
  bool good;
};

class Groups : public testing::TestWithParam<GroupCase> {};

TEST_P(Groups, AreWholeOnlyAsOneNodeOrAsTwoNodesAndAMediator) {
  World world;
  char last = '0';
  for (int i = 0; i < GetParam().nodes + GetParam().mediators; ++i, ++last) {
    world.add(instance(last));
    world.say(last, i < GetParam().nodes ? "netapp-cvo-node" : "netapp-cvo-mediator", "9.13.1",
              kSystem);
  }
  world.say_ha(GetParam().ha);
  const auto unit = only_unit(world);
  EXPECT_EQ(codes_of(unit), GetParam().good ? Codes{} : Codes{"bad-group"}) << reason_of(unit);
}

INSTANTIATE_TEST_SUITE_P(Counts, Groups,
                         testing::Values(GroupCase{false, 1, 0, true},
                                         GroupCase{false, 1, 1, false},
                                         GroupCase{false, 2, 0, false},
                                         GroupCase{false, 2, 1, false}, GroupCase{true, 2, 1, true},
                                         GroupCase{true, 1, 0, false}, GroupCase{true, 1, 1, false},
                                         GroupCase{true, 2, 0, false}, GroupCase{true, 2, 2, false},
                                         GroupCase{true, 3, 1, false}));

TEST(ClassifySystem, TagAloneGivesTheSystemAndNotTheRole) {
  World world;
  world.add_pair();
  world.facts.instances.erase(id('b'));
  world.inventory.instances[1].tags["WorkingEnvironmentId"] = kSystem;
  const auto unit = only_unit(world);
  EXPECT_EQ(codes_of(unit), Codes{"bad-group"});
  EXPECT_THAT(reason_of(unit), HasSubstr("is it a node or the mediator?"));
  EXPECT_EQ(unit.members.size(), 3U);
}

TEST(ClassifySystem, FactMayGiveTheRoleAndTheTagTheSystem) {
  World world;
  world.add_pair();
  for (auto& [key, fact] : world.facts.instances) fact.system.reset();
  for (auto& one : world.inventory.instances) one.tags["WorkingEnvironmentId"] = kSystem;
  EXPECT_TRUE(only_unit(world).problems.empty());
}

TEST(ClassifySystem, NameTagIsLedToTheIdThatOthersCarryBesideIt) {
  World world;
  world.add_pair();
  for (auto& one : world.inventory.instances) one.tags["WorkingEnvironment"] = "prod";
  world.facts.instances[id('c')].system.reset();
  EXPECT_TRUE(only_unit(world).problems.empty());
}

TEST(ClassifySystem, NodeOfNoKnownSystemIsABadGroup) {
  World world;
  world.add(instance('a'));
  world.say('a', "netapp-cvo-node", "9.13.1");
  const auto unit = only_unit(world);
  EXPECT_EQ(codes_of(unit), Codes{"bad-group"});
  EXPECT_TRUE(unit.system);
}

TEST(ClassifySystem, MemberThatWasNotFoundMakesItPartlySeen) {
  World world;
  world.add_pair();
  world.inventory.instances.pop_back();
  const auto unit = only_unit(world);
  EXPECT_EQ(codes_of(unit), Codes{"partly-seen"});
  EXPECT_THAT(unit.missing, ElementsAre(id('c')));
  EXPECT_THAT(reason_of(unit), HasSubstr("(facts.yaml:c) was not found"));
}

TEST(ClassifySystem, TerminatedMemberCountsAsNotFound) {
  World world;
  world.add_pair();
  world.inventory.instances[0].state = InstanceState::kTerminated;
  EXPECT_EQ(codes_of(only_unit(world)), Codes{"partly-seen"});
}

TEST(ClassifySystem, RegionThatWasReadInPartMakesItPartlySeen) {
  World world;
  world.add_pair();
  world.inventory.scopes = {{AccountId("111122223333"), RegionName("eu-west-1"), "denied", false}};
  EXPECT_EQ(codes_of(only_unit(world)), Codes{"partly-seen"});
}

TEST(ClassifySystem, RegionWhoseImagesOrMetricsFailedIsStillSeenWhole) {
  World world;
  world.add_pair();
  world.inventory.scopes = {{AccountId("111122223333"), RegionName("eu-west-1"), "no metrics"}};
  EXPECT_FALSE(world.inventory.complete());
  EXPECT_EQ(codes_of(only_unit(world)), Codes{});
}

TEST(ClassifySystem, RegionThatWasReadInPartDoesNotTouchOthers) {
  World world;
  world.add_pair();
  world.inventory.scopes = {{AccountId("111122223333"), RegionName("us-east-1"), "denied", false}};
  EXPECT_TRUE(only_unit(world).problems.empty());
}

TEST(ClassifySystem, MembersInTwoRegionsAreABadGroup) {
  World world;
  world.add_pair();
  world.inventory.instances[0].region = RegionName("us-east-1");
  EXPECT_EQ(codes_of(only_unit(world)), Codes{"bad-group"});
}

// Contradictions: both sides are shown.

TEST(ClassifyContradiction, FactSaysGenericAndTheMakersTagSaysAgent) {
  World world;
  world.add(instance('1')).tags["OCCMInstance"] = "true";
  world.say('1', "generic");
  const auto unit = only_unit(world);
  EXPECT_EQ(codes_of(unit), Codes{"contradiction"});
  EXPECT_EQ(reason_of(unit),
            "vm-1 (i-00000000000000001): facts.yaml:1 says generic, tag OCCMInstance=true says "
            "netapp-console-agent");
}

TEST(ClassifyContradiction, FactSaysGenericAndATagNamesASystem) {
  World world;
  world.add_pair();
  world.inventory.instances[0].tags["WorkingEnvironmentId"] = kSystem;
  world.say('a', "generic").system.reset();
  // The instance is in dispute, and so is the system that it may be part of.
  for (const auto& unit : units_of(world)) {
    EXPECT_THAT(codes_of(unit), testing::Contains("contradiction")) << unit.id.str();
  }
}

TEST(ClassifyContradiction, FactNamesAnotherSystemThanTheTag) {
  World world;
  world.add(instance('a')).tags["WorkingEnvironmentId"] = "VsaWorkingEnvironment-11111111";
  world.say('a', "netapp-cvo-node", "9.13.1", kSystem);
  world.say_ha(false);
  const auto unit = only_unit(world);
  EXPECT_EQ(codes_of(unit), Codes{"contradiction"});
  EXPECT_THAT(reason_of(unit), HasSubstr("VsaWorkingEnvironment-11111111"));
  EXPECT_THAT(reason_of(unit), HasSubstr(kSystem));
}

TEST(ClassifyContradiction, DisputedMemberPutsTheOtherSystemInDisputeToo) {
  World world;
  const std::string other = "VsaWorkingEnvironment-11111111";
  world.add(instance('a')).tags["WorkingEnvironmentId"] = other;
  world.add(instance('b'));
  world.say('a', "netapp-cvo-node", "9.13.1", kSystem);
  world.say('b', "netapp-cvo-node", "9.13.1", other);
  world.say_ha(false);
  world.say_ha(false, other);
  for (const auto& unit : units_of(world)) {
    EXPECT_EQ(codes_of(unit), Codes{"contradiction"}) << unit.id.str();
  }
}

TEST(ClassifyContradiction, ANameTagBesideAnIdIsNone) {
  World world;
  world.add_pair();
  for (auto& one : world.inventory.instances) one.tags["WorkingEnvironment"] = "prod";
  EXPECT_TRUE(only_unit(world).problems.empty());
}

TEST(ClassifyContradiction, BothMakersTagsOnOneInstance) {
  World world;
  world.add(instance('1')).tags = {{"OCCMInstance", "true"}, {"WorkingEnvironmentId", kSystem}};
  EXPECT_EQ(codes_of(only_unit(world)), Codes{"contradiction"});
}

TEST(ClassifyContradiction, SystemBesideAWorkloadThatIsPartOfNone) {
  World world;
  world.policy.profiles["web"].hop_limit = 2;
  world.add(instance('1'));
  world.say('1', "web", {}, kSystem);
  EXPECT_EQ(codes_of(only_unit(world)), Codes{"contradiction"});
}

TEST(ClassifyContradiction, WorkloadThatNoProfileDescribes) {
  World world;
  world.add(instance('1'));
  world.say('1', "wbe");
  EXPECT_EQ(codes_of(only_unit(world)), Codes{"contradiction"});
  const auto checked = check_workloads(world.facts, profiles_of(world.policy));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().on, "facts.yaml:1");
}

// Hints.

using Mark = void (*)(Instance&);

class Hints : public testing::TestWithParam<Mark> {};

TEST_P(Hints, BlockUntilAFactNamesTheInstance) {
  World world;
  GetParam()(world.add(instance('1')));
  EXPECT_EQ(codes_of(only_unit(world)), Codes{"may-be-netapp"});
  world.say('1', "", "1.0");  // a fact that does not say what it is, is no answer
  EXPECT_EQ(codes_of(only_unit(world)), Codes{"may-be-netapp"});
  world.say('1', "generic");
  EXPECT_TRUE(only_unit(world).problems.empty());
}

TEST_P(Hints, AreNotSilencedByAPolicyRule) {
  World world;
  world.policy.profiles["web"].match_tag_name = "role";
  world.policy.profiles["web"].match_tag_value = "web";
  auto& one = world.add(instance('1'));
  one.tags["role"] = "web";
  GetParam()(one);
  EXPECT_EQ(codes_of(only_unit(world)), Codes{"may-be-netapp"});
}

INSTANTIATE_TEST_SUITE_P(
    Marks, Hints,
    testing::Values(Mark([](Instance& i) {
                      i.image = Image{"Setup-As-Service-AMI-Prod-3.9.40", "1", ""};
                    }),
                    Mark([](Instance& i) {
                      i.image = Image{"", "952013314444", ""};
                    }),
                    Mark([](Instance& i) {
                      i.image = Image{"", "282316784512", ""};
                    }),
                    Mark([](Instance& i) { i.network_interfaces = 4; }),
                    Mark([](Instance& i) { i.tags["OCCMInstance"] = "True"; }),
                    Mark([](Instance& i) {
                      i.iam_instance_profile =
                          "arn:aws:iam::1:instance-profile/agentOCCM1700000000000";
                    })));

TEST(ClassifyHint, MicroInTheStackOfANodeMayBeItsMediator) {
  for (const auto* tag : {"aws:cloudformation:stack-id", "aws:cloudformation:stack-name"}) {
    for (const auto* type : {"t2.micro", "t3.micro"}) {
      World world;
      world.add_pair();
      world.inventory.instances[0].tags[tag] = "stack";
      auto& one = world.add(instance('1'));
      one.type = type;
      one.tags[tag] = "stack";
      for (const auto& unit : units_of(world)) {
        if (unit.system) continue;
        EXPECT_EQ(codes_of(unit), Codes{"may-be-netapp"});
        EXPECT_FALSE(unit.may_be_agent);
      }
    }
  }
}

TEST(ClassifyHint, OtherTypesAndOtherStacksAreNone) {
  World world;
  world.add_pair();
  world.inventory.instances[0].tags["aws:cloudformation:stack-name"] = "stack";
  world.add(instance('1')).tags["aws:cloudformation:stack-name"] = "stack";  // an m5.large
  auto& other = world.add(instance('2'));
  other.type = "t3.micro";
  other.tags["aws:cloudformation:stack-name"] = "another";
  auto& elsewhere = world.add(instance('3'));
  elsewhere.type = "t3.micro";
  elsewhere.tags["aws:cloudformation:stack-name"] = "stack";
  elsewhere.region = RegionName("us-east-1");
  for (const auto& unit : units_of(world)) {
    EXPECT_TRUE(unit.problems.empty()) << reason_of(unit);
  }
}

TEST(ClassifyHint, ProfilePathIsNotItsName) {
  World world;
  world.add(instance('1')).iam_instance_profile = "arn:aws:iam::1:instance-profile/OCCM/web";
  EXPECT_TRUE(only_unit(world).problems.empty());
}

TEST(ClassifyHint, ImageThatCouldNotBeReadSufficesToBlock) {
  World world;
  world.add(instance('1')).image_unread = true;
  EXPECT_EQ(codes_of(only_unit(world)), Codes{"may-be-netapp"});
  world.say('1', "generic");
  EXPECT_EQ(codes_of(only_unit(world)), Codes{});
}

TEST(ClassifyHint, MicroOfSomeStackInARegionReadInPartIsPartlySeen) {
  World world;
  auto& one = world.add(instance('1'));
  one.type = "t3.micro";
  one.tags["aws:cloudformation:stack-name"] = "stack";
  world.inventory.scopes = {{one.account, one.region, "denied", false}};
  EXPECT_EQ(codes_of(only_unit(world)), Codes{"partly-seen"});
}

TEST(UnmatchedFacts, NamesInstancesAndSystemsThatWereNotFound) {
  World world;
  world.add_pair();
  EXPECT_TRUE(unmatched_facts(world.inventory, world.facts).empty());
  world.say('9', "generic");
  world.say_ha(false, "VsaWorkingEnvironment-99999999");
  const auto lines = unmatched_facts(world.inventory, world.facts);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0], HasSubstr(id('9').str()));
  EXPECT_THAT(lines[1], HasSubstr("VsaWorkingEnvironment-99999999"));
}

}  // namespace
}  // namespace v2only::fleet::test
