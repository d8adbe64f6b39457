// A CVO system in virtual time: what it does when it is asked, and when it is cut off.
#include <gtest/gtest.h>

#include "pair.h"

namespace v2only::sim::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Kind = FaultSpec::Kind;
using Log = LogEntry::Kind;

WorldSpec with_fault(FaultSpec fault, WorldSpec spec = pair_spec()) {
  spec.faults.push_back(std::move(fault));
  return spec;
}

FaultSpec condition(Kind kind) {
  FaultSpec fault;
  fault.kind = kind;
  fault.system = kSystem;
  return fault;
}

class PairCycle : public ::testing::TestWithParam<FailoverMode> {};

TEST_P(PairCycle, BothNodesGoRoundAndTheDataIsServedThroughout) {
  Pair p(pair_spec("9.13.1P4", GetParam()));
  EXPECT_TRUE(p.world.served(kSystem, p.now));
  p.cycle(1);
  p.cycle(0);
  EXPECT_EQ(p.log_of(Log::kUnserved).size(), 0U);
  EXPECT_EQ(p.log_of(Log::kTakeover).size(), 2U);
  EXPECT_EQ(p.log_of(Log::kGiveback).size(), 2U);
  EXPECT_EQ(p.log_of(Log::kTakeover)[0].caller, "ontap:v2only");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(p.takeover(i), "not_attempted");
    EXPECT_EQ(p.giveback(i), "nothing_to_giveback");
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, PairCycle,
                         ::testing::Values(FailoverMode::kPrivateIp, FailoverMode::kFloatingIp));

TEST(Cluster, ATakeoverShowsOnBothNodesAndMovesTheLifs) {
  Pair p;
  const auto job = p.act(1, "shutdown");
  EXPECT_EQ(p.job_state(job), "queued");
  EXPECT_EQ(p.takeover(0), "in_progress");
  EXPECT_EQ(p.node_state(1), "up");
  p.pass(seconds(10));
  EXPECT_EQ(p.job_state(job), "running");
  p.pass(seconds(10));
  EXPECT_EQ(p.job_state(job), "success");
  EXPECT_EQ(p.takeover(0), "in_takeover");
  EXPECT_EQ(p.giveback(0), "not_attempted");
  EXPECT_EQ(p.node_state(1), "taken_over");
  EXPECT_FALSE(p.node(1).contains("uptime"));
  const auto lifs =
      p.get("/api/network/ip/interfaces?fields=location,ip&name=cvo1-02_*", p.address(0));
  int away = 0;
  for (const auto& lif : lifs.at("records").as_array()) {
    const auto name = std::string(lif.at("name").as_string());
    const bool home = lif.at("location").at("is_home").as_bool();
    EXPECT_EQ(home, name != "cvo1-02_nas_1") << name;  // iSCSI and management stay
    away += home ? 0 : 1;
  }
  EXPECT_EQ(away, 1);
  const auto interfaces =
      ask(p.world, p.now, "DescribeNetworkInterfaces",
          {{"Filter.1.Name", "addresses.private-ip-address"}, {"Filter.1.Value.1", p.data(1)}});
  EXPECT_EQ(text(interfaces, "instanceId"), p.instance(0));
}

TEST(Cluster, FloatingAddressesAreRoutesThatMove) {
  Pair p(pair_spec("9.13.1P4", FailoverMode::kFloatingIp));
  const auto target = [&] {
    const auto answer = ask(p.world, p.now, "DescribeRouteTables",
                            {{"Filter.1.Name", "route.destination-cidr-block"},
                             {"Filter.1.Value.1", p.data(1) + "/32"}});
    const auto& body = answer.response.body;
    const auto at = body.find(p.data(1) + "/32");
    const auto id = body.find("<instanceId>", at) + 12;
    return body.substr(id, 19);
  };
  EXPECT_EQ(target(), p.instance(1));
  p.act(1, "shutdown");
  p.pass(seconds(20));
  EXPECT_EQ(target(), p.instance(0));
}

