#include "sim/metrics.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "asking.h"
#include "aws/sigv4.h"

namespace v2only::sim::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

Asker cloudwatch() {
  Asker asker;
  asker.service = "monitoring";
  return asker;
}

struct Ask {
  std::string metric = "MetadataNoToken";
  std::string statistic = "Sum";
  WallTime from = kStart - hours(24);
  WallTime to = kStart;
  int period_s = 3600;
  int instances = 1;
  Params more;

  Params params() const {
    Params out = more;
    for (int i = 0; i < instances; ++i) {
      const auto key = "MetricDataQueries.member." + std::to_string(i + 1);
      const auto stat = key + ".MetricStat";
      out.emplace_back(key + ".Id", "m" + std::to_string(i));
      out.emplace_back(stat + ".Metric.Namespace", "AWS/EC2");
      out.emplace_back(stat + ".Metric.MetricName", metric);
      out.emplace_back(stat + ".Metric.Dimensions.member.1.Name", "InstanceId");
      out.emplace_back(stat + ".Metric.Dimensions.member.1.Value", instance_id(i));
      out.emplace_back(stat + ".Period", std::to_string(period_s));
      out.emplace_back(stat + ".Stat", statistic);
    }
    out.emplace_back("StartTime", format_utc(from));
    out.emplace_back("EndTime", format_utc(to));
    return out;
  }
};

Answer get(World& world, const Ask& what, WallTime now = kStart) {
  return ask(world, now, "GetMetricData", what.params(), cloudwatch());
}

// The values of the only query.
std::vector<double> values(const Answer& answer) {
  const auto members = texts(answer, "member");
  std::vector<double> out;
  for (const auto& member : members) {
    if (!member.empty() && member.find_first_not_of("0123456789.") == std::string::npos) {
      out.push_back(std::stod(member));
    }
  }
  return out;
}

double sum(const std::vector<double>& all) {
  double total = 0;
  for (const auto value : all) total += value;
  return total;
}

InstanceSpec v1_user(double per_hour) {
  auto spec = plain_instance(0);
  spec.software = Software::kV1;
  spec.v1_calls_per_hour = per_hour;
  return spec;
}

WorldSpec with(InstanceSpec instance) {
  auto spec = plain_spec(0);
  spec.instances.push_back(std::move(instance));
  return spec;
}

TEST(Metrics, AV1UserCountsInMetadataNoToken) {
  World world(with(v1_user(12)), 1, kStart);
  const auto answer = get(world, {});
  EXPECT_EQ(text(answer, "StatusCode"), "Complete");
  EXPECT_EQ(values(answer), std::vector<double>(24, 12.0));
}

TEST(Metrics, CallsAddUpWhateverThePeriod) {
  World world(with(v1_user(7)), 1, kStart);
  Ask five;
  five.period_s = 300;
  EXPECT_EQ(sum(values(get(world, five))), 7 * 24);
  Ask day;
  day.period_s = 86400;
  EXPECT_EQ(values(get(world, day)), std::vector<double>{7 * 24});
}

TEST(Metrics, SilentAndV2InstancesAreZeroNotMissing) {
  for (const auto software : {Software::kQuiet, Software::kV2}) {
    auto instance = plain_instance(0);
    instance.software = software;
    World world(with(instance), 1, kStart);
    EXPECT_EQ(values(get(world, {})), std::vector<double>(24, 0.0));
  }
}

TEST(Metrics, NothingIsKnownWithoutMetricsEndpointOrARunningInstance) {
  auto none = v1_user(5);
  none.has_metrics = false;
  auto off = v1_user(5);
  off.instance.options = options("optional", 1, "disabled");
  auto stopped = v1_user(5);
  stopped.instance.state = fleet::InstanceState::kStopped;
  for (const auto& instance : {none, off, stopped}) {
    World world(with(instance), 1, kStart);
    const auto answer = get(world, {});
    EXPECT_EQ(text(answer, "StatusCode"), "Complete");
    EXPECT_TRUE(values(answer).empty());
  }
}

TEST(Metrics, NothingIsKnownBeforeTheLaunch) {
  auto instance = v1_user(5);
  instance.instance.launched = kStart - hours(3);
  World world(with(instance), 1, kStart);
  EXPECT_EQ(values(get(world, {})).size(), 3U);
}

