#include "aws/caller.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "aws/scripted_transport.h"
#include "aws/sigv4.h"
#include "net/http_date.h"

namespace v2only::aws {
namespace {

using net::Sent;
using net::TransportErrorKind;
using testing::answer;
using testing::ec2_error;
using testing::ManualClock;
using testing::ScriptedTransport;
using testing::transport_error;
using namespace std::chrono_literals;

const RegionName kRegion{"eu-west-1"};

Session session() {
  Session out;
  out.credentials.access_key_id = "AKIDTEST";
  out.credentials.secret_access_key = Secret("a-secret-key");
  out.credentials.session_token = Secret("a-session-token");
  return out;
}

ApiCall read_call() { return {Service::kEc2, kRegion, "DescribeRegions", {}, false, false, {}}; }
ApiCall write_call() {
  return {Service::kEc2, kRegion, "StopInstances", {{"InstanceId.1", "i-0ab1"}}, true, false};
}

std::string ok_xml(const std::string& action) {
  return "<?xml version=\"1.0\"?>\n<" + action +
         "Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\n"
         "  <requestId>rid-ok</requestId>\n</" +
         action + "Response>\n";
}
net::Response ok_for(const ApiCall& call) { return answer(200, ok_xml(call.action)); }

class CallerTest : public ::testing::Test {
 protected:
  explicit CallerTest(CallerOptions options = {}) : options_(std::move(options)) {}

  Caller& caller() {
    if (!caller_) {
      caller_ = std::make_unique<Caller>(transport, clock, Random(7), session(), options_);
    }
    return *caller_;
  }

  ApiReply reply_to(const ApiCall& call) {
    const auto id = caller().submit(call);
    const auto replies = caller().wait(clock.now().mono + 24h);
    EXPECT_EQ(replies.size(), 1U);
    if (replies.empty()) return {};
    EXPECT_EQ(replies.front().id, id);
    EXPECT_EQ(caller().in_flight(), 0U);
    return replies.front();
  }

