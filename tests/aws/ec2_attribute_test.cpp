#include "aws/ec2_attribute.h"

#include <gtest/gtest.h>

namespace v2only::aws {
namespace {

const RegionName kRegion{"eu-west-1"};

std::string answer(const std::string& inside) {
  return "<DescribeInstanceAttributeResponse><requestId>r</requestId><instanceId>i-1</instanceId>" +
         inside + "</DescribeInstanceAttributeResponse>";
}

TEST(Ec2Attribute, IsAskedByItsName) {
  const auto shutdown = describe_shutdown_behaviour(kRegion, InstanceId("i-1"));
  EXPECT_EQ(shutdown.action, "DescribeInstanceAttribute");
  EXPECT_FALSE(shutdown.write);
  EXPECT_EQ(shutdown.params,
            (Params{{"InstanceId", "i-1"}, {"Attribute", "instanceInitiatedShutdownBehavior"}}));
  EXPECT_EQ(describe_stop_protection(kRegion, InstanceId("i-1")).params,
            (Params{{"InstanceId", "i-1"}, {"Attribute", "disableApiStop"}}));
}

TEST(Ec2Attribute, ShutdownBehaviourIsAwssWord) {
  const auto read = [](const std::string& value) {
    return parse_shutdown_behaviour(answer("<instanceInitiatedShutdownBehavior><value>" + value +
                                           "</value></instanceInitiatedShutdownBehavior>"));
  };
  EXPECT_EQ(*read("stop"), "stop");
  EXPECT_EQ(*read("terminate"), "terminate");
}

TEST(Ec2Attribute, StopProtectionIsABoolean) {
  const auto read = [](const std::string& value) {
    return parse_stop_protection(
        answer("<disableApiStop><value>" + value + "</value></disableApiStop>"));
  };
  EXPECT_TRUE(*read("true"));
  EXPECT_FALSE(*read("false"));
  EXPECT_FALSE(read("perhaps").has_value());
}

TEST(Ec2Attribute, AnAnswerWithoutTheValueIsGarbageAndNoDefault) {
  for (const auto& xml : {answer(""), answer("<disableApiStop/>"),
                          answer("<instanceInitiatedShutdownBehavior><value> </value>"
                                 "</instanceInitiatedShutdownBehavior>"),
                          std::string("<html/>")}) {
    EXPECT_EQ(parse_shutdown_behaviour(xml).error().code, ErrorCode::kGarbage) << xml;
    EXPECT_EQ(parse_stop_protection(xml).error().code, ErrorCode::kGarbage) << xml;
  }
}

}  // namespace
}  // namespace v2only::aws
