// What hangs on an instance: volumes with their keys, interfaces with their addresses, and the
// routes that lead to these.
#include <algorithm>
#include <array>
#include <functional>
#include <string>

#include "core/text.h"
#include "sim/ec2_filters.h"
#include "sim/ec2_service.h"
#include "sim/region_network.h"
#include "sim/token.h"

namespace v2only::sim {
namespace {

using Values = std::vector<std::string>;

// One thing of a listing: what the filters see of it, and its XML.
struct Thing {
  std::string id;
  std::vector<std::pair<std::string_view, Values>> attributes;
  std::string xml;
};

// The attribute that a filter names; a filter of another name is refused.
Result<bool, ApiFault> matches(const Thing& thing, const std::vector<RawFilter>& filters) {
  for (const auto& filter : filters) {
    const auto found = std::find_if(thing.attributes.begin(), thing.attributes.end(),
                                    [&](const auto& a) { return a.first == filter.name; });
    if (found == thing.attributes.end()) return Unexpected{unknown_filter(filter.name)};
    const bool any = std::any_of(found->second.begin(), found->second.end(),
                                 [&](const auto& v) { return matches_any(filter.values, v); });
    if (!any) return false;
  }
  return true;
}

struct Kind {
  std::string_view ids;        // "VolumeId"
  std::string_view set;        // "volumeSet"
  std::string_view not_found;  // "InvalidVolume.NotFound"
};

using Things = std::function<std::vector<Thing>(InstanceIndex)>;

// Pages are of instances' things in the order of the instances: MaxResults counts things, and a
// page ends with the instance that fills it.
class DeviceListing {
 public:
  DeviceListing(const Call& call, Kind kind) : call_(call), kind_(kind) {}

  Served answer(const std::vector<InstanceIndex>& from, const Things& things) {
    if (auto ok = read(); !ok) return Unexpected{ok.error()};
    auto xml = begin_answer(call_);
    xml.open(kind_.set);
    std::size_t written = 0;
    std::size_t i = position_;
    for (; i < from.size() && (most_ == 0 || written < most_); ++i) {
      for (const auto& thing : things(from[i])) {
        if (!ids_.empty() && std::find(ids_.begin(), ids_.end(), thing.id) == ids_.end()) continue;
        V2_TRY(const bool match, matches(thing, filters_));
        if (!match) continue;
        found_.push_back(thing.id);
        xml.open("item").raw(thing.xml).close("item");
        ++written;
      }
    }
    if (auto ok = check_ids(); !ok) return Unexpected{ok.error()};
    xml.close(kind_.set);
    if (i < from.size()) xml.text("nextToken", make_token(listing(), i));
    return end_answer(xml, call_);
  }

 private:
  Result<void, ApiFault> read() {
    V2_TRY(filters_, read_filters(call_.form));
    for (const auto id : call_.form.list(kind_.ids)) ids_.emplace_back(id);
    V2_TRY(const bool dry_run, read_flag(call_.form, "DryRun"));
    if (dry_run) return Unexpected{dry_run_succeeded()};
    V2_TRY(const auto most, read_max_results(call_.form));
    most_ = most.value_or(most_);
    V2_TRY(position_, read_next_token(call_.form, listing()));
    return {};
  }

  Result<void, ApiFault> check_ids() const {
    for (const auto& id : ids_) {
      if (std::find(found_.begin(), found_.end(), id) != found_.end()) continue;
      if (!filters_.empty() || most_ != 0) continue;  // left out, or on another page
      return refuse(std::string(kind_.not_found), "The ID '" + one_line(id) + "' does not exist");
    }
    return {};
  }

  std::string listing() const {
    std::string text = call_.region.str() + '\n' + call_.action;
    for (const auto& filter : filters_) {
      text += '\n' + filter.name + '=' + join(filter.values, ",");
    }
    return text;
  }

