// Ids are types: a region can not be handed over where an account is meant.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace v2only {

template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}

  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }

  friend auto operator<=>(const Id&, const Id&) = default;
  friend bool operator==(const Id&, const Id&) = default;

 private:
  std::string text_;
};

using AccountId = Id<struct AccountTag>;    // twelve digits
using RegionName = Id<struct RegionTag>;    // "eu-west-1"
using InstanceId = Id<struct InstanceTag>;  // "i-" and 8 or 17 hexadecimal digits
using ImageId = Id<struct ImageTag>;        // "ami-…"
using UnitId = Id<struct UnitTag>;          // instance id, or a CVO system's WorkingEnvironmentId
using RunId = Id<struct RunTag>;            // "r-20261124-073312-4f2a"

// "i-" followed by 8 or 17 lower-case hexadecimal digits, as AWS gives them.
bool is_instance_id(std::string_view text);
bool is_account_id(std::string_view text);

}  // namespace v2only

template <class Tag>
struct std::hash<v2only::Id<Tag>> {
  std::size_t operator()(const v2only::Id<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.str());
  }
};
