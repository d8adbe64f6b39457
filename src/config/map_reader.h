// Reads one YAML map whose keys are known. What every file that a person writes has in common.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml.h"
#include "core/ids.h"
#include "core/result.h"
#include "core/time.h"

namespace v2only::config {

// Asking for a key makes it known. The first thing that is wrong is kept as the error, with its
// line and column; later reads go on with nothing. Ask `finish()` once, at the end: it also
// refuses keys that nobody asked for, and names the nearest known one.
//
// A key that is missing, or that has no value, reads as nothing.
class MapReader {
 public:
  // `node` must outlive the reader. A null node is an empty map.
  MapReader(const YamlNode& node, std::string path);

  std::optional<std::string> text(std::string_view key);
  std::optional<bool> boolean(std::string_view key);
  std::optional<int> integer(std::string_view key, int least, int most);
  std::optional<double> number(std::string_view key, double least, double most);
  std::optional<Duration> duration(std::string_view key, Duration least, Duration most);
  std::optional<WallTime> time(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  // "name=value", split at the first '='; neither part is empty.
  std::optional<std::pair<std::string, std::string>> tag(std::string_view key);

  // The value as it is; nothing where the key is missing or has no value.
  const YamlNode* member(std::string_view key);
  // The members of a map, or the items of a sequence; none where there is no such key.
  const std::vector<YamlMember>& members(std::string_view key);
  const std::vector<YamlNode>& items(std::string_view key);

  void fail(const YamlNode& node, std::string what);
  void fail_here(std::string what);  // on the map itself
  Result<void> finish();

  bool failed() const { return error_.has_value(); }
  const std::string& path() const { return path_; }
  // "facts.yaml:3"
  std::string where() const;

 private:
  const YamlNode* scalar(std::string_view key);

  const YamlNode& node_;
  std::string path_;
  std::vector<std::string> known_;
  std::optional<Error> error_;
};

// The known name nearest to `name`, when it is near enough to be a slip; empty otherwise.
std::string nearest(std::string_view name, const std::vector<std::string>& known);

// An instance id as a person wrote it, or an error on the node.
std::optional<InstanceId> instance_id_of(MapReader& reader, const YamlNode& node,
                                         std::string_view text);

}  // namespace v2only::config