TEST(Cluster, AHaltedNodeIsNotGivenBackUntilItsInstanceWasStarted) {
  Pair p;
  p.act(1, "shutdown");
  p.pass(minutes(60));
  EXPECT_EQ(p.node_state(1), "taken_over");
  EXPECT_EQ(p.world.find(InstanceId(p.instance(1)))->state, fleet::InstanceState::kRunning);
  EXPECT_EQ(p.mirror(), "degraded");
}

TEST(Cluster, WhatAHaltLeavesInEc2IsASwitch) {
  auto spec = pair_spec();
  spec.cvo[0].halt_powers_off = true;
  Pair p(spec);
  p.act(1, "shutdown");
  p.pass(minutes(4));
  EXPECT_EQ(p.world.find(InstanceId(p.instance(1)))->state, fleet::InstanceState::kStopped);
  EXPECT_EQ(p.log_of(Log::kUnserved).size(), 0U);
}

TEST(Cluster, ARebootedNodeComesBackByItself) {
  Pair p;
  p.ontap("PATCH", "/api/private/cli/storage/failover", R"({"auto_giveback":false})");
  const auto before = p.node(1).at("uptime").as_int64();
  p.act(1, "reboot");
  p.until([&] { return p.node_state(1) == "waiting_for_giveback"; });
  const auto waiting = p.now;
  p.until([&] { return p.node_state(1) == "up"; });
  EXPECT_GE(p.now - waiting, seconds(600));
  EXPECT_LT(p.node(1).at("uptime").as_int64(), before);
  EXPECT_EQ(p.log_of(Log::kUnserved).size(), 0U);
}

TEST(Cluster, WithoutAutoGivebackAStartedNodeWaitsForEver) {
  Pair p;
  p.ontap("PATCH", "/api/cluster/nodes/" + p.uuid(1), R"({"ha":{"auto_giveback":false}})");
  p.act(1, "shutdown");
  p.pass(minutes(4));
  p.ec2("StopInstances", p.instance(1));
  p.pass(minutes(2));
  p.ec2("StartInstances", p.instance(1));
  p.pass(minutes(120));
  EXPECT_EQ(p.node_state(1), "waiting_for_giveback");
  p.act(1, "giveback");
  EXPECT_EQ(p.giveback(0), "in_progress");
  p.pass(minutes(1));
  EXPECT_EQ(p.node_state(1), "up");
  EXPECT_EQ(p.mirror(), "resynchronizing");
  p.pass(minutes(1));
  EXPECT_EQ(p.mirror(), "normal");
}

TEST(Cluster, TheCliTakesOverAndGivesBack) {
  Pair p;
  const auto taken =
      p.ontap("POST", "/api/private/cli/storage/failover/takeover", R"({"ofnode":"cvo1-02"})");
  EXPECT_EQ(taken.response.status, 200);
  EXPECT_EQ(p.error_code(p.ontap("POST", "/api/private/cli/storage/failover/takeover",
                                 R"({"ofnode":"cvo1-02"})")),
            "3604514");
  const auto early =
      p.ontap("POST", "/api/private/cli/storage/failover/giveback", R"({"ofnode":"cvo1-02"})");
  EXPECT_EQ(p.error_code(early), "852126");
  p.until([&] { return p.node_state(1) == "waiting_for_giveback"; });
  const auto rows = p.get(
      "/api/private/cli/storage/failover?fields=node,possible,"
      "state_description&node=cvo1-01",
      p.address(0));
  const auto words = std::string(rows.at("records").at(0).at("state_description").as_string());
  EXPECT_EQ(words, "In takeover, Auto giveback will be initiated in 600 seconds");
  EXPECT_FALSE(rows.at("records").at(0).at("possible").as_bool());
  p.until([&] { return p.mirror() == "normal"; });
  EXPECT_EQ(p.ontap("POST", "/api/private/cli/storage/failover/giveback", R"({"ofnode":"cvo1-02"})",
                    p.address(0))
                .response.status,
            200);
  p.pass(seconds(60));
  EXPECT_EQ(p.node_state(1), "up");
}

