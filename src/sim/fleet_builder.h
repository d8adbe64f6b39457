// Puts fleets together from the kinds of instances that real estates have. What NetApp's look like
// in EC2 follows facts/netapp.md, part 2.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "fleet/facts.h"
#include "sim/spec.h"

namespace v2only::sim {

// A fleet, and what its operator knows of it.
struct Fleet {
  WorldSpec world;
  fleet::Facts facts;
};

// Images that DescribeImages tells of.
enum class Stock : std::uint8_t { kAmazon2, kAmazon2023, kUbuntu22, kRhel9, kWindows2022, kOwn };

class FleetBuilder {
 public:
  // `first_system`: how many systems other builders have made for the same world, so that their
  // addresses are not given twice.
  explicit FleetBuilder(std::uint64_t seed, std::size_t first_system = 0);

  // Each adds an instance (running, options as AWS launches, tokens optional, software that uses
  // tokens) and returns it to be finished; the reference holds until the next is added.
  InstanceSpec& ordinary(const RegionName& region, std::string name, std::string type, Stock image);
  // With the tag that the Console and Terraform set. `version` goes to the facts.
  InstanceSpec& agent(const RegionName& region, std::string name, std::string version);
  // From the Marketplace: no tag, only the image's name and a profile tell.
  InstanceSpec& marketplace_agent(const RegionName& region, std::string name);

  struct Cvo {
    RegionName region;
    std::string name;     // of the system
    UnitId system;        // "VsaWorkingEnvironment-a1b2c3d4"
    std::string version;  // of ONTAP
    std::string type = "m5.2xlarge";
    FailoverMode failover = FailoverMode::kPrivateIp;
  };
  // The system's ONTAP, to be finished likewise: one data address a node, iSCSI, a cluster address,
  // FabricPool; user v2only, a password of its own.
  CvoSpec& cvo_single(const Cvo& cvo);
  CvoSpec& cvo_pair(const Cvo& cvo);  // two nodes and a mediator

  std::size_t size() const { return fleet_.world.instances.size(); }
  Random& random() { return random_; }
  Fleet take() { return std::move(fleet_); }

 private:
  InstanceSpec& add(const RegionName& region, std::string name, std::string type, ImageId image);
  InstanceSpec& cvo_member(const Cvo& cvo, const std::string& suffix, const std::string& type);
  InstanceSpec& cvo_node(const Cvo& cvo, const std::string& suffix);
  CvoSpec& ontap(const Cvo& cvo, const std::vector<InstanceId>& nodes);
  std::string hex(std::size_t digits);

  Random random_;
  std::size_t first_system_;
  Fleet fleet_;
};

// The facts file that says what `facts` holds, in the order of the ids.
std::string facts_yaml(const fleet::Facts& facts);

// How an operator reaches the system's ONTAP: every management address, or what `endpoint_of` makes
// of it. The password is named env:V2ONLY_SIM_PASSWORD_<the id's last part, upper case>.
std::string password_variable(const UnitId& system);
fleet::OntapAccess ontap_access(
    const CvoSpec& system,
    const std::function<std::string(const std::string& address)>& endpoint_of,
    std::string fingerprint);

}  // namespace v2only::sim
