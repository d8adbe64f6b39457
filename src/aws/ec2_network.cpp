#include "aws/ec2_network.h"

#include <algorithm>

#include "aws/ec2_call.h"
#include "aws/xml.h"

namespace v2only::aws {
namespace {

const std::string kInterfaces = "DescribeNetworkInterfaces";
const std::string kRoutes = "DescribeRouteTables";

std::vector<std::string> read_addresses(const pugi::xml_node& item) {
  std::vector<std::string> out;
  const auto add = [&](std::string address) {
    const bool known = std::find(out.begin(), out.end(), address) != out.end();
    if (!address.empty() && !known) out.push_back(std::move(address));
  };
  add(text_of(item, "privateIpAddress"));
  for (const auto& one : item.child("privateIpAddressesSet").children("item")) {
    add(text_of(one, "privateIpAddress"));
  }
  return out;
}

Result<NetworkInterface> read_interface(const pugi::xml_node& item) {
  NetworkInterface out;
  out.id = text_of(item, "networkInterfaceId");
  if (out.id.empty()) return garbage_in(kInterfaces, "an interface without an id");
  out.vpc = text_of(item, "vpcId");
  out.instance = InstanceId(text_of(item.child("attachment"), "instanceId"));
  out.addresses = read_addresses(item);
  return out;
}

Route read_route(const pugi::xml_node& item) {
  return {text_of(item, "destinationCidrBlock"), text_of(item, "networkInterfaceId"),
          InstanceId(text_of(item, "instanceId")), text_of(item, "state")};
}

Result<RouteTable> read_table(const pugi::xml_node& item) {
  RouteTable out;
  out.id = text_of(item, "routeTableId");
  if (out.id.empty()) return garbage_in(kRoutes, "a route table without an id");
  out.vpc = text_of(item, "vpcId");
  for (const auto& route : item.child("routeSet").children("item")) {
    out.routes.push_back(read_route(route));
  }
  return out;
}

ApiCall filtered(const RegionName& region, const std::string& action,
                 const std::vector<Filter>& filters, std::string_view most,
                 std::string_view next_token) {
  auto call = ec2_call(region, action);
  add_filters(call.params, filters);
  add_page(call.params, most, next_token);
  return call;
}

}  // namespace

ApiCall describe_network_interfaces(const RegionName& region, const std::vector<Filter>& filters,
                                    std::string_view next_token) {
  return filtered(region, kInterfaces, filters, "1000", next_token);
}

Result<NetworkInterfacePage> parse_network_interfaces(std::string_view xml) {
  pugi::xml_document document;
  V2_TRY(const auto root, answer_root(document, xml, kInterfaces));
  V2_TRY(auto found, items_of<NetworkInterface>(root.child("networkInterfaceSet"), read_interface));
  return NetworkInterfacePage{std::move(found), text_of(root, "nextToken")};
}

ApiCall describe_route_tables(const RegionName& region, const std::vector<Filter>& filters,
                              std::string_view next_token) {
  return filtered(region, kRoutes, filters, "100", next_token);
}

Result<RouteTablePage> parse_route_tables(std::string_view xml) {
  pugi::xml_document document;
  V2_TRY(const auto root, answer_root(document, xml, kRoutes));
  V2_TRY(auto found, items_of<RouteTable>(root.child("routeTableSet"), read_table));
  return RouteTablePage{std::move(found), text_of(root, "nextToken")};
}

}  // namespace v2only::aws
