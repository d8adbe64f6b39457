#include "aws/ec2_volumes.h"

#include <gtest/gtest.h>

namespace v2only::aws {
namespace {

const RegionName kRegion{"eu-west-1"};

TEST(Ec2Volumes, AreAskedForByTheInstancesThatTheyAreAttachedTo) {
  const auto call = describe_volumes(kRegion, {InstanceId("i-1"), InstanceId("i-2")}, "tok");
  EXPECT_EQ(call.action, "DescribeVolumes");
  EXPECT_FALSE(call.write);
  EXPECT_EQ(call.params, (Params{{"Filter.1.Name", "attachment.instance-id"},
                                 {"Filter.1.Value.1", "i-1"},
                                 {"Filter.1.Value.2", "i-2"},
                                 {"MaxResults", "500"},
                                 {"NextToken", "tok"}}));
}

TEST(Ec2Volumes, KeyAndAttachmentsAreRead) {
  const auto page = parse_volumes(R"(<DescribeVolumesResponse><requestId>r</requestId><volumeSet>
    <item><volumeId>vol-1</volumeId><size>47</size><status>in-use</status>
      <encrypted>true</encrypted>
      <kmsKeyId>arn:aws:kms:eu-west-1:111122223333:key/1234abcd</kmsKeyId>
      <attachmentSet><item><volumeId>vol-1</volumeId><instanceId>i-1</instanceId>
        <device>/dev/xvda</device><status>attached</status></item></attachmentSet></item>
    <item><volumeId>vol-2</volumeId><status>available</status><encrypted>false</encrypted>
      <attachmentSet/></item>
    </volumeSet><nextToken>more</nextToken></DescribeVolumesResponse>)");
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->next_token, "more");
  ASSERT_EQ(page->volumes.size(), 2U);
  EXPECT_EQ(page->volumes[0], (Volume{"vol-1",
                                      "in-use",
                                      true,
                                      "arn:aws:kms:eu-west-1:111122223333:key/1234abcd",
                                      {{InstanceId("i-1"), "/dev/xvda", "attached"}}}));
  EXPECT_EQ(page->volumes[1], (Volume{"vol-2", "available", false, "", {}}));
}

TEST(Ec2Volumes, VolumeWithoutAnIdIsGarbage) {
  const auto page = parse_volumes(
      "<DescribeVolumesResponse><volumeSet><item/></volumeSet></DescribeVolumesResponse>");
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::kGarbage);
  EXPECT_FALSE(parse_volumes("<html/>"));
}

}  // namespace
}  // namespace v2only::aws
