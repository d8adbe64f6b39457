#include "netapp/json_access.h"

namespace v2only::netapp {

const json::value* find(const json::value& value, std::string_view path) {
  const auto* at = &value;
  while (at != nullptr && !path.empty()) {
    const auto dot = std::min(path.find('.'), path.size());
    const auto* object = at->if_object();
    at = object == nullptr ? nullptr : object->if_contains(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return at;
}

std::string text_at(const json::value& value, std::string_view path) {
  const auto* found = find(value, path);
  if (found == nullptr) return {};
  if (const auto* text = found->if_string()) return std::string(*text);
  if (found->is_int64()) return std::to_string(found->get_int64());
  if (found->is_uint64()) return std::to_string(found->get_uint64());
  return {};
}

std::optional<std::int64_t> integer_at(const json::value& value, std::string_view path) {
  const auto* found = find(value, path);
  if (found == nullptr || !found->is_int64()) return std::nullopt;
  return found->get_int64();
}

std::optional<bool> bool_at(const json::value& value, std::string_view path) {
  const auto* found = find(value, path);
  if (found == nullptr) return std::nullopt;
  if (const auto* known = found->if_bool()) return *known;
  const auto text = text_at(value, path);
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

const json::array& array_at(const json::value& value, std::string_view path) {
  static const json::array none;
  const auto* found = find(value, path);
  const auto* array = found == nullptr ? nullptr : found->if_array();
  return array == nullptr ? none : *array;
}

}  // namespace v2only::netapp
