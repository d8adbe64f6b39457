#include "netapp/console_caller.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "netapp/console_calls.h"
#include "netapp/replies.h"

namespace v2only::netapp {
namespace {

using namespace testing;
using namespace std::chrono_literals;

ConsoleTarget service_account() {
  ConsoleTarget out;
  out.endpoint = "https://api.bluexp.netapp.com/";
  out.account = "account-abc";
  out.client_id = Secret("the-client-id");
  out.client_secret = Secret("the-client-secret");
  return out;
}

const UnitId kSolo{"VsaWorkingEnvironment-e5f6a7b8"};
ConsoleCall read_call() { return get_systems("AbC123"); }
ConsoleCall write_call() { return stop_single_node(kSolo, "AbC123"); }

bool is_token(const net::Request& request) {
  return request.url.find("/oauth/token") != std::string::npos;
}
std::string header(const net::Request& request, const std::string& name) {
  for (const auto& each : request.headers) {
    if (each.name == name) return each.value;
  }
  return "-";
}

class ConsoleCallerTest : public ::testing::Test {
 protected:
  ConsoleCallerTest() {
    transport.answer_by = [this](const net::Request& request) -> Result {
      if (!is_token(request)) return next(calls);
      if (!tokens.empty()) return next(tokens);
      return token("token-no-" + std::to_string(++granted));
    };
  }

  static Result token(const std::string& text, int lifetime = 86400) {
    return json_answer(200, R"({"access_token":")" + text + R"(","expires_in":)" +
                                std::to_string(lifetime) + R"(,"token_type":"Bearer"})");
  }
  // The last one stays.
  static Result next(std::vector<Result>& script) {
    auto out = script.front();
    if (script.size() > 1) script.erase(script.begin());
    return out;
  }

  ConsoleCaller& caller() {
    if (!caller_) {
      caller_ = std::make_unique<ConsoleCaller>(transport, clock, Random(7), target);
    }
    return *caller_;
  }
  std::vector<ConsoleReply> replies_to(const std::vector<ConsoleCall>& asked) {
    for (const auto& call : asked) caller().submit(call);
    std::vector<ConsoleReply> out;
    while (caller().in_flight() > 0) {
      for (auto& reply : caller().wait(clock.now().mono + 24h)) out.push_back(std::move(reply));
    }
    return out;
  }
  ConsoleReply reply_to(const ConsoleCall& call) {
    const auto replies = replies_to({call});
    EXPECT_EQ(replies.size(), 1U);
    return replies.empty() ? ConsoleReply{} : replies.front();
  }
  long token_requests() const {
    return std::count_if(transport.sent.begin(), transport.sent.end(),
                         [](const auto& sent) { return is_token(sent.request); });
  }
  const net::Request& last() const { return transport.sent.back().request; }

