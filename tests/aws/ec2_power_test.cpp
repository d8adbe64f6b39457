#include "aws/ec2_power.h"

#include <gtest/gtest.h>

#include "aws/query.h"

namespace v2only::aws {
namespace {

const RegionName kRegion{"eu-west-1"};
const InstanceId kInstance{"i-1"};

TEST(Ec2Power, EachCallNamesItsInstanceAndNothingElse) {
  EXPECT_EQ(stop_instance(kRegion, kInstance).action, "StopInstances");
  EXPECT_EQ(start_instance(kRegion, kInstance).action, "StartInstances");
  EXPECT_EQ(reboot_instance(kRegion, kInstance).action, "RebootInstances");
  for (const auto& call : {stop_instance(kRegion, kInstance), start_instance(kRegion, kInstance),
                           reboot_instance(kRegion, kInstance)}) {
    EXPECT_EQ(call.params, (Params{{"InstanceId.1", "i-1"}})) << call.action;  // never Force
  }
}

TEST(Ec2Power, EachGoesOutOnAConnectionOfItsOwn) {
  for (const auto& call : {stop_instance(kRegion, kInstance), start_instance(kRegion, kInstance),
                           reboot_instance(kRegion, kInstance)}) {
    EXPECT_TRUE(call.write) << call.action;
    EXPECT_FALSE(call.repeat_is_harmless) << call.action;
    EXPECT_TRUE(query_request(call, "https://ec2.test", "").fresh_connection) << call.action;
  }
}

TEST(Ec2Power, StateChangeIsRead) {
  const auto xml = [](const std::string& action, const char* before, const char* now) {
    return "<" + action +
           "Response><requestId>r</requestId><instancesSet><item><instanceId>i-1</instanceId>"
           "<currentState><code>64</code><name>" +
           now + "</name></currentState><previousState><code>16</code><name>" + before +
           "</name></previousState></item></instancesSet></" + action + "Response>";
  };
  using fleet::InstanceState;
  EXPECT_EQ(*parse_stop(xml("StopInstances", "running", "stopping")),
            (StateChange{kInstance, InstanceState::kRunning, InstanceState::kStopping}));
  EXPECT_EQ(*parse_start(xml("StartInstances", "stopped", "pending")),
            (StateChange{kInstance, InstanceState::kStopped, InstanceState::kPending}));
  EXPECT_FALSE(parse_stop(xml("StartInstances", "stopped", "pending")));
  EXPECT_FALSE(parse_start(xml("StopInstances", "running", "stopping")));
}

TEST(Ec2Power, AnswerWithoutAnInstanceIsGarbage) {
  const auto stopped = parse_stop("<StopInstancesResponse><instancesSet/></StopInstancesResponse>");
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kGarbage);
}

TEST(Ec2Power, RebootIsQueuedUnlessTheAnswerSaysOtherwise) {
  EXPECT_TRUE(
      parse_reboot("<RebootInstancesResponse><return>true</return>"
                   "</RebootInstancesResponse>"));
  EXPECT_FALSE(
      parse_reboot("<RebootInstancesResponse><return>false</return>"
                   "</RebootInstancesResponse>"));
  EXPECT_TRUE(parse_reboot("<RebootInstancesResponse/>"));
  EXPECT_FALSE(parse_reboot("<html/>"));
}

}  // namespace
}  // namespace v2only::aws
