// JSON as the commands print it: pretty, a member at a time, so that a fleet of 100,000 instances
// is never held as one tree. For .cpp files: pulls in Boost.JSON.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/time.h"

namespace v2only::report {

inline constexpr std::string_view kFormatVersion = "1.0";

// An object, member by member in the order of the calls; FormatVersion first.
class JsonText {
 public:
  JsonText();

  void member(std::string_view key, const json::value& value);
  // Members of an array follow by element(), until the next member() or array() or take().
  void array(std::string_view key);
  void element(const json::value& value);
  // A newline at the end.
  std::string take();

 private:
  void begin(std::string_view key);
  void close_array();
  void put(const json::value& value, std::size_t depth);

  std::string out_;
  bool in_array_ = false;
  bool array_empty_ = true;
};

// Somebody else's text: UTF-8, whatever it was.
json::string text_value(std::string_view text);
json::array texts_value(const std::vector<std::string>& texts);
json::string time_value(WallTime time);

}  // namespace v2only::report
