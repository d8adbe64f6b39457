// YAML as a tree of plain values with positions. yaml-cpp and its exceptions stay in yaml.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace v2only::config {

struct YamlMember;

struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMap };

  Kind kind = Kind::kNull;
  std::string text;                 // of a scalar, as written: 3.10 stays 3.10
  std::vector<YamlNode> items;      // of a sequence
  std::vector<YamlMember> members;  // of a map, in the file's order; keys are unique
  int line = 1;                     // from 1
  int column = 1;                   // from 1, in characters
};

struct YamlMember {
  std::string key;
  int line = 1;
  int column = 1;
  YamlNode value;
};

// One document; an empty file is a null node. Refused, with path:line:column: what is no YAML, a
// second document, a key given twice in one map, a key that is no plain text, aliases (no file of
// ours needs them, and they can make a small file huge), and nesting deeper than 32.
Result<YamlNode> parse_yaml(std::string_view text, std::string_view path);

// "facts.yaml:3:12"
std::string position(std::string_view path, int line, int column);
std::string position(std::string_view path, const YamlNode& node);

}  // namespace v2only::config
