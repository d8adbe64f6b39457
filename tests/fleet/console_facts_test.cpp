#include "fleet/console_facts.h"

#include <gmock/gmock.h>

#include "fleet/codes.h"
#include "fleet/profile.h"
#include "world.h"

namespace v2only::fleet::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

ConsoleReading console_with(std::vector<ConsoleInstance> instances) {
  ConsoleSystem system;
  system.id = UnitId(kSystem);
  system.ha = true;
  system.instances = std::move(instances);
  ConsoleReading out;
  out.systems = {std::move(system)};
  return out;
}

ConsoleReading console_with_agent(const std::string& version) {
  ConsoleAgent agent;
  agent.id = "agent-1";
  agent.status = "active";
  agent.version = version;
  agent.private_ip = "10.0.0.9";
  ConsoleReading out;
  out.agents = {agent};
  return out;
}

TEST(ConsoleFacts, ANodeThatNoFactNamesIsTheConsolesNode) {
  World world;
  world.add(instance('a'));
  const auto found = with_console(world.facts, world.inventory,
                                  console_with({{id('a'), "cvo1-vm1", "10.0.0.1", true, false}}));
  const auto& fact = found.facts.instances.at(id('a'));
  EXPECT_EQ(fact.workload, kCvoNode);
  EXPECT_EQ(fact.system, UnitId(kSystem));
  EXPECT_EQ(fact.where, "NetApp Console");
}

TEST(ConsoleFacts, WhatTheConsoleDoesNotMarkAsANodeHasNoRoleYet) {
  World world;
  world.add(instance('c'));
  const auto found = with_console(world.facts, world.inventory,
                                  console_with({{id('c'), "mediator", "10.0.0.3", false, false}}));
  EXPECT_EQ(found.facts.instances.at(id('c')).workload, "");
  EXPECT_EQ(found.facts.instances.at(id('c')).system, UnitId(kSystem));
}

TEST(ConsoleFacts, AnotherRoleInTheFactsFileBlocksWithBothShown) {
  World world;
  world.add(instance('a'));
  auto& fact = world.facts.instances[id('a')];
  fact.workload = "generic";
  fact.where = "facts.yaml:3";
  world.facts = with_console(world.facts, world.inventory,
                             console_with({{id('a'), "cvo1-vm1", "10.0.0.1", true, false}}))
                    .facts;
  const auto assessment = world.only();
  EXPECT_EQ(assessment.verdict, Verdict::kBlocked);
  EXPECT_THAT(assessment.codes, Contains(std::string(code::kContradiction)));
  EXPECT_THAT(assessment.reasons, Contains(HasSubstr("facts.yaml:3 says generic")));
  EXPECT_THAT(assessment.reasons, Contains(HasSubstr("NetApp Console says netapp-cvo-node")));
}

TEST(ConsoleFacts, AnInstanceThatIsNotThereIsNotMadeUp) {
  const World world;
  const auto found = with_console(world.facts, world.inventory,
                                  console_with({{id('a'), "cvo1-vm1", "10.0.0.1", true, false}}));
  EXPECT_THAT(found.facts.instances, IsEmpty());
}

TEST(ConsoleFacts, OfTwoVersionsOfAnAgentTheConsolesCountsAndTheDifferenceIsTold) {
  World world;
  auto agent = instance('9');
  agent.private_ip = "10.0.0.9";
  world.add(agent);
  auto& fact = world.facts.instances[id('9')];
  fact.workload = kConsoleAgent;
  fact.version = "3.9.30";
  fact.where = "facts.yaml:3";
  const auto found = with_console(world.facts, world.inventory, console_with_agent("3.9.40"));
  EXPECT_EQ(found.facts.instances.at(id('9')).version, "3.9.40");
  EXPECT_EQ(found.facts.instances.at(id('9')).version_where, "NetApp Console");
  ASSERT_THAT(found.notes, SizeIs(1));
  EXPECT_THAT(found.notes.front(), HasSubstr("says version 3.9.30, the Console says 3.9.40"));
}

TEST(ConsoleFacts, AnAddressThatTwoInstancesHaveNamesNeither) {
  World world;
  for (const char each : {'8', '9'}) {
    auto agent = instance(each);
    agent.private_ip = "10.0.0.9";
    world.add(agent);
  }
  const auto found = with_console(world.facts, world.inventory, console_with_agent("3.9.40"));
  EXPECT_THAT(found.facts.instances, IsEmpty());
}

}  // namespace
}  // namespace v2only::fleet::test
