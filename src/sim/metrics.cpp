#include "sim/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace v2only::sim {
namespace {

// A stretch of time in which the instance stayed as it was.
struct Stretch {
  WallTime from{};
  WallTime to{};
  bool emits = false;
  double calls_per_hour = 0;  // of version 1
};

bool uses_v1(const InstanceSpec& spec, const Version& version) {
  if (version.software == Software::kV1) return true;
  return version.software == Software::kFallsBack &&
         version.effective.hop_limit().value_or(1) < spec.needs_hops;
}

Stretch stretch_of(const InstanceSpec& spec, const Version& version, Metric metric) {
  Stretch out;
  const bool runs = version.state == fleet::InstanceState::kRunning && spec.has_metrics;
  if (metric == Metric::kCpu) {
    out.emits = runs;
    return out;
  }
  const bool on = runs && !version.effective.endpoint_disabled();
  const bool wanted = version.effective.tokens_required() == (metric == Metric::kNoTokenRejected);
  if (uses_v1(spec, version)) out.calls_per_hour = spec.v1_calls_per_hour;
  out.emits = on && wanted && (metric == Metric::kNoToken || out.calls_per_hour > 0);
  return out;
}

std::vector<Stretch> stretches(const State& state, InstanceIndex index, Metric metric,
                               WallTime end) {
  const auto history = state.history(index);
  const auto born = history.front().launched.value_or(WallTime::min());
  std::vector<Stretch> out;
  for (std::size_t i = 0; i < history.size(); ++i) {
    auto stretch = stretch_of(state.behaviour(index), history[i], metric);
    stretch.from = std::max(history[i].at, born);
    stretch.to = std::min(i + 1 < history.size() ? history[i + 1].at : end, end);
    if (stretch.emits && stretch.from < stretch.to) out.push_back(stretch);
  }
  return out;
}

// Calls come evenly: so many whole ones had been made by `time`. Adds up over any periods.
double calls_until(WallTime time, double per_hour) {
  const auto hours = static_cast<double>(time.time_since_epoch().count()) / 3'600'000.0;
  return std::floor(hours * per_hour);
}

// What the samples between two moments add up to; nothing where there are none.
std::optional<double> sum_of(const std::vector<Stretch>& all, WallTime from, WallTime to) {
  std::optional<double> sum;
  for (const auto& stretch : all) {
    const auto a = std::max(from, stretch.from);
    const auto b = std::min(to, stretch.to);
    if (a >= b) continue;
    sum = sum.value_or(0) + calls_until(b, stretch.calls_per_hour) -
          calls_until(a, stretch.calls_per_hour);
  }
  return sum;
}

// A steady machine with its own ups and downs, the same each time it is asked.
double cpu_percent(const State& state, InstanceIndex index, WallTime sample) {
  const auto id = std::hash<std::string>{}(state.at(index).id.str()) % 1000;
  Random random(id * 1'000'003 + static_cast<std::uint64_t>(sample.time_since_epoch().count()));
  return std::round((3.0 + static_cast<double>(id % 30) + random.unit() * 12.0) * 100) / 100;
}

WallTime sample_start(WallTime time) {
  const auto since = time.time_since_epoch();
  return WallTime(since - since % kSampling);
}

// The samples whose five minutes begin in the period.
std::vector<double> samples(const State& state, InstanceIndex index, Metric metric,
                            const std::vector<Stretch>& all, WallTime from, WallTime to) {
  std::vector<double> values;
  auto at = sample_start(from);
  if (at < from) at += kSampling;
  for (; at < to; at += kSampling) {
    const auto sum = sum_of(all, at, at + kSampling);
    if (sum) values.push_back(metric == Metric::kCpu ? cpu_percent(state, index, at) : *sum);
  }
  return values;
}

double reduce(std::vector<double> values, Statistic statistic) {
  const auto count = static_cast<double>(values.size());
  const auto sum = std::accumulate(values.begin(), values.end(), 0.0);
  switch (statistic.kind) {
    case Statistic::Kind::kSum:
      return sum;
    case Statistic::Kind::kAverage:
      return sum / count;
    case Statistic::Kind::kMinimum:
      return *std::min_element(values.begin(), values.end());
    case Statistic::Kind::kMaximum:
      return *std::max_element(values.begin(), values.end());
    case Statistic::Kind::kSampleCount:
      return count;
    case Statistic::Kind::kPercentile:
      break;
  }
  std::sort(values.begin(), values.end());
  const auto rank = std::ceil(statistic.percentile / 100 * count);
  return values[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

}  // namespace

std::optional<Metric> metric_of(std::string_view name) {
  if (name == "MetadataNoToken") return Metric::kNoToken;
  if (name == "MetadataNoTokenRejected") return Metric::kNoTokenRejected;
  if (name == "CPUUtilization") return Metric::kCpu;
  return std::nullopt;
}

std::optional<Statistic> statistic_of(std::string_view name) {
  using Kind = Statistic::Kind;
  if (name == "Sum") return Statistic{Kind::kSum, 0};
  if (name == "Average") return Statistic{Kind::kAverage, 0};
  if (name == "Minimum") return Statistic{Kind::kMinimum, 0};
  if (name == "Maximum") return Statistic{Kind::kMaximum, 0};
  if (name == "SampleCount") return Statistic{Kind::kSampleCount, 0};
  if (name.size() < 2 || name.size() > 8 || name.front() != 'p') return std::nullopt;
  if (name.find_first_not_of("0123456789.", 1) != std::string_view::npos) return std::nullopt;
  if (std::count(name.begin(), name.end(), '.') > 1 || name[1] == '.') return std::nullopt;
  const double percentile = std::stod(std::string(name.substr(1)));
  if (percentile > 100) return std::nullopt;
  return Statistic{Kind::kPercentile, percentile};
}

std::vector<DataPoint> data_points(const State& state, InstanceIndex index, Metric metric,
                                   Statistic statistic, const Window& window, WallTime now) {
  const auto known_until = sample_start(now);
  const auto all = stretches(state, index, metric, known_until);
  std::vector<DataPoint> points;
  if (all.empty()) return points;
  // Sums of calls need no samples: a fortnight of 500 instances in one answer is quick that way.
  const bool closed = statistic.kind == Statistic::Kind::kSum && metric != Metric::kCpu &&
                      window.period >= kSampling;
  const auto end = std::min(window.to, known_until);
  for (auto at = window.from; at < end; at += window.period) {
    const auto until = std::min(at + window.period, end);
    if (closed) {
      if (const auto sum = sum_of(all, at, until)) points.push_back({at, *sum});
      continue;
    }
    auto values = samples(state, index, metric, all, at, until);
    if (!values.empty()) points.push_back({at, reduce(std::move(values), statistic)});
  }
  return points;
}

}  // namespace v2only::sim
