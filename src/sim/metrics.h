// What CloudWatch knows of an instance: it follows from what runs there and from the options that
// the instance had, at every moment.
//
// MetadataNoToken is emitted while tokens are optional and the endpoint is on (0 where nobody uses
// version 1), MetadataNoTokenRejected only when version 1 was tried while tokens were required,
// CPUUtilization whenever the instance runs. Nothing is known of a stopped instance, of one with
// the endpoint off, of the time before its launch, and of the last, unfinished five minutes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "sim/state.h"

namespace v2only::sim {

enum class Metric : std::uint8_t { kNoToken, kNoTokenRejected, kCpu };
std::optional<Metric> metric_of(std::string_view name);

// A CloudWatch statistic: Sum, Average, Minimum, Maximum, SampleCount, or a percentile.
struct Statistic {
  enum class Kind : std::uint8_t { kSum, kAverage, kMinimum, kMaximum, kSampleCount, kPercentile };
  Kind kind = Kind::kSum;
  double percentile = 0;
};
std::optional<Statistic> statistic_of(std::string_view name);

struct DataPoint {
  WallTime at{};  // the beginning of its period
  double value = 0;
};

struct Window {
  WallTime from{};
  WallTime to{};  // exclusive
  Duration period{};
};

// Oldest first; periods without data are left out.
std::vector<DataPoint> data_points(const State& state, InstanceIndex index, Metric metric,
                                   Statistic statistic, const Window& window, WallTime now);

// Basic monitoring: a sample each five minutes.
inline constexpr Duration kSampling = std::chrono::minutes(5);

}  // namespace v2only::sim
