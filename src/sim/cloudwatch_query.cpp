// GetMetricData in CloudWatch's Query protocol.
#include <fmt/format.h>

#include <string>

#include "core/text.h"
#include "sim/cloudwatch_service.h"
#include "sim/xml_writer.h"

namespace v2only::sim {
namespace {

constexpr std::string_view kNamespace = "http://monitoring.amazonaws.com/doc/2010-08-01/";

Result<WallTime, ApiFault> read_time(const Form& form, std::string_view name) {
  const auto text = form.get(name);
  if (!text) {
    return refuse("MissingParameter", "The parameter " + std::string(name) + " is required.");
  }
  const auto time = parse_utc(*text);
  if (!time) {
    return refuse("InvalidParameterValue",
                  "The parameter " + std::string(name) + " must be a time of ISO 8601.");
  }
  return time.value();
}

Result<std::int64_t, ApiFault> read_number(const Form& form, std::string_view name,
                                           std::int64_t fallback) {
  const auto text = form.get(name);
  if (!text) return fallback;
  const auto number = parse_number(*text);
  if (!number || *number > 1'000'000'000) {
    return refuse("InvalidParameterValue",
                  "The parameter " + std::string(name) + " must be a number.");
  }
  return static_cast<std::int64_t>(*number);
}

void read_dimensions(const Form& form, const std::string& prefix, MetricDataRequest::Query& query) {
  for (std::size_t n = 1;; ++n) {
    const auto key = prefix + std::to_string(n);
    const auto name = form.get(key + ".Name");
    if (!name) return;
    if (*name == "InstanceId") {
      query.instance = form.get_or(key + ".Value", "");
    } else {
      query.other_dimensions = true;
    }
  }
}

Result<MetricDataRequest::Query, ApiFault> read_one(const Form& form, const std::string& key) {
  MetricDataRequest::Query query;
  query.id = form.get_or(key + ".Id", "");
  query.label = form.get_or(key + ".Label", "");
  query.has_expression = form.get(key + ".Expression").has_value();
  query.return_data = form.get_or(key + ".ReturnData", "true") != "false";
  const auto metric = key + ".MetricStat.Metric.";
  query.metric_namespace = form.get_or(metric + "Namespace", "");
  query.metric = form.get_or(metric + "MetricName", "");
  read_dimensions(form, metric + "Dimensions.member.", query);
  query.statistic = form.get_or(key + ".MetricStat.Stat", "");
  V2_TRY(query.period_s, read_number(form, key + ".MetricStat.Period", 0));
  return query;
}

}  // namespace

Result<MetricDataRequest, ApiFault> read_metric_query(const Form& form) {
  MetricDataRequest request;
  if (form.get("Version") != "2010-08-01") {
    return refuse("NoSuchVersion", "The requested version of CloudWatch does not exist");
  }
  for (std::size_t n = 1;; ++n) {
    const auto key = "MetricDataQueries.member." + std::to_string(n);
    if (!form.has_prefix(key + ".")) break;
    V2_TRY(auto query, read_one(form, key));
    request.queries.push_back(std::move(query));
  }
  V2_TRY(request.start, read_time(form, "StartTime"));
  V2_TRY(request.end, read_time(form, "EndTime"));
  V2_TRY(request.max_datapoints, read_number(form, "MaxDatapoints", request.max_datapoints));
  request.ascending = form.get_or("ScanBy", "") == "TimestampAscending";
  request.next_token = form.get_or("NextToken", "");
  return request;
}

std::string write_metric_query(const MetricDataAnswer& answer, const std::string& request_id) {
  XmlWriter xml;
  xml.raw("<GetMetricDataResponse xmlns=\"").raw(kNamespace).raw("\">");
  xml.open("GetMetricDataResult").open("MetricDataResults");
  for (const auto& result : answer.results) {
    xml.open("member").text("Id", result.id).text("Label", result.label);
    xml.text("StatusCode", result.status).open("Timestamps");
    for (const auto& point : result.points) xml.text("member", format_utc(point.at));
    xml.close("Timestamps").open("Values");
    for (const auto& point : result.points) xml.text("member", fmt::format("{:.1f}", point.value));
    xml.close("Values").close("member");
  }
  xml.close("MetricDataResults");
  if (!answer.next_token.empty()) xml.text("NextToken", answer.next_token);
  xml.close("GetMetricDataResult").open("ResponseMetadata").text("RequestId", request_id);
  return xml.close("ResponseMetadata").close("GetMetricDataResponse").take();
}

}  // namespace v2only::sim
