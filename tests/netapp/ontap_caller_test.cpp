#include "netapp/ontap_caller.h"

#include <gtest/gtest.h>

#include "core/text.h"
#include "netapp/ontap_calls.h"
#include "netapp/replies.h"

namespace v2only::netapp {
namespace {

using namespace testing;
using namespace std::chrono_literals;

OntapCall read_call() { return get_nodes(kSystem); }
OntapCall write_call() { return shut_down_node(kSystem, "u2", "IMDSv2"); }

class OntapCallerTest : public ::testing::Test {
 protected:
  OntapCallerTest() { caller.know(target()); }

  std::vector<OntapReply> replies_to(const std::vector<OntapCall>& calls) {
    for (const auto& call : calls) caller.submit(call);
    std::vector<OntapReply> out;
    while (caller.in_flight() > 0) {
      for (auto& reply : caller.wait(clock.now().mono + 24h)) out.push_back(std::move(reply));
    }
    return out;
  }
  OntapReply reply_to(const OntapCall& call) {
    const auto replies = replies_to({call});
    EXPECT_EQ(replies.size(), 1U);
    return replies.empty() ? OntapReply{} : replies.front();
  }
  std::vector<std::string> hosts() const {
    std::vector<std::string> out;
    for (const auto& sent : transport.sent) out.push_back(host_of(sent.request));
    return out;
  }

