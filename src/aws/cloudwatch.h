// CloudWatch GetMetricData, for the v1-use gate: the metric MetadataNoToken of AWS/EC2.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "aws/caller.h"
#include "core/ids.h"
#include "core/result.h"
#include "core/time.h"

namespace v2only::aws {

inline constexpr std::size_t kMetricsPerCall = 500;

struct MetricWindow {
  WallTime from{};
  WallTime to{};
  Duration period = std::chrono::hours(24);  // a multiple of 60 s
};

struct MetricPoint {
  WallTime at{};
  double value = 0;
};

struct MetricSeries {
  std::vector<MetricPoint> points;
  std::string status;  // Complete, PartialData, InternalError, Forbidden
};

struct MetricPage {
  std::map<std::string, MetricSeries> series;  // by query id: "m0", "m1", … in the order of the ids
  std::string next_token;
};

// Query id "mN" is the N-th of `instances` (at most 500); statistic Sum.
ApiCall get_metric_data(const RegionName& region, std::string_view metric,
                        const std::vector<InstanceId>& instances, const MetricWindow& window,
                        std::string_view next_token);
Result<MetricPage> parse_metric_data(std::string_view xml);

}  // namespace v2only::aws
