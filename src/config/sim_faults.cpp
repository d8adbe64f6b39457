#include "config/sim_faults.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace v2only::config {
namespace {

using fleet::OptionField;
using sim::FaultSpec;
using std::chrono::hours;
using Kind = FaultSpec::Kind;

constexpr Duration kLongest = hours(24 * 365);

struct NamedKind {
  std::string_view name;
  Kind kind;
};
constexpr std::array kKinds = {NamedKind{"throttle", Kind::kThrottle},
                               NamedKind{"error", Kind::kError},
                               NamedKind{"lose-before", Kind::kLoseBefore},
                               NamedKind{"lose-after", Kind::kLoseAfter},
                               NamedKind{"half-answer", Kind::kHalfAnswer},
                               NamedKind{"garbage", Kind::kGarbage},
                               NamedKind{"html-error", Kind::kHtmlError},
                               NamedKind{"hang", Kind::kHang},
                               NamedKind{"refuse", Kind::kRefuse},
                               NamedKind{"delay", Kind::kDelay},
                               NamedKind{"late-effect", Kind::kLateEffect},
                               NamedKind{"deny", Kind::kDeny},
                               NamedKind{"stale", Kind::kStale},
                               NamedKind{"other-changes", Kind::kOtherChanges},
                               NamedKind{"other-tags", Kind::kOtherTags},
                               NamedKind{"terminate", Kind::kTerminate},
                               NamedKind{"stop", Kind::kStop},
                               NamedKind{"echo-moved", Kind::kEchoMoved},
                               NamedKind{"no-capacity", Kind::kNoCapacity},
                               NamedKind{"bad-login", Kind::kBadLogin},
                               NamedKind{"wrong-cluster", Kind::kWrongCluster},
                               NamedKind{"takeover-veto", Kind::kTakeoverVeto},
                               NamedKind{"giveback-veto", Kind::kGivebackVeto},
                               NamedKind{"no-boot", Kind::kNoBoot},
                               NamedKind{"wrong-boot", Kind::kWrongBoot},
                               NamedKind{"other-takeover", Kind::kOtherTakeover},
                               NamedKind{"slow-resync", Kind::kSlowResync},
                               NamedKind{"clock-off", Kind::kClockOff}};

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  names.reserve(kKinds.size());
  for (const auto& each : kKinds) names.emplace_back(each.name);
  return names;
}

void read_kind(MapReader& reader, FaultSpec& fault) {
  const auto name = reader.text("kind");
  if (!name) return reader.fail_here("a fault needs a kind: " + join(kind_names(), ", "));
  const auto* found = std::find_if(kKinds.begin(), kKinds.end(),
                                   [&](const NamedKind& k) { return k.name == *name; });
  if (found != kKinds.end()) {
    fault.kind = found->kind;
  } else {
    reader.fail(
        *reader.member("kind"),
        "'" + one_line(*name, 60) + "' is no kind of fault; known are " + join(kind_names(), ", "));
  }
}

void read_scope(MapReader& reader, FaultSpec& fault) {
  fault.action = reader.text("action").value_or("");
  fault.service = reader.text("service").value_or("");
  if (!fault.service.empty() && fault.service != "ontap" && fault.service != "console") {
    reader.fail(*reader.member("service"), "service is ontap or console; left out, it is AWS");
  }
  if (auto system = reader.text("system")) fault.system = UnitId(std::move(*system));
  if (auto other = reader.text("other")) fault.other = UnitId(std::move(*other));
  if (auto region = reader.text("region")) fault.region = RegionName(std::move(*region));
  if (const auto id = reader.text("instance")) {
    fault.instance = instance_id_of(reader, *reader.member("instance"), *id);
  }
  fault.probability = reader.number("probability", 0, 1).value_or(1);
  fault.times = reader.integer("times", 1, 1'000'000).value_or(-1);
  fault.from = sim_duration(reader, "from", kLongest, {});
  if (reader.member("until") != nullptr) fault.until = sim_duration(reader, "until", kLongest, {});
  if (fault.until && *fault.until <= fault.from) {
    reader.fail(*reader.member("until"), "until must be later than from");
  }
}

