#include "aws/ec2_network.h"

#include <gtest/gtest.h>

namespace v2only::aws {
namespace {

const RegionName kRegion{"eu-west-1"};

TEST(Ec2Network, InterfacesAreAskedForByFilters) {
  const auto call = describe_network_interfaces(
      kRegion, {{"addresses.private-ip-address", {"10.0.0.5"}}, {"vpc-id", {"vpc-1"}}}, "");
  EXPECT_EQ(call.action, "DescribeNetworkInterfaces");
  EXPECT_FALSE(call.write);
  EXPECT_EQ(call.params, (Params{{"Filter.1.Name", "addresses.private-ip-address"},
                                 {"Filter.1.Value.1", "10.0.0.5"},
                                 {"Filter.2.Name", "vpc-id"},
                                 {"Filter.2.Value.1", "vpc-1"},
                                 {"MaxResults", "1000"}}));
}

TEST(Ec2Network, AddressesOfAnInterfaceAreReadThePrimaryOneFirst) {
  const auto page = parse_network_interfaces(R"(<DescribeNetworkInterfacesResponse>
    <networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId><vpcId>vpc-1</vpcId>
      <privateIpAddress>10.0.0.4</privateIpAddress>
      <privateIpAddressesSet>
        <item><privateIpAddress>10.0.0.9</privateIpAddress><primary>false</primary></item>
        <item><privateIpAddress>10.0.0.4</privateIpAddress><primary>true</primary></item>
      </privateIpAddressesSet>
      <attachment><attachmentId>eni-attach-1</attachmentId><instanceId>i-1</instanceId>
        <status>attached</status></attachment></item>
    <item><networkInterfaceId>eni-2</networkInterfaceId></item></networkInterfaceSet>
    <nextToken>t</nextToken></DescribeNetworkInterfacesResponse>)");
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->next_token, "t");
  EXPECT_EQ(page->interfaces, (std::vector<NetworkInterface>{
                                  {"eni-1", "vpc-1", InstanceId("i-1"), {"10.0.0.4", "10.0.0.9"}},
                                  {"eni-2", "", InstanceId(), {}}}));
}

TEST(Ec2Network, RouteTablesAreAskedForByDestination) {
  const auto call =
      describe_route_tables(kRegion, {{"route.destination-cidr-block", {"10.9.0.5/32"}}}, "t");
  EXPECT_EQ(call.action, "DescribeRouteTables");
  EXPECT_EQ(call.params, (Params{{"Filter.1.Name", "route.destination-cidr-block"},
                                 {"Filter.1.Value.1", "10.9.0.5/32"},
                                 {"MaxResults", "100"},
                                 {"NextToken", "t"}}));
}

TEST(Ec2Network, RouteLeadsToAnInterfaceAndItsInstance) {
  const auto page = parse_route_tables(R"(<DescribeRouteTablesResponse><routeTableSet><item>
    <routeTableId>rtb-1</routeTableId><vpcId>vpc-1</vpcId><routeSet>
      <item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId>
        <state>active</state></item>
      <item><destinationCidrBlock>10.9.0.5/32</destinationCidrBlock><instanceId>i-1</instanceId>
        <networkInterfaceId>eni-1</networkInterfaceId><state>active</state></item>
      <item><destinationCidrBlock>10.9.0.6/32</destinationCidrBlock>
        <networkInterfaceId>eni-2</networkInterfaceId><state>blackhole</state></item>
      <item><destinationIpv6CidrBlock>::/0</destinationIpv6CidrBlock><state>active</state></item>
    </routeSet></item></routeTableSet></DescribeRouteTablesResponse>)");
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->next_token, "");
  ASSERT_EQ(page->tables.size(), 1U);
  EXPECT_EQ(page->tables[0].id, "rtb-1");
  EXPECT_EQ(page->tables[0].vpc, "vpc-1");
  EXPECT_EQ(page->tables[0].routes,
            (std::vector<Route>{{"10.0.0.0/16", "", InstanceId(), "active"},
                                {"10.9.0.5/32", "eni-1", InstanceId("i-1"), "active"},
                                {"10.9.0.6/32", "eni-2", InstanceId(), "blackhole"},
                                {"", "", InstanceId(), "active"}}));
}

TEST(Ec2Network, WhatHasNoIdIsGarbage) {
  EXPECT_EQ(parse_network_interfaces("<DescribeNetworkInterfacesResponse><networkInterfaceSet>"
                                     "<item/></networkInterfaceSet>"
                                     "</DescribeNetworkInterfacesResponse>")
                .error()
                .code,
            ErrorCode::kGarbage);
  EXPECT_EQ(parse_route_tables("<DescribeRouteTablesResponse><routeTableSet><item/>"
                               "</routeTableSet></DescribeRouteTablesResponse>")
                .error()
                .code,
            ErrorCode::kGarbage);
  EXPECT_FALSE(parse_network_interfaces("<DescribeRouteTablesResponse/>"));
  EXPECT_FALSE(parse_route_tables("<DescribeNetworkInterfacesResponse/>"));
}

}  // namespace
}  // namespace v2only::aws
