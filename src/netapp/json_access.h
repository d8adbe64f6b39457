// Reading other people's JSON: what is missing, null or of another type is simply not there. For
// .cpp files: pulls in Boost.JSON.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace v2only::netapp {

namespace json = boost::json;

// The member at a dotted path, "ha.takeover.state"; null when any step is missing.
const json::value* find(const json::value& value, std::string_view path);
// Empty when it is no text. A number comes as its digits: codes are both in ONTAP's answers.
std::string text_at(const json::value& value, std::string_view path);
std::optional<std::int64_t> integer_at(const json::value& value, std::string_view path);
// "true" and "false" count too.
std::optional<bool> bool_at(const json::value& value, std::string_view path);
// No elements when it is no array.
const json::array& array_at(const json::value& value, std::string_view path);

}  // namespace v2only::netapp
