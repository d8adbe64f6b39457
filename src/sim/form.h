// The parameters of a Query-protocol request: a form body or a query string, looked up by name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace v2only::sim {

class Form {
 public:
  Form() = default;
  // application/x-www-form-urlencoded; what can not be decoded is kept as it stands.
  explicit Form(std::string_view encoded);

  // A view into this object: a temporary has none to give.
  std::optional<std::string_view> get(std::string_view name) const&;
  std::optional<std::string_view> get(std::string_view name) && = delete;
  std::string_view get_or(std::string_view name, std::string_view fallback) const;
  // The values of NAME.1, NAME.2, … up to the first gap.
  std::vector<std::string_view> list(std::string_view name) const;
  // Whether there is a parameter whose name begins so.
  bool has_prefix(std::string_view prefix) const;

  // Sorted by name.
  const std::vector<std::pair<std::string, std::string>>& all() const { return params_; }

 private:
  std::vector<std::pair<std::string, std::string>> params_;
};

// %XX and + decoded.
std::string decode_form(std::string_view text);

}  // namespace v2only::sim