TEST(Metrics, AFallBackProgramUsesV1WhileTheHopLimitIsTooLow) {
  auto low = plain_instance(0);
  low.software = Software::kFallsBack;
  low.needs_hops = 2;
  low.v1_calls_per_hour = 4;
  World before(with(low), 1, kStart);
  EXPECT_EQ(sum(values(get(before, {}))), 96);
  low.instance.options = options("optional", 2);
  World after(with(low), 1, kStart);
  EXPECT_EQ(sum(values(get(after, {}))), 0);
}

TEST(Metrics, OnceTokensAreRequiredOnlyRejectionsAreTold) {
  World world(with(v1_user(60)), 1, kStart);
  ask(world, kStart, "ModifyInstanceMetadataOptions", require_tokens(instance_id(0)));
  const auto later = kStart + hours(1);
  world.advance_to(later);
  Ask after;
  after.from = kStart + minutes(5);
  after.to = later;
  after.period_s = 300;
  EXPECT_TRUE(values(get(world, after, later)).empty());
  after.metric = "MetadataNoTokenRejected";
  EXPECT_EQ(values(get(world, after, later)), std::vector<double>(11, 5.0));
}

TEST(Metrics, WhilePendingTheInstanceGoesByItsOldOptions) {
  auto spec = with(v1_user(60));
  spec.apply_delay_min = spec.apply_delay_max = minutes(30);
  World world(spec, 1, kStart);
  ask(world, kStart, "ModifyInstanceMetadataOptions", require_tokens(instance_id(0)));
  world.advance_to(kStart + hours(1));
  Ask after;
  after.from = kStart;
  after.to = kStart + hours(1);
  after.period_s = 300;
  EXPECT_EQ(sum(values(get(world, after, kStart + hours(1)))), 30);
}

TEST(Metrics, NobodyRejectedMeansNoRejectedMetric) {
  auto instance = plain_instance(0);
  instance.instance.options = options("required", 1);
  World world(with(instance), 1, kStart);
  Ask rejected;
  rejected.metric = "MetadataNoTokenRejected";
  EXPECT_TRUE(values(get(world, rejected)).empty());
}

TEST(Metrics, TheUnfinishedFiveMinutesAreNotTold) {
  World world(with(v1_user(60)), 1, kStart);
  const auto now = kStart + minutes(9);
  world.advance_to(now);
  Ask what;
  what.from = kStart;
  what.to = now;
  what.period_s = 300;
  EXPECT_EQ(values(get(world, what, now)), std::vector<double>{5});
}

TEST(Metrics, OtherStatisticsComeFromFiveMinuteSamples) {
  World world(with(v1_user(60)), 1, kStart);
  const auto value = [&](const std::string& statistic) {
    Ask what;
    what.statistic = statistic;
    return values(get(world, what)).front();
  };
  EXPECT_EQ(value("Sum"), 60);
  EXPECT_EQ(value("SampleCount"), 12);
  EXPECT_EQ(value("Average"), 5);
  EXPECT_EQ(value("Minimum"), 5);
  EXPECT_EQ(value("Maximum"), 5);
  EXPECT_EQ(value("p99"), 5);
}

TEST(Metrics, CpuRunsBetween0And100AndIsTheSameEachTime) {
  World world(plain_spec(1), 1, kStart);
  Ask cpu;
  cpu.metric = "CPUUtilization";
  cpu.statistic = "Average";
  const auto first = values(get(world, cpu));
  EXPECT_EQ(first.size(), 24U);
  for (const auto value : first) {
    EXPECT_GT(value, 0);
    EXPECT_LT(value, 100);
  }
  EXPECT_EQ(values(get(world, cpu)), first);
}

TEST(GetMetricData, UnknownMetricsAndInstancesAreCompleteWithoutValues) {
  World world(plain_spec(1), 1, kStart);
  Ask unknown;
  unknown.metric = "NoSuchMetric";
  EXPECT_EQ(text(get(world, unknown), "StatusCode"), "Complete");
  EXPECT_TRUE(values(get(world, unknown)).empty());
  Ask two;
  two.instances = 2;
  EXPECT_EQ(texts(get(world, two), "StatusCode"),
            (std::vector<std::string>{"Complete", "Complete"}));
}

