#include "sim/cloudwatch_service.h"

#include <algorithm>
#include <set>

#include "core/text.h"
#include "sim/token.h"

namespace v2only::sim {
namespace {

using Query = MetricDataRequest::Query;

constexpr std::size_t kMostQueries = 500;
constexpr std::int64_t kMostPoints = 100'800;

ApiFault invalid(std::string message) { return {"ValidationError", std::move(message)}; }

// [a-z][A-Za-z0-9_]*, 1..255
bool is_query_id(std::string_view id) {
  constexpr std::string_view kRest =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  return !id.empty() && id.size() <= 255 && id.front() >= 'a' && id.front() <= 'z' &&
         id.find_first_not_of(kRest) == std::string_view::npos;
}

bool is_period(std::int64_t seconds) {
  return seconds == 1 || seconds == 5 || seconds == 10 || seconds == 30 ||
         (seconds > 0 && seconds % 60 == 0 && seconds <= 366LL * 86400);
}

Result<void, ApiFault> check_query(const Query& query, std::set<std::string>& ids) {
  const auto bad = [&](const std::string& what) {
    return Unexpected{invalid("MetricDataQueries member " + one_line(query.id) + ": " + what)};
  };
  if (!is_query_id(query.id)) return bad("the Id must match [a-z][a-zA-Z0-9_]*");
  if (!ids.insert(query.id).second) return bad("the Id is not unique in this request");
  if (query.has_expression) return bad("expressions are not simulated, only MetricStat is");
  if (query.metric.empty()) return bad("MetricStat with Metric is required");
  if (!is_period(query.period_s)) return bad("the Period must be 1, 5, 10, 30 or a multiple of 60");
  if (!statistic_of(query.statistic)) return bad("the Stat " + query.statistic + " is invalid");
  return {};
}

Result<void, ApiFault> check(const MetricDataRequest& request) {
  if (request.queries.empty()) {
    return refuse("MissingParameter", "The parameter MetricDataQueries is required.");
  }
  if (request.queries.size() > kMostQueries) {
    return Unexpected{
        invalid("The collection MetricDataQueries must not have a size greater than "
                "500.")};
  }
  if (request.start >= request.end) {
    return Unexpected{invalid("The parameter StartTime must be less than the parameter EndTime.")};
  }
  if (request.max_datapoints < 1 || request.max_datapoints > kMostPoints) {
    return Unexpected{invalid("MaxDatapoints must be from 1 to 100800.")};
  }
  std::set<std::string> ids;
  for (const auto& query : request.queries) {
    if (auto ok = check_query(query, ids); !ok) return ok;
  }
  return {};
}

// The start is rounded down, the further back the coarser.
WallTime rounded(WallTime start, WallTime now) {
  using std::chrono::hours;
  using std::chrono::minutes;
  const auto age = now - start;
  Duration unit = minutes(1);
  if (age > hours(24 * 15)) unit = minutes(5);
  if (age > hours(24 * 63)) unit = hours(1);
  const auto since = start.time_since_epoch();
  return WallTime(since - since % unit);
}

// What a token is bound to: everything that the values depend on.
std::string listing_of(const RegionName& region, const MetricDataRequest& request) {
  std::string text = region.str() + '\n' + format_utc(request.start) + format_utc(request.end) +
                     (request.ascending ? '<' : '>');
  for (const auto& q : request.queries) {
    text += q.id + '/' + q.metric + '/' + q.instance + '/' + q.statistic + '/' +
            std::to_string(q.period_s) + '\n';
  }
  return text;
}

std::vector<DataPoint> points_of(const State& state, const RegionName& region, const Query& query,
                                 const MetricDataRequest& request, WallTime now) {
  const auto metric = metric_of(query.metric);
  const auto index = state.find(InstanceId(query.instance));
  const bool known = query.metric_namespace == "AWS/EC2" && metric && index &&
                     !query.other_dimensions && state.at(*index).region == region;
  if (!known) return {};  // CloudWatch does not say that it knows no such metric
  const Window window{rounded(request.start, now), request.end,
                      std::chrono::seconds(query.period_s)};
  auto points = data_points(state, *index, *metric, *statistic_of(query.statistic), window, now);
  if (!request.ascending) std::reverse(points.begin(), points.end());
  return points;
}

// A query asks for at most so many points, whether there is data or not: a bound on the work.
bool asks_too_much(const MetricDataRequest& request) {
  std::int64_t points = 0;
  for (const auto& q : request.queries) {
    points += (request.end - request.start) / std::chrono::seconds(q.period_s) + 1;
    if (points > 500 * kMostPoints) return true;
  }
  return false;
}

}  // namespace

// The position of a token: how many points of the whole answer earlier pages have given.
Result<MetricDataAnswer, ApiFault> get_metric_data(const State& state, const RegionName& region,
                                                   const MetricDataRequest& request, WallTime now) {
  if (auto ok = check(request); !ok) return Unexpected{ok.error()};
  if (asks_too_much(request)) {
    return Unexpected{invalid("The request asks for too many data points")};
  }
  const auto listing = listing_of(region, request);
  std::int64_t skip = 0;
  if (!request.next_token.empty()) {
    const auto position = read_token(listing, request.next_token);
    if (!position) return refuse("InvalidNextToken", "The next token specified is invalid.");
    skip = static_cast<std::int64_t>(*position);
  }
  const auto begin = skip;
  auto left = request.max_datapoints;
  MetricDataAnswer answer;
  for (const auto& query : request.queries) {
    if (!query.return_data) continue;
    auto points = points_of(state, region, query, request, now);
    const auto size = static_cast<std::int64_t>(points.size());
    if (skip > 0 && skip >= size) {  // told in full by an earlier page
      skip -= size;
      continue;
    }
    points.erase(points.begin(), points.begin() + skip);
    skip = 0;
    const auto here = std::min<std::int64_t>(left, static_cast<std::int64_t>(points.size()));
    const bool whole = here == static_cast<std::int64_t>(points.size());
    points.resize(static_cast<std::size_t>(here));
    left -= here;
    const auto& label = query.label.empty() ? query.instance + " " + query.metric : query.label;
    answer.results.push_back(
        {query.id, label, whole ? "Complete" : "PartialData", std::move(points)});
    if (!whole) {
      answer.next_token =
          make_token(listing, static_cast<std::uint64_t>(begin + request.max_datapoints));
      return answer;
    }
  }
  return answer;
}

Served serve_cloudwatch(const State& state, const Call& call) {
  if (call.action != "GetMetricData") {
    return refuse("InvalidAction",
                  "The action " + one_line(call.action) + " is not valid for this web service.");
  }
  const bool json = call.protocol == Protocol::kJson;
  V2_TRY(const auto request, json ? read_metric_json(call.json) : read_metric_query(call.form));
  V2_TRY(const auto answer, get_metric_data(state, call.region, request, call.now));
  return json ? write_metric_json(answer) : write_metric_query(answer, call.request_id);
}

}  // namespace v2only::sim