TEST(Cluster, AGivebackBeforeTheResyncIsVetoed) {
  Pair p;
  p.act(1, "reboot");
  p.until([&] { return p.node_state(1) == "waiting_for_giveback"; });
  EXPECT_EQ(p.mirror(), "resynchronizing");
  const auto job = p.act(1, "giveback");
  EXPECT_EQ(p.job_state(job), "failure");
  EXPECT_EQ(p.giveback(0), "failed");
  const auto giveback = p.node(0).at("ha").at("giveback");
  EXPECT_NE(std::string(giveback.at("failure").at("message").as_string()).find("raid"),
            std::string::npos);
  EXPECT_EQ(giveback.at("status").at(0).at("error").at("message").as_string(), "veto");
  p.until([&] { return p.node_state(1) == "up"; });  // the automatic one comes all the same
}

TEST(Cluster, TheSecondNodeIsRefusedWhileTheFirstIsAway) {
  Pair p;
  p.act(1, "shutdown");
  p.pass(minutes(1));
  const auto answer =
      p.ontap("PATCH", "/api/cluster/nodes/" + p.uuid(0) + "?action=shutdown", "{}", p.address(0));
  EXPECT_EQ(answer.response.status, 400);
  EXPECT_EQ(p.error_code(answer), "852046");
  EXPECT_EQ(p.takeover(1), "not_possible");
}

TEST(Cluster, NothingIsTakenOverBeforeTheMirrorsAreInSync) {
  Pair p;
  p.act(1, "reboot");
  p.until([&] { return p.node_state(1) == "waiting_for_giveback"; });
  p.until([&] { return p.node_state(1) == "up"; });
  EXPECT_EQ(p.takeover(1), "not_possible");
  EXPECT_EQ(
      p.error_code(p.ontap("PATCH", "/api/cluster/nodes/" + p.uuid(0) + "?action=reboot", "{}")),
      "852046");
}

TEST(Cluster, AnActionInProgressIsRefusedOnceMore) {
  Pair p;
  p.act(1, "shutdown");
  const auto again = p.ontap("PATCH", "/api/cluster/nodes/" + p.uuid(1) + "?action=reboot", "{}");
  EXPECT_EQ(again.response.status, 409);
  EXPECT_EQ(p.error_code(again), "3604514");
}

TEST(Cluster, BothNodesDownAreUnservedAndTheLogSaysSinceWhen) {
  Pair p;
  p.act(1, "shutdown");
  p.pass(minutes(1));
  const auto before = p.now;
  p.ec2("StopInstances", p.instance(0));
  EXPECT_FALSE(p.world.served(kSystem, p.now));
  EXPECT_TRUE(p.world.served(kSystem, before - seconds(1)));
  ASSERT_EQ(p.log_of(Log::kUnserved).size(), 1U);
  EXPECT_EQ(p.log_of(Log::kUnserved)[0].at, before);
  EXPECT_EQ(p.log_of(Log::kUnserved)[0].system, kSystem);
}

TEST(Cluster, ANodeThatIsCutOffIsTakenOverAfterItsPartnerHasNoticed) {
  Pair p;
  p.ec2("StopInstances", p.instance(1));
  EXPECT_FALSE(p.world.served(kSystem, p.now));
  p.pass(seconds(15));
  EXPECT_TRUE(p.world.served(kSystem, p.now));
  EXPECT_EQ(p.takeover(0), "in_takeover");
  EXPECT_EQ(p.log_of(Log::kServedAgain).size(), 1U);
}

TEST(Cluster, ANodeThatIsCutOffWithoutAMediatorIsNotTakenOver) {
  Pair p;
  p.ec2("StopInstances", p.mediator());
  EXPECT_EQ(p.takeover(0), "not_possible");
  EXPECT_TRUE(p.world.served(kSystem, p.now));
  p.ec2("StopInstances", p.instance(1));
  p.pass(minutes(10));
  EXPECT_FALSE(p.world.served(kSystem, p.now));
  EXPECT_EQ(p.node_state(1), "down");
}

