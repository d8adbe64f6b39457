#include "report/audit.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "report/golden.h"
#include "report/rows.h"
#include "report/sample.h"

namespace v2only::report::test {
namespace {

using fleet::test::options;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(AuditTable, OfAMixedFleetReadsWellAt80Columns) {
  const auto fleet = Fleet::mixed();
  const auto text = audit_table(fleet.view(), k80);
  expect_golden("audit-80", text);
  expect_fits(text, k80);
  expect_clean(text);
}

TEST(AuditTable, OfAMixedFleetUsesTheRoomOf120Columns) {
  auto fleet = Fleet::mixed();
  fleet.simulated = true;
  const auto text = audit_table(fleet.view(), k120);
  expect_golden("audit-120-simulated", text);
  expect_fits(text, k120);
}

TEST(AuditTable, ColourAddsNothingButColour) {
  const auto fleet = Fleet::mixed();
  const auto coloured = audit_table(fleet.view(), {80, true});
  EXPECT_THAT(coloured, HasSubstr("\x1b["));
  EXPECT_EQ(without_escapes(coloured), audit_table(fleet.view(), k80));
}

TEST(AuditTable, BeginsWithSimulatedOnlyAgainstAnotherEndpoint) {
  auto fleet = Fleet::mixed();
  EXPECT_THAT(audit_table(fleet.view(), k80), Not(HasSubstr("SIMULATED")));
  fleet.simulated = true;
  EXPECT_EQ(lines_of(audit_table(fleet.view(), k80)).front(),
            "SIMULATED  endpoint http://127.0.0.1:4566  account 111122223333");
}

TEST(AuditTable, InstanceIdsAreNeverCut) {
  auto fleet = Fleet::mixed();
  const auto text = audit_table(fleet.view(), {40, false});
  for (const auto& instance : fleet.world.inventory.instances) {
    EXPECT_THAT(text, HasSubstr("\n" + instance.id.str()));
  }
}

TEST(AuditTable, SaysOfAReadySystemHowManyNodesItRestartsInFull) {
  EXPECT_THAT(audit_table(Fleet::mixed().view(), k80), HasSubstr("  ready (restarts 2 nodes)\n"));
  auto single = Fleet::empty();
  single.add(fleet::test::instance('a'));
  single.world.say('a', "netapp-cvo-node", "9.13.1", fleet::test::kSystem);
  single.world.say_ha(false);
  single.assess();
  EXPECT_THAT(audit_table(single.view(), k80), HasSubstr("  ready (restarts 1 node)\n"));
  EXPECT_THAT(audit_json(single.view()), HasSubstr("\"Verdict\": \"ready\""));
}

TEST(AuditTable, SaysOfABlockedSystemNothingOfARestart) {
  auto fleet = Fleet::mixed();
  fleet.world.say('a', "netapp-cvo-node", "9.11.1", fleet::test::kSystem);
  fleet.assess();
  EXPECT_THAT(audit_table(fleet.view(), k80), Not(HasSubstr("(restarts")));
}

TEST(AuditTable, NamesEachScopeThatCouldNotBeRead) {
  const auto fleet = Fleet::mixed();
  EXPECT_THAT(audit_table(fleet.view(), k120),
              HasSubstr("\nINCOMPLETE  111122223333 ap-south-1: ec2:DescribeInstances denied"));
}

TEST(AuditTable, OfAnEmptyFleetSaysSo) {
  const auto fleet = Fleet::empty();
  const auto text = audit_table(fleet.view(), k80);
  EXPECT_THAT(text, HasSubstr("No instances\n"));
  EXPECT_THAT(text, Not(HasSubstr("InstanceId")));
}

TEST(AuditTable, CountsOneInstanceInTheSingular) {
  EXPECT_THAT(audit_table(Fleet::of(1).view(), k80),
              HasSubstr("\n1 instance: 0 compliant, 1 ready, 0 blocked\n"));
  EXPECT_THAT(audit_table(Fleet::of(2).view(), k80),
              HasSubstr("\n2 instances: 0 compliant, 2 ready, 0 blocked\n"));
}

TEST(AuditTable, AHostileNameNeitherEscapesNorBendsTheTable) {
  auto fleet = Fleet::mixed();
  for (auto& instance : fleet.world.inventory.instances) instance.name = hostile_name();
  fleet.assess();
  for (const auto& style : {k80, k120}) {
    const auto text = audit_table(fleet.view(), style);
    expect_clean(text);
    expect_fits(text, style);
  }
}

TEST(AuditTable, BlockedReasonsLeaveOutWhatTheChangeIsFor) {
  const auto fleet = Fleet::mixed();
  EXPECT_THAT(audit_table(fleet.view(), k120), Not(HasSubstr("HttpTokens is")));
}

// The text comes from fleet/; this holds the two together.
TEST(AuditRows, EveryReasonOfAReadyUnitExplainsItsChange) {
  const auto fleet = Fleet::mixed();
  int seen = 0;
  for (const auto& unit : fleet.assessments) {
    if (unit.verdict != fleet::Verdict::kReady) continue;
    for (const auto& reason : unit.reasons) {
      ++seen;
      EXPECT_TRUE(explains_change(reason)) << reason;
    }
  }
  EXPECT_GT(seen, 3);
}

TEST(AuditRows, AReasonThatBlocksExplainsNoChange) {
  const auto fleet = Fleet::mixed();
  int seen = 0;
  for (const auto& unit : fleet.assessments) {
    if (unit.verdict != fleet::Verdict::kBlocked) continue;
    ++seen;
    EXPECT_FALSE(explains_change(unit.reasons.front())) << unit.reasons.front();
  }
  EXPECT_GT(seen, 3);
}

json::value parsed(const std::string& text) {
  auto value = parse_json(text, "output");
  EXPECT_TRUE(value) << text;
  return value ? *std::move(value) : json::value();
}

TEST(AuditJson, IsValidAndStable) {
  auto fleet = Fleet::mixed();
  const auto text = audit_json(fleet.view());
  EXPECT_EQ(text, audit_json(fleet.view()));
  expect_golden("audit-json", text);
  const auto value = parsed(text);
  EXPECT_EQ(value.at("FormatVersion"), json::value("1.0"));
  EXPECT_EQ(value.at("Complete"), json::value(false));
  EXPECT_EQ(value.at("Errors").as_array().size(), 1U);
  EXPECT_EQ(value.at("Instances").as_array().size(), 12U);
}

TEST(AuditJson, SaysSimulatedOnlyAgainstAnotherEndpoint) {
  auto fleet = Fleet::empty();
  EXPECT_FALSE(parsed(audit_json(fleet.view())).as_object().contains("Simulated"));
  fleet.simulated = true;
  EXPECT_EQ(parsed(audit_json(fleet.view())).at("Simulated"), json::value(true));
}

TEST(AuditJson, OfAnEmptyFleetHasNoInstancesAndIsComplete) {
  const auto value = parsed(audit_json(Fleet::empty().view()));
  EXPECT_TRUE(value.at("Complete").as_bool());
  EXPECT_TRUE(value.at("Errors").as_array().empty());
  EXPECT_TRUE(value.at("Instances").as_array().empty());
}

TEST(AuditJson, KeepsAHostileNameAsItIsWithoutControlBytes) {
  auto fleet = Fleet::of(1);
  fleet.world.inventory.instances.front().name = hostile_name();
  fleet.assess();
  const auto text = audit_json(fleet.view());
  for (const auto& line : lines_of(text)) {
    EXPECT_EQ(line.find_first_of("\x1b\x07\x7f\r\t"), std::string::npos) << line;
    EXPECT_EQ(line.find("\xC2\x9B"), std::string::npos) << line;
  }
  const auto name = parsed(text).at("Instances").at(0).at("Name").as_string();
  EXPECT_THAT(std::string(name.c_str()), testing::StartsWith("a\x1b[2J\x1b]0;owned\x07\xC2\x9B"));
}

TEST(AuditJson, ShowsOptionsWithStateAndTheChange) {
  auto fleet = Fleet::of(1);
  fleet.world.inventory.instances.front().options_state = fleet::OptionState::kPending;
  fleet.assess();
  const auto value = parsed(audit_json(fleet.view()));
  const auto& instance = value.at("Instances").at(0);
  EXPECT_EQ(instance.at("MetadataOptions").at("State"), json::value("pending"));
  EXPECT_EQ(instance.at("MetadataOptions").at("HttpPutResponseHopLimit"), json::value(1));
  EXPECT_EQ(instance.at("Change"), (json::value{{"HttpTokens", "required"}}));
}

TEST(AuditCompliance, AsksEveryUnit) {
  auto fleet = Fleet::empty();
  EXPECT_TRUE(all_compliant(fleet.view()));
  fleet.add(instance('3', "web-1", options("required")));
  fleet.assess();
  EXPECT_TRUE(all_compliant(fleet.view()));
  fleet.add(instance('4', "web-2", options("optional")));
  fleet.assess();
  EXPECT_FALSE(all_compliant(fleet.view()));
}

}  // namespace
}  // namespace v2only::report::test
