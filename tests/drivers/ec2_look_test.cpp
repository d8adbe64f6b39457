#include "drivers/ec2_look.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace v2only::drivers
