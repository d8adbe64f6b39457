#include "report/explain.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "report/golden.h"
#include "report/sample.h"

namespace v2only::report::test {
namespace {

using fleet::test::id;
using ::testing::HasSubstr;
using ::testing::Not;

const fleet::CommandTarget kAws;

TEST(ExplainText, OfAnAgentHasCommandClicksAndSshUser) {
  const auto fleet = Fleet::mixed();
  const auto text = explain_text(fleet.view(), id('1'), kAws, k80);
  expect_golden("explain-agent-80", text);
  expect_fits(text, k80);
  expect_clean(text);
}

TEST(ExplainText, OfACvoNodeHasTheRunbookOfItsSystem) {
  const auto fleet = Fleet::mixed();
  const auto text = explain_text(fleet.view(), id('a'), kAws, k120);
  expect_golden("explain-cvo-120", text);
  expect_fits(text, k120);
  expect_clean(text);
}

TEST(ExplainText, OfABlockedInstanceSaysToSettleThatFirst) {
  auto fleet = Fleet::mixed();
  fleet.simulated = true;
  const auto text = explain_text(fleet.view(), id('5'), {kEndpoint, "ops"}, k80);
  expect_golden("explain-blocked-80-simulated", text);
  expect_fits(text, k80);
}

TEST(ExplainText, OfACompliantInstanceHasNoCommand) {
  const auto fleet = Fleet::mixed();
  const auto text = explain_text(fleet.view(), id('3'), kAws, k80);
  EXPECT_THAT(text, HasSubstr("Nothing to change."));
  EXPECT_THAT(text, Not(HasSubstr("aws ec2")));
}

TEST(ExplainText, OfATerminatedInstanceSaysThatItIsInNoUnit) {
  auto fleet = Fleet::of(1);
  fleet.world.inventory.instances.front().state = fleet::InstanceState::kTerminated;
  fleet.assess();
  const auto text = explain_text(fleet.view(), fleet.world.inventory.instances[0].id, kAws, k80);
  EXPECT_THAT(text, HasSubstr("in no unit"));
}

TEST(ExplainText, OfAnInstanceThatWasNotReadSaysSo) {
  const auto fleet = Fleet::empty();
  EXPECT_EQ(explain_text(fleet.view(), id('1'), kAws, k80),
            "i-00000000000000001: not in what was read\n");
}

TEST(ExplainText, ColourAddsNothingButColour) {
  const auto fleet = Fleet::mixed();
  EXPECT_EQ(without_escapes(explain_text(fleet.view(), id('a'), kAws, {80, true})),
            explain_text(fleet.view(), id('a'), kAws, k80));
}

TEST(ExplainText, AHostileNameNeitherEscapesNorBreaksALine) {
  auto fleet = Fleet::mixed();
  for (auto& instance : fleet.world.inventory.instances) {
    instance.name = hostile_name();
    instance.iam_instance_profile = hostile_name();
    instance.type = hostile_name();
  }
  fleet.assess();
  for (const char last : {'1', 'a', '8'}) {
    const auto text = explain_text(fleet.view(), id(last), kAws, k80);
    expect_clean(text);
    expect_fits(text, k80);
  }
}

TEST(ExplainJson, HasWhatTheTextHas) {
  const auto fleet = Fleet::mixed();
  const auto text = explain_json(fleet.view(), id('1'), kAws);
  expect_golden("explain-json", text);
  const auto value = parse_json(text, "output");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->at("Instance").at("InstanceId"), json::value("i-00000000000000001"));
  EXPECT_THAT(std::string(value->at("Command").as_string()),
              HasSubstr("aws ec2 modify-instance-metadata-options"));
}

TEST(ExplainJson, OfAnInstanceInNoUnitHasItsIdentityOnly) {
  auto fleet = Fleet::of(1);
  fleet.world.inventory.instances.front().state = fleet::InstanceState::kTerminated;
  fleet.assess();
  const auto id = fleet.world.inventory.instances[0].id;
  const auto value = parse_json(explain_json(fleet.view(), id, kAws), "output");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->at("Instance").at("InstanceState"), json::value("terminated"));
  EXPECT_FALSE(value->at("Instance").as_object().contains("Verdict"));
  EXPECT_EQ(value->at("Command"), json::value(""));
}

}  // namespace
}  // namespace v2only::report::test
