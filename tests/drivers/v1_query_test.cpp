#include "drivers/v1_query.h"

#include <gtest/gtest.h>

#include "simulated.h"

namespace v2only::drivers {
namespace {

const RegionName kRegion("eu-west-1");

std::vector<InstanceId> ids(int count) {
  std::vector<InstanceId> out;
  out.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) out.emplace_back("i-" + std::to_string(10000000 + i));
  return out;
}

aws::ApiReply answer(std::string body) {
  aws::ApiReply reply;
  reply.fate = aws::Fate::kDone;
  reply.body = std::move(body);
  return reply;
}

std::string page(const std::string& results, const std::string& token = {}) {
  return "<GetMetricDataResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\">"
         "<GetMetricDataResult><MetricDataResults>" +
         results + "</MetricDataResults>" +
         (token.empty() ? "" : "<NextToken>" + token + "</NextToken>") +
         "</GetMetricDataResult></GetMetricDataResponse>";
}

std::string series(const std::string& id, const std::string& value) {
  return "<member><Id>" + id + "</Id><Label>x</Label><StatusCode>Complete</StatusCode>" +
         "<Timestamps><member>2024-10-01T00:00:00Z</member></Timestamps><Values><member>" + value +
         "</member></Values></member>";
}

TEST(V1Query, AsksFiveHundredInstancesACall) {
  const V1Query query(kRegion, ids(1001), test::kStart, std::chrono::hours(24 * 14));
  EXPECT_EQ(query.begin().size(), 3U);
}

TEST(V1Query, NoInstancesNeedNoCall) {
  const V1Query query(kRegion, {}, test::kStart, std::chrono::hours(24));
  EXPECT_TRUE(query.begin().empty());
  EXPECT_TRUE(query.finished());
}

TEST(V1Query, NoDataIsUnknownZeroIsUnusedMoreIsUsed) {
  V1Query query(kRegion, ids(3), test::kStart, std::chrono::hours(24 * 14));
  const auto asked = query.begin();
  const auto more =
      query.take(0, asked[0].call, answer(page(series("m0", "0.0") + series("m1", "17.0"))));
  EXPECT_TRUE(more.empty());
  ASSERT_TRUE(query.finished());
  const auto readings = query.readings();
  EXPECT_EQ(readings.at(ids(3)[0]).use, fleet::V1Use::kUnused);
  EXPECT_EQ(readings.at(ids(3)[1]).use, fleet::V1Use::kUsed);
  EXPECT_EQ(readings.at(ids(3)[1]).calls, 17);
  EXPECT_TRUE(readings.at(ids(3)[1]).last);
  EXPECT_EQ(readings.at(ids(3)[2]).use, fleet::V1Use::kUnknown);
  EXPECT_FALSE(readings.at(ids(3)[2]).why_unknown.empty());
}

TEST(V1Query, NextPageIsAskedFor) {
  V1Query query(kRegion, ids(1), test::kStart, std::chrono::hours(24));
  const auto more =
      query.take(0, query.begin()[0].call, answer(page(series("m0", "0"), "token-2")));
  ASSERT_EQ(more.size(), 1U);
  EXPECT_FALSE(query.finished());
  query.take(0, more[0].call, answer(page(series("m0", "1"))));
  EXPECT_TRUE(query.finished());
  EXPECT_EQ(query.readings().at(ids(1)[0]).use, fleet::V1Use::kUsed);
}

TEST(V1Query, HalfOfThePagesDoesNotMakeAnInstanceUnused) {
  V1Query query(kRegion, ids(2), test::kStart, std::chrono::hours(24));
  const auto more = query.take(0, query.begin()[0].call,
                               answer(page(series("m0", "0") + series("m1", "5"), "token-2")));
  aws::ApiReply lost;
  lost.error.message = "no answer";
  query.take(0, more[0].call, lost);
  ASSERT_TRUE(query.finished());
  EXPECT_EQ(query.readings().at(ids(2)[0]).use, fleet::V1Use::kUnknown);
  EXPECT_EQ(query.readings().at(ids(2)[1]).use, fleet::V1Use::kUsed);
  EXPECT_FALSE(query.error().empty());
}

TEST(V1Query, ZerosOfAnIncompleteSeriesAreNotNoUse) {
  V1Query query(kRegion, ids(1), test::kStart, std::chrono::hours(24));
  auto partial = series("m0", "0");
  partial.replace(partial.find("Complete"), 8, "InternalError");
  query.take(0, query.begin()[0].call, answer(page(partial)));
  ASSERT_TRUE(query.finished());
  EXPECT_EQ(query.readings().at(ids(1)[0]).use, fleet::V1Use::kUnknown);
  EXPECT_NE(query.readings().at(ids(1)[0]).why_unknown.find("InternalError"), std::string::npos);
}

fleet::V1Reading reading_after(const std::vector<std::string>& pages) {
  V1Query query(kRegion, ids(1), test::kStart, std::chrono::hours(24));
  auto asked = query.begin();
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const auto token = i + 1 < pages.size() ? std::string("more") : std::string();
    asked = query.take(0, asked.at(0).call, answer(page(pages[i], token)));
  }
  EXPECT_TRUE(query.finished());
  return query.readings().at(ids(1)[0]);
}

std::string with_status(std::string series, const std::string& status) {
  const std::string complete = "<StatusCode>Complete</StatusCode>";
  return series.replace(series.find(complete), complete.size(),
                        status.empty() ? "" : "<StatusCode>" + status + "</StatusCode>");
}

TEST(V1Query, TheLastStatusOfASeriesDecidesWhetherItsZerosCount) {
  const auto zero = series("m0", "0");
  const std::string nothing = "<member><Id>m0</Id><StatusCode>Complete</StatusCode></member>";
  EXPECT_EQ(reading_after({with_status(zero, "PartialData"), zero}).use, fleet::V1Use::kUnused);
  EXPECT_EQ(reading_after({with_status(zero, "PartialData"), nothing}).use, fleet::V1Use::kUnused);
  for (const auto* status : {"PartialData", "InternalError", "Forbidden", ""}) {
    const auto reading = reading_after({zero, with_status(zero, status)});
    EXPECT_EQ(reading.use, fleet::V1Use::kUnknown) << status;
    EXPECT_NE(reading.why_unknown.find(*status == 0 ? "no status" : status), std::string::npos);
  }
}

TEST(V1Query, AUseSeenStaysUsedWhateverTheStatus) {
  const auto reading = reading_after({with_status(series("m0", "5"), "InternalError")});
  EXPECT_EQ(reading.use, fleet::V1Use::kUsed);
  EXPECT_EQ(reading.calls, 5);
  EXPECT_TRUE(reading.why_unknown.empty());
}

TEST(V1Query, CompleteWithoutAnyPointSaysThatThereAreNone) {
  const std::string nothing = "<member><Id>m0</Id><StatusCode>Complete</StatusCode></member>";
  const auto reading = reading_after({with_status(nothing, "PartialData"), nothing});
  EXPECT_EQ(reading.use, fleet::V1Use::kUnknown);
  EXPECT_NE(reading.why_unknown.find("no data points"), std::string::npos);
}

TEST(V1Query, AnswerThatMakesNoSenseIsUnknown) {
  V1Query query(kRegion, ids(1), test::kStart, std::chrono::hours(24));
  query.take(0, query.begin()[0].call, answer("<html>oops"));
  ASSERT_TRUE(query.finished());
  EXPECT_EQ(query.readings().at(ids(1)[0]).use, fleet::V1Use::kUnknown);
}

}  // namespace
}  // namespace v2only::drivers
