#include "config/policy_file.h"

#include <chrono>
#include <set>
#include <tuple>

#include "config/file.h"
#include "config/map_reader.h"
#include "config/restart_policy.h"
#include "core/text.h"
#include "fleet/policy_json.h"

namespace v2only::config {
namespace {

using fleet::Acceptance;
using fleet::Policy;
using fleet::ProfileSpec;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kMany = 1'000'000;

// What a nested reader found wrong becomes the caller's error.
Result<void> read_waves(const YamlNode* node, const std::string& path, fleet::WavePolicy& out) {
  if (node == nullptr) return {};
  MapReader reader(*node, path);
  out.canary = reader.integer("canary", 1, kMany).value_or(out.canary);
  out.growth = reader.integer("growth", 1, 100).value_or(out.growth);
  out.width = reader.integer("width", 1, 1000).value_or(out.width);
  return reader.finish();
}

Result<void> read_calls(const YamlNode* node, const std::string& path, fleet::CallPolicy& out) {
  if (node == nullptr) return {};
  MapReader reader(*node, path);
  out.timeout = reader.duration("timeout", seconds(1), minutes(15)).value_or(out.timeout);
  out.unknown_settle =
      reader.duration("unknown_settle", seconds(0), hours(1)).value_or(out.unknown_settle);
  const auto name = reader.text("rates");
  const auto rates = fleet::rates_named(name.value_or("auto"));
  if (name && !rates) {
    reader.fail_here("rates must be auto, table or none, not '" + one_line(*name, 60) + "'");
  }
  if (name) out.rates = rates.value_or(out.rates);
  return reader.finish();
}

// Reads acceptances, and sees to it that each instance is named by one at most.
class AcceptReader {
 public:
  explicit AcceptReader(const std::string& path) : path_(path) {}

  Result<Acceptance> read(const YamlNode& node) {
    MapReader reader(node, path_);
    Acceptance out;
    out.where = reader.where();
    read_instances(reader, out);
    if (const auto tag = reader.tag("tag")) std::tie(out.tag_name, out.tag_value) = *tag;
    out.reason = reader.text("reason").value_or("");
    out.by = reader.text("by").value_or("");
    out.until = reader.time("until");
    if (out.instances.empty() == out.tag_name.empty()) {
      reader.fail_here("an acceptance names either instances: or tag:");
    }
    if (out.reason.empty()) reader.fail_here("an acceptance needs a reason:");
    if (out.by.empty()) reader.fail_here("an acceptance needs by:, the name of who takes the risk");
    if (const auto done = reader.finish(); !done) return Unexpected{done.error()};
    return out;
  }

 private:
  void read_instances(MapReader& reader, Acceptance& out) {
    for (const auto& item : reader.items("instances")) {
      const auto id = instance_id_of(reader, item, item.text);
      if (!id) return;
      if (!seen_.insert(*id).second) {
        return reader.fail(item, id->str() + " is accepted twice; name it once");
      }
      out.instances.push_back(*id);
    }
  }

  const std::string& path_;
  std::set<InstanceId> seen_;
};

bool is_profile_name(std::string_view name) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
  return !name.empty() && name.size() <= 64 && name.front() != '-' &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

Result<ProfileSpec> read_profile(const YamlMember& member, const std::string& path) {
  MapReader reader(member.value, path);
  ProfileSpec out;
  out.where = path + ":" + std::to_string(member.line);
  if (const auto* match = reader.member("match")) {
    MapReader rule(*match, path);
    if (auto tag = rule.tag("tag")) {
      out.match_tag_name = std::move(tag->first);
      out.match_tag_value = std::move(tag->second);
    } else {
      rule.fail_here("match needs tag: name=value");
    }
    if (const auto done = rule.finish(); !done) return Unexpected{done.error()};
  }
  out.hop_limit = reader.integer("hop_limit", 1, 64);
  out.needs_imds = reader.boolean("needs_imds");
  if (const auto done = reader.finish(); !done) return Unexpected{done.error()};
  return out;
}

Result<void> read_profiles(MapReader& reader, Policy& policy) {
  for (const auto& member : reader.members("profiles")) {
    if (!is_profile_name(member.key)) {
      return fail(ErrorCode::kUsage,
                  "'" + one_line(member.key, 60) +
                      "' is no profile name (lower-case letters, digits and -, at most 64)",
                  position(reader.path(), member.line, member.column));
    }
    V2_TRY(auto spec, read_profile(member, reader.path()));
    policy.profiles.emplace(member.key, std::move(spec));
  }
  return {};
}

}  // namespace

Result<Policy> parse_policy(std::string_view text, std::string_view path_text) {
  const std::string path(path_text);
  V2_TRY(const auto root, parse_yaml(text, path));
  MapReader reader(root, path);
  Policy policy;
  if (const auto read = read_waves(reader.member("waves"), path, policy.waves); !read) {
    return Unexpected{read.error()};
  }
  policy.failures = reader.integer("failures", 1, kMany).value_or(policy.failures);
  policy.look_back =
      reader.duration("look_back", hours(24), hours(24 * 63)).value_or(policy.look_back);
  if (const auto read = read_calls(reader.member("calls"), path, policy.calls); !read) {
    return Unexpected{read.error()};
  }
  AcceptReader accept(path);
  for (const auto& item : reader.items("accept")) {
    V2_TRY(auto acceptance, accept.read(item));
    policy.accept.push_back(std::move(acceptance));
  }
  if (const auto read = read_profiles(reader, policy); !read) return Unexpected{read.error()};
  if (const auto read = read_restart_policy(reader, policy); !read) return Unexpected{read.error()};
  if (const auto done = reader.finish(); !done) return Unexpected{done.error()};
  return policy;
}

Result<Policy> load_policy(const std::string& path) {
  V2_TRY(const auto text, read_file(path));
  return parse_policy(text, path);
}

}  // namespace v2only::config
