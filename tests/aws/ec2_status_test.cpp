#include "aws/ec2_status.h"

#include <gtest/gtest.h>

namespace v2only::aws {
namespace {

const RegionName kRegion{"eu-west-1"};

TEST(Ec2Status, IsAskedOfInstancesInAnyState) {
  const auto call = describe_instance_status(kRegion, {InstanceId("i-1"), InstanceId("i-2")});
  EXPECT_EQ(call.action, "DescribeInstanceStatus");
  EXPECT_FALSE(call.write);
  EXPECT_EQ(
      call.params,
      (Params{{"InstanceId.1", "i-1"}, {"InstanceId.2", "i-2"}, {"IncludeAllInstances", "true"}}));
}

constexpr const char* kAnswer = R"(<?xml version="1.0" encoding="UTF-8"?>
<DescribeInstanceStatusResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>r</requestId>
  <instanceStatusSet>
    <item>
      <instanceId>i-0aaaaaaaaaaaaaaaa</instanceId>
      <availabilityZone>eu-west-1a</availabilityZone>
      <instanceState><code>16</code><name>running</name></instanceState>
      <systemStatus><status>ok</status><details><item><name>reachability</name>
        <status>passed</status></item></details></systemStatus>
      <instanceStatus><status>initializing</status></instanceStatus>
      <attachedEbsStatus><status>ok</status></attachedEbsStatus>
      <eventsSet>
        <item>
          <instanceEventId>instance-event-0d59937288b749b32</instanceEventId>
          <code>system-reboot</code>
          <description>scheduled reboot</description>
          <notBefore>2026-12-05T16:00:00.000Z</notBefore>
          <notAfter>2026-12-05T18:00:00.000Z</notAfter>
          <notBeforeDeadline>2026-12-09T16:00:00.000Z</notBeforeDeadline>
        </item>
        <item><code>instance-stop</code><description>[Completed] retired</description></item>
        <item><code>instance-stop</code><description>[Canceled] retired</description></item>
      </eventsSet>
    </item>
    <item>
      <instanceId>i-0bbbbbbbbbbbbbbbb</instanceId>
      <instanceState><code>80</code><name>stopped</name></instanceState>
    </item>
  </instanceStatusSet>
</DescribeInstanceStatusResponse>)";

TEST(Ec2Status, ChecksAndEventsAreReadInAwssWords) {
  const auto read = parse_instance_status(kAnswer);
  ASSERT_TRUE(read) << to_string(read.error());
  ASSERT_EQ(read->size(), 2U);
  const auto& first = read->front();
  EXPECT_EQ(first.id, InstanceId("i-0aaaaaaaaaaaaaaaa"));
  EXPECT_EQ(first.state, fleet::InstanceState::kRunning);
  EXPECT_EQ(first.instance_check, "initializing");
  EXPECT_EQ(first.system_check, "ok");
  EXPECT_EQ(first.ebs_check, "ok");
  ASSERT_EQ(first.events.size(), 3U);
  const auto& event = first.events.front();
  EXPECT_EQ(event.id, "instance-event-0d59937288b749b32");
  EXPECT_EQ(event.code, "system-reboot");
  EXPECT_EQ(event.not_before, *parse_utc("2026-12-05T16:00:00Z"));
  EXPECT_EQ(event.not_after, *parse_utc("2026-12-05T18:00:00Z"));
  EXPECT_EQ(event.not_before_deadline, *parse_utc("2026-12-09T16:00:00Z"));
}

TEST(Ec2Status, EventsThatAreCompletedOrCanceledAreOver) {
  const auto read = parse_instance_status(kAnswer);
  ASSERT_TRUE(read);
  const auto& events = read->front().events;
  EXPECT_FALSE(events[0].is_over());
  EXPECT_TRUE(events[1].is_over());
  EXPECT_TRUE(events[2].is_over());
}

TEST(Ec2Status, WhatIsNotThereIsEmptyAndNotOk) {
  const auto read = parse_instance_status(kAnswer);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->back().state, fleet::InstanceState::kStopped);
  EXPECT_EQ(read->back().instance_check, "");
  EXPECT_EQ(read->back().system_check, "");
  EXPECT_TRUE(read->back().events.empty());
}

TEST(Ec2Status, AnswerWithoutIdsIsGarbage) {
  for (const auto* xml : {"", "<html/>",
                          "<DescribeInstanceStatusResponse><instanceStatusSet><item/>"
                          "</instanceStatusSet></DescribeInstanceStatusResponse>"}) {
    const auto read = parse_instance_status(xml);
    ASSERT_FALSE(read) << xml;
    EXPECT_EQ(read.error().code, ErrorCode::kGarbage);
    EXPECT_EQ(read.error().on, "DescribeInstanceStatus");
  }
}

}  // namespace
}  // namespace v2only::aws