  const Call& call_;
  Kind kind_;
  std::vector<RawFilter> filters_;
  Values ids_;
  Values found_;
  std::size_t most_ = 0;
  std::size_t position_ = 0;
};

Thing volume(const State& state, InstanceIndex index, int device, const RegionNetwork& network) {
  const auto& instance = state.at(index);
  const auto& key = state.behaviour(index).kms_key;
  const auto zone = network.zones[network.zone_of(index)];
  const auto id = volume_id(instance, device);
  const std::string name = std::string("/dev/sd") + static_cast<char>('a' + device);
  XmlWriter xml;
  xml.text("volumeId", id).text("size", device == 0 ? "47" : "140").text("status", "in-use");
  xml.text("availabilityZone", zone).text("volumeType", device == 0 ? "io1" : "gp3");
  xml.text("encrypted", key.empty() ? "false" : "true");
  if (!key.empty()) xml.text("kmsKeyId", key);
  xml.open("attachmentSet").open("item").text("volumeId", id);
  xml.text("instanceId", instance.id.str()).text("device", name).text("status", "attached");
  xml.close("item").close("attachmentSet");
  return {id,
          {{"attachment.instance-id", {instance.id.str()}},
           {"volume-id", {id}},
           {"availability-zone", {zone}},
           {"encrypted", {key.empty() ? "false" : "true"}},
           {"status", {"in-use"}}},
          xml.take()};
}

void write_private_addresses(XmlWriter& xml, const Values& addresses) {
  xml.open("privateIpAddressesSet");
  for (const auto& address : addresses) {
    xml.open("item").text("privateIpAddress", address);
    xml.text("primary", &address == &addresses.front() ? "true" : "false").close("item");
  }
  xml.close("privateIpAddressesSet");
}

Thing network_interface(const Ec2& ec2, InstanceIndex index, int device,
                        const RegionNetwork& network) {
  const auto& instance = ec2.state.at(index);
  const auto id = interface_id(instance, device);
  const auto subnet = network.subnets[network.zone_of(index)];
  Values addresses;
  if (device == 0 && !instance.private_ip.empty()) {
    addresses = ec2.addresses.private_addresses(index);
    addresses.insert(addresses.begin(), instance.private_ip);
  }
  XmlWriter xml;
  xml.text("networkInterfaceId", id).text("subnetId", subnet).text("vpcId", network.vpc);
  xml.text("ownerId", instance.account.str()).text("status", "in-use");
  if (!addresses.empty()) {
    xml.text("privateIpAddress", addresses.front());
    write_private_addresses(xml, addresses);
  }
  xml.open("attachment").text("instanceId", instance.id.str());
  xml.text("deviceIndex", std::to_string(device)).text("status", "attached").close("attachment");
  return {id,
          {{"attachment.instance-id", {instance.id.str()}},
           {"network-interface-id", {id}},
           {"subnet-id", {subnet}},
           {"vpc-id", {network.vpc}},
           {"addresses.private-ip-address", addresses},
           {"private-ip-address", addresses.empty() ? Values{} : Values{addresses.front()}}},
          xml.take()};
}

Thing route_table(const Ec2& ec2, const RegionName& region) {
  const RegionNetwork network(region);
  Values destinations = {"10.0.0.0/8"};
  XmlWriter xml;
  xml.text("routeTableId", network.route_table).text("vpcId", network.vpc).open("routeSet");
  xml.open("item").text("destinationCidrBlock", "10.0.0.0/8").text("gatewayId", "local");
  xml.text("state", "active").text("origin", "CreateRouteTable").close("item");
  for (const auto& [address, to] : ec2.addresses.routes(ec2.state, region)) {
    const auto& instance = ec2.state.at(to);
    destinations.push_back(address + "/32");
    xml.open("item").text("destinationCidrBlock", destinations.back());
    xml.text("networkInterfaceId", interface_id(instance, 0));
    xml.text("instanceId", instance.id.str()).text("instanceOwnerId", instance.account.str());
    // A route to an instance that does not run leads nowhere.
    xml.text("state", instance.state == fleet::InstanceState::kRunning ? "active" : "blackhole");
    xml.text("origin", "CreateRoute").close("item");
  }
  xml.close("routeSet");
  return {network.route_table,
          {{"route-table-id", {network.route_table}},
           {"vpc-id", {network.vpc}},
           {"route.destination-cidr-block", destinations}},
          xml.take()};
}

// Nothing of an instance outlives it here.
std::vector<InstanceIndex> living(const Ec2& ec2, const RegionName& region) {
  std::vector<InstanceIndex> out;
  for (const auto index : ec2.state.in_region(region)) {
    if (!fleet::is_gone(ec2.state.at(index).state)) out.push_back(index);
  }
  return out;
}

}  // namespace

Served describe_volumes(Ec2& ec2, const Call& call) {
  const RegionNetwork network(call.region);
  return DeviceListing(call, {"VolumeId", "volumeSet", "InvalidVolume.NotFound"})
      .answer(living(ec2, call.region), [&](InstanceIndex index) {
        return std::vector<Thing>{volume(ec2.state, index, 0, network),
                                  volume(ec2.state, index, 1, network)};
      });
}

Served describe_network_interfaces(Ec2& ec2, const Call& call) {
  const RegionNetwork network(call.region);
  return DeviceListing(call, {"NetworkInterfaceId", "networkInterfaceSet",
                              "InvalidNetworkInterfaceID.NotFound"})
      .answer(living(ec2, call.region), [&](InstanceIndex index) {
        const auto count = ec2.state.at(index).network_interfaces;
        std::vector<Thing> out;
        out.reserve(static_cast<std::size_t>(std::max(count, 0)));
        for (int i = 0; i < count; ++i) {
          out.push_back(network_interface(ec2, index, i, network));
        }
        return out;
      });
}

// The region has one route table; the only "instance" of this listing stands for it.
Served describe_route_tables(Ec2& ec2, const Call& call) {
  return DeviceListing(call, {"RouteTableId", "routeTableSet", "InvalidRouteTableID.NotFound"})
      .answer({0},
              [&](InstanceIndex) { return std::vector<Thing>{route_table(ec2, call.region)}; });
}

}  // namespace v2only::sim
