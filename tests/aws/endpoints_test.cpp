#include "aws/endpoints.h"

#include <gtest/gtest.h>

namespace v2only::aws {
namespace {

struct RegionCase {
  const char* region;
  const char* partition;
  const char* ec2;
};
class Partitions : public ::testing::TestWithParam<RegionCase> {};

TEST_P(Partitions, RegionHasItsPartitionAndHost) {
  EXPECT_EQ(partition_of(RegionName(GetParam().region)), GetParam().partition);
  EXPECT_EQ(host_of(Service::kEc2, GetParam().region, {}), GetParam().ec2);
}
INSTANTIATE_TEST_SUITE_P(
    Endpoints, Partitions,
    ::testing::Values(
        RegionCase{"eu-west-1", "aws", "ec2.eu-west-1.amazonaws.com"},
        RegionCase{"mx-central-1", "aws", "ec2.mx-central-1.amazonaws.com"},
        RegionCase{"cn-north-1", "aws-cn", "ec2.cn-north-1.amazonaws.com.cn"},
        RegionCase{"us-gov-west-1", "aws-us-gov", "ec2.us-gov-west-1.amazonaws.com"},
        RegionCase{"eusc-de-east-1", "aws-eusc", "ec2.eusc-de-east-1.amazonaws.eu"},
        RegionCase{"us-iso-east-1", "aws-iso", "ec2.us-iso-east-1.c2s.ic.gov"},
        RegionCase{"us-isob-east-1", "aws-iso-b", "ec2.us-isob-east-1.sc2s.sgov.gov"},
        RegionCase{"eu-isoe-west-1", "aws-iso-e", "ec2.eu-isoe-west-1.cloud.adc-e.uk"},
        RegionCase{"us-isof-south-1", "aws-iso-f", "ec2.us-isof-south-1.csp.hci.ic.gov"}));

class NoRegion : public ::testing::TestWithParam<const char*> {};

TEST_P(NoRegion, HasNoPartition) { EXPECT_EQ(partition_of(RegionName(GetParam())), std::nullopt); }
INSTANTIATE_TEST_SUITE_P(Endpoints, NoRegion,
                         ::testing::Values("", "eu", "eu-west", "eu-west-", "eu-west-1a", "eu--1",
                                           "xx-west-1", "eu-west-1-1", "us-gov-1x", "EU-west-1",
                                           "-west-1", "local"));

TEST(Endpoints, GovCloudHostsAreItsFipsHosts) {
  EXPECT_EQ(host_of(Service::kEc2, "us-gov-west-1", {true, false}),
            "ec2.us-gov-west-1.amazonaws.com");
  EXPECT_EQ(host_of(Service::kCloudWatch, "us-east-1", {true, false}),
            "monitoring-fips.us-east-1.amazonaws.com");
}

class AwsHost : public ::testing::TestWithParam<const char*> {};
TEST_P(AwsHost, IsUnderAnAwsSuffix) { EXPECT_TRUE(is_aws_host(GetParam())); }
INSTANTIATE_TEST_SUITE_P(Endpoints, AwsHost,
                         ::testing::Values("https://ec2.eu-west-1.amazonaws.com",
                                           "https://EC2.EU-WEST-1.AMAZONAWS.COM/",
                                           "https://vpce-0ab-1.ec2.eu-west-1.vpce.amazonaws.com",
                                           "https://ec2.eu-west-1.api.aws",
                                           "https://ec2.cn-north-1.amazonaws.com.cn",
                                           "https://ec2.us-iso-east-1.c2s.ic.gov"));

class OtherHost : public ::testing::TestWithParam<const char*> {};
TEST_P(OtherHost, IsNotAws) { EXPECT_FALSE(is_aws_host(GetParam())); }
INSTANTIATE_TEST_SUITE_P(Endpoints, OtherHost,
                         ::testing::Values("http://localhost:5000", "http://127.0.0.1:4566",
                                           "https://evilamazonaws.com", "https://amazonaws.com",
                                           "https://amazonaws.com.evil.test",
                                           "https://evil.test/?ec2.amazonaws.com",
                                           "https://evil.test/.amazonaws.com", "not a url", ""));

}  // namespace
}  // namespace v2only::aws
