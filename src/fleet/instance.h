// One EC2 instance as observed, and what was seen of its IMDSv1 use.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/time.h"
#include "fleet/options.h"

namespace v2only::fleet {

// As EC2 writes them: pending, running, shutting-down, terminated, stopping, stopped.
enum class InstanceState : std::uint8_t {
  kPending,
  kRunning,
  kShuttingDown,
  kTerminated,
  kStopping,
  kStopped,
  kUnknown,
};
std::string_view name_of(InstanceState state);
InstanceState instance_state(std::string_view name);
inline bool is_gone(InstanceState s) {
  return s == InstanceState::kShuttingDown || s == InstanceState::kTerminated;
}

// Of the image: only what tells NetApp's images from others, and how launches default.
struct Image {
  std::string name;          // empty when the image could not be read (private, or gone)
  std::string owner;         // account id
  std::string imds_support;  // "v2.0" or empty

  friend bool operator==(const Image&, const Image&) = default;
};

struct Instance {
  AccountId account;
  RegionName region;
  InstanceId id;
  std::string name;  // the tag Name; may be empty
  InstanceState state = InstanceState::kUnknown;
  ImageId image_id;
  std::optional<Image> image;
  bool image_unread = false;         // asking for images failed: nothing is known of this one
  std::string type;                  // "m5.2xlarge"
  std::optional<WallTime> launched;  // the LAST start
  std::string iam_instance_profile;  // ARN; empty when there is none
  std::string private_ip;
  int network_interfaces = 0;
  bool managed = false;    // operator.managed: run by an AWS service
  std::string managed_by;  // operator.principal: by which; empty where EC2 does not say
  std::map<std::string, std::string> tags;
  OptionSet options;
  OptionState options_state = OptionState::kApplied;

  friend bool operator==(const Instance&, const Instance&) = default;
};

// The three answers of the v1-use gate. "No data" is not "no use".
enum class V1Use : std::uint8_t { kUnknown, kUnused, kUsed };

// CloudWatch's MetadataNoToken over a window.
struct V1Reading {
  V1Use use = V1Use::kUnknown;
  std::int64_t calls = 0;        // sum over the window
  std::optional<WallTime> last;  // start of the last period with calls
  WallTime from{};
  WallTime to{};            // also when it was read
  std::string why_unknown;  // "no data points", "cloudwatch:GetMetricData denied"

  friend bool operator==(const V1Reading&, const V1Reading&) = default;
};

// A part of the world that was asked for, and whether it could be read.
struct Scope {
  AccountId account;
  RegionName region;
  std::string error;   // empty: read in full
  bool listed = true;  // false: the listing itself failed, so that instances may be missing

  friend bool operator==(const Scope&, const Scope&) = default;
};

// Everything that discovery found. `read_at` stands in each piece of evidence.
struct Inventory {
  WallTime read_at{};
  std::vector<Scope> scopes;
  std::vector<Instance> instances;
  std::map<InstanceId, V1Reading> v1;

  bool complete() const {
    for (const auto& scope : scopes) {
      if (!scope.error.empty()) return false;
    }
    return true;
  }
};

}  // namespace v2only::fleet
