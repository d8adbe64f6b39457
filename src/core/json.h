// Boost.JSON as the project uses it: one canonical form, and readers that say where they failed.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"

namespace v2only {

namespace json = boost::json;

// Canonical: keys sorted by bytes, UTF-8, no blanks. What digests and chains are made over.
std::string canonical(const json::value& value);

// Indented by two, keys in the order in which they were put in: for people and for jq.
std::string pretty(const json::value& value);

// `on` names the text in the error: a path, "plan", a row.
Result<json::value> parse_json(std::string_view text, std::string_view on);

// Reads the members of one object. The first member that is missing or of another type is kept as
// the error; later reads return empty values. Ask `status()` once, at the end.
class ObjectReader {
 public:
  ObjectReader(const json::value& value, std::string path);

  bool has(std::string_view key) const;
  std::string text(std::string_view key);
  std::string text_or(std::string_view key, std::string_view fallback);
  std::int64_t integer(std::string_view key);
  std::int64_t integer_or(std::string_view key, std::int64_t fallback);
  bool boolean(std::string_view key);
  bool boolean_or(std::string_view key, bool fallback);
  WallTime time(std::string_view key);
  std::vector<std::string> texts(std::string_view key);
  // The member as it is; a null value when it is missing (an error unless asked by `has` before).
  const json::value& member(std::string_view key);
  // The elements of an array; none when it is missing.
  const json::array& elements(std::string_view key);

  void fail(std::string_view key, std::string_view what);
  Result<void> status() const;
  const std::string& path() const { return path_; }

 private:
  const json::value* find(std::string_view key) const;
  const json::value* need(std::string_view key);

  const json::object* object_ = nullptr;
  std::string path_;
  std::string error_;
};

}  // namespace v2only
