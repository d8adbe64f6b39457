// CloudWatch's GetMetricData over the simulated instances, in its Query and its JSON 1.0 protocol
// (the one that boto3 and the AWS CLI prefer).
#pragma once

#include <string>
#include <vector>

#include "sim/call.h"
#include "sim/metrics.h"
#include "sim/state.h"

namespace v2only::sim {

Served serve_cloudwatch(const State& state, const Call& call);

// A request, whichever protocol it came in.
struct MetricDataRequest {
  struct Query {
    std::string id;
    std::string metric_namespace;
    std::string metric;
    std::string instance;  // the dimension InstanceId; empty: not given
    bool other_dimensions = false;
    bool has_expression = false;
    std::string label;
    std::string statistic;
    std::int64_t period_s = 0;
    bool return_data = true;
  };
  std::vector<Query> queries;
  WallTime start{};
  WallTime end{};
  bool ascending = false;
  std::int64_t max_datapoints = 100'800;
  std::string next_token;
};

struct MetricDataAnswer {
  struct Result {
    std::string id;
    std::string label;
    std::string status;  // Complete, PartialData
    std::vector<DataPoint> points;
  };
  std::vector<Result> results;
  std::string next_token;
};

Result<MetricDataRequest, ApiFault> read_metric_query(const Form& form);
Result<MetricDataRequest, ApiFault> read_metric_json(const std::string& body);
std::string write_metric_query(const MetricDataAnswer& answer, const std::string& request_id);
std::string write_metric_json(const MetricDataAnswer& answer);

// What the service answers: its checks, its paging, the values.
Result<MetricDataAnswer, ApiFault> get_metric_data(const State& state, const RegionName& region,
                                                   const MetricDataRequest& request, WallTime now);

}  // namespace v2only::sim
