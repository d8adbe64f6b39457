#include "config/map_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "core/text.h"

namespace v2only::config {
namespace {

std::string quoted(std::string_view text) { return "'" + one_line(text, 60) + "'"; }

// Levenshtein distance, two rows.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, changed});
    }
  }
  return row.back();
}

template <class Number>
std::optional<Number> parsed(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

MapReader::MapReader(const YamlNode& node, std::string path) : node_(node), path_(std::move(path)) {
  if (node.kind == YamlNode::Kind::kScalar || node.kind == YamlNode::Kind::kSequence) {
    fail_here("a map (key: value) is needed here");
  }
}

std::string MapReader::where() const { return path_ + ":" + std::to_string(node_.line); }

const YamlNode* MapReader::member(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  for (const auto& member : node_.members) {
    if (member.key != key) continue;
    return member.value.kind == YamlNode::Kind::kNull ? nullptr : &member.value;
  }
  return nullptr;
}

const YamlNode* MapReader::scalar(std::string_view key) {
  const auto* found = member(key);
  if (found == nullptr || found->kind == YamlNode::Kind::kScalar) return found;
  fail(*found, std::string(key) + " must be a single value");
  return nullptr;
}

std::optional<std::string> MapReader::text(std::string_view key) {
  const auto* found = scalar(key);
  if (found == nullptr) return std::nullopt;
  if (trim(found->text).empty()) {
    fail(*found, std::string(key) + " must not be empty");
    return std::nullopt;
  }
  return found->text;
}

std::optional<bool> MapReader::boolean(std::string_view key) {
  const auto* found = scalar(key);
  if (found == nullptr) return std::nullopt;
  if (found->text == "true") return true;
  if (found->text == "false") return false;
  fail(*found, std::string(key) + " must be true or false, not " + quoted(found->text));
  return std::nullopt;
}

std::optional<int> MapReader::integer(std::string_view key, int least, int most) {
  const auto* found = scalar(key);
  if (found == nullptr) return std::nullopt;
  const auto value = parsed<int>(found->text);
  if (value && *value >= least && *value <= most) return value;
  fail(*found, fmt::format("{} must be a whole number from {} to {}, not {}", key, least, most,
                           quoted(found->text)));
  return std::nullopt;
}

std::optional<double> MapReader::number(std::string_view key, double least, double most) {
  const auto* found = scalar(key);
  if (found == nullptr) return std::nullopt;
  const auto value = parsed<double>(found->text);
  if (value && std::isfinite(*value) && *value >= least && *value <= most) return value;
  fail(*found, fmt::format("{} must be a number from {} to {}, not {}", key, least, most,
                           quoted(found->text)));
  return std::nullopt;
}

std::optional<Duration> MapReader::duration(std::string_view key, Duration least, Duration most) {
  const auto* found = scalar(key);
  if (found == nullptr) return std::nullopt;
  const auto value = parse_duration(found->text);
  if (value && *value >= least && *value <= most) return *value;
  fail(*found, fmt::format("{} must be a duration from {} to {}, such as 30s or 14d, not {}", key,
                           format_duration(least), format_duration(most), quoted(found->text)));
  return std::nullopt;
}

std::optional<WallTime> MapReader::time(std::string_view key) {
  const auto* found = scalar(key);
  if (found == nullptr) return std::nullopt;
  const auto value = parse_utc(found->text);
  if (value) return *value;
  fail(*found, std::string(key) + " must be a date or a time, such as 2026-11-24 or " +
                   "2026-11-24T07:00:00Z, not " + quoted(found->text));
  return std::nullopt;
}

std::vector<std::string> MapReader::texts(std::string_view key) {
  std::vector<std::string> out;
  for (const auto& item : items(key)) {
    if (item.kind == YamlNode::Kind::kScalar && !trim(item.text).empty()) {
      out.push_back(item.text);
    } else {
      fail(item, "each of " + std::string(key) + " must be a single value");
    }
  }
  return out;
}

std::optional<std::pair<std::string, std::string>> MapReader::tag(std::string_view key) {
  const auto* found = scalar(key);
  if (found == nullptr) return std::nullopt;
  const auto equals = found->text.find('=');
  if (equals != std::string::npos && equals > 0 && equals + 1 < found->text.size()) {
    return std::pair{found->text.substr(0, equals), found->text.substr(equals + 1)};
  }
  fail(*found, std::string(key) + " must be name=value, not " + quoted(found->text));
  return std::nullopt;
}

const std::vector<YamlMember>& MapReader::members(std::string_view key) {
  static const std::vector<YamlMember> kNone;
  const auto* found = member(key);
  if (found == nullptr) return kNone;
  if (found->kind == YamlNode::Kind::kMap) return found->members;
  fail(*found, std::string(key) + " must be a map (name: {…})");
  return kNone;
}

const std::vector<YamlNode>& MapReader::items(std::string_view key) {
  static const std::vector<YamlNode> kNone;
  const auto* found = member(key);
  if (found == nullptr) return kNone;
  if (found->kind == YamlNode::Kind::kSequence) return found->items;
  fail(*found, std::string(key) + " must be a list ([…])");
  return kNone;
}

void MapReader::fail(const YamlNode& node, std::string what) {
  if (!error_) error_ = Error{ErrorCode::kUsage, std::move(what), position(path_, node), {}};
}

void MapReader::fail_here(std::string what) { fail(node_, std::move(what)); }

Result<void> MapReader::finish() {
  if (error_) return Unexpected{*error_};
  for (const auto& member : node_.members) {
    if (std::find(known_.begin(), known_.end(), member.key) != known_.end()) continue;
    const auto near = nearest(member.key, known_);
    return v2only::fail(
        ErrorCode::kUsage, "unknown key " + quoted(member.key),
        position(path_, member.line, member.column),
        (near.empty() ? "" : "did you mean " + near + "? ") + "known are " + join(known_, ", "));
  }
  return {};
}

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
  std::string best;
  if (name.size() > 100) return best;
  std::size_t best_distance = std::max<std::size_t>(name.size() / 3, 1) + 1;
  for (const auto& candidate : known) {
    const auto far = distance(to_lower(name), to_lower(candidate));
    if (far >= best_distance) continue;
    best_distance = far;
    best = candidate;
  }
  return best;
}

std::optional<InstanceId> instance_id_of(MapReader& reader, const YamlNode& node,
                                         std::string_view text) {
  if (is_instance_id(text)) return InstanceId(std::string(text));
  reader.fail(node, quoted(text) + " is no instance id (i- and 8 or 17 hexadecimal digits)");
  return std::nullopt;
}

}  // namespace v2only::config
