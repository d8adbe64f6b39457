#include "config/sim_fleet.h"

#include <algorithm>
#include <array>
#include <set>

#include "config/file.h"
#include "config/map_reader.h"
#include "config/sim_faults.h"
#include "config/sim_systems.h"
#include "core/text.h"

namespace v2only::config {
namespace {

using sim::InstanceSpec;
using sim::Software;
using sim::WorldSpec;
using std::chrono::hours;
using std::chrono::minutes;

constexpr double kMany = 1e9;
constexpr int kMostInstances = 1'000'000;

bool is_region(std::string_view text) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
  return text.size() >= 5 && text.size() <= 32 && text.find('-') != std::string_view::npos &&
         text.find_first_not_of(kAllowed) == std::string_view::npos;
}

bool is_image_id(std::string_view text) {
  return text.substr(0, 4) == "ami-" && (text.size() == 12 || text.size() == 21) &&
         text.find_first_not_of("0123456789abcdef", 4) == std::string_view::npos;
}

bool names(const std::vector<RegionName>& regions, const RegionName& region) {
  return std::find(regions.begin(), regions.end(), region) != regions.end();
}

std::vector<RegionName> read_regions(MapReader& reader, std::string_view key) {
  std::vector<RegionName> out;
  for (const auto& item : reader.items(key)) {
    const RegionName region(item.text);
    if (!is_region(item.text)) {
      reader.fail(item, "'" + one_line(item.text, 60) + "' is no region, such as eu-west-1");
    } else if (names(out, region)) {
      reader.fail(item, region.str() + " is named twice");
    } else {
      out.push_back(region);
    }
  }
  return out;
}

void read_account(MapReader& reader, WorldSpec& world) {
  const auto account = reader.text("account");
  if (!account) return;
  if (is_account_id(*account)) {
    world.account = AccountId(*account);
  } else {
    reader.fail(*reader.member("account"), "an account is twelve digits, in quotes");
  }
}

Result<void> read_apply_delay(const YamlNode* node, const std::string& path, WorldSpec& world) {
  if (node == nullptr) return {};
  MapReader reader(*node, path);
  world.apply_delay_min = sim_duration(reader, "min", hours(24), world.apply_delay_min);
  world.apply_delay_max = sim_duration(reader, "max", hours(24),
                                       std::max(world.apply_delay_min, world.apply_delay_max));
  if (world.apply_delay_max < world.apply_delay_min) {
    reader.fail(*reader.member("max"), "max must not be less than min");
  }
  return reader.finish();
}

Result<void> read_buckets(MapReader& reader, WorldSpec& world) {
  for (const auto& member : reader.members("buckets")) {
    MapReader size(member.value, reader.path());
    sim::BucketSpec bucket;
    bucket.capacity = size.number("capacity", 1, kMany).value_or(bucket.capacity);
    bucket.refill_per_second = size.number("refill", 0, kMany).value_or(bucket.refill_per_second);
    if (auto done = size.finish(); !done) return done;
    world.buckets[member.key] = bucket;
  }
  return {};
}

Result<void> read_images(MapReader& reader, WorldSpec& world) {
  for (const auto& member : reader.members("images")) {
    MapReader fields(member.value, reader.path());
    fleet::Image image;
    image.name = fields.text("name").value_or("");
    image.owner = fields.text("owner").value_or(world.account.str());
    image.imds_support = fields.text("imds_support").value_or("");
    if (!is_image_id(member.key)) {
      fields.fail_here("'" + one_line(member.key, 60) + "' is no image id");
    }
    if (!image.imds_support.empty() && image.imds_support != "v2.0") {
      fields.fail(*fields.member("imds_support"), "imds_support is v2.0, or left out");
    }
    if (auto done = fields.finish(); !done) return done;
    world.images[ImageId(member.key)] = image;
  }
  return {};
}

// Reads instances, and sees to it that each is given once and lies in a region of the world.
class InstanceReader {
 public:
  InstanceReader(const WorldSpec& world, const std::string& path) : world_(world), path_(path) {}

  Result<InstanceSpec> read(const YamlNode& node) {
    MapReader reader(node, path_);
    InstanceSpec spec;
    spec.instance.account = world_.account;
    read_identity(reader, spec.instance);
    read_place(reader, spec.instance);
    read_tags(reader, spec.instance);
    read_software(reader, spec);
    if (auto read = read_care(reader, spec); !read) return Unexpected{read.error()};
    if (const auto* options = reader.member("options")) {
      V2_TRY(spec.instance.options, read_sim_options(*options, path_));
    }
    if (const auto done = reader.finish(); !done) return Unexpected{done.error()};
    return spec;
  }