  CallerOptions options_;
  ManualClock clock;
  ScriptedTransport transport{clock};
  std::unique_ptr<Caller> caller_;
};

TEST_F(CallerTest, AnswerIsDoneWithItsBodyAndRequestId) {
  transport.then(ok_for(read_call()));
  const auto reply = reply_to(read_call());
  EXPECT_EQ(reply.fate, Fate::kDone);
  EXPECT_EQ(reply.body, ok_xml("DescribeRegions"));
  EXPECT_EQ(reply.request_id, "rid-ok");
  EXPECT_EQ(reply.attempts, 1);
}

TEST_F(CallerTest, RequestIsASignedFormPostToTheRegionsEndpoint) {
  options_.user_agent = "v2only/test run/r-1";
  transport.then(ok_for(write_call()));
  reply_to(write_call());
  const auto& sent = transport.sent.at(0);
  EXPECT_EQ(sent.request.method, "POST");
  EXPECT_EQ(sent.request.url, "https://ec2.eu-west-1.amazonaws.com/");
  EXPECT_EQ(sent.request.body, "Action=StopInstances&Version=2016-11-15&InstanceId.1=i-0ab1");
  EXPECT_EQ(sent.deadline, sent.at.mono + 30s);

  auto expected = sent.request;
  sign(expected, session().credentials, {"eu-west-1", "ec2"}, sent.at.wall);
  EXPECT_EQ(sent.request.headers, expected.headers);
  const auto named = [&](const char* name, const char* value) {
    return std::count(sent.request.headers.begin(), sent.request.headers.end(),
                      net::Header{name, value});
  };
  EXPECT_EQ(named("User-Agent", "v2only/test run/r-1"), 1);
  EXPECT_EQ(named("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"), 1);
  EXPECT_EQ(named("X-Amz-Security-Token", "a-session-token"), 1);
}

TEST_F(CallerTest, CloudWatchIsSignedAsMonitoring) {
  const ApiCall call{Service::kCloudWatch, kRegion, "GetMetricData", {}, false, false};
  transport.then(ok_for(call));
  reply_to(call);
  const auto& headers = transport.sent.at(0).request.headers;
  EXPECT_EQ(transport.sent.at(0).request.url, "https://monitoring.eu-west-1.amazonaws.com/");
  EXPECT_NE(headers.back().value.find("/eu-west-1/monitoring/aws4_request"), std::string::npos);
}

TEST_F(CallerTest, DueNamesTheNextTurnAndNothingWhileAnswersAreAwaited) {
  EXPECT_EQ(caller().due(), std::nullopt);
  transport.then(transport_error(TransportErrorKind::kConnect, Sent::kNo))
      .then(ok_for(read_call()));
  caller().submit(read_call());
  EXPECT_EQ(caller().due(), clock.now().mono);
  EXPECT_TRUE(caller().wait(clock.now().mono).empty());  // sent
  EXPECT_EQ(caller().due(), std::nullopt);
  EXPECT_TRUE(caller().wait(clock.now().mono + 10ms).empty());  // failed; a retry is planned
  ASSERT_TRUE(caller().due());
  EXPECT_EQ(caller().wait(*caller().due() + 10ms).size(), 1U);
}

TEST_F(CallerTest, HeaderRequestIdWinsOverTheBodys) {
  transport.then(answer(200, ok_xml("DescribeRegions"), {{"x-amzn-RequestId", "from-header"}}));
  EXPECT_EQ(reply_to(read_call()).request_id, "from-header");
}

TEST_F(CallerTest, WriteGetsAConnectionOfItsOwnUnlessARepeatIsHarmless) {
  auto harmless = write_call();
  harmless.repeat_is_harmless = true;
  transport.answer_by = [](const net::Request&) { return ok_for(write_call()); };
  reply_to(write_call());
  reply_to(harmless);
  transport.answer_by = [](const net::Request&) { return ok_for(read_call()); };
  reply_to(read_call());
  EXPECT_TRUE(transport.sent.at(0).request.fresh_connection);
  EXPECT_FALSE(transport.sent.at(1).request.fresh_connection);
  EXPECT_FALSE(transport.sent.at(2).request.fresh_connection);
}

struct Trouble {
  const char* name;
  testing::Result answer;
};
void PrintTo(const Trouble& trouble, std::ostream* out) { *out << trouble.name; }

// Everything after which a read is worth another try, and after which nobody knows of a write.
const std::vector<Trouble> kUncertain = {
    {"Cut", transport_error(TransportErrorKind::kCut, Sent::kMaybe)},
    {"Timeout", transport_error(TransportErrorKind::kTimeout, Sent::kMaybe)},
    {"NotHttp", transport_error(TransportErrorKind::kNotHttp, Sent::kMaybe)},
    {"TooLarge", transport_error(TransportErrorKind::kTooLarge, Sent::kMaybe)},
    {"InternalError", ec2_error(500, "InternalError")},
    {"Unavailable", ec2_error(503, "Unavailable")},
    {"RequestTimeout", ec2_error(400, "RequestTimeout")},
    {"HtmlWithStatus502", answer(502, "<html>Bad Gateway</html>", {{"Content-Type", "text/html"}})},
    {"HtmlWithStatus200", answer(200, "<html>Log in to the hotel's network</html>")},
    {"HtmlWithStatus403", answer(403, "<html>Forbidden</html>")},
    {"Redirect", answer(301, "")},
    {"EmptyBody", answer(200, "")},
    {"HalfABody", answer(200, "<DescribeRegionsResponse><requestId>x</requestId><regionInf")},
    {"AnswerToAnotherAction", answer(200, ok_xml("RunInstances"))},
};

class Uncertain : public CallerTest, public ::testing::WithParamInterface<Trouble> {};

TEST_P(Uncertain, ReadIsTriedAgain) {
  transport.then(GetParam().answer).then(ok_for(read_call()));
  const auto reply = reply_to(read_call());
  EXPECT_EQ(reply.fate, Fate::kDone);
  EXPECT_EQ(reply.attempts, 2);
}

TEST_P(Uncertain, ReadGivesUpAsUnknownAfterTheLastAttempt) {
  options_.max_timeouts = 99;
  transport.then(GetParam().answer);
  const auto reply = reply_to(read_call());
  EXPECT_EQ(reply.fate, Fate::kUnknown);
  EXPECT_EQ(reply.attempts, 8);
  EXPECT_FALSE(reply.error.message.empty());
  EXPECT_TRUE(reply.body.empty());
}

TEST_P(Uncertain, WriteIsUnknownAndNeverSentAgain) {
  transport.then(GetParam().answer).then(ok_for(write_call()));
  const auto reply = reply_to(write_call());
  EXPECT_EQ(reply.fate, Fate::kUnknown);
  EXPECT_EQ(transport.sent.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Caller, Uncertain, ::testing::ValuesIn(kUncertain),
                         [](const auto& one) { return one.param.name; });

class NotSent : public CallerTest, public ::testing::WithParamInterface<TransportErrorKind> {};

TEST_P(NotSent, WriteIsTriedAgain) {
  transport.then(transport_error(GetParam(), Sent::kNo)).then(ok_for(write_call()));
  const auto reply = reply_to(write_call());
  EXPECT_EQ(reply.fate, Fate::kDone);
  EXPECT_EQ(reply.attempts, 2);
}

TEST_P(NotSent, WriteThatNeverLeavesIsRefusedInTheEndNotUnknown) {
  transport.then(transport_error(GetParam(), Sent::kNo));
  const auto reply = reply_to(write_call());
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_EQ(reply.error.http_status, 0);
  EXPECT_EQ(reply.error.message, "ec2.test:443: it broke");
}

INSTANTIATE_TEST_SUITE_P(Caller, NotSent,
                         ::testing::Values(TransportErrorKind::kResolve,
                                           TransportErrorKind::kConnect, TransportErrorKind::kTls,
                                           TransportErrorKind::kProxy,
                                           TransportErrorKind::kTimeout),
                         [](const auto& one) { return std::string(name_of(one.param)); });

TEST_F(CallerTest, WriteThatFailedUnsentAndThenMaybeSentIsUnknown) {
  transport.then(transport_error(TransportErrorKind::kConnect, Sent::kNo))
      .then(transport_error(TransportErrorKind::kCut, Sent::kMaybe));
  const auto reply = reply_to(write_call());
  EXPECT_EQ(reply.fate, Fate::kUnknown);
  EXPECT_EQ(reply.attempts, 2);
}

TEST_F(CallerTest, ReadGivesUpAfterThreeDeadlines) {
  transport.then(transport_error(TransportErrorKind::kTimeout, Sent::kMaybe));
  EXPECT_EQ(reply_to(read_call()).attempts, 3);
}

class Throttling : public CallerTest, public ::testing::WithParamInterface<int> {};

TEST_P(Throttling, CodeDecidesBeforeTheStatusAndAWriteIsSentAgain) {
  transport.then(ec2_error(GetParam(), "RequestLimitExceeded"))
      .then(ec2_error(GetParam(), "RequestLimitExceeded"))
      .then(ok_for(write_call()));
  const auto reply = reply_to(write_call());
  EXPECT_EQ(reply.fate, Fate::kDone);
  EXPECT_EQ(reply.attempts, 3);
  EXPECT_EQ(caller().stats().throttled, 2U);
  EXPECT_EQ(caller().stats().requests, 3U);
  EXPECT_EQ(caller().stats().calls, 1U);
}
INSTANTIATE_TEST_SUITE_P(Caller, Throttling, ::testing::Values(400, 429, 503));

TEST_F(CallerTest, WriteThrottledEveryTimeIsRefusedAfterSixtyAttempts) {
  transport.then(ec2_error(503, "RequestLimitExceeded"));
  const auto reply = reply_to(write_call());
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_EQ(reply.attempts, 60);
  EXPECT_EQ(reply.error.code, "RequestLimitExceeded");
}

TEST_F(CallerTest, ReadThrottledEveryTimeIsRefusedAfterItsAttempts) {
  transport.then(ec2_error(503, "RequestLimitExceeded"));
  EXPECT_EQ(reply_to(read_call()).attempts, 8);
}

class Refusal : public CallerTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(Refusal, IsFinalForReadAndWrite) {
  transport.then(ec2_error(403, GetParam()));
  for (const auto& call : {read_call(), write_call()}) {
    const auto reply = reply_to(call);
    EXPECT_EQ(reply.fate, Fate::kRefused);
    EXPECT_EQ(reply.attempts, 1);
    EXPECT_EQ(reply.error, (ApiError{GetParam(), "said so", 403}));
    EXPECT_EQ(reply.request_id, "rid-error");
  }
}
INSTANTIATE_TEST_SUITE_P(Caller, Refusal,
                         ::testing::Values("UnauthorizedOperation", "AccessDenied", "AuthFailure",
                                           "InvalidInstanceID.NotFound", "DryRunOperation",
                                           "UnsupportedOperation", "RequestExpired"));

TEST_F(CallerTest, QueryErrorOfStsIsReadToo) {
  transport.then(answer(403,
                        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>"
                        "<Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>bad token"
                        "</Message></Error><RequestId>rid-sts</RequestId></ErrorResponse>"));
  const auto reply = reply_to({Service::kSts, kRegion, "GetCallerIdentity", {}, false, false});
  EXPECT_EQ(reply.error, (ApiError{"InvalidClientTokenId", "bad token", 403}));
  EXPECT_EQ(reply.request_id, "rid-sts");
}

TEST_F(CallerTest, MessageIsOneLineOfAtMost300Bytes) {
  transport.then(ec2_error(400, "InvalidParameterValue", "one\ntwo " + std::string(900, 'x')));
  const auto message = reply_to(read_call()).error.message;
  EXPECT_LE(message.size(), 300U);
  EXPECT_TRUE(message.starts_with("one two xxx")) << message;
}

TEST_F(CallerTest, MessageNeverHoldsACredential) {
  transport.then(ec2_error(403, "SignatureDoesNotMatch",
                           "no match for a-session-token and a-secret-key. The Canonical String "
                           "for this request should have been 'POST x-amz-security-token:tok'"));
  EXPECT_EQ(reply_to(read_call()).error.message, "no match for *** and ***.");
}

TEST_F(CallerTest, PlaceholderForASecretDoesNotGarbleTheMessage) {
  auto placeholder = session();
  placeholder.credentials.secret_access_key = Secret("b");
  caller_ = std::make_unique<Caller>(transport, clock, Random(7), placeholder, options_);
  transport.then(ec2_error(400, "InvalidInstanceID.NotFound", "i-0ab1 does not exist"));
  EXPECT_EQ(reply_to(read_call()).error.message, "i-0ab1 does not exist");
}

TEST_F(CallerTest, EncodedAuthorizationBlobIsCutOut) {
  transport.then(ec2_error(403, "UnauthorizedOperation",
                           "You are not authorized to perform this operation. Encoded "
                           "authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm"));
  EXPECT_EQ(reply_to(write_call()).error.message,
            "You are not authorized to perform this operation.");
}

// ---- time: jitter, hints, signatures, skew

TEST_F(CallerTest, RetriesWaitLongerAndLongerButNeverPastTwentySeconds) {
  transport.then(ec2_error(503, "RequestLimitExceeded"));
  transport.latency = 0ms;
  reply_to(write_call());
  Duration longest{};
  for (std::size_t i = 1; i < transport.sent.size(); ++i) {
    const auto gap = transport.sent[i].at.mono - transport.sent[i - 1].at.mono;
    const auto most = std::min<std::int64_t>(20'000, 1000LL << std::min<std::size_t>(i - 1, 10));
    EXPECT_LE(gap, Duration(most)) << "before attempt " << i + 1;
    longest = std::max(longest, gap);
  }
  EXPECT_GT(longest, 10s);
}

TEST_F(CallerTest, RetryHintOfTheServiceIsFollowed) {
  transport.then(ec2_error(503, "RequestLimitExceeded", "slow", {{"x-amz-retry-after", "1500"}}))
      .then(ok_for(read_call()));
  transport.latency = 0ms;
  reply_to(read_call());
  EXPECT_EQ(transport.sent.at(1).at.mono - transport.sent.at(0).at.mono, 1500ms);
}

TEST_F(CallerTest, EachAttemptIsSignedWithItsOwnTime) {
  transport.then(ec2_error(503, "RequestLimitExceeded", "", {{"x-amz-retry-after", "3000"}}))
      .then(ok_for(read_call()));
  reply_to(read_call());
  for (const auto& sent : transport.sent) {
    const net::Header date{"X-Amz-Date", amz_date(sent.at.wall)};
    EXPECT_EQ(std::count(sent.request.headers.begin(), sent.request.headers.end(), date), 1);
  }
  EXPECT_NE(transport.sent.at(0).request.headers, transport.sent.at(1).request.headers);
}

std::string date_sent(const testing::SentRequest& sent) {
  const auto found = std::find_if(sent.request.headers.begin(), sent.request.headers.end(),
                                  [](const net::Header& h) { return h.name == "X-Amz-Date"; });
  return found->value;
}

class Skew : public CallerTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(Skew, ClockIsCorrectedFromTheAnswersDateOnceAndTheOffsetKept) {
  const auto theirs = clock.now().wall + 20min;
  transport.then(ec2_error(403, GetParam(), "", {{"Date", net::format_http_date(theirs)}}))
      .then(ok_for(write_call()));
  transport.latency = 0ms;
  EXPECT_EQ(reply_to(write_call()).fate, Fate::kDone);
  EXPECT_EQ(date_sent(transport.sent.at(1)), amz_date(theirs));
  reply_to(write_call());
  EXPECT_EQ(date_sent(transport.sent.at(2)), amz_date(theirs));
}

TEST_P(Skew, RefusalWithTheRightTimeIsFinal) {
  const auto date = net::format_http_date(clock.now().wall + 3min);
  transport.then(ec2_error(403, GetParam(), "", {{"Date", date}}));
  EXPECT_EQ(reply_to(write_call()).attempts, 1);
}

TEST_P(Skew, RefusalAfterTheCorrectionIsFinal) {
  const auto date = net::format_http_date(clock.now().wall - 20min);
  auto later =
      ec2_error(403, GetParam(), "", {{"Date", net::format_http_date(clock.now().wall + 5h)}});
  transport.then(ec2_error(403, GetParam(), "", {{"Date", date}})).then(later);
  const auto reply = reply_to(read_call());
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_EQ(reply.attempts, 2);
}

INSTANTIATE_TEST_SUITE_P(Caller, Skew,
                         ::testing::Values("RequestTimeTooSkewed", "RequestExpired",
                                           "SignatureDoesNotMatch", "AuthFailure"));

TEST_F(CallerTest, SkewedDateOfAnotherRefusalChangesNoClock) {
  const auto date = net::format_http_date(clock.now().wall + 20min);
  transport.then(ec2_error(403, "UnauthorizedOperation", "", {{"Date", date}}));
  EXPECT_EQ(reply_to(read_call()).attempts, 1);
}

// ---- guards

ApiCall guarded(const Now& read_at) {
  auto call = write_call();
  call.guard = Guard{read_at, 60s};
  return call;
}

TEST_F(CallerTest, WriteWhoseReadingIsYoungEnoughIsSent) {
  transport.then(ok_for(write_call()));
  const auto read_at = clock.now();
  clock.advance(60s);
  EXPECT_EQ(reply_to(guarded(read_at)).fate, Fate::kDone);
}

TEST_F(CallerTest, WriteWhoseReadingIsTooOldIsHeldBackAsNotCarriedOut) {
  const auto read_at = clock.now();
  clock.advance(60s + 1ms);
  const auto call = guarded(read_at);
  const auto reply = reply_to(call);
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_EQ(reply.error.code, kHeldBackCode);
  EXPECT_EQ(reply.attempts, 0);
  EXPECT_TRUE(transport.sent.empty());
  EXPECT_EQ(error_of(call, reply).code, ErrorCode::kConflict);
}

TEST_F(CallerTest, ReadingIsTooOldByTheWallClockAloneToo) {
  const auto read_at = clock.now();
  clock.step_wall(61s);
  EXPECT_EQ(reply_to(guarded(read_at)).error.code, kHeldBackCode);
}

TEST_F(CallerTest, ThrottledWriteIsNotRepeatedOnAReadingThatHasGrownTooOld) {
  transport.then(ec2_error(503, "RequestLimitExceeded"));
  const auto begin = clock.now().mono;
  const auto reply = reply_to(guarded(clock.now()));
  EXPECT_EQ(reply.error.code, kHeldBackCode);
  EXPECT_EQ(static_cast<std::size_t>(reply.attempts), transport.sent.size());
  EXPECT_LE(transport.sent.back().at.mono - begin, 60s);
}

TEST_F(CallerTest, WriteThatWaitsItsTurnTooLongIsHeldBack) {
  options_.table_rates = true;
  transport.answer_by = [](const net::Request&) { return ok_for(write_call()); };
  const auto read_at = clock.now();
  // StopInstances: 50 at once, then five a second; the last one's turn comes after 61 s.
  for (int i = 0; i < 50 + 5 * 61; ++i) caller().submit(guarded(read_at));
  std::size_t held = 0;
  for (std::size_t got = 0; got < 50 + 5 * 61;) {
    const auto replies = caller().wait(clock.now().mono + 24h);
    ASSERT_FALSE(replies.empty());
    got += replies.size();
    for (const auto& reply : replies) held += reply.error.code == kHeldBackCode ? 1 : 0;
  }
  EXPECT_EQ(held, 5U);
  EXPECT_EQ(transport.sent.size(), 50U + 5 * 60);
}

// ---- waiting, rates

TEST_F(CallerTest, WaitEndsAtItsTimeWithoutAReply) {
  transport.latency = 10s;
  transport.then(ok_for(read_call()));
  caller().submit(read_call());
  const auto until = clock.now().mono + 3s;
  EXPECT_TRUE(caller().wait(until).empty());
  EXPECT_EQ(clock.now().mono, until);
  EXPECT_EQ(caller().in_flight(), 1U);
  EXPECT_EQ(caller().wait(clock.now().mono + 1h).size(), 1U);
}

TEST_F(CallerTest, WakeEndsAWaitWithoutAReply) {
  transport.latency = 10s;
  transport.then(ok_for(read_call()));
  caller().submit(read_call());
  transport.wake();
  const auto before = clock.now().mono;
  EXPECT_TRUE(caller().wait(before + 1h).empty());
  EXPECT_EQ(clock.now().mono, before);
  EXPECT_EQ(caller().wait(before + 1h).size(), 1U);
}

TEST_F(CallerTest, WaitWithNothingUnderWayEndsAtItsTime) {
  const auto until = clock.now().mono + 3s;
  EXPECT_TRUE(caller().wait(until).empty());
  EXPECT_EQ(clock.now().mono, until);
}

TEST_F(CallerTest, RepliesThatAreThereTogetherComeTogether) {
  transport.then(ok_for(read_call()));
  for (int i = 0; i < 5; ++i) caller().submit(read_call());
  EXPECT_EQ(caller().in_flight(), 5U);
  EXPECT_EQ(caller().wait(clock.now().mono + 1h).size(), 5U);
}

std::size_t sent_within(const ScriptedTransport& transport, MonoTime begin, Duration span) {
  return static_cast<std::size_t>(
      std::count_if(transport.sent.begin(), transport.sent.end(),
                    [&](const auto& sent) { return sent.at.mono - begin <= span; }));
}

void wait_for(Caller& caller, const Clock& clock, std::size_t count) {
  for (std::size_t got = 0; got < count;) {
    const auto replies = caller.wait(clock.now().mono + 24h);
    if (replies.empty()) return;
    got += replies.size();
  }
}

TEST_F(CallerTest, TableRatesHoldModifyToItsBucketOf100AndFiveASecond) {
  options_.table_rates = true;
  const ApiCall modify{Service::kEc2, kRegion, "ModifyInstanceMetadataOptions", {}, true, true};
  transport.then(ok_for(modify));
  const auto begin = clock.now().mono;
  for (int i = 0; i < 150; ++i) caller().submit(modify);
  wait_for(caller(), clock, 150);
  EXPECT_EQ(sent_within(transport, begin, 0s), 100U);
  EXPECT_EQ(sent_within(transport, begin, 1s), 105U);
  EXPECT_EQ(transport.sent.back().at.mono - begin, 10s);
}

TEST_F(CallerTest, BucketsAreApartByRegionAndAction) {
  options_.table_rates = true;
  transport.answer_by = [](const net::Request& request) -> testing::Result {
    const auto action = request.body.substr(7, request.body.find('&') - 7);
    return answer(200, ok_xml(action));
  };
  const auto begin = clock.now().mono;
  for (int i = 0; i < 100; ++i) {
    for (const auto* region : {"eu-west-1", "eu-west-2"}) {
      caller().submit({Service::kEc2, RegionName(region), "DescribeRegions", {}, false, false, {}});
      caller().submit({Service::kEc2, RegionName(region), "DescribeImages", {}, false, false});
    }
  }
  wait_for(caller(), clock, 400);
  EXPECT_EQ(sent_within(transport, begin, 0s), 400U);
}

TEST_F(CallerTest, ThrottlingAnswerEmptiesTheBucket) {
  options_.table_rates = true;
  const ApiCall modify{Service::kEc2, kRegion, "ModifyInstanceMetadataOptions", {}, true, true};
  transport.latency = 0ms;
  transport.then(ec2_error(503, "RequestLimitExceeded")).then(ok_for(modify));
  caller().submit(modify);
  const auto begin = clock.now().mono;
  caller().wait(clock.now().mono);
  for (int i = 0; i < 10; ++i) caller().submit(modify);
  wait_for(caller(), clock, 11);
  // Eleven tokens at five a second, from an empty bucket: the repeat and the ten others.
  EXPECT_EQ(transport.sent.back().at.mono - begin, 2200ms);
}

TEST_F(CallerTest, WithoutTableRatesNothingIsHeldBack) {
  const ApiCall modify{Service::kEc2, kRegion, "ModifyInstanceMetadataOptions", {}, true, true};
  transport.then(ok_for(modify));
  const auto begin = clock.now().mono;
  for (int i = 0; i < 500; ++i) caller().submit(modify);
  wait_for(caller(), clock, 500);
  EXPECT_EQ(sent_within(transport, begin, 0s), 500U);
}

TEST_F(CallerTest, SameInputsGiveTheSameRequestsAtTheSameTimes) {
  const auto run = [] {
    ManualClock own_clock;
    ScriptedTransport own(own_clock);
    own.then(ec2_error(500, "InternalError"))
        .then(ec2_error(503, "RequestLimitExceeded"))
        .then(ok_for(read_call()));
    Caller own_caller(own, own_clock, Random(3), session(), {});
    for (int i = 0; i < 4; ++i) own_caller.submit(read_call());
    wait_for(own_caller, own_clock, 4);
    std::string log;
    for (const auto& sent : own.sent) {
      log += format_utc(sent.at.wall) + sent.request.headers.back().value + "\n";
    }
    return log;
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace v2only::aws