TEST(GetMetricData, OfAnotherRegionHasNoValues) {
  World world(plain_spec(1), 1, kStart);
  auto us = cloudwatch();
  us.region = "us-east-1";
  EXPECT_TRUE(values(ask(world, kStart, "GetMetricData", Ask{}.params(), us)).empty());
}

TEST(GetMetricData, Takes500QueriesAndNot501) {
  World world(plain_spec(501), 1, kStart);
  Ask what;
  what.period_s = 86400;
  what.instances = 500;
  const auto answer = get(world, what);
  EXPECT_EQ(texts(answer, "Id").size(), 500U);
  what.instances = 501;
  EXPECT_EQ(code(get(world, what)), "ValidationError");
}

TEST(GetMetricData, PagesByMaxDatapointsAndLosesNothing) {
  auto spec = plain_spec(3);
  for (auto& instance : spec.instances) {
    instance.software = Software::kV1;
    instance.v1_calls_per_hour = 1;
  }
  World world(spec, 1, kStart);
  Ask what;
  what.instances = 3;
  what.more = {{"MaxDatapoints", "10"}};
  std::size_t points = 0;
  int pages = 0;
  std::string token;
  do {
    what.more.resize(1);
    if (!token.empty()) what.more.emplace_back("NextToken", token);
    const auto answer = get(world, what);
    points += values(answer).size();
    const auto last = texts(answer, "StatusCode").back();
    EXPECT_EQ(last, text(answer, "NextToken").empty() ? "Complete" : "PartialData");
    token = text(answer, "NextToken");
    ++pages;
  } while (!token.empty() && pages < 20);
  EXPECT_EQ(points, 72U);
  EXPECT_EQ(pages, 8);
}

TEST(GetMetricData, ATokenOfAnotherRequestIsRefused) {
  World world(plain_spec(1), 1, kStart);
  Ask what;
  what.more = {{"MaxDatapoints", "10"}};
  const auto token = text(get(world, what), "NextToken");
  what.more.emplace_back("NextToken", token);
  EXPECT_EQ(get(world, what).response.status, 200);
  what.period_s = 60;
  EXPECT_EQ(code(get(world, what)), "InvalidNextToken");
}

TEST(GetMetricData, ScansDescendingUnlessAscendingIsAskedFor) {
  World world(plain_spec(1), 1, kStart);
  Ask what;
  EXPECT_EQ(texts(get(world, what), "member").at(1), "2026-11-23T23:00:00Z");
  what.more = {{"ScanBy", "TimestampAscending"}};
  EXPECT_EQ(texts(get(world, what), "member").at(1), "2026-11-23T00:00:00Z");
}

TEST(GetMetricData, BadRequestsAreRefused) {
  World world(plain_spec(1), 1, kStart);
  const auto code_of = [&](auto change) {
    Ask what;
    change(what);
    return code(get(world, what));
  };
  EXPECT_EQ(code_of([](Ask& a) { a.period_s = 61; }), "ValidationError");
  EXPECT_EQ(code_of([](Ask& a) { a.period_s = 0; }), "ValidationError");
  EXPECT_EQ(code_of([](Ask& a) { a.statistic = "Mode"; }), "ValidationError");
  EXPECT_EQ(code_of([](Ask& a) { a.statistic = "p101"; }), "ValidationError");
  EXPECT_EQ(code_of([](Ask& a) { a.to = a.from; }), "ValidationError");
  EXPECT_EQ(code_of([](Ask& a) { a.metric = ""; }), "ValidationError");
  EXPECT_EQ(code_of([](Ask& a) { a.instances = 0; }), "MissingParameter");
  EXPECT_EQ(code_of([](Ask& a) { a.more = {{"MaxDatapoints", "0"}}; }), "ValidationError");
  EXPECT_EQ(code_of([](Ask& a) { a.more = {{"MaxDatapoints", "x"}}; }), "InvalidParameterValue");
  EXPECT_EQ(code_of([](Ask& a) {
              a.more = {{"MetricDataQueries.member.2.Id", "e1"},
                        {"MetricDataQueries.member.2.Expression", "m0*2"}};
            }),
            "ValidationError");
  EXPECT_EQ(code(ask(world, kStart, "PutMetricData", {}, cloudwatch())), "InvalidAction");
  EXPECT_EQ(code(ask(world, kStart, "GetMetricData", {{"StartTime", "x"}}, cloudwatch())),
            "InvalidParameterValue");
}

