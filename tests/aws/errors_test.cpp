#include "aws/errors.h"

#include <gtest/gtest.h>

namespace v2only::aws {
namespace {

TEST(AwsErrors, Ec2ErrorHasCodeMessageAndRequestIdWithCapitalD) {
  const auto answer = parse_error(
      "<?xml version=\"1.0\"?><Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code>"
      "<Message>The instance ID 'i-0ab1' &lt;does&gt; not exist</Message></Error></Errors>"
      "<RequestID>ea966190</RequestID></Response>");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code, "InvalidInstanceID.NotFound");
  EXPECT_EQ(answer->message, "The instance ID 'i-0ab1' <does> not exist");
  EXPECT_EQ(answer->request_id, "ea966190");
}

TEST(AwsErrors, QueryErrorHasCodeMessageAndRequestId) {
  const auto answer = parse_error(
      "<ErrorResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\"><Error>"
      "<Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error>"
      "<RequestId>r1</RequestId></ErrorResponse>");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->code, "AccessDenied");
  EXPECT_EQ(answer->request_id, "r1");
}

class NoError : public ::testing::TestWithParam<const char*> {};
TEST_P(NoError, IsNotRead) { EXPECT_FALSE(parse_error(GetParam())); }
INSTANTIATE_TEST_SUITE_P(AwsErrors, NoError,
                         ::testing::Values("", "<html><body>502</body></html>", "{\"Code\": \"x\"}",
                                           "<Response><Errors><Error><Code>", "<Response/>",
                                           "<Response><Errors><Error><Message>m</Message></Error>"
                                           "</Errors></Response>"));

TEST(AwsErrors, RequestIdIsFoundAtTheBeginningOrTheEnd) {
  EXPECT_EQ(request_id_of("<AResponse><requestId> r1 </requestId></AResponse>"), "r1");
  EXPECT_EQ(request_id_of("<AResponse>" + std::string(5000, 'x') +
                          "<ResponseMetadata><RequestId>r2</RequestId></ResponseMetadata>"),
            "r2");
  EXPECT_EQ(request_id_of("<AResponse/>"), "");
}

struct CodeCase {
  const char* code;
  bool throttling, denied, transient, skew, credential;
};
class Codes : public ::testing::TestWithParam<CodeCase> {};

TEST_P(Codes, MeanWhatTheFactsSay) {
  const auto& c = GetParam();
  EXPECT_EQ(is_throttling_code(c.code), c.throttling);
  EXPECT_EQ(is_denied_code(c.code), c.denied);
  EXPECT_EQ(is_transient_code(c.code), c.transient);
  EXPECT_EQ(may_be_clock_skew(c.code), c.skew);
  EXPECT_EQ(is_credential_code(c.code), c.credential);
}
INSTANTIATE_TEST_SUITE_P(
    AwsErrors, Codes,
    ::testing::Values(CodeCase{"RequestLimitExceeded", true, false, false, false, false},
                      CodeCase{"EC2ThrottledException", true, false, false, false, false},
                      CodeCase{"Throttling", true, false, false, false, false},
                      CodeCase{"UnauthorizedOperation", false, true, false, false, false},
                      CodeCase{"AccessDenied", false, true, false, false, false},
                      CodeCase{"InternalError", false, false, true, false, false},
                      CodeCase{"RequestExpired", false, false, false, true, true},
                      CodeCase{"AuthFailure", false, false, false, true, true},
                      CodeCase{"InvalidClientTokenId", false, false, false, false, true},
                      CodeCase{"OptInRequired", false, false, false, false, true},
                      CodeCase{"DryRunOperation", false, false, false, false, false},
                      CodeCase{"", false, false, false, false, false}));

// ---- lines for people

ApiReply refused(const char* code, int status, const char* message = "Said so.") {
  ApiReply reply;
  reply.fate = Fate::kRefused;
  reply.error = {code, message, status};
  reply.attempts = 8;
  return reply;
}

ApiCall listing() {
  return {Service::kEc2, RegionName("eu-west-1"), "DescribeInstances", {}, false, false};
}

TEST(ErrorLine, DeniedCallNamesTheMissingIamAction) {
  const auto error = error_of(listing(), refused("UnauthorizedOperation", 403));
  EXPECT_EQ(error.code, ErrorCode::kDenied);
  EXPECT_EQ(to_string(error),
            "eu-west-1: ec2:DescribeInstances denied: UnauthorizedOperation: Said so. Allow "
            "ec2:DescribeInstances to this identity, or use --profile");
}

TEST(ErrorLine, CallOnAnInstanceNamesIt) {
  const ApiCall call{Service::kEc2,
                     RegionName("eu-west-1"),
                     "ModifyInstanceMetadataOptions",
                     {{"InstanceId", "i-0ab1"}},
                     true,
                     true};
  EXPECT_EQ(error_of(call, refused("UnauthorizedOperation", 403)).on, "i-0ab1 (eu-west-1)");
}

TEST(ErrorLine, EveryServiceHasItsIamPrefix) {
  EXPECT_EQ(iam_action({Service::kCloudWatch, {}, "GetMetricData", {}, false, false}),
            "cloudwatch:GetMetricData");
  EXPECT_EQ(iam_action({Service::kSts, {}, "GetCallerIdentity", {}, false, false}),
            "sts:GetCallerIdentity");
}

TEST(ErrorLine, NoAnswerIsUnreachableAndGarbageIsGarbage) {
  const auto none = error_of(listing(), refused("", 0, "127.0.0.1:1: no connection"));
  EXPECT_EQ(none.code, ErrorCode::kUnreachable);
  EXPECT_EQ(none.what, "DescribeInstances got no answer: 127.0.0.1:1: no connection");
  const auto html = error_of(listing(), refused("", 502, "HTTP 502 without an AWS error code"));
  EXPECT_EQ(html.code, ErrorCode::kGarbage);
}

TEST(ErrorLine, HostOfARegionThatDoesNotResolveNamesTheRegionAndNotTheCredentials) {
  auto reply = refused("", 0, "ec2.eu-west-1.amazonaws.com:443: the host name has no address");
  reply.error.no_such_host = true;
  const auto of_region = error_of(listing(), reply);
  EXPECT_EQ(of_region.code, ErrorCode::kUnreachable);
  EXPECT_EQ(of_region.hint, "check that the region eu-west-1 exists, and this machine's DNS");
  reply.error.message = "aws.example:443: the host name has no address";
  EXPECT_EQ(error_of(listing(), reply).hint, "check the endpoint URL and this machine's DNS");
}

TEST(ErrorLine, RefusedCredentialsNameTheRegionThatMayNotBeEnabled) {
  const auto error = error_of(listing(), refused("AuthFailure", 401));
  EXPECT_NE(error.hint.find("the region eu-west-1 exists and is enabled"), std::string::npos);
}

TEST(ErrorLine, KindFollowsTheCode) {
  EXPECT_EQ(error_of(listing(), refused("RequestLimitExceeded", 503)).code, ErrorCode::kThrottled);
  EXPECT_EQ(error_of(listing(), refused("AuthFailure", 401)).code, ErrorCode::kDenied);
  EXPECT_EQ(error_of(listing(), refused("InvalidInstanceID.NotFound", 400)).code,
            ErrorCode::kNotFound);
  EXPECT_EQ(error_of(listing(), refused("InternalError", 500)).code, ErrorCode::kUnreachable);
  EXPECT_EQ(error_of(listing(), refused("IncorrectInstanceState", 400)).code, ErrorCode::kConflict);
  EXPECT_EQ(error_of(listing(), refused("InvalidParameterValue", 400)).code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace v2only::aws
