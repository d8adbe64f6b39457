#include "engine/governor.h"

#include <gtest/gtest.h>

namespace v2only::engine {
namespace {

using std::chrono::seconds;

constexpr BucketSize kModify{100, 5};

TEST(Governor, ABurstOfTheCapacityGoesAtOnceAndTheRestAtTheRefill) {
  Governor governor;
  const MonoTime start{};
  for (int i = 0; i < 100; ++i) EXPECT_EQ(governor.take("k", kModify, start), start);
  EXPECT_EQ(governor.take("k", kModify, start), start + Duration(200));
  EXPECT_EQ(governor.take("k", kModify, start), start + Duration(400));
}

TEST(Governor, TenThousandModifyCallsTakeThirtyThreeMinutes) {
  Governor governor;
  MonoTime last{};
  for (int i = 0; i < 10000; ++i) last = governor.take("k", kModify, MonoTime{});
  EXPECT_EQ(last, MonoTime{} + seconds(1980));
}

TEST(Governor, ThrottlingAnswerEmptiesTheBucket) {
  Governor governor;
  const MonoTime start{};
  (void)governor.take("k", kModify, start);
  governor.throttled("k", start);
  EXPECT_EQ(governor.take("k", kModify, start), start + Duration(200));
}

TEST(Governor, BucketsOfDifferentKeysAreApart) {
  Governor governor;
  for (int i = 0; i < 101; ++i) (void)governor.take("a/eu-west-1/ec2/X", kModify, MonoTime{});
  EXPECT_EQ(governor.take("a/eu-west-2/ec2/X", kModify, MonoTime{}), MonoTime{});
}

TEST(Governor, PublishedSizesAreThoseOfTheGuide) {
  EXPECT_EQ(published_bucket("ec2", "ModifyInstanceMetadataOptions"), (BucketSize{100, 5}));
  EXPECT_EQ(published_bucket("ec2", "DescribeInstances"), (BucketSize{100, 20}));
  EXPECT_EQ(published_bucket("ec2", "StartInstances"), (BucketSize{5, 2}));
  EXPECT_EQ(published_bucket("ec2", "StopInstances"), (BucketSize{50, 5}));
  EXPECT_EQ(published_bucket("ec2", "RebootInstances"), (BucketSize{50, 5}));
  for (const auto* read :
       {"DescribeInstanceStatus", "DescribeInstanceAttribute", "DescribeVolumes",
        "DescribeNetworkInterfaces", "DescribeRouteTables", "GetConsoleOutput"}) {
    EXPECT_EQ(published_bucket("ec2", read), (BucketSize{100, 20})) << read;
  }
  EXPECT_EQ(published_bucket("kms", "DescribeKey"), (BucketSize{100, 50}));
  EXPECT_EQ(published_bucket("monitoring", "GetMetricData"), (BucketSize{50, 50}));
}

}  // namespace
}  // namespace v2only::engine