TEST(Cluster, ATakeoverIsImpossibleWhileTheMediatorReboots) {
  Pair p;
  p.ec2("RebootInstances", p.mediator());
  EXPECT_EQ(p.takeover(0), "not_possible");
  EXPECT_EQ(p.takeover(1), "not_possible");
  p.pass(seconds(79));
  EXPECT_EQ(p.takeover(0), "not_possible");
  p.pass(seconds(1));
  EXPECT_EQ(p.takeover(0), "not_attempted");
  EXPECT_EQ(p.log_of(Log::kUnserved).size(), 0U);
}

TEST(Cluster, AMediatorWithoutImdsLeavesTheAddressesWhereTheyAre) {
  auto spec = pair_spec();
  spec.cvo[0].mediator_knows_v2 = false;
  Pair p(spec);
  p.require_tokens_on(p.mediator());
  p.pass(seconds(10));
  EXPECT_EQ(p.takeover(0), "not_attempted");
  p.act(1, "shutdown");
  p.pass(seconds(20));
  EXPECT_EQ(p.takeover(0), "in_takeover");
  EXPECT_FALSE(p.world.served(kSystem, p.now));
  EXPECT_FALSE(p.world.address_served(p.data(1)));
  EXPECT_TRUE(p.world.address_served(p.data(0)));
  // Its options put back, it does what it has left undone.
  ask(p.world, p.now, "ModifyInstanceMetadataOptions",
      {{"InstanceId", p.mediator()}, {"HttpTokens", "optional"}, {"HttpEndpoint", "enabled"}});
  p.pass(seconds(10));
  EXPECT_TRUE(p.world.served(kSystem, p.now));
}

TEST(Cluster, ASingleNodeGoesDownOnlyWithTheOutageAllowed) {
  Pair p(single_spec());
  const auto path = "/api/cluster/nodes/" + p.uuid(0) + "?action=shutdown";
  const auto refused = p.ontap("PATCH", path, "{}");
  EXPECT_EQ(p.error_code(refused), "3604515");
  EXPECT_TRUE(p.world.served(kSystem, p.now));
  EXPECT_FALSE(p.node(0).contains("ha"));
  EXPECT_EQ(p.ontap("PATCH", path + "&allow_data_outage=true", "{}").response.status, 202);
  EXPECT_FALSE(p.world.served(kSystem, p.now));
  p.pass(minutes(3));
  p.ec2("StopInstances", p.instance(0));
  p.pass(minutes(1));
  p.ec2("StartInstances", p.instance(0));
  p.until([&] { return p.world.served(kSystem, p.now); });
  EXPECT_EQ(p.node_state(0), "up");
}

TEST(Cluster, LifsThatCannotMoveKeepANodeUp) {
  auto spec = pair_spec();
  spec.cvo[0].lifs_keep_reboots = true;
  Pair p(spec);
  EXPECT_EQ(
      p.error_code(p.ontap("PATCH", "/api/cluster/nodes/" + p.uuid(1) + "?action=shutdown", "{}")),
      "852115");
}

TEST(Cluster, ARunningNodeLosesItsRoleWhenTokensBecomeRequired) {
  Pair p;
  const auto store = [&](const std::string& field) {
    const auto all = p.get("/api/storage/aggregates?name=aggr2", p.address(0));
    const auto uuid = std::string(all.at("records").at(0).at("uuid").as_string());
    const auto stores =
        p.get("/api/storage/aggregates/" + uuid + "/cloud-stores?fields=*", p.address(0));
    return std::string(stores.at("records").at(0).at(field).as_string());
  };
  EXPECT_EQ(store("availability"), "available");
  EXPECT_EQ(store("availability_at_partner"), "available");
  p.require_tokens_on(p.instance(1));
  p.pass(seconds(10));
  EXPECT_EQ(store("availability"), "unavailable");
  p.act(1, "reboot");
  p.until([&] { return p.node_state(1) == "waiting_for_giveback"; });
  p.until([&] { return p.node_state(1) == "up"; });
  EXPECT_EQ(store("availability"), "available");
}

