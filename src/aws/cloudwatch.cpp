#include "aws/cloudwatch.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "aws/xml.h"
#include "core/text.h"

namespace v2only::aws {
namespace {

std::optional<double> parse_value(std::string_view text) {
  text = trim(text);
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc{} || stop != end || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

void add_query(Params& params, std::size_t index, std::string_view metric,
               const InstanceId& instance, Duration period) {
  const auto prefix = "MetricDataQueries.member." + std::to_string(index + 1) + ".";
  const auto stat = prefix + "MetricStat.";
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(period).count();
  params.emplace_back(prefix + "Id", "m" + std::to_string(index));
  params.emplace_back(stat + "Metric.Namespace", "AWS/EC2");
  params.emplace_back(stat + "Metric.MetricName", metric);
  params.emplace_back(stat + "Metric.Dimensions.member.1.Name", "InstanceId");
  params.emplace_back(stat + "Metric.Dimensions.member.1.Value", instance.str());
  params.emplace_back(stat + "Period", std::to_string(seconds));
  params.emplace_back(stat + "Stat", "Sum");
}

// Timestamps and values come as two lists of equal length.
std::optional<std::vector<MetricPoint>> read_points(const pugi::xml_node& result) {
  std::vector<MetricPoint> points;
  auto value = result.child("Values").child("member");
  for (const auto& stamp : result.child("Timestamps").children("member")) {
    const auto at = parse_utc(stamp.child_value());
    const auto number = parse_value(value.child_value());
    if (!at || !number) return std::nullopt;
    points.push_back({*at, *number});
    value = value.next_sibling("member");
  }
  if (value) return std::nullopt;
  std::sort(points.begin(), points.end(),
            [](const MetricPoint& a, const MetricPoint& b) { return a.at < b.at; });
  return points;
}

}  // namespace

ApiCall get_metric_data(const RegionName& region, std::string_view metric,
                        const std::vector<InstanceId>& instances, const MetricWindow& window,
                        std::string_view next_token) {
  ApiCall call;
  call.service = Service::kCloudWatch;
  call.region = region;
  call.action = "GetMetricData";
  call.params.reserve(instances.size() * 7 + 4);
  call.params.emplace_back("StartTime", format_utc(window.from));
  call.params.emplace_back("EndTime", format_utc(window.to));
  call.params.emplace_back("ScanBy", "TimestampAscending");
  if (!next_token.empty()) call.params.emplace_back("NextToken", next_token);
  for (std::size_t i = 0; i < instances.size(); ++i) {
    add_query(call.params, i, metric, instances[i], window.period);
  }
  return call;
}

Result<MetricPage> parse_metric_data(std::string_view xml) {
  const std::string action = "GetMetricData";
  pugi::xml_document document;
  V2_TRY(const auto root, answer_root(document, xml, action));
  const auto result = root.child("GetMetricDataResult");
  if (!result) return garbage_in(action, "no result");
  MetricPage page;
  page.next_token = text_of(result, "NextToken");
  for (const auto& member : result.child("MetricDataResults").children("member")) {
    auto id = text_of(member, "Id");
    auto points = read_points(member);
    if (id.empty() || !points) return garbage_in(action, "a series without id, times or values");
    auto& series = page.series[std::move(id)];
    series.points.insert(series.points.end(), points->begin(), points->end());
    series.status = text_of(member, "StatusCode");
  }
  return page;
}

}  // namespace v2only::aws
