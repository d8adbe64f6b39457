#include <gtest/gtest.h>

#include "asking.h"
#include "sim/ec2_service.h"
#include "sim/world.h"

namespace v2only::sim::testing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Modify, EchoesAllSixFieldsWithStatePending) {
  World world(plain_spec(1), 1, kStart);
  auto params = require_tokens(instance_id(0));
  params.emplace_back("HttpPutResponseHopLimit", "3");
  const auto answer = ask(world, kStart, "ModifyInstanceMetadataOptions", params);
  EXPECT_EQ(answer.response.status, 200);
  EXPECT_EQ(text(answer, "instanceId"), instance_id(0));
  EXPECT_EQ(text(answer, "state"), "pending");
  EXPECT_EQ(text(answer, "httpTokens"), "required");
  EXPECT_EQ(text(answer, "httpPutResponseHopLimit"), "3");
  EXPECT_EQ(text(answer, "httpEndpoint"), "enabled");
  EXPECT_EQ(text(answer, "httpProtocolIpv6"), "disabled");
  EXPECT_EQ(text(answer, "instanceMetadataTags"), "disabled");
}

TEST(Modify, WhatIsLeftOutIsKept) {
  auto spec = plain_spec(1);
  spec.instances[0].instance.options = options("optional", 5);
  World world(spec, 1, kStart);
  ask(world, kStart, "ModifyInstanceMetadataOptions", require_tokens(instance_id(0)));
  const auto& now = world.find(InstanceId(instance_id(0)))->options;
  EXPECT_EQ(now.hop_limit(), 5);
  EXPECT_TRUE(now.tokens_required());
  ask(world, kStart, "ModifyInstanceMetadataOptions",
      {{"InstanceId", instance_id(0)}, {"InstanceMetadataTags", "enabled"}});
  EXPECT_TRUE(world.instances()[0].options.tokens_required());
}

TEST(Modify, IsPendingForTheDelayThenApplied) {
  auto spec = plain_spec(1);
  spec.apply_delay_min = spec.apply_delay_max = seconds(3);
  World world(spec, 1, kStart);
  ask(world, kStart, "ModifyInstanceMetadataOptions", require_tokens(instance_id(0)));
  EXPECT_EQ(world.next_event(), kStart + seconds(3));
  const auto state_at = [&](Duration later) {
    return texts(ask(world, kStart + later, "DescribeInstances"), "state").back();
  };
  EXPECT_EQ(state_at(milliseconds(2999)), "pending");
  EXPECT_EQ(state_at(seconds(3)), "applied");
  EXPECT_EQ(world.next_event(), std::nullopt);
}

TEST(Modify, OfAStoppedInstanceStaysPending) {
  auto spec = plain_spec(1);
  spec.instances[0].instance.state = fleet::InstanceState::kStopped;
  World world(spec, 1, kStart);
  ask(world, kStart, "ModifyInstanceMetadataOptions", require_tokens(instance_id(0)));
  world.advance_to(kStart + hours(24));
  EXPECT_EQ(world.instances()[0].options_state, fleet::OptionState::kPending);
  EXPECT_TRUE(world.instances()[0].options.tokens_required());
}

TEST(Modify, ValuesAreChecked) {
  World world(plain_spec(1), 1, kStart);
  const auto code_of = [&](const std::string& name, const std::string& value) {
    Params params{{"InstanceId", instance_id(0)}, {name, value}};
    if (name != "HttpEndpoint") params.emplace_back("HttpEndpoint", "enabled");
    return code(ask(world, kStart, "ModifyInstanceMetadataOptions", params));
  };
  for (const auto* bad : {"0", "65", "-1", "two", "", "1.5"}) {
    EXPECT_EQ(code_of("HttpPutResponseHopLimit", bad), "InvalidParameterValue") << bad;
  }
  for (const auto* good : {"1", "64"}) EXPECT_EQ(code_of("HttpPutResponseHopLimit", good), "");
  EXPECT_EQ(code_of("HttpTokens", "no-preference"), "InvalidParameterValue");
  EXPECT_EQ(code_of("HttpEndpoint", "on"), "InvalidParameterValue");
  EXPECT_EQ(code_of("HttpProtocolIpv6", "true"), "InvalidParameterValue");
  EXPECT_EQ(code_of("InstanceMetadataTags", "Enabled"), "InvalidParameterValue");
}

TEST(Modify, TokensHopsAndIpv6NeedTheEndpointEnabled) {
  World world(plain_spec(1), 1, kStart);
  const auto code_of = [&](const Params& more) {
    Params params{{"InstanceId", instance_id(0)}};
    params.insert(params.end(), more.begin(), more.end());
    return code(ask(world, kStart, "ModifyInstanceMetadataOptions", params));
  };
  EXPECT_EQ(code_of({{"HttpTokens", "required"}}), "InvalidParameterCombination");
  EXPECT_EQ(code_of({{"HttpPutResponseHopLimit", "2"}, {"HttpEndpoint", "disabled"}}),
            "InvalidParameterCombination");
  EXPECT_EQ(code_of({{"HttpProtocolIpv6", "enabled"}}), "InvalidParameterCombination");
  EXPECT_EQ(code_of({}), "InvalidParameterCombination");
  EXPECT_EQ(code_of({{"HttpEndpoint", "disabled"}}), "");
}

TEST(Modify, TheInstanceHasToBeThere) {
  auto spec = plain_spec(3);
  spec.instances[1].instance.state = fleet::InstanceState::kTerminated;
  spec.instances[2].instance.managed = true;
  World world(spec, 1, kStart);
  const auto code_of = [&](const std::string& id) {
    return code(ask(world, kStart, "ModifyInstanceMetadataOptions", require_tokens(id)));
  };
  EXPECT_EQ(code_of("i-xx"), "InvalidInstanceID.Malformed");
  EXPECT_EQ(code_of(""), "MissingParameter");
  EXPECT_EQ(code_of(instance_id(8)), "InvalidInstanceID.NotFound");
  EXPECT_EQ(code_of(instance_id(1)), "IncorrectInstanceState");
  EXPECT_EQ(code_of(instance_id(2)), "UnsupportedOperation");
  Asker us;
  us.region = "us-east-1";
  EXPECT_EQ(
      code(ask(world, kStart, "ModifyInstanceMetadataOptions", require_tokens(instance_id(0)), us)),
      "InvalidInstanceID.NotFound");
}

TEST(Modify, TagsInMetadataNeedKeysThatFit) {
  auto spec = plain_spec(1);
  spec.instances[0].instance.tags["cost center"] = "7";
  World world(spec, 1, kStart);
  EXPECT_EQ(code(ask(world, kStart, "ModifyInstanceMetadataOptions",
                     {{"InstanceId", instance_id(0)}, {"InstanceMetadataTags", "enabled"}})),
            "InvalidParameterValue");
}

TEST(Modify, DryRunChangesNothing) {
  World world(plain_spec(1), 1, kStart);
  auto params = require_tokens(instance_id(0));
  params.emplace_back("DryRun", "true");
  const auto answer = ask(world, kStart, "ModifyInstanceMetadataOptions", params);
  EXPECT_EQ(answer.response.status, 412);
  EXPECT_EQ(code(answer), "DryRunOperation");
  EXPECT_FALSE(world.instances()[0].options.tokens_required());
}

}  // namespace
}  // namespace v2only::sim::testing
