// The metadata options of an instance, with AWS's field names and AWS's values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace v2only::fleet {

// The five fields of ModifyInstanceMetadataOptions, in the order in which everything shows them.
enum class OptionField : std::uint8_t {
  kHttpTokens,               // optional | required
  kHttpPutResponseHopLimit,  // 1..64
  kHttpEndpoint,             // enabled | disabled
  kHttpProtocolIpv6,         // enabled | disabled
  kInstanceMetadataTags,     // enabled | disabled
};
inline constexpr std::array kOptionFields = {
    OptionField::kHttpTokens, OptionField::kHttpPutResponseHopLimit, OptionField::kHttpEndpoint,
    OptionField::kHttpProtocolIpv6, OptionField::kInstanceMetadataTags};

std::string_view name_of(OptionField field);  // "HttpTokens"
std::string_view flag_of(OptionField field);  // "--http-tokens"
std::optional<OptionField> option_field(std::string_view name);

// Some or all of the five fields. A field is absent where it was not observed (not every EC2
// implementation answers all of them) or is not meant to change.
class OptionSet {
 public:
  const std::optional<std::string>& get(OptionField field) const;
  OptionSet& set(OptionField field, std::string value);
  OptionSet& clear(OptionField field);

  bool empty() const;
  bool tokens_required() const { return is(OptionField::kHttpTokens, "required"); }
  bool endpoint_disabled() const { return is(OptionField::kHttpEndpoint, "disabled"); }
  std::optional<int> hop_limit() const;
  bool is(OptionField field, std::string_view value) const { return get(field) == value; }

  // Every field that `wanted` names has that value here.
  bool satisfies(const OptionSet& wanted) const;
  // The fields named by `fields`, with the values that they have here.
  OptionSet only(const OptionSet& fields) const;
  // The fields of this set whose value differs from the one in `before`.
  OptionSet changed_from(const OptionSet& before) const;
  // This set with the fields of `change` put over it.
  OptionSet with(const OptionSet& change) const;
  // "HttpTokens=required HttpPutResponseHopLimit=3"
  std::string to_text() const;

  friend bool operator==(const OptionSet&, const OptionSet&) = default;

 private:
  std::array<std::optional<std::string>, kOptionFields.size()> values_;
};

// Whether a change to the options has reached the instance (the reply's and the listing's State).
enum class OptionState : std::uint8_t { kPending, kApplied };

}  // namespace v2only::fleet
