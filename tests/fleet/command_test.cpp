#include "fleet/command.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "plan_gen.h"
#include "world.h"

namespace v2only::fleet::test {
namespace {

Step step_of(const OptionSet& observed, const OptionSet& set) {
  Step step;
  step.observed = observed;
  step.set = set;
  return step;
}

OptionSet tokens(std::string value) {
  return OptionSet().set(OptionField::kHttpTokens, std::move(value));
}

TEST(FieldsToSend, OnAwsTheChangeWithTokensAndEndpoint) {
  const auto hops = OptionSet().set(OptionField::kHttpPutResponseHopLimit, "3");
  EXPECT_EQ(fields_to_send(step_of(options("required"), hops), true).to_text(),
            "HttpTokens=required HttpPutResponseHopLimit=3 HttpEndpoint=enabled");
}

TEST(FieldsToSend, DisabledEndpointStaysDisabledUnlessTheStepSetsIt) {
  const auto observed = options("optional", "1", "disabled");
  EXPECT_EQ(fields_to_send(step_of(observed, tokens("required")), true).to_text(),
            "HttpTokens=required HttpEndpoint=disabled");
  auto set = tokens("required").set(OptionField::kHttpEndpoint, "enabled");
  EXPECT_EQ(fields_to_send(step_of(observed, set), true).to_text(),
            "HttpTokens=required HttpEndpoint=enabled");
}

TEST(FieldsToSend, ElsewhereEveryObservedFieldWithTheChangeOverIt) {
  EXPECT_EQ(fields_to_send(step_of(options("optional", "2"), tokens("required")), false).to_text(),
            "HttpTokens=required HttpPutResponseHopLimit=2 HttpEndpoint=enabled "
            "HttpProtocolIpv6=disabled InstanceMetadataTags=disabled");
}

TEST(FieldsToSend, FieldThatWasNeverObservedIsNotInvented) {
  EXPECT_EQ(fields_to_send(step_of({}, tokens("required")), true).to_text(), "HttpTokens=required");
  EXPECT_EQ(fields_to_send(step_of({}, tokens("required")), false).to_text(),
            "HttpTokens=required");
}

TEST(FieldsToSend, WhatIsNotChangedIsTakenAsItIsNow) {
  const auto step = step_of(options("optional", "1", "enabled"), tokens("required"));
  const auto now = options("optional", "4", "disabled");
  EXPECT_EQ(fields_to_send(step, now, true).to_text(), "HttpTokens=required HttpEndpoint=disabled");
  EXPECT_EQ(fields_to_send(step, now, false).hop_limit(), 4);
}

TEST(FieldsToSend, EndpointThatGoesOffGoesAloneOnAwsAndWithTheOthersAsTheyAreElsewhere) {
  const auto off = OptionSet().set(OptionField::kHttpEndpoint, "disabled");
  const auto step = step_of(options("optional", "3"), off);
  EXPECT_EQ(fields_to_send(step, true).to_text(), "HttpEndpoint=disabled");
  EXPECT_EQ(fields_to_send(step, false), options("optional", "3", "disabled"));
}

RC_GTEST_PROP(FieldsToSend, NeverMovesAFieldThatTheStepDoesNotName, ()) {
  const auto step = step_of(gen_options(), gen_options());
  const auto now = gen_options();
  for (const bool aws : {true, false}) {
    const auto send = fields_to_send(step, now, aws);
    RC_ASSERT(send.satisfies(step.set));
    for (const auto field : kOptionFields) {
      RC_ASSERT(!send.get(field) || step.set.get(field) || send.get(field) == now.get(field));
    }
  }
}

TEST(AwsCommand, QuotesWhatAShellWouldTakeApart) {
  const CommandTarget target{"http://127.0.0.1:1/{region}?a&b", "my profile"};
  EXPECT_EQ(aws_command(RegionName("eu-west-1"), id('1'), tokens("required"), target),
            "aws ec2 modify-instance-metadata-options --profile 'my profile' --endpoint-url "
            "'http://127.0.0.1:1/eu-west-1?a&b' --region eu-west-1 --instance-id "
            "i-00000000000000001 --http-tokens required");
}

TEST(AwsCommand, NamesAllFiveFieldsByTheirFlags) {
  EXPECT_EQ(aws_command(RegionName("eu-west-1"), id('1'), options("optional", "2"), {}),
            "aws ec2 modify-instance-metadata-options --region eu-west-1 --instance-id "
            "i-00000000000000001 --http-tokens optional --http-put-response-hop-limit 2 "
            "--http-endpoint enabled --http-protocol-ipv6 disabled --instance-metadata-tags "
            "disabled");
}

TEST(AwsCommand, OfOtherVerbsTakesInstanceIds) {
  EXPECT_EQ(aws_command("stop-instances", RegionName("eu-west-1"), id('1'), {}),
            "aws ec2 stop-instances --region eu-west-1 --instance-ids i-00000000000000001");
}

}  // namespace
}  // namespace v2only::fleet::test
