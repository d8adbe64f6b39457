// Small readers and writers that this room's JSON files share. For .cpp files: pulls in Boost.JSON.
#pragma once

#include <boost/json.hpp>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"

namespace v2only::fleet {

inline json::array array_of(const std::vector<std::string>& texts) {
  json::array out;
  out.reserve(texts.size());
  for (const auto& text : texts) out.emplace_back(text);
  return out;
}

template <class IdType>
json::array array_of(const std::vector<IdType>& ids) {
  json::array out;
  out.reserve(ids.size());
  for (const auto& id : ids) out.emplace_back(id.str());
  return out;
}

// As ObjectReader has them, but an array that is missing is an error too.
inline std::vector<std::string> texts_from(ObjectReader& reader, std::string_view key) {
  if (!reader.has(key)) reader.fail(key, "is missing");
  return reader.texts(key);
}

inline const json::array& elements_from(ObjectReader& reader, std::string_view key) {
  if (!reader.has(key)) reader.fail(key, "is missing");
  return reader.elements(key);
}

template <class IdType>
std::vector<IdType> ids_from(ObjectReader& reader, std::string_view key) {
  std::vector<IdType> out;
  for (auto& text : texts_from(reader, key)) out.emplace_back(std::move(text));
  return out;
}

inline int int_from(ObjectReader& reader, std::string_view key) {
  const auto number = reader.integer(key);
  if (number >= std::numeric_limits<int>::min() && number <= std::numeric_limits<int>::max()) {
    return static_cast<int>(number);
  }
  reader.fail(key, "is out of range");
  return 0;
}

inline Duration duration_from(ObjectReader& reader, std::string_view key) {
  const auto duration = parse_duration(reader.text(key));
  if (duration) return *duration;
  reader.fail(key, "must be a duration such as 30s");
  return {};
}

// The members of an object, each read by `read`.
template <class Key, class Value, class Read>
Result<void> read_map(ObjectReader& reader, std::string_view key, Read read,
                      std::map<Key, Value>& out) {
  const auto* object = reader.member(key).if_object();
  if (object == nullptr) {
    reader.fail(key, "must be an object");
    return {};
  }
  for (const auto& [name, value] : *object) {
    V2_TRY(auto element, read(value));
    out.emplace(Key(std::string(name)), std::move(element));
  }
  return {};
}

}  // namespace v2only::fleet