// Without these the fault would do nothing.
void check_needs(MapReader& reader, const FaultSpec& fault) {
  const bool needs_delay = fault.kind == Kind::kDelay || fault.kind == Kind::kLateEffect ||
                           fault.kind == Kind::kStale || fault.kind == Kind::kSlowResync ||
                           fault.kind == Kind::kClockOff;
  if (needs_delay && fault.delay <= Duration::zero()) {
    reader.fail_here("a fault of this kind needs a delay");
  }
  const bool needs_options = fault.kind == Kind::kOtherChanges || fault.kind == Kind::kEchoMoved;
  if (needs_options && fault.options.empty()) {
    reader.fail_here("a fault of this kind needs options");
  }
  if (fault.kind == Kind::kBadLogin && fault.service.empty()) {
    reader.fail_here("a fault of this kind needs a service: ontap or console");
  }
  if (fault.kind == Kind::kWrongCluster &&
      (fault.service != "ontap" || !fault.system || !fault.other)) {
    reader.fail_here("a fault of this kind needs service: ontap, a system, and the other one");
  }
  if (fault.kind == Kind::kOtherTags && fault.tags.empty()) {
    reader.fail_here("a fault of this kind needs tags");
  }
}

bool is_value(OptionField field, std::string_view value) {
  if (field == OptionField::kHttpTokens) return value == "optional" || value == "required";
  if (field != OptionField::kHttpPutResponseHopLimit) {
    return value == "enabled" || value == "disabled";
  }
  const auto number = parse_number(value);
  return number && *number >= 1 && *number <= 64;
}

}  // namespace

Duration sim_duration(MapReader& reader, std::string_view key, Duration most, Duration fallback) {
  return reader.duration(key, Duration::zero(), most).value_or(fallback);
}

Result<fleet::OptionSet> read_sim_options(const YamlNode& node, const std::string& path) {
  MapReader reader(node, path);
  fleet::OptionSet options;
  for (const auto field : fleet::kOptionFields) {
    const auto name = fleet::name_of(field);
    const auto value = reader.text(name);
    if (!value) continue;
    if (is_value(field, *value)) {
      options.set(field, *value);
    } else {
      reader.fail(*reader.member(name),
                  "'" + one_line(*value, 60) + "' is no value of " + std::string(name));
    }
  }
  if (const auto done = reader.finish(); !done) return Unexpected{done.error()};
  return options;
}

std::map<std::string, std::string> read_sim_tags(MapReader& reader) {
  std::map<std::string, std::string> tags;
  for (const auto& tag : reader.members("tags")) {
    if (tag.value.kind == YamlNode::Kind::kMap || tag.value.kind == YamlNode::Kind::kSequence) {
      reader.fail(tag.value, "a tag's value is text");
      return tags;
    }
    tags[tag.key] = tag.value.text;
  }
  return tags;
}

Result<FaultSpec> read_sim_fault(const YamlNode& node, const std::string& path) {
  MapReader reader(node, path);
  FaultSpec fault;
  read_kind(reader, fault);
  read_scope(reader, fault);
  fault.delay = sim_duration(reader, "delay", kLongest, {});
  fault.code = reader.text("code").value_or("");
  fault.detail = reader.text("detail").value_or("");
  fault.status = reader.integer("status", 400, 599).value_or(500);
  if (const auto* options = reader.member("options")) {
    V2_TRY(fault.options, read_sim_options(*options, path));
  }
  fault.tags = read_sim_tags(reader);
  if (!reader.failed()) check_needs(reader, fault);
  if (const auto done = reader.finish(); !done) return Unexpected{done.error()};
  return fault;
}

}  // namespace v2only::config
