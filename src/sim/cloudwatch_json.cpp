// GetMetricData in CloudWatch's JSON 1.0 protocol: times are seconds since 1970.
#include <boost/json.hpp>
#include <cmath>
#include <string>

#include "sim/cloudwatch_service.h"

namespace v2only::sim {
namespace {

namespace json = boost::json;

std::string text(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

const json::object& object_at(const json::object& object, std::string_view key) {
  static const json::object kEmpty;
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_object() ? value->get_object() : kEmpty;
}

const json::array& array_at(const json::object& object, std::string_view key) {
  static const json::array kEmpty;
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? value->get_array() : kEmpty;
}

std::optional<double> number(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

Result<WallTime, ApiFault> read_time(const json::object& object, std::string_view key) {
  const auto seconds = number(object, key);
  if (!seconds)
    return refuse("MissingParameter", "The parameter " + std::string(key) + " is required.");
  if (std::abs(*seconds) > 1e11) {
    return refuse("InvalidParameterValue",
                  "The parameter " + std::string(key) + " is not a time of this world.");
  }
  return WallTime(Duration(static_cast<Duration::rep>(std::llround(*seconds * 1000))));
}

std::int64_t whole(const json::object& object, std::string_view key, std::int64_t fallback) {
  const auto value = number(object, key);
  if (!value) return fallback;
  return std::abs(*value) < 1e12 ? static_cast<std::int64_t>(*value) : -1;
}

MetricDataRequest::Query read_one(const json::object& object) {
  MetricDataRequest::Query query;
  query.id = text(object, "Id");
  query.label = text(object, "Label");
  query.has_expression = object.contains("Expression");
  if (const auto* wanted = object.if_contains("ReturnData");
      wanted != nullptr && wanted->is_bool()) {
    query.return_data = wanted->get_bool();
  }
  const auto& stat = object_at(object, "MetricStat");
  const auto& metric = object_at(stat, "Metric");
  query.metric_namespace = text(metric, "Namespace");
  query.metric = text(metric, "MetricName");
  for (const auto& dimension : array_at(metric, "Dimensions")) {
    if (!dimension.is_object()) continue;
    if (text(dimension.get_object(), "Name") == "InstanceId") {
      query.instance = text(dimension.get_object(), "Value");
    } else {
      query.other_dimensions = true;
    }
  }
  query.statistic = text(stat, "Stat");
  query.period_s = whole(stat, "Period", 0);
  return query;
}

}  // namespace

Result<MetricDataRequest, ApiFault> read_metric_json(const std::string& body) {
  json::error_code error;
  const auto value = json::parse(body, error);
  if (error || !value.is_object()) {
    return refuse("SerializationException", "The request's body is not a JSON object");
  }
  const auto& object = value.get_object();
  MetricDataRequest request;
  for (const auto& query : array_at(object, "MetricDataQueries")) {
    if (!query.is_object()) {
      return refuse("SerializationException", "A member of MetricDataQueries is not an object");
    }
    request.queries.push_back(read_one(query.get_object()));
  }
  V2_TRY(request.start, read_time(object, "StartTime"));
  V2_TRY(request.end, read_time(object, "EndTime"));
  request.max_datapoints = whole(object, "MaxDatapoints", request.max_datapoints);
  request.ascending = text(object, "ScanBy") == "TimestampAscending";
  request.next_token = text(object, "NextToken");
  return request;
}

std::string write_metric_json(const MetricDataAnswer& answer) {
  json::array results;
  for (const auto& result : answer.results) {
    json::array times;
    json::array values;
    for (const auto& point : result.points) {
      times.emplace_back(
          std::chrono::floor<std::chrono::seconds>(point.at).time_since_epoch().count());
      values.emplace_back(point.value);
    }
    results.emplace_back(json::object{{"Id", result.id},
                                      {"Label", result.label},
                                      {"Timestamps", std::move(times)},
                                      {"Values", std::move(values)},
                                      {"StatusCode", result.status}});
  }
  json::object out{{"MetricDataResults", std::move(results)}, {"Messages", json::array{}}};
  if (!answer.next_token.empty()) out["NextToken"] = answer.next_token;
  return json::serialize(out);
}

}  // namespace v2only::sim