  ConsoleTarget target = service_account();
  std::vector<Result> calls = {json_answer(200, "{}")};
  std::vector<Result> tokens;  // empty: a new token each time
  int granted = 0;
  ManualClock clock;
  ScriptedTransport transport{clock};
  std::unique_ptr<ConsoleCaller> caller_;
};

TEST_F(ConsoleCallerTest, ServiceAccountLogsInByClientCredentials) {
  EXPECT_EQ(reply_to(read_call()).fate, Fate::kDone);
  const auto& request = transport.sent.at(0).request;
  EXPECT_EQ(request.url, "https://api.bluexp.netapp.com/auth/oauth/token");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.body,
            R"({"grant_type":"client_credentials","client_id":"the-client-id",)"
            R"("client_secret":"the-client-secret","audience":"https://api.cloud.netapp.com"})");
}

TEST_F(ConsoleCallerTest, UserLogsInByRefreshTokenAtTheOlderHost) {
  target = {};
  target.endpoint = "https://cloudmanager.cloud.netapp.com";
  target.refresh_token = Secret("the-refresh-token");
  reply_to(read_call());
  const auto& request = transport.sent.at(0).request;
  EXPECT_EQ(request.url, "https://netapp-cloud-account.auth0.com/oauth/token");
  EXPECT_EQ(request.body, R"({"grant_type":"refresh_token","refresh_token":"the-refresh-token",)"
                          R"("client_id":"Mu0V1ywgYteI6w1MbD15fKfVIUrNXGWC",)"
                          R"("audience":"https://api.cloud.netapp.com"})");
}

TEST_F(ConsoleCallerTest, CallCarriesTokenAgentAndAccount) {
  reply_to(read_call());
  EXPECT_EQ(last().url, "https://api.bluexp.netapp.com/occm/api/working-environments");
  EXPECT_EQ(header(last(), "Authorization"), "Bearer token-no-1");
  EXPECT_EQ(header(last(), "X-Agent-Id"), "AbC123clients");
  EXPECT_EQ(header(last(), "X-Tenancy-Account-Id"), "account-abc");
  EXPECT_EQ(header(last(), "X-User-Token"), "-");
}

TEST_F(ConsoleCallerTest, ListOfAgentsIsAskedWithTheUsersToken) {
  reply_to(get_agents("account-abc"));
  EXPECT_EQ(last().url, "https://api.bluexp.netapp.com/agents-mgmt/agent?account_id=account-abc");
  EXPECT_EQ(header(last(), "X-User-Token"), "Bearer token-no-1");
  EXPECT_EQ(header(last(), "X-Agent-Id"), "-");
}

TEST_F(ConsoleCallerTest, OneTokenServesManyCalls) {
  EXPECT_EQ(replies_to(std::vector(5, read_call())).size(), 5U);
  reply_to(read_call());
  EXPECT_EQ(token_requests(), 1);
}

TEST_F(ConsoleCallerTest, TokenIsRenewedShortlyBeforeItEnds) {
  reply_to(read_call());
  clock.advance(24h - 6min);
  reply_to(read_call());
  EXPECT_EQ(token_requests(), 1);
  clock.advance(2min);
  reply_to(read_call());
  EXPECT_EQ(token_requests(), 2);
  EXPECT_EQ(header(last(), "Authorization"), "Bearer token-no-2");
}

TEST_F(ConsoleCallerTest, TokenThatEndedWhileTheMachineSleptIsRenewed) {
  reply_to(read_call());
  clock.step_wall(25h);
  reply_to(read_call());
  EXPECT_EQ(token_requests(), 2);
}

TEST_F(ConsoleCallerTest, CallThatIsAnswered401LogsInAnewOnceAWriteToo) {
  calls = {json_answer(401, "{}"), json_answer(202, "")};
  EXPECT_EQ(reply_to(write_call()).fate, Fate::kDone);
  EXPECT_EQ(token_requests(), 2);
  EXPECT_EQ(header(last(), "Authorization"), "Bearer token-no-2");
}

TEST_F(ConsoleCallerTest, Second401IsARefusal) {
  calls = {json_answer(401, R"({"message":"no such user"})")};
  const auto reply = reply_to(read_call());
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_TRUE(reply.login_refused);
  EXPECT_EQ(reply.attempts, 2);
  EXPECT_EQ(token_requests(), 2);
  EXPECT_EQ(reply.why.code, ErrorCode::kDenied);
}

TEST_F(ConsoleCallerTest, ManyCallsAnswered401FetchOneNewToken) {
  transport.answer_by = [this](const net::Request& request) -> Result {
    if (is_token(request)) return token("token-no-" + std::to_string(++granted));
    return header(request, "Authorization") == "Bearer token-no-1" ? json_answer(401, "{}")
                                                                   : json_answer(200, "{}");
  };
  for (const auto& reply : replies_to(std::vector(5, read_call()))) {
    EXPECT_EQ(reply.fate, Fate::kDone);
  }
  EXPECT_EQ(token_requests(), 2);
}

TEST_F(ConsoleCallerTest, RefusedLoginIsNotTriedAgainAndKeepsItsSecrets) {
  tokens = {json_answer(
      401, R"({"error":"access_denied","error_description":"the-client-secret is wrong"})")};
  for (const auto& reply : replies_to({read_call(), write_call()})) {
    EXPECT_EQ(reply.fate, Fate::kRefused);
    EXPECT_TRUE(reply.login_refused);
    EXPECT_EQ(to_string(reply.why),
              "https://api.bluexp.netapp.com/auth/oauth/token: the login to the NetApp Console was "
              "refused: HTTP 401: *** is wrong. Check client_id and client_secret, or "
              "refresh_token, in the facts file");
  }
  EXPECT_TRUE(reply_to(read_call()).login_refused);
  EXPECT_EQ(transport.sent.size(), 1U);
  EXPECT_FALSE(caller().renews_unattended());
}

TEST_F(ConsoleCallerTest, TokenHostThatIsAwayIsTriedAgainNowAndByLaterCalls) {
  tokens = {broken(TransportErrorKind::kConnect, Sent::kNo)};
  const auto reply = reply_to(read_call());
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_FALSE(reply.login_refused);
  EXPECT_EQ(reply.attempts, 0);
  EXPECT_EQ(token_requests(), 6);
  tokens = {json_answer(503, "{}"), json_answer(200, "{}"), token("t")};
  EXPECT_EQ(reply_to(read_call()).fate, Fate::kDone);
  EXPECT_EQ(token_requests(), 9);
}

TEST_F(ConsoleCallerTest, RestrictedModeAsksTheAgentWithoutAToken) {
  target = {};
  target.agent = "http://10.0.0.5/";
  EXPECT_EQ(reply_to(get_about({})).fate, Fate::kDone);
  EXPECT_EQ(transport.sent.size(), 1U);
  EXPECT_EQ(last().url, "http://10.0.0.5/occm/api/occm/system/about");
  EXPECT_EQ(header(last(), "Authorization"), "-");
  EXPECT_EQ(header(last(), "X-Agent-Id"), "-");
  calls = {json_answer(401, "{}")};
  EXPECT_EQ(reply_to(get_about({})).fate, Fate::kRefused);
  EXPECT_EQ(transport.sent.size(), 2U);
  EXPECT_FALSE(caller().renews_unattended());
}

TEST_F(ConsoleCallerTest, LoginNeverGoesOverPlainHttpToAnotherMachine) {
  for (const auto* endpoint : {"http://api.bluexp.netapp.com", "http://127.0.0.1.example"}) {
    target.endpoint = endpoint;
    caller_.reset();
    const auto reply = reply_to(read_call());
    EXPECT_EQ(reply.fate, Fate::kRefused);
    EXPECT_EQ(reply.why.code, ErrorCode::kUsage);
  }
  EXPECT_TRUE(transport.sent.empty());
}

TEST_F(ConsoleCallerTest, LoginMayGoOverPlainHttpToThisMachine) {
  target.endpoint = "http://127.0.0.1:8080";
  EXPECT_EQ(reply_to(read_call()).fate, Fate::kDone);
}

TEST_F(ConsoleCallerTest, OnlyAWriteGetsAConnectionOfItsOwn) {
  reply_to(read_call());
  EXPECT_FALSE(last().fresh_connection);
  reply_to(write_call());
  EXPECT_TRUE(last().fresh_connection);
}

TEST_F(ConsoleCallerTest, AcceptedWriteBringsItsRequestId) {
  calls = {answer(202, "", {{"OnCloud-Request-Id", "req-1"}})};
  const auto reply = reply_to(write_call());
  EXPECT_EQ(reply.fate, Fate::kDone);
  EXPECT_EQ(reply.request_id, "req-1");
}

TEST_F(ConsoleCallerTest, GatewayTimeoutLeavesAWritesFateUnknownAndItsRequestIdKnown) {
  calls = {answer(504, "<html>", {{"OnCloud-Request-Id", "req-1"}})};
  const auto reply = reply_to(write_call());
  EXPECT_EQ(reply.fate, Fate::kUnknown);
  EXPECT_EQ(reply.request_id, "req-1");
  EXPECT_EQ(reply.attempts, 1);
}

TEST_F(ConsoleCallerTest, ReadIsTriedAgainAfterAGatewayTimeout) {
  calls = {answer(504, ""), broken(TransportErrorKind::kCut, Sent::kMaybe), answer(200, "<html>"),
           json_answer(200, "[]")};
  const auto reply = reply_to(read_call());
  EXPECT_EQ(reply.fate, Fate::kDone);
  EXPECT_EQ(reply.body, "[]");
  EXPECT_EQ(reply.attempts, 4);
}

TEST_F(ConsoleCallerTest, ReadThatNeverGetsThroughIsUnknown) {
  calls = {answer(504, "")};
  const auto reply = reply_to(read_call());
  EXPECT_EQ(reply.fate, Fate::kUnknown);
  EXPECT_EQ(reply.attempts, 6);
  EXPECT_EQ(reply.why.code, ErrorCode::kUnreachable);
}

TEST_F(ConsoleCallerTest, AnswerThatIsNoJsonIsToldAsSuch) {
  calls = {answer(200, "<html>", {{"Content-Type", "text/html"}})};
  const auto reply = reply_to(read_call());
  EXPECT_EQ(reply.why.code, ErrorCode::kGarbage);
  EXPECT_NE(reply.why.what.find("HTTP 200 with text/html, which is not the Console's JSON"),
            std::string::npos)
      << reply.why.what;
}

TEST_F(ConsoleCallerTest, WriteThatWasCutOffIsUnknownAndOneThatNeverLeftIsSentAgain) {
  calls = {broken(TransportErrorKind::kCut, Sent::kMaybe)};
  EXPECT_EQ(reply_to(write_call()).fate, Fate::kUnknown);
  calls = {broken(TransportErrorKind::kConnect, Sent::kNo), json_answer(202, "")};
  EXPECT_EQ(reply_to(write_call()).attempts, 2);
}

struct Refusal {
  int status;
  ErrorCode code;
  bool busy;
  const char* hint;
};
void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.status; }
class AfterRefusal : public ConsoleCallerTest, public ::testing::WithParamInterface<Refusal> {};

TEST_P(AfterRefusal, IsNotTriedAgainAndSaysWhatToDo) {
  calls = {json_answer(GetParam().status, R"({"message":"said so"})")};
  const auto reply = reply_to(write_call());
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_EQ(reply.attempts, 1);
  EXPECT_EQ(reply.busy, GetParam().busy);
  EXPECT_EQ(reply.why.code, GetParam().code);
  EXPECT_EQ(reply.why.on, "https://api.bluexp.netapp.com");
  EXPECT_EQ(reply.why.what, "POST /occm/api/vsa/working-environments/" + kSolo.str() +
                                "/stop refused: HTTP " + std::to_string(GetParam().status) +
                                ": said so");
  EXPECT_NE(reply.why.hint.find(GetParam().hint), std::string::npos) << reply.why.hint;
}

INSTANTIATE_TEST_SUITE_P(
    All, AfterRefusal,
    ::testing::Values(Refusal{403, ErrorCode::kDenied, false, "operator or admin"},
                      Refusal{404, ErrorCode::kNotFound, false, ""},
                      Refusal{409, ErrorCode::kConflict, true, "when it is over"},
                      Refusal{420, ErrorCode::kConflict, false, "not set up"},
                      Refusal{429, ErrorCode::kThrottled, false, "later"},
                      Refusal{400, ErrorCode::kUsage, false, ""}),
    [](const auto& each) { return "Http" + std::to_string(each.param.status); });

TEST_F(ConsoleCallerTest, WriteWhoseReadingIsTooOldIsNotSent) {
  auto call = write_call();
  call.guard = Guard{clock.now(), 30s};
  clock.advance(31s);
  EXPECT_TRUE(reply_to(call).held_back);
  EXPECT_EQ(transport.sent.size(), 1U);  // the token's
}

TEST_F(ConsoleCallerTest, TokenIsCutOutOfWhatTheConsoleSays) {
  calls = {json_answer(400, R"({"message":"bad Bearer token-no-1"})")};
  EXPECT_EQ(reply_to(read_call()).why.what.find("token-no-1"), std::string::npos);
}

TEST_F(ConsoleCallerTest, DueNamesTheNextRetry) {
  calls = {answer(504, "")};
  caller().submit(read_call());
  EXPECT_EQ(caller().due(), clock.now().mono);
  caller().wait(clock.now().mono);
  EXPECT_EQ(caller().due(), std::nullopt);
}

}  // namespace
}  // namespace v2only::netapp
