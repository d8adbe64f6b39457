#include "config/sim_systems.h"

#include <gmock/gmock.h>

#include "config/sim_fleet.h"
#include "sim/world.h"

namespace v2only::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using Kind = sim::FaultSpec::Kind;

sim::WorldSpec read(const std::string& text) {
  auto world = parse_sim_fleet("regions: [eu-west-1]\n" + text, "fleet.yaml");
  EXPECT_TRUE(world) << to_string(world.error());
  return world ? *std::move(world) : sim::WorldSpec{};
}

std::string error_of(const std::string& text) {
  const auto world = parse_sim_fleet("regions: [eu-west-1]\n" + text, "fleet.yaml");
  EXPECT_FALSE(world);
  return world ? std::string() : to_string(world.error());
}

TEST(SimSystems, AnIdAndANameMakeAWholePair) {
  const auto world = read("systems: [{id: VsaWorkingEnvironment-a1b2c3d4, name: cvo1}]\n");
  ASSERT_EQ(world.cvo.size(), 1U);
  EXPECT_TRUE(world.cvo[0].is_pair());
  EXPECT_TRUE(world.cvo[0].mediator.has_value());
  EXPECT_EQ(world.instances.size(), 3U);
  const auto start = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1));
  const sim::World served(world, 1, start);
  EXPECT_TRUE(served.served(world.cvo[0].system, start));
}

TEST(SimSystems, MadeSystemsShareNoAddress) {
  const auto world = read(
      "generate: {instances: 200, seed: 3}\n"
      "systems: [{id: VsaWorkingEnvironment-a1b2c3d4, name: cvo1},\n"
      "  {id: VsaWorkingEnvironment-e5f6a7b8, name: cvo2, ha: false, failover: floating-ip}]\n");
  ASSERT_GT(world.cvo.size(), 3U);
  EXPECT_FALSE(world.cvo.back().is_pair());
  std::set<std::string> addresses;
  std::size_t count = 0;
  for (const auto& system : world.cvo) {
    addresses.insert(system.cluster_address);
    ++count;
    for (const auto& node : system.nodes) {
      addresses.insert(node.data_addresses.begin(), node.data_addresses.end());
      addresses.insert(node.iscsi_address);
      count += node.data_addresses.size() + 1;
    }
  }
  EXPECT_EQ(addresses.size(), count);
}

TEST(SimSystems, EverythingOfASystemMayBeSaid) {
  const auto world = read(R"(instances: [{id: i-00000001}, {id: i-00000002}, {id: i-00000003}]
systems:
  - id: VsaWorkingEnvironment-a1b2c3d4
    name: cvo1
    version: 9.12.1P2
    failover: floating-ip
    nodes:
      - {instance: i-00000001, name: cvo1-01, management: 10.0.0.1, data: [172.16.0.1],
         iscsi: 10.0.2.1}
      - {instance: i-00000002, name: cvo1-02, management: 10.0.0.2, data: [172.16.0.2]}
    mediator: i-00000003
    cluster: 172.16.0.9
    user: admin
    password: secret
    fabric_pool: bucket
    auto_giveback: false
    mediator_knows_v2: false
    halt_powers_off: true
    lifs_keep_reboots: true
    volume_moving: true
    snapmirror_transferring: true
    clock_behind: 7s
    timings: {takeover: 1s, boot: 2m, giveback_delay: 3m}
)");
  ASSERT_EQ(world.cvo.size(), 1U);
  const auto& cvo = world.cvo[0];
  EXPECT_EQ(cvo.failover, sim::FailoverMode::kFloatingIp);
  EXPECT_EQ(cvo.nodes[1].instance, InstanceId("i-00000002"));
  EXPECT_EQ(cvo.nodes[0].iscsi_address, "10.0.2.1");
  EXPECT_EQ(cvo.mediator, InstanceId("i-00000003"));
  EXPECT_EQ(cvo.password.reveal(), "secret");
  EXPECT_EQ(cvo.fabric_pool, "bucket");
  EXPECT_FALSE(cvo.auto_giveback || cvo.mediator_knows_v2);
  EXPECT_TRUE(cvo.halt_powers_off && cvo.lifs_keep_reboots);
  EXPECT_TRUE(cvo.volume_moving && cvo.snapmirror_transferring);
  EXPECT_EQ(cvo.clock_error, seconds(-7));
  EXPECT_EQ(cvo.timings.takeover, seconds(1));
  EXPECT_EQ(cvo.timings.boot, minutes(2));
  EXPECT_EQ(cvo.timings.giveback_delay, minutes(3));
  EXPECT_EQ(cvo.timings.giveback, minutes(1));
}