  ManualClock clock;
  ScriptedTransport transport{clock};
  OntapCaller caller{transport, clock, Random(7)};
};

TEST_F(OntapCallerTest, ReadBringsItsBodyAndTheAddressThatAnswered) {
  transport.then(json_answer(200, R"({"records":[]})"));
  const auto reply = reply_to(read_call());
  EXPECT_EQ(reply.fate, Fate::kDone);
  EXPECT_EQ(reply.http_status, 200);
  EXPECT_EQ(reply.body, R"({"records":[]})");
  EXPECT_EQ(reply.endpoint, kFirst);
  EXPECT_EQ(reply.attempts, 1);
}

TEST_F(OntapCallerTest, RequestCarriesLoginAndTrust) {
  transport.then(json_answer(200, "{}"));
  reply_to(write_call());
  const auto& request = transport.sent.at(0).request;
  EXPECT_EQ(request.method, "PATCH");
  EXPECT_EQ(request.url,
            kFirst + "/api/cluster/nodes/u2?action=shutdown&shutdown_reboot_reason=IMDSv2");
  EXPECT_EQ(request.headers.at(0),
            (net::Header{"Authorization", "Basic " + to_base64("v2only:correct horse")}));
  EXPECT_EQ(request.tls, target().tls);
  EXPECT_EQ(request.body, "{}");
}

TEST_F(OntapCallerTest, OnlyAWriteGetsAConnectionOfItsOwn) {
  transport.then(json_answer(200, "{}"));
  reply_to(read_call());
  reply_to(write_call());
  EXPECT_FALSE(transport.sent.at(0).request.fresh_connection);
  EXPECT_TRUE(transport.sent.at(1).request.fresh_connection);
}

TEST_F(OntapCallerTest, AcceptedWriteNamesItsJob) {
  transport.then(json_answer(202, R"({"job":{"uuid":"j-1"}})"));
  const auto reply = reply_to(write_call());
  EXPECT_EQ(reply.fate, Fate::kDone);
  EXPECT_EQ(reply.http_status, 202);
  EXPECT_EQ(reply.job, "j-1");
}

TEST_F(OntapCallerTest, WriteMayBeAnsweredByAnEmptyBody) {
  transport.then(answer(200, ""));
  const auto reply = reply_to(write_call());
  EXPECT_EQ(reply.fate, Fate::kDone);
  EXPECT_EQ(reply.body, "{}");
}

struct Trouble {
  const char* name;
  Result answer;
};
void PrintTo(const Trouble& trouble, std::ostream* out) { *out << trouble.name; }

const std::vector<Trouble> kUncertain = {
    {"Cut", broken(TransportErrorKind::kCut, Sent::kMaybe)},
    {"Timeout", broken(TransportErrorKind::kTimeout, Sent::kMaybe)},
    {"NotHttp", broken(TransportErrorKind::kNotHttp, Sent::kMaybe)},
    {"Busy", json_answer(503, R"({"error":{"message":"not now","code":"1"}})")},
    {"BusyHtml", answer(503, "<html>busy</html>", {{"Content-Type", "text/html"}})},
    {"InternalError", ontap_error(500, "4", "internal")},
    {"Html", answer(200, "<html>System Manager</html>", {{"Content-Type", "text/html"}})},
    {"HalfJson", json_answer(200, R"({"records":[{"na)")},
    {"NoObject", json_answer(200, "[]")},
    {"Redirect", answer(302, "")}};

class AfterTrouble : public OntapCallerTest, public ::testing::WithParamInterface<Trouble> {};

TEST_P(AfterTrouble, ReadGoesOnAtTheOtherAddress) {
  transport.answer_by = [](const net::Request& request) -> Result {
    if (host_of(request) == kFirst) return GetParam().answer;
    return json_answer(200, "{}");
  };
  const auto reply = reply_to(read_call());
  EXPECT_EQ(reply.fate, Fate::kDone);
  EXPECT_EQ(reply.endpoint, kSecond);
  EXPECT_EQ(hosts(), (std::vector{kFirst, kSecond}));
}

TEST_P(AfterTrouble, ReadThatFindsNothingElseIsUnknownAndSaysWhatEachAddressDid) {
  transport.then(GetParam().answer);
  const auto reply = reply_to(read_call());
  EXPECT_EQ(reply.fate, Fate::kUnknown);
  EXPECT_EQ(reply.attempts, 6);
  EXPECT_EQ(reply.why.on, kSystem.str());
  EXPECT_NE(reply.why.what.find("10.0.0.11: "), std::string::npos) << reply.why.what;
  EXPECT_NE(reply.why.what.find("10.0.0.12: "), std::string::npos) << reply.why.what;
}

TEST_P(AfterTrouble, WriteIsNotSentAgainAndItsFateIsUnknown) {
  transport.then(GetParam().answer);
  const auto reply = reply_to(write_call());
  EXPECT_EQ(reply.fate, Fate::kUnknown);
  EXPECT_EQ(transport.sent.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(All, AfterTrouble, ::testing::ValuesIn(kUncertain),
                         [](const auto& each) { return each.param.name; });

TEST_F(OntapCallerTest, WriteThatNeverLeftIsSentAtTheOtherAddress) {
  transport.then(broken(TransportErrorKind::kConnect, Sent::kNo)).then(json_answer(200, "{}"));
  EXPECT_EQ(reply_to(write_call()).fate, Fate::kDone);
  EXPECT_EQ(hosts(), (std::vector{kFirst, kSecond}));
}

TEST_F(OntapCallerTest, PinnedWriteThatNeverLeftIsSentAtItsOwnAddressOnly) {
  auto call = write_call();
  call.place.only = kSecond;
  transport.then(broken(TransportErrorKind::kConnect, Sent::kNo));
  const auto reply = reply_to(call);
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_EQ(hosts(), std::vector(6, kSecond));
}

TEST_F(OntapCallerTest, PinnedReadStaysAtItsAddress) {
  auto call = read_call();
  call.place.only = "https://10.0.0.99";
  transport.then(broken(TransportErrorKind::kTimeout, Sent::kMaybe)).then(json_answer(200, "{}"));
  EXPECT_EQ(reply_to(call).endpoint, "https://10.0.0.99");
  EXPECT_EQ(hosts(), std::vector<std::string>(2, "https://10.0.0.99"));
}

TEST_F(OntapCallerTest, AvoidedAddressIsPassedOverWhileThereIsAnother) {
  auto call = read_call();
  call.place.avoid = kFirst;
  transport.then(broken(TransportErrorKind::kCut, Sent::kMaybe))
      .then(broken(TransportErrorKind::kCut, Sent::kMaybe))
      .then(json_answer(200, "{}"));
  EXPECT_EQ(reply_to(call).fate, Fate::kDone);
  EXPECT_EQ(hosts(), std::vector(3, kSecond));
}

TEST_F(OntapCallerTest, AvoidedAddressIsTakenWhereItIsTheOnlyOne) {
  auto lone = target();
  lone.endpoints = {kFirst};
  caller.know(lone);
  auto call = read_call();
  call.place.avoid = kFirst;
  transport.then(json_answer(200, "{}"));
  EXPECT_EQ(reply_to(call).endpoint, kFirst);
}

TEST_F(OntapCallerTest, AddressThatAnsweredLastIsAskedFirst) {
  transport.then(broken(TransportErrorKind::kConnect, Sent::kNo)).then(json_answer(200, "{}"));
  reply_to(read_call());
  reply_to(read_call());
  EXPECT_EQ(hosts(), (std::vector{kFirst, kSecond, kSecond}));
}

TEST_F(OntapCallerTest, RetriesWaitLongerAndLongerWithJitterButNeverBeyondTheLongest) {
  transport.then(broken(TransportErrorKind::kConnect, Sent::kNo));
  reply_to(read_call());
  for (std::size_t i = 1; i < transport.sent.size(); ++i) {
    const auto waited = transport.sent[i].at.mono - transport.sent[i - 1].at.mono;
    EXPECT_LE(waited, 10ms + 200ms * (1 << (i - 1)));
    EXPECT_LE(waited, 10ms + 5s);
  }
}

TEST_F(OntapCallerTest, AddressWithAStrangeCertificateIsNotTriedAgain) {
  transport.answer_by = [](const net::Request& request) -> Result {
    if (host_of(request) == kFirst)
      return broken(TransportErrorKind::kTls, Sent::kNo, "not pinned");
    return broken(TransportErrorKind::kConnect, Sent::kNo, "no way");
  };
  const auto reply = reply_to(read_call());
  EXPECT_EQ(hosts(), (std::vector{kFirst, kSecond, kSecond, kSecond, kSecond, kSecond}));
  EXPECT_NE(reply.why.what.find("10.0.0.11: not pinned; 10.0.0.12: no way"), std::string::npos)
      << reply.why.what;
}

TEST_F(OntapCallerTest, StrangeCertificateEverywhereEndsAtOnceAndPointsToTheFactsFile) {
  transport.then(broken(TransportErrorKind::kTls, Sent::kNo, "not pinned"));
  const auto reply = reply_to(read_call());
  EXPECT_EQ(transport.sent.size(), 2U);
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_EQ(to_string(reply.why),
            kSystem.str() +
                ": GET /api/cluster/nodes was not sent: 10.0.0.11: not pinned; "
                "10.0.0.12: not pinned. Compare the certificate with `fingerprint` or "
                "`ca` of this system in the facts file");
}

TEST_F(OntapCallerTest, CaFileThatCannotBeReadIsNotTakenForAStrangeCertificate) {
  auto error = broken(TransportErrorKind::kTls, Sent::kNo, "the CA file x.pem cannot be read");
  error.ca_unread = true;
  transport.then(error);
  const auto line = to_string(reply_to(read_call()).why);
  EXPECT_NE(line.find("Give `ca` of this system in the facts file a file of PEM certificates"),
            std::string::npos)
      << line;
}

TEST_F(OntapCallerTest, CertificateThatNobodyVouchesForAsksForAFingerprintOrACa) {
  auto plain = target();
  plain.tls = {};
  caller.know(plain);
  transport.then(broken(TransportErrorKind::kTls, Sent::kNo, "self-signed certificate"));
  const auto line = to_string(reply_to(read_call()).why);
  EXPECT_NE(
      line.find("Where its certificate is its own, give `fingerprint` or `ca` of this system"),
      std::string::npos)
      << line;
}

TEST_F(OntapCallerTest, RefusedLoginIsToldWithoutThePassword) {
  transport.then(ontap_error(401, "6691623", "User correct horse is not authorized"));
  const auto reply = reply_to(read_call());
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_TRUE(reply.login_refused);
  EXPECT_EQ(reply.why.code, ErrorCode::kDenied);
  const auto line = to_string(reply.why);
  EXPECT_NE(line.find(kSystem.str() + ": ONTAP refused the login of user 'v2only'"),
            std::string::npos);
  EXPECT_EQ(line.find("correct horse"), std::string::npos) << line;
  EXPECT_EQ(reply.error.message.find("correct horse"), std::string::npos);
}

TEST_F(OntapCallerTest, RefusedLoginIsTriedAtNoOtherAddressAndByNoLaterCall) {
  transport.then(ontap_error(401, "1", "no"));
  reply_to(read_call());
  for (const auto& call : {read_call(), write_call()}) {
    const auto reply = reply_to(call);
    EXPECT_EQ(reply.fate, Fate::kRefused);
    EXPECT_TRUE(reply.login_refused);
    EXPECT_EQ(reply.http_status, 0);
  }
  EXPECT_EQ(transport.sent.size(), 1U);
}

TEST_F(OntapCallerTest, ManyCallsAtOnceMakeOneFailedLoginOnly) {
  transport.then(ontap_error(401, "1", "no"));
  const auto replies = replies_to(std::vector(8, read_call()));
  ASSERT_EQ(replies.size(), 8U);
  for (const auto& reply : replies) EXPECT_TRUE(reply.login_refused);
  EXPECT_EQ(transport.sent.size(), 1U);
}

TEST_F(OntapCallerTest, CallsGoSideBySideOnceTheLoginIsKnownToBeGood) {
  transport.then(json_answer(200, "{}"));
  EXPECT_EQ(replies_to(std::vector(8, read_call())).size(), 8U);
  ASSERT_EQ(transport.sent.size(), 8U);
  EXPECT_LT(transport.sent[0].at.mono, transport.sent[1].at.mono);
  EXPECT_EQ(transport.sent[1].at.mono, transport.sent[7].at.mono);
}

TEST_F(OntapCallerTest, MissingRoleProvesTheLogin) {
  transport.then(ontap_error(403, "6", "not authorized for that command"));
  replies_to(std::vector(8, read_call()));
  EXPECT_EQ(transport.sent.at(1).at.mono, transport.sent.at(7).at.mono);
}

TEST_F(OntapCallerTest, LoginThatIsRefusedLaterHoldsBackWhatHasNotBeenSent) {
  transport.then(json_answer(200, "{}"))
      .then(broken(TransportErrorKind::kCut, Sent::kMaybe))
      .then(ontap_error(401, "1", "no"));
  reply_to(read_call());
  const auto replies = replies_to({read_call(), read_call()});
  ASSERT_EQ(replies.size(), 2U);
  EXPECT_TRUE(replies[0].login_refused);
  EXPECT_NE(replies[1].fate, Fate::kDone);
  EXPECT_EQ(transport.sent.size(), 3U);
}

TEST_F(OntapCallerTest, OtherPasswordIsTriedOnce) {
  transport.then(ontap_error(401, "1", "no"));
  reply_to(read_call());
  auto other = target();
  other.password = Secret("another one");
  caller.know(other);
  EXPECT_EQ(reply_to(read_call()).http_status, 401);
  EXPECT_EQ(reply_to(read_call()).http_status, 0);
  EXPECT_EQ(transport.sent.size(), 2U);
}

TEST_F(OntapCallerTest, SamePasswordAnewStaysRefused) {
  transport.then(ontap_error(401, "1", "no"));
  reply_to(read_call());
  caller.know(target());
  EXPECT_TRUE(reply_to(read_call()).login_refused);
  EXPECT_EQ(transport.sent.size(), 1U);
}

TEST_F(OntapCallerTest, RefusalOfAnOldLoginSaysNothingOfTheNew) {
  transport.then(ontap_error(401, "1", "no")).then(json_answer(200, "{}"));
  caller.submit(read_call());
  caller.submit(read_call());
  caller.wait(clock.now().mono);  // the first is out, with the old password
  auto other = target();
  other.password = Secret("another one");
  caller.know(other);
  const auto replies = replies_to({});
  ASSERT_EQ(replies.size(), 2U);
  EXPECT_TRUE(replies[0].login_refused);
  EXPECT_EQ(replies[1].fate, Fate::kDone);
}

TEST_F(OntapCallerTest, RetriesThatFindANewLoginTryItOneAtATime) {
  transport.then(json_answer(200, "{}"))
      .then(broken(TransportErrorKind::kConnect, Sent::kNo))
      .then(broken(TransportErrorKind::kConnect, Sent::kNo))
      .then(ontap_error(401, "1", "no"));
  reply_to(read_call());
  caller.submit(read_call());
  caller.submit(read_call());
  caller.wait(clock.now().mono + 10ms);  // both failed; their retries are planned
  auto other = target();
  other.password = Secret("another one");
  caller.know(other);
  const auto replies = replies_to({});
  ASSERT_EQ(replies.size(), 2U);
  for (const auto& reply : replies) EXPECT_TRUE(reply.login_refused);
  EXPECT_EQ(transport.sent.size(), 4U);
}

TEST_F(OntapCallerTest, OneSystemsRefusedLoginIsNotAnothers) {
  auto other = target();
  other.system = UnitId("VsaWorkingEnvironment-zzzzzzzz");
  caller.know(other);
  transport.then(ontap_error(401, "1", "no")).then(json_answer(200, "{}"));
  reply_to(read_call());
  EXPECT_EQ(reply_to(get_cluster(other.system)).fate, Fate::kDone);
}

TEST_F(OntapCallerTest, CallsBehindOneThatFoundNobodyShareItsFateUnsent) {
  transport.then(broken(TransportErrorKind::kTimeout, Sent::kNo));
  const auto replies = replies_to({read_call(), read_call(), write_call()});
  ASSERT_EQ(replies.size(), 3U);
  EXPECT_EQ(transport.sent.size(), 6U);
  EXPECT_EQ(replies[2].fate, Fate::kRefused);
  EXPECT_EQ(replies[2].why, replies[0].why);
}

TEST_F(OntapCallerTest, CallForAnotherAddressDoesNotShareIt) {
  auto pinned = read_call();
  pinned.place.only = kSecond;
  auto away = read_call();
  away.place.only = kFirst;
  transport.answer_by = [](const net::Request& request) -> Result {
    if (host_of(request) == kFirst) return broken(TransportErrorKind::kConnect, Sent::kNo);
    return json_answer(200, "{}");
  };
  const auto replies = replies_to({away, pinned});
  ASSERT_EQ(replies.size(), 2U);
  EXPECT_EQ(replies[0].fate, Fate::kRefused);
  EXPECT_EQ(replies[1].fate, Fate::kDone);
}

TEST_F(OntapCallerTest, MissingRoleIsNamedWithPathAndMethod) {
  transport.then(ontap_error(403, "6", "not authorized for that command"));
  const auto reply = reply_to(write_call());
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_FALSE(reply.login_refused);
  EXPECT_EQ(reply.error.code, "6");
  EXPECT_EQ(to_string(reply.why),
            kSystem.str() +
                ": the ONTAP role of user 'v2only' does not allow PATCH /api/cluster/nodes/u2 "
                "(HTTP 403: 6: not authorized for that command). Give its role PATCH on "
                "/api/cluster/nodes/u2");
}

TEST_F(OntapCallerTest, OntapsOwnErrorIsShownWordForWord) {
  transport.then(json_answer(
      409, R"({"error":{"message":"It cannot","code":"852046","target":"node","arguments":[]}})"));
  const auto reply = reply_to(write_call());
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_EQ(reply.error, (OntapError{"852046", "It cannot", "node"}));
  EXPECT_EQ(reply.why.what, "PATCH /api/cluster/nodes/u2 refused: 852046: It cannot (node)");
}

// Facts 4.2: such a request was kept from beginning, whatever the HTTP status with it.
TEST_F(OntapCallerTest, WriteThatOntapKeptFromBeginningIsRefusedThoughTheStatusIs500) {
  for (const auto* code : {"852046", "852115", "852269", "3604514", "3604515", "9240606"}) {
    transport.answer_by = [&](const net::Request&) { return ontap_error(500, code, "no"); };
    EXPECT_EQ(reply_to(write_call()).fate, Fate::kRefused) << code;
  }
}

TEST_F(OntapCallerTest, WhatIsNotThereIsNotFound) {
  transport.then(ontap_error(404, "4", "entry doesn't exist"));
  const auto reply = reply_to(read_call());
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_EQ(reply.http_status, 404);
  EXPECT_EQ(reply.why.code, ErrorCode::kNotFound);
  EXPECT_EQ(transport.sent.size(), 1U);
}

TEST_F(OntapCallerTest, WriteThatComesTooFastIsRefusedAndNotSentAgain) {
  transport.then(ontap_error(429, "1", "slowly"));
  EXPECT_EQ(reply_to(write_call()).fate, Fate::kRefused);
  EXPECT_EQ(transport.sent.size(), 1U);
}

TEST_F(OntapCallerTest, WriteWhoseReadingIsTooOldIsNotSent) {
  auto call = write_call();
  call.guard = Guard{clock.now(), 30s};
  clock.advance(30s + 1ms);
  transport.then(json_answer(200, "{}"));
  const auto reply = reply_to(call);
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_TRUE(reply.held_back);
  EXPECT_TRUE(transport.sent.empty());
}

TEST_F(OntapCallerTest, WriteIsHeldBackByTheWallClockToo) {
  auto call = write_call();
  call.guard = Guard{clock.now(), 30s};
  clock.step_wall(31s);
  EXPECT_TRUE(reply_to(call).held_back);
}

TEST_F(OntapCallerTest, WriteWhoseReadingAgesBetweenAttemptsIsNotSentAgain) {
  auto call = write_call();
  call.guard = Guard{clock.now(), 30s};
  transport.latency = 31s;
  transport.then(broken(TransportErrorKind::kTimeout, Sent::kNo)).then(json_answer(200, "{}"));
  const auto replies = replies_to({call, read_call()});
  ASSERT_EQ(replies.size(), 2U);
  EXPECT_TRUE(replies[0].held_back);
  EXPECT_EQ(replies[1].fate, Fate::kDone);  // it was behind, and still goes
}

TEST_F(OntapCallerTest, LoginNeverGoesOverPlainHttp) {
  auto plain = target();
  plain.endpoints = {"http://10.0.0.11"};
  caller.know(plain);
  const auto reply = reply_to(read_call());
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_EQ(reply.why.what, "'http://10.0.0.11' is no address for a login to ONTAP");
  caller.know(target());
  auto call = read_call();
  call.place.only = "http://10.0.0.12";
  EXPECT_EQ(reply_to(call).why.code, ErrorCode::kUsage);
  EXPECT_TRUE(transport.sent.empty());
}

TEST_F(OntapCallerTest, SystemThatIsNotKnownIsRefused) {
  const auto reply = reply_to(get_nodes(UnitId("VsaWorkingEnvironment-zzzzzzzz")));
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_EQ(reply.why.what, "no ONTAP address is known");
}

TEST_F(OntapCallerTest, DueNamesTheNextRetryAndNothingWhileAnswersAreAwaited) {
  EXPECT_EQ(caller.due(), std::nullopt);
  transport.then(broken(TransportErrorKind::kConnect, Sent::kNo)).then(json_answer(200, "{}"));
  caller.submit(read_call());
  EXPECT_EQ(caller.due(), clock.now().mono);
  EXPECT_TRUE(caller.wait(clock.now().mono).empty());  // sent
  EXPECT_EQ(caller.due(), std::nullopt);
  EXPECT_TRUE(caller.wait(clock.now().mono + 10ms).empty());  // failed; a retry is planned
  ASSERT_TRUE(caller.due());
  EXPECT_EQ(caller.wait(*caller.due() + 10ms).size(), 1U);
}

TEST_F(OntapCallerTest, WakeEndsTheWait) {
  transport.then(json_answer(200, "{}"));
  caller.submit(read_call());
  transport.wake();
  EXPECT_TRUE(caller.wait(clock.now().mono + 1h).empty());
  EXPECT_EQ(caller.in_flight(), 1U);
}

}  // namespace
}  // namespace v2only::netapp