 private:
  void read_identity(MapReader& reader, fleet::Instance& instance) {
    const auto id = reader.text("id");
    if (!id) return reader.fail_here("an instance needs an id");
    const auto& node = *reader.member("id");
    const auto known = instance_id_of(reader, node, *id);
    if (!known) return;
    if (!seen_.insert(*known).second) reader.fail(node, known->str() + " is given twice");
    instance.id = *known;
    instance.name = reader.text("name").value_or("");
    instance.type = reader.text("type").value_or("m5.large");
    instance.launched =
        reader.time("launched").value_or(std::chrono::sys_days(std::chrono::year(2024) / 1 / 1));
    instance.iam_instance_profile = reader.text("instance_profile").value_or("");
    read_service(reader, instance);
    read_state(reader, instance);
    read_image(reader, instance);
  }

  // Who names the service need not say that there is one.
  static void read_service(MapReader& reader, fleet::Instance& instance) {
    instance.managed_by = reader.text("managed_by").value_or("");
    const bool named = !instance.managed_by.empty();
    instance.managed = reader.boolean("managed").value_or(named);
    if (named && !instance.managed) {
      reader.fail(*reader.member("managed_by"), "managed_by names a service, and managed is false");
    }
  }

  static void read_state(MapReader& reader, fleet::Instance& instance) {
    instance.state = fleet::InstanceState::kRunning;
    const auto name = reader.text("state");
    if (!name) return;
    instance.state = fleet::instance_state(*name);
    if (instance.state == fleet::InstanceState::kUnknown) {
      reader.fail(*reader.member("state"),
                  "'" + one_line(*name, 60) +
                      "' is no state; known are pending, running, shutting-down, terminated, "
                      "stopping, stopped");
    }
  }

  static void read_image(MapReader& reader, fleet::Instance& instance) {
    const auto image = reader.text("image").value_or("ami-00000000000000000");
    if (!is_image_id(image)) {
      return reader.fail(*reader.member("image"), "'" + one_line(image, 60) + "' is no image id");
    }
    instance.image_id = ImageId(image);
  }

  void read_place(MapReader& reader, fleet::Instance& instance) const {
    instance.private_ip = reader.text("private_ip").value_or("");
    instance.network_interfaces = reader.integer("network_interfaces", 0, 15).value_or(1);
    const auto region = reader.text("region");
    if (!region) {
      instance.region = world_.regions.front();
      return;
    }
    instance.region = RegionName(*region);
    if (!names(world_.regions, instance.region)) {
      reader.fail(*reader.member("region"), "regions: does not name " + one_line(*region, 60));
    }
  }

  static void read_tags(MapReader& reader, fleet::Instance& instance) {
    instance.tags = read_sim_tags(reader);
    const auto name = instance.tags.find("Name");
    if (name != instance.tags.end() && instance.name.empty()) instance.name = name->second;
    if (!instance.name.empty()) instance.tags["Name"] = instance.name;
  }

  static void read_software(MapReader& reader, InstanceSpec& spec) {
    struct Named {
      std::string_view name;
      Software software;
    };
    constexpr std::array kNames = {Named{"quiet", Software::kQuiet}, Named{"v2", Software::kV2},
                                   Named{"v1", Software::kV1},
                                   Named{"falls-back", Software::kFallsBack}};
    const auto name = reader.text("software").value_or("v2");
    const auto* found =
        std::find_if(kNames.begin(), kNames.end(), [&](const Named& n) { return n.name == name; });
    if (found == kNames.end()) {
      reader.fail(*reader.member("software"), "'" + one_line(name, 60) +
                                                  "' is no software; known are quiet, v2, v1, "
                                                  "falls-back");
    } else {
      spec.software = found->software;
    }
    spec.needs_hops =
        reader.integer("needs_hops", 1, 64).value_or(spec.software == Software::kFallsBack ? 2 : 1);
    const bool uses_v1 = spec.software == Software::kV1 || spec.software == Software::kFallsBack;
    spec.v1_calls_per_hour = reader.number("v1_calls_per_hour", 0, 1e6).value_or(uses_v1 ? 12 : 0);
    spec.has_metrics = reader.boolean("metrics").value_or(true);
  }

  // What stands in the way of its restart, or does not.
  Result<void> read_care(MapReader& reader, InstanceSpec& spec) const {
    spec.stop_protection = reader.boolean("stop_protection").value_or(false);
    spec.terminates_on_shutdown = reader.boolean("terminates_on_shutdown").value_or(false);
    spec.kms_key = reader.text("kms_key").value_or("");
    for (const auto& item : reader.items("events")) {
      MapReader fields(item, path_);
      sim::ScheduledEvent event;
      event.code = fields.text("code").value_or(event.code);
      event.description = fields.text("description").value_or("");
      event.not_before = sim_duration(fields, "not_before", hours(24 * 365), {});
      event.not_after = sim_duration(fields, "not_after", hours(24 * 365), event.not_before);
      if (auto done = fields.finish(); !done) return done;
      spec.events.push_back(std::move(event));
    }
    return {};
  }