TEST(Cluster, ANodeThatIsTooOldLosesItsRoleForGood) {
  Pair p(pair_spec("9.12.1P1"));
  p.require_tokens_on(p.instance(1));
  p.act(1, "reboot");
  p.pass(minutes(60));
  EXPECT_EQ(p.node_state(1), "up");
  const auto all = p.get("/api/storage/aggregates?name=aggr2", p.address(0));
  const auto uuid = std::string(all.at("records").at(0).at("uuid").as_string());
  const auto stores = p.get("/api/storage/aggregates/" + uuid + "/cloud-stores?fields=*");
  EXPECT_EQ(stores.at("records").at(0).at("availability").as_string(), "unavailable");
}

TEST(Cluster, TheClusterAddressIsSilentUntilItHasMoved) {
  Pair p;
  EXPECT_EQ(p.ontap("GET", "/api/cluster").way, Answer::Way::kWhole);
  p.act(0, "shutdown");
  p.pass(seconds(20));
  EXPECT_EQ(p.ontap("GET", "/api/cluster").way, Answer::Way::kRefused);
  EXPECT_EQ(p.ontap("GET", "/api/cluster", {}, p.address(1)).way, Answer::Way::kWhole);
  p.pass(seconds(30));
  EXPECT_EQ(p.ontap("GET", "/api/cluster").way, Answer::Way::kWhole);
  EXPECT_EQ(p.ontap("GET", "/api/cluster", {}, p.address(0)).way, Answer::Way::kRefused);
  p.ec2("StopInstances", p.instance(0));
  p.pass(seconds(60));
  EXPECT_EQ(p.ontap("GET", "/api/cluster", {}, p.address(0)).way, Answer::Way::kHang);
}

// ---- what the script does to it ----

TEST(ClusterFaults, AVetoedTakeoverLeavesTheNodeServing) {
  auto fault = condition(Kind::kTakeoverVeto);
  fault.detail = "Takeover was vetoed by the module \"wafl\".";
  fault.times = 1;
  Pair p(with_fault(fault));
  const auto job = p.act(1, "shutdown");
  p.pass(seconds(20));
  EXPECT_EQ(p.job_state(job), "failure");
  EXPECT_EQ(p.takeover(0), "failed");
  EXPECT_EQ(p.node_state(1), "up");
  EXPECT_EQ(p.node(0).at("ha").at("takeover").at("failure").at("message").as_string(),
            fault.detail);
  EXPECT_EQ(p.log_of(Log::kUnserved).size(), 0U);
  p.cycle(1);
}

TEST(ClusterFaults, AVetoedGivebackIsTriedTwiceMoreAndStays) {
  Pair p(with_fault(condition(Kind::kGivebackVeto)));
  p.act(1, "reboot");
  p.until([&] { return p.giveback(0) == "failed"; });
  p.pass(minutes(60));
  EXPECT_EQ(p.node_state(1), "waiting_for_giveback");
  EXPECT_EQ(p.takeover(0), "in_takeover");
  EXPECT_EQ(p.log_of(Log::kGiveback).size(), 0U);
  EXPECT_EQ(p.log_of(Log::kUnserved).size(), 0U);
}

TEST(ClusterFaults, TheSecondAutomaticGivebackMayCome) {
  auto fault = condition(Kind::kGivebackVeto);
  fault.times = 1;
  Pair p(with_fault(fault));
  p.act(1, "reboot");
  p.until([&] { return p.giveback(0) == "failed"; });
  p.until([&] { return p.node_state(1) == "up"; });
  EXPECT_EQ(p.log_of(Log::kGiveback)[0].caller, "ONTAP");
}