TEST(SimSystems, PowerKeysAndCareOfInstancesAreRead) {
  const auto world = read(R"(power: {stop: 5s, start: 6s, reboot: 7s, checks: 8s}
kms_keys: {"arn:aws:kms:eu-west-1:1:key/k": PendingDeletion}
instances:
  - {id: i-00000001, stop_protection: true, terminates_on_shutdown: true,
     kms_key: "arn:aws:kms:eu-west-1:1:key/k",
     events: [{code: instance-stop, not_before: 1h, not_after: 2h}]}
)");
  EXPECT_EQ(world.power.stop, seconds(5));
  EXPECT_EQ(world.power.checks, seconds(8));
  EXPECT_EQ(world.kms_keys.begin()->second, "PendingDeletion");
  const auto& spec = world.instances.at(0);
  EXPECT_TRUE(spec.stop_protection && spec.terminates_on_shutdown);
  EXPECT_EQ(spec.kms_key, "arn:aws:kms:eu-west-1:1:key/k");
  ASSERT_EQ(spec.events.size(), 1U);
  EXPECT_EQ(spec.events[0].not_after, hours(2));
}

TEST(SimSystems, TheConsoleAndItsAgentsAreRead) {
  const auto world = read(R"(instances: [{id: i-00000001}]
console:
  account: account-1
  client_id: me
  client_secret: secret
  credentials_life: 2h
  agents: [{id: abc, name: agent-1, instance: i-00000001, version: 3.9.40}]
)");
  ASSERT_TRUE(world.console.has_value());
  EXPECT_EQ(world.console->account, "account-1");
  EXPECT_EQ(world.console->client_secret.reveal(), "secret");
  EXPECT_EQ(world.console->credentials_life, hours(2));
  ASSERT_EQ(world.console->agents.size(), 1U);
  EXPECT_EQ(world.console->agents[0].version, "3.9.40");
}

TEST(SimSystems, FaultsOfOntapAndConsoleAreRead) {
  const std::pair<std::string, Kind> kinds[] = {
      {"no-capacity", Kind::kNoCapacity},     {"bad-login", Kind::kBadLogin},
      {"wrong-cluster", Kind::kWrongCluster}, {"takeover-veto", Kind::kTakeoverVeto},
      {"giveback-veto", Kind::kGivebackVeto}, {"no-boot", Kind::kNoBoot},
      {"wrong-boot", Kind::kWrongBoot},       {"other-takeover", Kind::kOtherTakeover},
      {"slow-resync", Kind::kSlowResync},     {"clock-off", Kind::kClockOff}};
  for (const auto& [name, kind] : kinds) {
    const auto world = read("faults: [{kind: " + name +
                            ", service: ontap, system: a, other: b, delay: 5s, detail: words}]\n");
    ASSERT_EQ(world.faults.size(), 1U) << name;
    EXPECT_EQ(world.faults[0].kind, kind) << name;
    EXPECT_EQ(world.faults[0].service, "ontap");
    EXPECT_EQ(world.faults[0].system, UnitId("a"));
    EXPECT_EQ(world.faults[0].detail, "words");
  }
}

TEST(SimSystems, WhatMakesNoSenseIsSaid) {
  const std::pair<std::string, std::string> cases[] = {
      {"systems: [{name: cvo1}]", "a system needs an id and a name"},
      {"systems: [{id: a, name: b}, {id: a, name: c}]", "a is given twice"},
      {"systems: [{id: a, name: b, region: eu-west-9}]", "regions: does not name eu-west-9"},
      {"systems: [{id: a, name: b, failover: maybe}]", "private-ip or floating-ip"},
      {"systems: [{id: a, name: b, mediator: i-00000001, nodes: [{instance: i-00000002}]}]",
       "instances: does not name i-00000002"},
      {"systems: [{id: a, name: b, nodes: [{name: n}]}]", "a node needs an instance"},
      {"systems: [{id: a, name: b, colour: red}]", "colour"},
      {"systems: [{id: a, name: b, timings: {sleep: 5s}}]", "sleep"},
      {"console: {agents: [{id: x}]}", "an agent needs an id and an instance"},
      {"kms_keys: {k: maybe}", "a key is Enabled"},
      {"faults: [{kind: bad-login}]", "needs a service"},
      {"faults: [{kind: wrong-cluster, service: ontap}]", "and the other one"},
      {"faults: [{kind: slow-resync}]", "needs a delay"},
      {"faults: [{kind: deny, service: azure}]", "ontap or console"}};
  for (const auto& [text, words] : cases) {
    EXPECT_THAT(error_of(text + "\n"), HasSubstr(words)) << text;
    EXPECT_THAT(error_of(text + "\n"), HasSubstr("fleet.yaml:2")) << text;
  }
}

}  // namespace
}  // namespace v2only::config
