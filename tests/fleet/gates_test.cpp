#include "fleet/gates.h"

#include <gmock/gmock.h>

#include <functional>
#include <set>

#include "system_sample.h"

namespace v2only::fleet::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Findings judged(const SystemReading& reading, const CvoSystem& system = pair_system(),
                bool aws = true, bool console = true) {
  return preconditions(reading, {system, aws, console});
}

TEST(Gates, AllGoodOfAHealthyPair) {
  const auto findings = judged(healthy_pair());
  EXPECT_TRUE(all_good(findings)) << first_trouble(findings);
  EXPECT_THAT(first_trouble(findings), IsEmpty());
}

TEST(Gates, AllGoodOfAHealthySingleNode) {
  const auto findings = judged(healthy_single(), single_system());
  EXPECT_TRUE(all_good(findings)) << first_trouble(findings);
}

TEST(Gates, NothingThatWasNotReadCountsAsGood) {
  SystemReading nothing;
  nothing.members = healthy_pair().members;
  for (const auto& finding : judged(nothing)) {
    if (finding.gate == "ec2-status" || finding.gate == "no-ec2-event" ||
        finding.gate == "comes-back" || finding.gate == "permissions") {
      continue;
    }
    EXPECT_NE(finding.mark, Mark::kGood) << finding.gate;
  }
}

struct Spoil {
  const char* name;
  const char* gate;
  const char* text;  // a part of what is said
  std::function<void(SystemReading&)> how;
};

class SpoiltGate : public testing::TestWithParam<Spoil> {};

TEST_P(SpoiltGate, HoldsThePairBackAndSaysWhy) {
  auto reading = healthy_pair();
  GetParam().how(reading);
  const auto findings = judged(reading);
  EXPECT_FALSE(all_good(findings));
  const auto found = std::find_if(findings.begin(), findings.end(), [](const Finding& f) {
    return f.mark == Mark::kBad || f.mark == Mark::kUnknown;
  });
  ASSERT_NE(found, findings.end());
  EXPECT_EQ(found->gate, GetParam().gate);
  EXPECT_THAT(found->text, HasSubstr(GetParam().text));
}

OntapNode& node(SystemReading& reading, std::size_t i) { return reading.ontap.nodes->at(i); }

