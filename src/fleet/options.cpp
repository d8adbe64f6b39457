#include "fleet/options.h"

#include <algorithm>

#include "core/text.h"

namespace v2only::fleet {
namespace {

struct FieldNames {
  std::string_view name;
  std::string_view flag;
};
constexpr std::array<FieldNames, kOptionFields.size()> kNames = {{
    {"HttpTokens", "--http-tokens"},
    {"HttpPutResponseHopLimit", "--http-put-response-hop-limit"},
    {"HttpEndpoint", "--http-endpoint"},
    {"HttpProtocolIpv6", "--http-protocol-ipv6"},
    {"InstanceMetadataTags", "--instance-metadata-tags"},
}};

std::size_t index_of(OptionField field) { return static_cast<std::size_t>(field); }

}  // namespace

std::string_view name_of(OptionField field) { return kNames[index_of(field)].name; }
std::string_view flag_of(OptionField field) { return kNames[index_of(field)].flag; }

std::optional<OptionField> option_field(std::string_view name) {
  const auto* found = std::find_if(kOptionFields.begin(), kOptionFields.end(),
                                   [&](OptionField field) { return name_of(field) == name; });
  if (found == kOptionFields.end()) return std::nullopt;
  return *found;
}

const std::optional<std::string>& OptionSet::get(OptionField field) const {
  return values_[index_of(field)];
}

OptionSet& OptionSet::set(OptionField field, std::string value) {
  values_[index_of(field)] = std::move(value);
  return *this;
}

OptionSet& OptionSet::clear(OptionField field) {
  values_[index_of(field)].reset();
  return *this;
}

bool OptionSet::empty() const {
  return std::none_of(values_.begin(), values_.end(), [](const auto& v) { return v.has_value(); });
}

std::optional<int> OptionSet::hop_limit() const {
  const auto& text = get(OptionField::kHttpPutResponseHopLimit);
  const auto number = text ? parse_number(*text) : std::nullopt;
  if (!number || *number > 1000) return std::nullopt;
  return static_cast<int>(*number);
}

bool OptionSet::satisfies(const OptionSet& wanted) const {
  return std::all_of(kOptionFields.begin(), kOptionFields.end(), [&](OptionField field) {
    return !wanted.get(field) || get(field) == wanted.get(field);
  });
}

OptionSet OptionSet::only(const OptionSet& fields) const {
  OptionSet out;
  for (const auto field : kOptionFields) {
    if (fields.get(field) && get(field)) out.set(field, *get(field));
  }
  return out;
}

OptionSet OptionSet::changed_from(const OptionSet& before) const {
  OptionSet out;
  for (const auto field : kOptionFields) {
    if (get(field) && get(field) != before.get(field)) out.set(field, *get(field));
  }
  return out;
}

OptionSet OptionSet::with(const OptionSet& change) const {
  OptionSet out = *this;
  for (const auto field : kOptionFields) {
    if (change.get(field)) out.set(field, *change.get(field));
  }
  return out;
}

std::string OptionSet::to_text() const {
  std::vector<std::string> parts;
  for (const auto field : kOptionFields) {
    if (get(field)) parts.push_back(std::string(name_of(field)) + "=" + *get(field));
  }
  return join(parts, " ");
}

}  // namespace v2only::fleet
