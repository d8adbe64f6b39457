#include "config/sim_systems.h"

#include <algorithm>
#include <array>

#include "config/sim_faults.h"
#include "core/text.h"
#include "sim/fleet_builder.h"

namespace v2only::config {
namespace {

using sim::CvoNodeSpec;
using sim::CvoSpec;
using sim::WorldSpec;
using std::chrono::hours;

constexpr Duration kLongest = hours(24 * 30);

bool has_instance(const WorldSpec& world, const InstanceId& id) {
  return std::any_of(world.instances.begin(), world.instances.end(),
                     [&](const auto& each) { return each.instance.id == id; });
}

// An instance that `instances:` names.
std::optional<InstanceId> known_instance(MapReader& reader, std::string_view key,
                                         const WorldSpec& world) {
  const auto text = reader.text(key);
  if (!text) return std::nullopt;
  const auto& node = *reader.member(key);
  auto id = instance_id_of(reader, node, *text);
  if (id && !has_instance(world, *id)) reader.fail(node, "instances: does not name " + id->str());
  return id;
}

Result<CvoNodeSpec> read_node(const YamlNode& yaml, const std::string& path,
                              const WorldSpec& world) {
  MapReader reader(yaml, path);
  CvoNodeSpec node;
  if (const auto id = known_instance(reader, "instance", world)) {
    node.instance = *id;
  } else if (!reader.failed()) {
    reader.fail_here("a node needs an instance");
  }
  node.name = reader.text("name").value_or("");
  node.management_address = reader.text("management").value_or("");
  node.data_addresses = reader.texts("data");
  node.iscsi_address = reader.text("iscsi").value_or("");
  node.version = reader.text("version").value_or("");
  if (node.name.empty() || node.management_address.empty()) {
    reader.fail_here("a node needs a name and a management address");
  }
  if (const auto done = reader.finish(); !done) return Unexpected{done.error()};
  return node;
}

Result<void> read_timings(const YamlNode* yaml, const std::string& path, sim::CvoTimings& t) {
  if (yaml == nullptr) return {};
  MapReader reader(*yaml, path);
  struct Named {
    std::string_view key;
    Duration* value;
  };
  for (const auto& [key, value] :
       {Named{"takeover", &t.takeover}, Named{"failure_detect", &t.failure_detect},
        Named{"halt", &t.halt}, Named{"boot", &t.boot}, Named{"giveback_delay", &t.giveback_delay},
        Named{"giveback_retry", &t.giveback_retry}, Named{"giveback", &t.giveback},
        Named{"resync", &t.resync}, Named{"resync_after", &t.resync_after},
        Named{"management_move", &t.management_move}, Named{"mediator_boot", &t.mediator_boot},
        Named{"job_kept", &t.job_kept}}) {
    *value = sim_duration(reader, key, kLongest, *value);
  }
  return reader.finish();
}

void read_switches(MapReader& reader, CvoSpec& spec) {
  spec.auto_giveback = reader.boolean("auto_giveback").value_or(spec.auto_giveback);
  spec.mediator_knows_v2 = reader.boolean("mediator_knows_v2").value_or(spec.mediator_knows_v2);
  spec.halt_powers_off = reader.boolean("halt_powers_off").value_or(spec.halt_powers_off);
  spec.lifs_keep_reboots = reader.boolean("lifs_keep_reboots").value_or(spec.lifs_keep_reboots);
  spec.volume_moving = reader.boolean("volume_moving").value_or(spec.volume_moving);
  spec.snapmirror_transferring =
      reader.boolean("snapmirror_transferring").value_or(spec.snapmirror_transferring);
  spec.clock_error = sim_duration(reader, "clock_ahead", kLongest, {}) -
                     sim_duration(reader, "clock_behind", kLongest, {});
}

class SystemReader {
 public:
  SystemReader(const YamlNode& yaml, const std::string& path, WorldSpec& world)
      : reader_(yaml, path), path_(path), world_(world) {}

  Result<void> read() {
    FleetPlace place;
    read_identity(place);
    if (reader_.failed()) return reader_.finish();
    V2_TRY(auto spec, reader_.items("nodes").empty() ? made(place) : named(place));
    spec.user = reader_.text("user").value_or("v2only");
    if (auto password = reader_.text("password")) spec.password = Secret(std::move(*password));
    if (auto pool = reader_.text("fabric_pool")) spec.fabric_pool = std::move(*pool);
    spec.agent = known_instance(reader_, "agent", world_);
    read_switches(reader_, spec);
    if (auto ok = read_timings(reader_.member("timings"), path_, spec.timings); !ok) return ok;
    if (auto done = reader_.finish(); !done) return done;
    world_.cvo.push_back(std::move(spec));
    return {};
  }

 private:
  struct FleetPlace {
    sim::FleetBuilder::Cvo cvo;
    bool ha = true;
  };

