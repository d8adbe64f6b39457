#include "drivers/ec2_look.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "aws/ec2_power.h"

namespace v2only::drivers {
namespace {

TEST(Ec2Look, WhatIsSaidOfAnInstanceThatNobodyAskedForIsNotTakenForAnother) {
  const InstanceId member("i-0000000000000000a");
  Ec2Look look(RegionName("eu-west-1"), {member}, {});
  const auto asked = look.begin();
  ASSERT_EQ(asked.size(), 1U);
  aws::ApiReply reply;
  reply.fate = aws::Fate::kDone;
  reply.body =
      "<DescribeInstancesResponse><reservationSet><item><instancesSet><item>"
      "<instanceId>i-0000000000000000b</instanceId>"
      "<instanceState><code>80</code><name>stopped</name></instanceState>"
      "</item></instancesSet></item></reservationSet></DescribeInstancesResponse>";
  EXPECT_TRUE(look.take(asked[0].number, reply).empty());
  fleet::SystemReading reading;
  look.put_into(reading);
  ASSERT_EQ(reading.members.size(), 1U);
  EXPECT_EQ(reading.members[0].id, member);
  EXPECT_EQ(reading.members[0].state, fleet::InstanceState::kUnknown);
  EXPECT_TRUE(reading.members[0].errors.empty());
}

// --- DryRun ------------------------------------------------------------------------------------

aws::ApiReply refusal(const std::string& code) {
  aws::ApiReply out;
  out.fate = aws::Fate::kRefused;
  out.error.http_status = code == "DryRunOperation" ? 412 : 403;
  out.error.code = code;
  out.error.message = "said EC2";
  return out;
}

// What is known of the calls when the stop is answered so, and the start would be allowed.
std::optional<std::vector<std::string>> denied_when(const std::string& code) {
  const RegionName region("eu-west-1");
  const InstanceId member("i-0000000000000000a");
  Ec2Parts parts;
  parts.deep = true;
  parts.tried[member] = {aws::stop_instance(region, member), aws::start_instance(region, member)};
  Ec2Look look(region, {member}, parts);
  int tried = 0;
  for (const auto& asked : look.begin()) {
    if (asked.call.action != "StopInstances" && asked.call.action != "StartInstances") continue;
    ++tried;
    const auto& dry = asked.call.params;
    const bool is_dry = std::any_of(dry.begin(), dry.end(), [](const auto& param) {
      return param.first == "DryRun" && param.second == "true";
    });
    EXPECT_TRUE(is_dry) << asked.call.action;
    const bool stop = asked.call.action == "StopInstances";
    look.take(asked.number, refusal(stop ? code : "DryRunOperation"));
  }
  EXPECT_EQ(tried, 2);
  fleet::SystemReading reading;
  look.put_into(reading);
  return reading.members[0].denied;
}

TEST(Ec2Look, WhatARestartSendsIsTriedWithDryRun) {
  EXPECT_EQ(denied_when("DryRunOperation"), std::vector<std::string>{});
  const auto denied = denied_when("UnauthorizedOperation");
  ASSERT_TRUE(denied);
  ASSERT_EQ(denied->size(), 1U);
  EXPECT_NE(denied->front().find("ec2:StopInstances"), std::string::npos) << denied->front();
  EXPECT_FALSE(denied_when("InternalError")) << "what is not known is not allowed";
}

TEST(Ec2Look, WhereNothingIsToBeTriedNothingIsKnownOfTheCalls) {
  Ec2Look look(RegionName("eu-west-1"), {InstanceId("i-0000000000000000a")}, {});
  fleet::SystemReading reading;
  look.put_into(reading);
  EXPECT_FALSE(reading.members[0].denied);
}

}  // namespace
}  // namespace v2only::drivers