// The protocol that boto3 and the AWS CLI choose.
Answer ask_json(World& world, const std::string& body,
                const std::string& action = "GetMetricData") {
  net::Request request;
  request.method = "POST";
  request.url = "http://127.0.0.1:4566/";
  request.headers = {{"Content-Type", "application/x-amz-json-1.0"},
                     {"X-Amz-Target", "GraniteServiceVersion20100801." + action}};
  request.body = body;
  aws::Credentials credentials;
  credentials.access_key_id = "AKIDSIMULATED0000001";
  credentials.secret_access_key = Secret("simulated-secret-key-not-a-real-one");
  aws::sign(request, credentials, {"eu-west-1", "monitoring"}, kStart);
  return world.arrive(request, kStart);
}

std::string json_body(const std::string& more = "") {
  const auto from = std::to_string((kStart - hours(2)).time_since_epoch().count() / 1000);
  const auto to = std::to_string(kStart.time_since_epoch().count() / 1000);
  return R"({"MetricDataQueries":[{"Id":"m0","MetricStat":{"Metric":{"Namespace":"AWS/EC2",)"
         R"("MetricName":"MetadataNoToken","Dimensions":[{"Name":"InstanceId","Value":")" +
         instance_id(0) + R"("}]},"Period":3600,"Stat":"Sum"}}],"StartTime":)" + from +
         R"(,"EndTime":)" + to + more + "}";
}

TEST(GetMetricDataJson, SaysTheSameAsTheQueryProtocol) {
  World world(with(v1_user(9)), 1, kStart);
  const auto answer = ask_json(world, json_body());
  EXPECT_EQ(answer.response.status, 200);
  const auto body = boost::json::parse(answer.response.body);
  const auto& result = body.at("MetricDataResults").at(0);
  EXPECT_EQ(result.at("Id"), "m0");
  EXPECT_EQ(result.at("StatusCode"), "Complete");
  EXPECT_EQ(result.at("Values"), (boost::json::array{9.0, 9.0}));
  EXPECT_EQ(result.at("Timestamps").at(0).to_number<std::int64_t>(),
            (kStart - hours(1)).time_since_epoch().count() / 1000);
}

TEST(GetMetricDataJson, PagesToo) {
  World world(with(v1_user(9)), 1, kStart);
  const auto first =
      boost::json::parse(ask_json(world, json_body(R"(,"MaxDatapoints":1)")).response.body);
  const auto token = std::string(first.at("NextToken").as_string());
  const auto second = boost::json::parse(
      ask_json(world, json_body(R"(,"MaxDatapoints":1,"NextToken":")" + token + "\""))
          .response.body);
  EXPECT_EQ(second.at("MetricDataResults").at(0).at("Values").as_array().size(), 1U);
  EXPECT_EQ(second.as_object().contains("NextToken"), false);
}

TEST(GetMetricDataJson, ErrorsNameTheirQueryCode) {
  World world(plain_spec(1), 1, kStart);
  for (const auto* bad : {"", "[]", "{", R"({"MetricDataQueries":[7]})"}) {
    const auto answer = ask_json(world, bad);
    EXPECT_EQ(answer.response.status, 400) << bad;
    EXPECT_EQ(answer.response.header("x-amzn-query-error"), "SerializationException;Sender");
  }
  const auto missing = ask_json(world, R"({"MetricDataQueries":[]})");
  EXPECT_EQ(missing.response.header("x-amzn-query-error"), "MissingParameter;Sender");
  const auto body = boost::json::parse(missing.response.body);
  EXPECT_EQ(body.at("__type"), "com.amazonaws.cloudwatch#MissingParameter");
  EXPECT_EQ(ask_json(world, json_body(), "PutMetricData").response.header("x-amzn-query-error"),
            "InvalidAction;Sender");
}

}  // namespace
}  // namespace v2only::sim::testing