INSTANTIATE_TEST_SUITE_P(
    Each, SpoiltGate,
    testing::Values(
        Spoil{"cluster", "cluster", "another cluster",
              [](auto& r) { r.ontap.cluster_uuid = "other"; }},
        Spoil{"down", "nodes-up", "is down, not up",
              [](auto& r) { node(r, 1).state = NodeState::kDown; }},
        Spoil{"joining", "nodes-up", "no member",
              [](auto& r) { node(r, 0).membership = "joining"; }},
        Spoil{"third", "nodes-up", "3 nodes",
              [](auto& r) { r.ontap.nodes->push_back(node(r, 0)); }},
        Spoil{"version", "one-version", "different versions",
              [](auto& r) { node(r, 0).version = "NetApp Release 9.13.1P5"; }},
        Spoil{"ha", "failover-on", "switched off", [](auto& r) { node(r, 0).ha->enabled = false; }},
        Spoil{"no-ha", "failover-on", "shows no HA", [](auto& r) { node(r, 0).ha.reset(); }},
        Spoil{"giveback", "auto-giveback", "automatic giveback is off",
              [](auto& r) { node(r, 1).ha->auto_giveback = false; }},
        Spoil{"takeover", "not-taken-over", "in_takeover",
              [](auto& r) { node(r, 0).ha->takeover = TakeoverState::kInTakeover; }},
        Spoil{"partial", "not-taken-over", "giveback is in_progress",
              [](auto& r) { node(r, 0).ha->giveback = GivebackState::kInProgress; }},
        Spoil{"interconnect", "interconnect", "is down",
              [](auto& r) { node(r, 0).ha->interconnect = "down"; }},
        Spoil{"possible", "takeover-possible", "not possible",
              [](auto& r) { r.ontap.failover->at(1).possible = false; }},
        Spoil{"unsaid", "takeover-possible", "not possible",
              [](auto& r) { r.ontap.failover->at(0).possible.reset(); }},
        Spoil{"aggregate", "aggregates", "offline",
              [](auto& r) { r.ontap.aggregates->at(0).state = "offline"; }},
        Spoil{"away", "aggregates", "its home is",
              [](auto& r) { r.ontap.aggregates->at(0).node = "pair-02"; }},
        Spoil{"mirror", "mirrors", "resynchronizing",
              [](auto& r) { r.ontap.aggregates->at(0).mirror = "resynchronizing"; }},
        Spoil{"unmirrored", "mirrors", "unmirrored",
              [](auto& r) { r.ontap.aggregates->at(0).mirror = "unmirrored"; }},
        Spoil{"lif", "lifs-home", "not at home",
              [](auto& r) { r.ontap.lifs->at(0).is_home = false; }},
        Spoil{"store", "fabricpool", "unavailable",
              [](auto& r) {
                r.ontap.cloud_stores = {{"aggr1", "s3", "unavailable", "", "no credentials"}};
              }},
        Spoil{"partner-store", "fabricpool", "s3 of aggr1 is unavailable from the partner node",
              [](auto& r) {
                r.ontap.cloud_stores = {{"aggr1", "s3", "available", "unavailable", ""}};
              }},
        Spoil{"stores-unread", "fabricpool", "not asked",
              [](auto& r) { r.ontap.cloud_stores.reset(); }},
        Spoil{"update", "no-update", "in_progress",
              [](auto& r) { r.ontap.update = "in_progress"; }},
        Spoil{"move", "no-volume-move", "volume move v1",
              [](auto& r) {
                r.ontap.moves->push_back({"volume move v1", "replicating"});
              }},
        Spoil{"off", "console", "DEGRADED", [](auto& r) { r.console->status = "DEGRADED"; }},
        Spoil{"action", "console", "at work",
              [](auto& r) { r.console->active_actions->emplace_back("RESIZE"); }},
        Spoil{"actions-unsaid", "console", "does not tell",
              [](auto& r) { r.console->active_actions.reset(); }},
        Spoil{"mediator", "mediator", "unreachable",
              [](auto& r) {
                r.console->mediator = {1, "unreachable", false};
              }},
        Spoil{"mediator-unsaid", "mediator", "no status",
              [](auto& r) { r.console->mediator.reset(); }},
        Spoil{"checks", "ec2-status", "impaired",
              [](auto& r) { r.members[1].instance_status = "impaired"; }},
        Spoil{"stopped", "ec2-status", "not running",
              [](auto& r) { r.members[2].state = InstanceState::kStopped; }},
        Spoil{"event", "no-ec2-event", "instance-stop",
              [](auto& r) { r.members[0].events->emplace_back("instance-stop on 2026-12-01"); }},
        Spoil{"terminate", "comes-back", "would terminate",
              [](auto& r) { r.members[0].shutdown_behaviour = "terminate"; }},
        Spoil{"protection", "comes-back", "stop protection",
              [](auto& r) { r.members[1].stop_protection = true; }},
        Spoil{"key", "comes-back", "could not start again",
              [](auto& r) { r.members[0].bad_keys->emplace_back("key k is Disabled"); }}),
    [](const auto& spoilt) {
      std::string name = spoilt.param.name;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

// What the plan shows of a pair that may be restarted: each precondition, and not only troubles.
TEST(Gates, EachPreconditionOfAHealthyPairIsSaidToHold) {
  std::set<std::string> good;
  for (const auto& finding : judged(healthy_pair())) {
    if (finding.mark == Mark::kGood) good.insert(finding.gate);
  }
  for (const auto* gate : {"cluster", "nodes-up", "one-version", "failover-on", "auto-giveback",
                           "not-taken-over", "takeover-possible", "interconnect", "aggregates",
                           "mirrors", "lifs-home", "no-update", "no-volume-move", "transfers",
                           "console", "mediator", "ec2-status", "no-ec2-event", "comes-back"}) {
    EXPECT_EQ(good.count(gate), 1U) << gate;
  }
}

TEST(Gates, WhatAnotherEndpointDoesNotServeIsSaidAndHoldsNothingUp) {
  auto reading = healthy_pair();
  for (auto& member : reading.members) {
    member.bad_keys.reset();
    member.stop_protection.reset();
    member.events.reset();
  }
  EXPECT_FALSE(all_good(judged(reading)));
  const auto elsewhere = judged(reading, pair_system(), false);
  EXPECT_TRUE(all_good(elsewhere)) << first_trouble(elsewhere);
}

TEST(Gates, WithoutTheConsoleTheMediatorIsJudgedByEc2AndOntapAndThePlanSaysSo) {
  auto reading = healthy_pair();
  reading.console.reset();
  const auto findings = judged(reading, pair_system(), true, false);
  EXPECT_TRUE(all_good(findings)) << first_trouble(findings);
  const auto warned = std::count_if(findings.begin(), findings.end(), [](const Finding& f) {
    return f.mark == Mark::kWarn && (f.gate == "mediator" || f.gate == "console");
  });
  EXPECT_EQ(warned, 2);
}

TEST(Gates, AVersionThatDoesNotTellOfTheInterconnectIsNotHeldBackByIt) {
  auto reading = healthy_pair();
  for (auto& each : *reading.ontap.nodes) each.ha->interconnect.clear();
  EXPECT_TRUE(all_good(judged(reading)));
}

TEST(Gates, ANodeThatIsAwayIsServedOnlyWhenSeenSoFromItsPartner) {
  const auto system = pair_system();
  const GateContext context{system, true, true};
  auto reading = taken_over_pair();
  EXPECT_TRUE(all_good(served_by_partner(reading, context, 0)))
      << first_trouble(served_by_partner(reading, context, 0));

  auto in_progress = reading;
  node(in_progress, 1).ha->takeover = TakeoverState::kInProgress;
  EXPECT_FALSE(all_good(served_by_partner(in_progress, context, 0)));

  auto still_up = reading;
  node(still_up, 0).state = NodeState::kUp;
  EXPECT_FALSE(all_good(served_by_partner(still_up, context, 0)));

  auto elsewhere = reading;
  elsewhere.addresses->at(0).at = system.nodes[0].instance;
  EXPECT_THAT(first_trouble(served_by_partner(elsewhere, context, 0)), HasSubstr("EC2 sends"));

  auto nowhere = reading;
  nowhere.addresses->at(0).at.reset();
  EXPECT_THAT(first_trouble(served_by_partner(nowhere, context, 0)), HasSubstr("no instance"));

  auto failing = reading;
  node(failing, 1).state = NodeState::kDegraded;
  EXPECT_THAT(first_trouble(served_by_partner(failing, context, 0)), HasSubstr("itself"));

  auto giving_back = reading;
  node(giving_back, 1).ha->giveback = GivebackState::kInProgress;
  EXPECT_THAT(first_trouble(served_by_partner(giving_back, context, 0)), HasSubstr("giving back"));

  auto stopping = reading;
  stopping.members[1].state = InstanceState::kStopping;
  EXPECT_THAT(first_trouble(served_by_partner(stopping, context, 0)), HasSubstr("not running"));

  auto untried = reading;
  untried.probes.reset();
  EXPECT_THAT(first_trouble(served_by_partner(untried, context, 0)), HasSubstr("not tried"));

  auto silent = reading;
  silent.probes = {{"tcp://10.1.2.3:2049", false, "refused"}};
  EXPECT_THAT(first_trouble(served_by_partner(silent, context, 0)), HasSubstr("refused"));
}

TEST(Gates, AnIscsiLifThatStaysWhereItIsDoesNotCount) {
  const auto system = pair_system();
  auto reading = taken_over_pair();
  reading.addresses.reset();
  reading.ontap.lifs = {
      {"nfs1", "svm1", "10.1.2.3", "pair-02", "pair-01", false, true, "up", true, true},
      {"iscsi1", "svm1", "10.1.2.9", "pair-01", "pair-01", true, true, "down", false, true}};
  EXPECT_TRUE(all_good(served_by_partner(reading, {system, false, true}, 0)));
}

TEST(Gates, ACallThatEc2WouldRefuseIsBadAndOneThatWasNotTriedElsewhereIsSaid) {
  auto reading = healthy_pair();
  reading.members[0].denied->push_back("ec2:StartInstances is denied");
  EXPECT_THAT(first_trouble(judged(reading)), HasSubstr("ec2:StartInstances is denied"));
  reading.members[0].denied.reset();
  EXPECT_FALSE(all_good(judged(reading))) << "on AWS what is not known holds it up";
  const auto elsewhere = judged(reading, pair_system(), false);
  EXPECT_TRUE(all_good(elsewhere)) << first_trouble(elsewhere);
  const auto said = std::any_of(elsewhere.begin(), elsewhere.end(), [](const Finding& finding) {
    return finding.gate == "permissions" && finding.text.find("not tried") != std::string::npos;
  });
  EXPECT_TRUE(said);
}

// --- our own logins ----------------------------------------------------------------------------

struct LoginCase {
  const char* name;
  LoginLife aws;
  bool on_aws;
  Mark mark;
  const char* text;
};

class AwsLogin : public testing::TestWithParam<LoginCase> {};

constexpr Duration kExpected = std::chrono::minutes(45);

TEST_P(AwsLogin, HasToOutliveTwoCycles) {
  auto reading = healthy_pair();
  reading.logins->aws = GetParam().aws;
  const auto system = pair_system();
  const auto findings = preconditions(reading, {system, GetParam().on_aws, true, kExpected});
  const auto found = std::find_if(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.gate == "credentials";
  });
  ASSERT_NE(found, findings.end());
  EXPECT_EQ(found->mark, GetParam().mark) << found->text;
  EXPECT_THAT(found->text, HasSubstr(GetParam().text));
  EXPECT_THAT(found->text, HasSubstr("environment"));
}

INSTANTIATE_TEST_SUITE_P(
    Each, AwsLogin,
    testing::Values(
        LoginCase{"lasts", {true, {}}, true, Mark::kGood, "do not end"},
        LoginCase{"long", {false, WallTime(kExpected * 2)}, true, Mark::kGood, "last until"},
        LoginCase{"short",
                  {false, WallTime(kExpected * 2 - Duration(1))},
                  true,
                  Mark::kBad,
                  "twice a cycle's 45m"},
        LoginCase{"short_elsewhere", {false, WallTime()}, false, Mark::kBad, "take new ones"},
        LoginCase{"untold", {}, true, Mark::kBad, "AWS_CREDENTIAL_EXPIRATION"},
        LoginCase{"untold_elsewhere", {}, false, Mark::kWarn, "AWS_CREDENTIAL_EXPIRATION"}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(Gates, ALoginToTheConsoleThatIsNotRenewedOrAnOntapThatWasNotReadIsUnknown) {
  auto reading = healthy_pair();
  reading.logins->console->lasts = false;
  EXPECT_THAT(first_trouble(judged(reading)), HasSubstr("the Console's login"));
  reading.logins->console.reset();
  EXPECT_TRUE(all_good(judged(reading, pair_system(), true, false)));
  reading.logins.reset();
  EXPECT_THAT(first_trouble(judged(reading)), HasSubstr("was not looked at"));
}

TEST(Gates, AnEmptyListOfWhatEveryNodeHasIsUnknown) {
  auto reading = healthy_pair();
  reading.ontap.aggregates->clear();
  EXPECT_THAT(first_trouble(judged(reading)), HasSubstr("no aggregate"));
  reading = healthy_pair();
  reading.ontap.lifs->clear();
  EXPECT_THAT(first_trouble(judged(reading)), HasSubstr("no LIF"));
}

TEST(Gates, AnAddressThatHasToMoveAndWasNotReadIsUnknown) {
  const auto system = pair_system();
  auto reading = taken_over_pair();
  reading.addresses->clear();
  EXPECT_THAT(first_trouble(served_by_partner(reading, {system, true, true}, 0)),
              HasSubstr("where EC2 sends 10.1.2.3 was not read"));
  reading.ontap.lifs->clear();
  EXPECT_THAT(first_trouble(served_by_partner(reading, {system, true, true}, 0)),
              HasSubstr("no LIF"));
}

TEST(Gates, AFabricPoolStoreThatThePlanKnewHasToBeBack) {
  auto system = pair_system();
  system.cloud_stores = {"aggr1 to bucket"};
  auto reading = healthy_pair();
  EXPECT_THAT(first_trouble(judged(reading, system)), HasSubstr("not shown any more"));
  reading.ontap.cloud_stores = {{"aggr1", "bucket", "available", "available", ""}};
  EXPECT_TRUE(all_good(judged(reading, system)));
}

TEST(Gates, AClockThatIsFiveMinutesOffIsToldAndHoldsNothingUp) {
  auto reading = healthy_pair();
  reading.ontap.asked_at.wall = WallTime(std::chrono::hours(500000));
  const auto warned = [&](Duration off) {
    node(reading, 1).date = reading.ontap.asked_at.wall + off;
    const auto findings = judged(reading);
    EXPECT_TRUE(all_good(findings));
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding& finding) { return finding.gate == "clocks"; });
  };
  EXPECT_FALSE(warned(std::chrono::minutes(4)));
  EXPECT_TRUE(warned(std::chrono::minutes(6)));
  EXPECT_TRUE(warned(-std::chrono::minutes(6)));
}

}  // namespace
}  // namespace v2only::fleet::test