TEST(ClusterFaults, ANodeThatDoesNotBootShowsInItsStatusCheck) {
  auto spec = pair_spec();
  auto fault = condition(Kind::kNoBoot);
  fault.instance = spec.cvo[0].nodes[1].instance;
  fault.times = 1;
  Pair p(with_fault(fault, spec));
  p.act(1, "shutdown");
  p.pass(minutes(4));
  p.ec2("StopInstances", p.instance(1));
  p.pass(minutes(1));
  p.ec2("StartInstances", p.instance(1));
  p.pass(minutes(60));
  EXPECT_EQ(p.node_state(1), "taken_over");
  const auto status = p.ec2("DescribeInstanceStatus", p.instance(1));
  EXPECT_NE(status.response.body.find("impaired"), std::string::npos);
  EXPECT_EQ(p.log_of(Log::kUnserved).size(), 0U);
  p.ec2("StopInstances", p.instance(1));
  p.pass(minutes(1));
  p.ec2("StartInstances", p.instance(1));
  p.until([&] { return p.node_state(1) == "up"; });  // a second start helps
}

TEST(ClusterFaults, ANodeMayBootIntoAWrongState) {
  Pair p(with_fault(condition(Kind::kWrongBoot)));
  p.act(1, "reboot");
  p.pass(minutes(60));
  EXPECT_EQ(p.node_state(1), "degraded");
  EXPECT_EQ(p.takeover(0), "in_takeover");
}

TEST(ClusterFaults, AMediatorMayNotComeBack) {
  auto spec = pair_spec();
  auto fault = condition(Kind::kNoBoot);
  fault.instance = spec.cvo[0].mediator;
  Pair p(with_fault(fault, spec));
  p.ec2("RebootInstances", p.mediator());
  p.pass(minutes(30));
  EXPECT_EQ(p.takeover(0), "not_possible");
  EXPECT_TRUE(p.world.served(kSystem, p.now));
}

TEST(ClusterFaults, SomebodyElseMayTakeANodeOver) {
  auto fault = condition(Kind::kOtherTakeover);
  fault.from = minutes(5);
  Pair p(with_fault(fault));
  p.pass(minutes(6));
  EXPECT_EQ(p.takeover(1), "in_takeover");
  EXPECT_EQ(p.log_of(Log::kTakeover)[0].caller, "somebody else");
}

TEST(ClusterFaults, ASlowResyncHoldsTheGivebackUp) {
  auto fault = condition(Kind::kSlowResync);
  fault.delay = minutes(30);
  Pair p(with_fault(fault));
  p.act(1, "reboot");
  p.until([&] { return p.node_state(1) == "waiting_for_giveback"; });
  p.pass(minutes(20));
  EXPECT_EQ(p.mirror(), "resynchronizing");
  EXPECT_EQ(p.node_state(1), "waiting_for_giveback");
  p.until([&] { return p.node_state(1) == "up"; });
}

TEST(ClusterFaults, ClocksMayBeOff) {
  auto fault = condition(Kind::kClockOff);
  fault.delay = minutes(7);
  Pair p(with_fault(fault));
  EXPECT_EQ(p.node(0).at("date").as_string(), "2026-11-24T00:07:00+00:00");
}

TEST(ClusterFaults, AStartMayFindNoCapacity) {
  FaultSpec fault;
  fault.kind = Kind::kNoCapacity;
  fault.times = 2;
  Pair p(with_fault(fault));
  p.ec2("StopInstances", p.mediator());
  p.pass(minutes(1));
  for (int i = 0; i < 2; ++i) {
    const auto answer = p.ec2("StartInstances", p.mediator());
    EXPECT_EQ(code(answer), "InsufficientInstanceCapacity");
    EXPECT_EQ(p.world.find(InstanceId(p.mediator()))->state, fleet::InstanceState::kStopped);
  }
  EXPECT_EQ(p.ec2("StartInstances", p.mediator()).response.status, 200);
}

}  // namespace
}  // namespace v2only::sim::testing
