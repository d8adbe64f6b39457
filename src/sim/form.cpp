#include "sim/form.h"

#include <algorithm>

#include "core/percent.h"

namespace v2only::sim {
std::string decode_form(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '+', ' ');
  return percent_decode(out);
}

Form::Form(std::string_view encoded) {
  while (!encoded.empty()) {
    const auto end = std::min(encoded.find('&'), encoded.size());
    const auto pair = encoded.substr(0, end);
    encoded.remove_prefix(std::min(end + 1, encoded.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    const auto value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view{};
    params_.emplace_back(decode_form(pair.substr(0, equals)), decode_form(value));
  }
  std::stable_sort(params_.begin(), params_.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
}

std::optional<std::string_view> Form::get(std::string_view name) const& {
  const auto found =
      std::lower_bound(params_.begin(), params_.end(), name,
                       [](const auto& param, std::string_view n) { return param.first < n; });
  if (found == params_.end() || found->first != name) return std::nullopt;
  return found->second;
}

std::string_view Form::get_or(std::string_view name, std::string_view fallback) const {
  return get(name).value_or(fallback);
}

std::vector<std::string_view> Form::list(std::string_view name) const {
  std::vector<std::string_view> values;
  for (std::size_t n = 1;; ++n) {
    const auto value = get(std::string(name) + "." + std::to_string(n));
    if (!value) return values;
    values.push_back(*value);
  }
}

bool Form::has_prefix(std::string_view prefix) const {
  const auto found =
      std::lower_bound(params_.begin(), params_.end(), prefix,
                       [](const auto& param, std::string_view n) { return param.first < n; });
  return found != params_.end() &&
         std::string_view(found->first).substr(0, prefix.size()) == prefix;
}

}  // namespace v2only::sim