  void read_identity(FleetPlace& place) {
    auto& cvo = place.cvo;
    cvo.system = UnitId(reader_.text("id").value_or(""));
    cvo.name = reader_.text("name").value_or("");
    cvo.version = reader_.text("version").value_or("9.13.1P4");
    cvo.type = reader_.text("type").value_or(cvo.type);
    if (cvo.system.empty() || cvo.name.empty()) {
      reader_.fail_here("a system needs an id and a name");
    }
    for (const auto& other : world_.cvo) {
      if (other.system == cvo.system) {
        reader_.fail_here(one_line(cvo.system.str(), 80) + " is given twice");
      }
    }
    place.ha = reader_.boolean("ha").value_or(true);
    cvo.region = RegionName(reader_.text("region").value_or(world_.regions.front().str()));
    const auto& regions = world_.regions;
    if (std::find(regions.begin(), regions.end(), cvo.region) == regions.end()) {
      reader_.fail(*reader_.member("region"),
                   "regions: does not name " + one_line(cvo.region.str(), 60));
    }
    const auto failover = reader_.text("failover").value_or("private-ip");
    if (failover != "private-ip" && failover != "floating-ip") {
      reader_.fail(*reader_.member("failover"), "failover is private-ip or floating-ip");
    }
    if (failover == "floating-ip") cvo.failover = sim::FailoverMode::kFloatingIp;
  }

  // A system with instances of its own, which follow from its id.
  Result<CvoSpec> made(const FleetPlace& place) {
    const auto seed = std::hash<std::string>{}(place.cvo.system.str());
    sim::FleetBuilder build(seed, world_.cvo.size());
    place.ha ? build.cvo_pair(place.cvo) : build.cvo_single(place.cvo);
    auto fleet = build.take();
    for (auto& instance : fleet.world.instances) {
      instance.instance.account = world_.account;
      world_.instances.push_back(std::move(instance));
    }
    world_.images.insert(fleet.world.images.begin(), fleet.world.images.end());
    return std::move(fleet.world.cvo.front());
  }

  Result<CvoSpec> named(const FleetPlace& place) {
    CvoSpec spec;
    spec.system = place.cvo.system;
    spec.name = place.cvo.name;
    spec.version = place.cvo.version;
    spec.failover = place.cvo.failover;
    spec.password = Secret("simulated-password-of-" + spec.name);
    for (const auto& item : reader_.items("nodes")) {
      V2_TRY(auto node, read_node(item, path_, world_));
      spec.nodes.push_back(std::move(node));
    }
    spec.cluster_address = reader_.text("cluster").value_or("");
    spec.mediator = known_instance(reader_, "mediator", world_);
    if (spec.nodes.size() > 2) reader_.fail_here("a system has one node, or two");
    return spec;
  }

  MapReader reader_;
  const std::string& path_;
  WorldSpec& world_;
};

Result<sim::AgentSpec> read_agent(const YamlNode& yaml, const std::string& path,
                                  const WorldSpec& world) {
  MapReader reader(yaml, path);
  sim::AgentSpec agent;
  agent.id = reader.text("id").value_or("");
  if (const auto id = known_instance(reader, "instance", world)) agent.instance = *id;
  agent.name = reader.text("name").value_or(agent.id);
  agent.version = reader.text("version").value_or(agent.version);
  if (agent.id.empty() || agent.instance.empty()) {
    reader.fail_here("an agent needs an id and an instance");
  }
  if (const auto done = reader.finish(); !done) return Unexpected{done.error()};
  return agent;
}

}  // namespace

Result<void> read_sim_systems(MapReader& reader, const std::string& path, WorldSpec& world) {
  for (const auto& item : reader.items("systems")) {
    if (auto read = SystemReader(item, path, world).read(); !read) return read;
  }
  return {};
}

Result<void> read_sim_console(const YamlNode* node, const std::string& path, WorldSpec& world) {
  if (node == nullptr) return {};
  MapReader reader(*node, path);
  if (!world.console) world.console.emplace();
  auto& console = *world.console;
  console.host = reader.text("host").value_or(console.host);
  console.account = reader.text("account").value_or(console.account);
  console.client_id = reader.text("client_id").value_or(console.client_id);
  if (auto secret = reader.text("client_secret")) console.client_secret = Secret(*secret);
  if (auto token = reader.text("refresh_token")) console.refresh_token = Secret(*token);
  console.credentials_life =
      sim_duration(reader, "credentials_life", kLongest, console.credentials_life);
  console.agent_boot = sim_duration(reader, "agent_boot", kLongest, console.agent_boot);
  console.snapshots = sim_duration(reader, "snapshots", kLongest, console.snapshots);
  for (const auto& item : reader.items("agents")) {
    V2_TRY(auto agent, read_agent(item, path, world));
    console.agents.push_back(std::move(agent));
  }
  return reader.finish();
}

}  // namespace v2only::config
