// EC2 DescribeNetworkInterfaces and DescribeRouteTables: at which instance a data address is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/caller.h"
#include "aws/ec2.h"
#include "core/result.h"

namespace v2only::aws {

struct NetworkInterface {
  std::string id;
  std::string vpc;
  InstanceId instance;                 // empty: attached to none
  std::vector<std::string> addresses;  // private IPv4, the primary one first

  friend bool operator==(const NetworkInterface&, const NetworkInterface&) = default;
};

struct NetworkInterfacePage {
  std::vector<NetworkInterface> interfaces;
  std::string next_token;  // empty: that was the last page
};

// A page of 1,000. Filters that matter: attachment.instance-id, addresses.private-ip-address,
// vpc-id (a private address may be in many VPCs).
ApiCall describe_network_interfaces(const RegionName& region, const std::vector<Filter>& filters,
                                    std::string_view next_token);
Result<NetworkInterfacePage> parse_network_interfaces(std::string_view xml);

struct Route {
  std::string destination;        // "10.0.0.5/32"; empty: not an IPv4 route
  std::string network_interface;  // empty: leads elsewhere (a gateway, …)
  InstanceId instance;            // that the interface belongs to; empty: not told
  std::string state;              // "active", "blackhole"

  friend bool operator==(const Route&, const Route&) = default;
};

struct RouteTable {
  std::string id;
  std::string vpc;
  std::vector<Route> routes;

  friend bool operator==(const RouteTable&, const RouteTable&) = default;
};

struct RouteTablePage {
  std::vector<RouteTable> tables;
  std::string next_token;  // empty: that was the last page
};

// A page of 100 (the largest). Filters that matter: route.destination-cidr-block, vpc-id. A table
// is answered with all of its routes, not only those that the filter names.
ApiCall describe_route_tables(const RegionName& region, const std::vector<Filter>& filters,
                              std::string_view next_token);
Result<RouteTablePage> parse_route_tables(std::string_view xml);

}  // namespace v2only::aws
