#include "drivers/v1_query.h"

#include <cmath>

#include "core/text.h"

namespace v2only::drivers {
namespace {

constexpr std::string_view kMetric = "MetadataNoToken";
constexpr std::string_view kNoPoints = "CloudWatch has no data points for it";

// The series of a query id "mN" is the batch's N-th instance.
std::optional<std::size_t> index_of(std::string_view query_id) {
  if (!query_id.starts_with('m')) return std::nullopt;
  return parse_number(query_id.substr(1));
}

void add(fleet::V1Reading& reading, const aws::MetricSeries& series) {
  for (const auto& point : series.points) {
    const auto calls = static_cast<std::int64_t>(std::llround(point.value));
    if (reading.use == fleet::V1Use::kUnknown) reading.use = fleet::V1Use::kUnused;
    if (calls <= 0) continue;
    reading.use = fleet::V1Use::kUsed;
    reading.calls += calls;
    if (!reading.last || *reading.last < point.at) reading.last = point.at;
  }
  // PartialData says that more is to come; the last page's word counts.
  if (series.status != "Complete") {
    const auto status = series.status.empty() ? "no status" : one_line(series.status, 40);
    reading.why_unknown = "CloudWatch answered " + status + ", so that data may be missing";
  } else if (reading.use == fleet::V1Use::kUnknown) {
    reading.why_unknown = kNoPoints;
  } else {
    reading.why_unknown.clear();
  }
}

}  // namespace

V1Query::V1Query(RegionName region, std::vector<InstanceId> instances, WallTime now,
                 Duration look_back)
    : region_(std::move(region)), window_{now - look_back, now} {
  for (std::size_t i = 0; i < instances.size(); ++i) {
    if (i % aws::kMetricsPerCall == 0) batches_.emplace_back();
    fleet::V1Reading reading;
    reading.from = window_.from;
    reading.to = window_.to;
    reading.why_unknown = kNoPoints;
    readings_.emplace(instances[i], reading);
    batches_.back().push_back(std::move(instances[i]));
  }
  open_ = batches_.size();
}

V1Query::Asked V1Query::ask(std::size_t batch, std::string_view next_token) const {
  return {batch, aws::get_metric_data(region_, kMetric, batch_of(batch), window_, next_token)};
}

std::vector<V1Query::Asked> V1Query::begin() const {
  std::vector<Asked> out;
  for (std::size_t batch = 0; batch < batches_.size(); ++batch) out.push_back(ask(batch, {}));
  return out;
}

void V1Query::failed(std::size_t batch, std::string why) {
  --open_;
  for (const auto& id : batch_of(batch)) {
    // Half of the pages decide nothing: a use seen is a use, no use seen is not.
    auto& reading = readings_.at(id);
    if (reading.use == fleet::V1Use::kUnused) reading.use = fleet::V1Use::kUnknown;
    reading.why_unknown = why;
  }
  if (error_.empty()) error_ = std::move(why);
}

std::vector<V1Query::Asked> V1Query::take(std::size_t batch, const aws::ApiCall& call,
                                          const aws::ApiReply& reply) {
  if (reply.fate != aws::Fate::kDone) {
    failed(batch, to_string(aws::error_of(call, reply)));
    return {};
  }
  const auto page = aws::parse_metric_data(reply.body);
  if (!page) {
    failed(batch, to_string(page.error()));
    return {};
  }
  for (const auto& [query_id, series] : page->series) {
    const auto index = index_of(query_id);
    if (!index || *index >= batch_of(batch).size()) continue;
    add(readings_.at(batch_of(batch)[*index]), series);
  }
  if (!page->next_token.empty()) return {ask(batch, page->next_token)};
  --open_;
  return {};
}

std::map<InstanceId, fleet::V1Reading> V1Query::readings() const {
  auto out = readings_;
  for (auto& [id, reading] : out) {
    // A use seen is a use; no use seen in half of the data is not.
    if (reading.use == fleet::V1Use::kUnused && !reading.why_unknown.empty()) {
      reading.use = fleet::V1Use::kUnknown;
    }
    if (reading.use != fleet::V1Use::kUnknown) reading.why_unknown.clear();
  }
  return out;
}

}  // namespace v2only::drivers
