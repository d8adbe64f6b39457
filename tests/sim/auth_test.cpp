#include "sim/auth.h"

#include <gtest/gtest.h>

#include <tuple>

#include "asking.h"
#include "aws/sigv4.h"

namespace v2only::sim::testing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

Answer ask_as(const Asker& asker) {
  World world(plain_spec(1), 1, kStart);
  if (asker.service == "sts") return ask(world, kStart, "GetCallerIdentity", {}, asker);
  if (asker.service == "monitoring") return ask(world, kStart, "GetMetricData", {}, asker);
  return ask(world, kStart, "DescribeInstances", {}, asker);
}

void expect(const Answer& answer, int status, const std::string& expected_code) {
  EXPECT_EQ(answer.response.status, status) << answer.response.body;
  EXPECT_EQ(code(answer), expected_code);
}

Asker of_service(const std::string& service) {
  Asker asker;
  asker.service = service;
  return asker;
}

TEST(Auth, AWrongSecretIsRefusedAsEachServiceDoes) {
  auto ec2 = of_service("ec2");
  ec2.secret = "another";
  const auto answer = ask_as(ec2);
  expect(answer, 401, "AuthFailure");
  EXPECT_EQ(text(answer, "Message"),
            "AWS was not able to validate the provided access credentials");
  for (const auto* service : {"sts", "monitoring"}) {
    auto asker = of_service(service);
    asker.secret = "another";
    expect(ask_as(asker), 403, "SignatureDoesNotMatch");
  }
}

TEST(Auth, AnUnknownKeyIsRefusedAsEachServiceDoes) {
  for (const auto& [service, status, expected] :
       {std::tuple("ec2", 401, "AuthFailure"), std::tuple("sts", 403, "InvalidClientTokenId"),
        std::tuple("monitoring", 403, "InvalidClientTokenId")}) {
    auto asker = of_service(service);
    asker.access_key_id = "AKIDOFSOMEBODYELSE00";
    expect(ask_as(asker), status, expected);
  }
}

TEST(Auth, AClockOffByMoreThan15MinutesIsRefusedEitherWay) {
  for (const auto sign : {-1, 1}) {
    auto asker = of_service("ec2");
    asker.clock_error = sign * (minutes(15) + seconds(1));
    expect(ask_as(asker), 400, "RequestExpired");
    asker.service = "sts";
    expect(ask_as(asker), 403, "SignatureDoesNotMatch");
    asker.clock_error = sign * minutes(15);
    expect(ask_as(asker), 200, "");
  }
}

TEST(Auth, TheAnswerTellsTheWorldsTime) {
  auto asker = of_service("ec2");
  asker.clock_error = minutes(20);
  EXPECT_EQ(ask_as(asker).response.header("date"), "Tue, 24 Nov 2026 00:00:00 GMT");
}

TEST(Auth, ARegionThatIsNotEnabledIsRefused) {
  for (const auto* region : {"ap-east-1", "mars-1"}) {
    auto asker = of_service("ec2");
    asker.region = region;
    expect(ask_as(asker), 401, "AuthFailure");
    asker.service = "sts";
    expect(ask_as(asker), 403, "InvalidClientTokenId");
  }
}

TEST(Auth, AServiceThatIsNotServedIsRefused) {
  expect(ask_as(of_service("iam")), 400, "InvalidAction");
}

class Tampered : public ::testing::Test {
 protected:
  net::Request request_ = Asker().request("DescribeInstances", {}, kStart);
  World world_{plain_spec(1), 1, kStart};

  std::string& header(const std::string& name) {
    for (auto& h : request_.headers) {
      if (h.name == name) return h.value;
    }
    request_.headers.push_back({name, ""});
    return request_.headers.back().value;
  }
  void remove(const std::string& name) {
    std::erase_if(request_.headers, [&](const auto& h) { return h.name == name; });
  }
  Answer answer() { return world_.arrive(request_, kStart); }
};

TEST_F(Tampered, UntouchedItPasses) { expect(answer(), 200, ""); }

TEST_F(Tampered, AChangedBodyIsRefused) {
  request_.body += "&DryRun=true";
  expect(answer(), 401, "AuthFailure");
}

TEST_F(Tampered, AChangedSignedHeaderIsRefused) {
  header("Content-Type") = "text/plain";
  expect(answer(), 401, "AuthFailure");
}

TEST_F(Tampered, AnUnsignedHeaderMayChange) {
  header("User-Agent") = "some proxy";
  expect(answer(), 200, "");
}

TEST_F(Tampered, AnotherPathIsRefused) {
  request_.url += "x";
  expect(answer(), 401, "AuthFailure");
}

TEST_F(Tampered, WithoutAuthorizationTheTokenIsMissing) {
  remove("Authorization");
  expect(answer(), 403, "MissingAuthenticationToken");
  EXPECT_EQ(text(answer(), "RequestID").size(), 36U);  // EC2's own form of an error
}

TEST_F(Tampered, AHeaderThatCanNotBeReadIsIncomplete) {
  const auto good = header("Authorization");
  for (const auto& bad :
       {std::string("Basic dXNlcjpwYXNz"), std::string("AWS4-HMAC-SHA256 Credential=x"),
        good.substr(0, good.find("Signature=")), good.substr(0, good.find("SignedHeaders="))}) {
    header("Authorization") = bad;
    EXPECT_EQ(code(answer()), "IncompleteSignature") << bad;
  }
}

TEST_F(Tampered, ADateThatIsNotSignedOrNotTheScopesIsIncomplete) {
  header("X-Amz-Date") = "20261123T235959Z";
  expect(answer(), 400, "IncompleteSignature");
  header("X-Amz-Date") = "yesterday";
  expect(answer(), 400, "IncompleteSignature");
  remove("X-Amz-Date");
  expect(answer(), 400, "IncompleteSignature");
}

TEST_F(Tampered, ASessionTokenGoesWithNoLongLivedKey) {
  header("X-Amz-Security-Token") = "token";
  expect(answer(), 401, "AuthFailure");
}

TEST(Auth, CanBeSwitchedOff) {
  auto spec = plain_spec(1);
  spec.verify_signatures = false;
  World world(spec, 1, kStart);
  Asker asker;
  asker.secret = "another";
  expect(ask(world, kStart, "DescribeInstances", {}, asker), 200, "");
}

TEST(Auth, AGetIsVerifiedByItsQueryString) {
  World world(plain_spec(1), 1, kStart);
  net::Request request;
  request.url = "http://127.0.0.1:4566/?Version=2016-11-15&Action=DescribeRegions";
  aws::Credentials credentials;
  credentials.access_key_id = "AKIDSIMULATED0000001";
  credentials.secret_access_key = Secret("simulated-secret-key-not-a-real-one");
  aws::sign(request, credentials, {"eu-west-1", "ec2"}, kStart);
  expect(world.arrive(request, kStart), 200, "");
  request.url += "&AllRegions=true";
  expect(world.arrive(request, kStart), 401, "AuthFailure");
}

TEST(Auth, TargetsAreTakenFromUrls) {
  EXPECT_EQ(target_of("http://host").path, "/");
  EXPECT_EQ(target_of("http://host?a=b").query, "a=b");
  EXPECT_EQ(target_of("http://host/x/y?a=b#c").path, "/x/y");
  EXPECT_EQ(target_of("http://host/x/y?a=b#c").query, "a=b");
  EXPECT_EQ(target_of("/only?q").path, "/only");
}

}  // namespace
}  // namespace v2only::sim::testing