  const WorldSpec& world_;
  const std::string& path_;
  std::set<InstanceId> seen_;
};

// Drawn instances go to the world's own regions, in turn.
void add_generated(const WorldSpec& drawn, WorldSpec& world) {
  for (auto spec : drawn.instances) {
    spec.instance.account = world.account;
    if (!names(world.regions, spec.instance.region)) {
      const auto at = static_cast<std::size_t>(
          std::find(drawn.regions.begin(), drawn.regions.end(), spec.instance.region) -
          drawn.regions.begin());
      spec.instance.region = world.regions[at % world.regions.size()];
    }
    world.instances.push_back(std::move(spec));
  }
  world.images.insert(drawn.images.begin(), drawn.images.end());
  world.cvo.insert(world.cvo.end(), drawn.cvo.begin(), drawn.cvo.end());
  if (drawn.console) world.console = drawn.console;
}

Result<void> read_power(const YamlNode* node, const std::string& path, WorldSpec& world) {
  if (node == nullptr) return {};
  MapReader reader(*node, path);
  auto& power = world.power;
  power.stop = sim_duration(reader, "stop", hours(24), power.stop);
  power.start = sim_duration(reader, "start", hours(24), power.start);
  power.reboot = sim_duration(reader, "reboot", hours(24), power.reboot);
  power.checks = sim_duration(reader, "checks", hours(24), power.checks);
  return reader.finish();
}

void read_kms_keys(MapReader& reader, WorldSpec& world) {
  constexpr std::array<std::string_view, 4> kStates = {"Enabled", "Disabled", "PendingDeletion",
                                                       "Unavailable"};
  for (const auto& key : reader.members("kms_keys")) {
    if (std::find(kStates.begin(), kStates.end(), key.value.text) == kStates.end()) {
      return reader.fail(key.value, "a key is Enabled, Disabled, PendingDeletion or Unavailable");
    }
    world.kms_keys[key.key] = key.value.text;
  }
}

Result<void> read_generate(const YamlNode* node, const std::string& path, WorldSpec& world) {
  if (node == nullptr) return {};
  MapReader reader(*node, path);
  const auto count = reader.integer("instances", 0, kMostInstances).value_or(0);
  const auto seed = reader.integer("seed", 0, 2'000'000'000).value_or(1);
  if (auto done = reader.finish(); !done) return done;
  add_generated(
      sim::generate_fleet(static_cast<std::size_t>(count), static_cast<std::uint64_t>(seed)),
      world);
  return {};
}

void read_world(MapReader& reader, WorldSpec& world) {
  read_account(reader, world);
  world.regions = read_regions(reader, "regions");
  if (world.regions.empty()) reader.fail_here("regions: must name at least one region");
  world.regions_not_opted_in = read_regions(reader, "regions_not_opted_in");
  for (const auto& region : world.regions_not_opted_in) {
    if (!names(world.regions, region)) continue;
    reader.fail(*reader.member("regions_not_opted_in"),
                region.str() + " can not be enabled and not opted in at once");
  }
  world.latency = sim_duration(reader, "latency", minutes(10), world.latency);
  world.consistency = sim_duration(reader, "consistency", hours(24), world.consistency);
}

Result<void> read_instances(MapReader& reader, const std::string& path, WorldSpec& world) {
  InstanceReader instances(world, path);
  for (const auto& item : reader.items("instances")) {
    V2_TRY(auto spec, instances.read(item));
    world.instances.push_back(std::move(spec));
  }
  return {};
}

Result<void> read_faults(MapReader& reader, const std::string& path, WorldSpec& world) {
  for (const auto& item : reader.items("faults")) {
    V2_TRY(auto fault, read_sim_fault(item, path));
    world.faults.push_back(std::move(fault));
  }
  return {};
}

// The parts that are read by readers of their own, one after the other.
Result<void> read_parts(MapReader& reader, const std::string& path, WorldSpec& world) {
  if (auto read = read_apply_delay(reader.member("apply_delay"), path, world); !read) return read;
  if (auto read = read_buckets(reader, world); !read) return read;
  if (auto read = read_images(reader, world); !read) return read;
  if (auto read = read_instances(reader, path, world); !read) return read;
  if (auto read = read_generate(reader.member("generate"), path, world); !read) return read;
  if (auto read = read_power(reader.member("power"), path, world); !read) return read;
  read_kms_keys(reader, world);
  if (auto read = read_sim_systems(reader, path, world); !read) return read;
  if (auto read = read_sim_console(reader.member("console"), path, world); !read) return read;
  return read_faults(reader, path, world);
}

}  // namespace

Result<WorldSpec> parse_sim_fleet(std::string_view text, std::string_view path_text) {
  const std::string path(path_text);
  V2_TRY(const auto root, parse_yaml(text, path));
  MapReader reader(root, path);
  WorldSpec world;
  read_world(reader, world);
  if (reader.failed()) return Unexpected{reader.finish().error()};
  if (const auto parts = read_parts(reader, path, world); !parts) return Unexpected{parts.error()};
  if (const auto done = reader.finish(); !done) return Unexpected{done.error()};
  return world;
}

Result<WorldSpec> load_sim_fleet(const std::string& path) {
  V2_TRY(const auto text, read_file(path));
  return parse_sim_fleet(text, path);
}

}  // namespace v2only::config
