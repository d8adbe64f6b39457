#include "aws/kms.h"

#include <gtest/gtest.h>

#include "aws/json_protocol.h"
#include "aws/scripted_transport.h"
#include "aws/sigv4.h"

namespace v2only::aws {
namespace {

using testing::answer;
using testing::ManualClock;
using testing::ScriptedTransport;
using namespace std::chrono_literals;

const RegionName kRegion{"eu-west-1"};
constexpr const char* kArn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd";
constexpr const char* kAnswer =
    R"({"KeyMetadata":{"AWSAccountId":"111122223333","KeyId":"1234abcd",)"
    R"("Arn":"arn:aws:kms:eu-west-1:111122223333:key/1234abcd","CreationDate":1.7E9,)"
    R"("Enabled":true,"KeyState":"Enabled","KeyManager":"CUSTOMER","MultiRegion":false}})";

net::Response json_error(int status, const std::string& type, const std::string& message = "no") {
  return answer(status, R"({"__type":")" + type + R"(","message":")" + message + R"("})",
                {{"x-amzn-RequestId", "rid"}});
}

class Kms : public ::testing::Test {
 protected:
  ApiReply reply_to(const ApiCall& call) {
    Session session;
    session.credentials = {"AKIDTEST", Secret("a-secret-key-of-some-length"), Secret(), "test"};
    Caller caller(transport, clock, Random(7), session, {});
    caller.submit(call);
    const auto replies = caller.wait(clock.now().mono + 24h);
    EXPECT_EQ(replies.size(), 1U);
    return replies.empty() ? ApiReply{} : replies.front();
  }
  std::string header(const char* name) const {
    for (const auto& one : transport.sent.at(0).request.headers) {
      if (one.name == name) return one.value;
    }
    return {};
  }

  ManualClock clock;
  ScriptedTransport transport{clock};
};

TEST_F(Kms, IsAskedInJsonWithTheActionInAHeader) {
  transport.then(answer(200, kAnswer));
  const auto reply = reply_to(describe_key(kRegion, kArn));
  EXPECT_EQ(reply.fate, Fate::kDone);
  const auto& request = transport.sent.at(0).request;
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://kms.eu-west-1.amazonaws.com/");
  EXPECT_EQ(request.body, R"({"KeyId":")" + std::string(kArn) + R"("})");
  EXPECT_EQ(header("Content-Type"), "application/x-amz-json-1.1");
  EXPECT_EQ(header("X-Amz-Target"), "TrentService.DescribeKey");
  EXPECT_NE(header("Authorization").find("/eu-west-1/kms/aws4_request"), std::string::npos);
  EXPECT_NE(header("Authorization").find("x-amz-target"), std::string::npos);  // signed too
}

TEST_F(Kms, KeyIsReadWithItsState) {
  const auto key = parse_key(kAnswer);
  ASSERT_TRUE(key) << to_string(key.error());
  EXPECT_EQ(*key, (KmsKey{"1234abcd", kArn, "Enabled", "CUSTOMER"}));
  EXPECT_TRUE(key->enabled());
}

TEST_F(Kms, KeyThatIsNotEnabledIsNot) {
  for (const auto* state : {"Disabled", "PendingDeletion", "Unavailable", "SomethingNew"}) {
    const auto key =
        parse_key(R"({"KeyMetadata":{"KeyId":"k","KeyState":")" + std::string(state) + R"("}})");
    ASSERT_TRUE(key);
    EXPECT_EQ(key->state, state);
    EXPECT_FALSE(key->enabled());
  }
}

TEST_F(Kms, AnswerWithoutTheStateIsGarbage) {
  for (const auto* text : {"", "[]", "{}", R"({"KeyMetadata":{}})", R"({"KeyMetadata":[]})",
                           R"({"KeyMetadata":{"KeyId":"k","KeyState":7}})"}) {
    const auto key = parse_key(text);
    ASSERT_FALSE(key) << text;
  }
}

TEST_F(Kms, RefusalNamesTheKeyAndTheActionThatIsMissing) {
  transport.then(json_error(400, "AccessDeniedException", "not yours"));
  const auto call = describe_key(kRegion, kArn);
  const auto reply = reply_to(call);
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_EQ(reply.request_id, "rid");
  EXPECT_EQ(reply.attempts, 1);
  const auto error = error_of(call, reply);
  EXPECT_EQ(error.code, ErrorCode::kDenied);
  EXPECT_EQ(error.on, std::string(kArn) + " (eu-west-1)");
  EXPECT_NE(error.what.find("kms:DescribeKey denied"), std::string::npos);
}

TEST_F(Kms, KeyThatDoesNotExistIsNotFound) {
  transport.then(json_error(400, "com.amazonaws.kms#NotFoundException"));
  const auto call = describe_key(kRegion, "nope");
  const auto reply = reply_to(call);
  EXPECT_EQ(reply.error.code, "NotFoundException");
  EXPECT_EQ(error_of(call, reply).code, ErrorCode::kNotFound);
}

TEST_F(Kms, ThrottlingAndTroubleAreTriedAgain) {
  transport.then(json_error(400, "ThrottlingException"))
      .then(json_error(500, "KMSInternalException"))
      .then(answer(502, "<html/>"))
      .then(answer(200, "{\"KeyMeta"))
      .then(answer(200, kAnswer));
  const auto reply = reply_to(describe_key(kRegion, kArn));
  EXPECT_EQ(reply.fate, Fate::kDone);
  EXPECT_EQ(reply.attempts, 5);
}

TEST(JsonProtocol, CodeIsFreedOfNamespaceAndUrl) {
  const auto code = [](const std::string& type) {
    const auto error = parse_json_error(json_error(400, type));
    return error ? error->code : "none";
  };
  EXPECT_EQ(code("NotFoundException"), "NotFoundException");
  EXPECT_EQ(code("com.amazonaws.kms#NotFoundException"), "NotFoundException");
  EXPECT_EQ(code("a.b#Throttling:http://internal.amazon.com/x"), "Throttling");
  EXPECT_EQ(code(""), "none");
}

TEST(JsonProtocol, CodeMayStandInTheHeaderOnly) {
  const auto error = parse_json_error(answer(
      400, "{\"Message\": \"m\"}", {{"X-Amzn-ErrorType", "AccessDeniedException:http://x/"}}));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, "AccessDeniedException");
  EXPECT_EQ(error->message, "m");
  EXPECT_FALSE(parse_json_error(answer(502, "<html/>")));
  EXPECT_FALSE(parse_json_error(answer(400, "[]")));
}

TEST(JsonProtocol, EncodedBlobsAreCutOut) {
  const auto error = parse_json_error(
      json_error(400, "AccessDeniedException", "no. Encoded authorization failure message: AbC"));
  EXPECT_EQ(error->message, "no.");
}

TEST(JsonProtocol, OnlyAWholeObjectIsAnAnswer) {
  EXPECT_TRUE(is_json_answer("{}"));
  for (const auto* text : {"", "{", "[]", "null", "{} {}", "<html/>"}) {
    EXPECT_FALSE(is_json_answer(text)) << text;
  }
}

TEST(JsonProtocol, CallWithoutInputSendsAnEmptyObject) {
  ApiCall call;
  call.service = Service::kKms;
  call.action = "ListKeys";
  EXPECT_EQ(json_request(call, "https://kms.test", "").body, "{}");
}

}  // namespace
}  // namespace v2only::aws
