#include "net/curl_transport.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "core/text.h"
#include "net/requests.h"
#include "net/socket_server.h"

namespace v2only::net {
namespace {

using testing::Answer;
using testing::get;
using testing::http_answer;
using testing::in;
using testing::options;
using testing::Seen;
using testing::SocketServer;
using namespace std::chrono_literals;

Request post(const std::string& url, const std::string& body) {
  Request request;
  request.method = "POST";
  request.url = url;
  request.body = body;
  return request;
}

Completion one(CurlTransport& transport, Request request, Duration deadline = 5s) {
  const auto id = transport.start(std::move(request), in(deadline));
  for (const auto end = in(20s); in(0s) < end;) {
    auto done = transport.wait(end);
    if (!done.empty()) {
      EXPECT_EQ(done.size(), 1U);
      EXPECT_EQ(done.front().id, id);
      return std::move(done.front());
    }
  }
  ADD_FAILURE() << "no completion";
  return {};
}

Response response_of(Completion completion) {
  if (const auto* error = std::get_if<TransportError>(&completion.result)) {
    ADD_FAILURE() << error->message;
    return {};
  }
  return std::get<Response>(std::move(completion.result));
}

TransportError error_of(Completion completion) {
  if (std::holds_alternative<Response>(completion.result)) {
    ADD_FAILURE() << "a response came";
    return {};
  }
  return std::get<TransportError>(std::move(completion.result));
}

TransportError error_for(const Answer& answer, Request request, Duration deadline = 5s) {
  SocketServer server([&](const Seen&) { return answer; });
  CurlTransport transport(options());
  request.url = server.url() + "/";
  return error_of(one(transport, std::move(request), deadline));
}

TEST(CurlTransport, WholeAnswerHasStatusHeadersAndBody) {
  SocketServer server(
      [](const Seen&) { return Answer{http_answer(418, "short and stout", "X-Pot:  tea \r\n")}; });
  CurlTransport transport(options());
  const auto response = response_of(one(transport, get(server.url() + "/")));
  EXPECT_EQ(response.status, 418);
  EXPECT_EQ(response.body, "short and stout");
  EXPECT_EQ(response.header("x-pot"), "tea");
}

TEST(CurlTransport, RequestIsSentAsItWasGivenAndNothingIsAdded) {
  SocketServer server([](const Seen&) { return Answer{http_answer(200, "")}; });
  CurlTransport transport(options());
  auto request = post(server.url() + "/a/../b?q=%20", std::string("a\0b", 3));
  request.headers = {{"Host", "elsewhere.test"}, {"X-Empty", ""}};
  response_of(one(transport, request));
  const auto seen = server.seen().at(0);
  EXPECT_TRUE(seen.head.starts_with("POST /a/../b?q=%20 HTTP/1.1\r\n")) << seen.head;
  EXPECT_EQ(seen.body, std::string("a\0b", 3));
  EXPECT_NE(seen.head.find("\r\nHost: elsewhere.test\r\n"), std::string::npos) << seen.head;
  EXPECT_NE(seen.head.find("\r\nX-Empty:\r\n"), std::string::npos) << seen.head;
  EXPECT_EQ(seen.head.find("Content-Type"), std::string::npos) << seen.head;
  EXPECT_EQ(seen.head.find("Expect"), std::string::npos) << seen.head;
}

TEST(CurlTransport, HandleForgetsTheMethodAndBodyOfItsLastRequest) {
  SocketServer server([](const Seen&) { return Answer{http_answer(200, "")}; });
  CurlTransport transport(options());
  auto put = post(server.url() + "/", "body");
  put.method = "PUT";
  auto remove = get(server.url() + "/");
  remove.method = "DELETE";
  response_of(one(transport, put));
  response_of(one(transport, get(server.url() + "/")));
  response_of(one(transport, remove));
  response_of(one(transport, post(server.url() + "/", "")));
  const auto seen = server.seen();
  EXPECT_TRUE(seen.at(0).head.starts_with("PUT ")) << seen.at(0).head;
  EXPECT_TRUE(seen.at(1).head.starts_with("GET ")) << seen.at(1).head;
  EXPECT_EQ(seen.at(1).head.find("Content-Length"), std::string::npos);
  EXPECT_TRUE(seen.at(2).head.starts_with("DELETE ")) << seen.at(2).head;
  EXPECT_TRUE(seen.at(3).head.starts_with("POST ")) << seen.at(3).head;
}

TEST(CurlTransport, HeadHasNoBodyAndEnds) {
  SocketServer server(
      [](const Seen&) { return Answer{"HTTP/1.1 200 x\r\nContent-Length: 99\r\n\r\n"}; });
  CurlTransport transport(options());
  auto request = get(server.url() + "/");
  request.method = "HEAD";
  EXPECT_EQ(response_of(one(transport, request)).status, 200);
}

TEST(CurlTransport, ConnectOnlySendsNothingAndLeavesTheHandleFitForARequest) {
  SocketServer server([](const Seen&) { return Answer{http_answer(200, "hello")}; });
  CurlTransport transport(options());
  for (int i = 0; i < 3; ++i) {
    Request probe = get(server.url());
    probe.connect_only = true;
    const auto done = one(transport, std::move(probe));
    ASSERT_TRUE(std::holds_alternative<Response>(done.result));
    EXPECT_EQ(std::get<Response>(done.result).status, 0);
  }
  EXPECT_TRUE(server.seen().empty());
  EXPECT_EQ(response_of(one(transport, get(server.url()))).body, "hello");
}

TEST(CurlTransport, ConnectOnlyToAPortWhereNobodyListensFails) {
  CurlTransport transport(options());
  Request probe = get("http://127.0.0.1:1");
  probe.connect_only = true;
  const auto done = one(transport, std::move(probe));
  EXPECT_EQ(std::get<TransportError>(done.result).kind, TransportErrorKind::kConnect);
}

TEST(CurlTransport, RedirectIsAnAnswerAndIsNotFollowed) {
  SocketServer server([](const Seen&) {
    return Answer{http_answer(301, "", "Location: http://127.0.0.1:1/\r\n")};
  });
  CurlTransport transport(options());
  EXPECT_EQ(response_of(one(transport, get(server.url() + "/"))).status, 301);
  EXPECT_EQ(server.seen().size(), 1U);
}

TEST(CurlTransport, HalfABodyIsCutAndMayHaveBeenSent) {
  const auto error = error_for({"HTTP/1.1 200 x\r\nContent-Length: 99\r\n\r\nhalf", true}, get(""));
  EXPECT_EQ(error.kind, TransportErrorKind::kCut);
  EXPECT_EQ(error.sent, Sent::kMaybe);
  EXPECT_NE(error.message.find("inside the answer"), std::string::npos) << error.message;
}

TEST(CurlTransport, EndBeforeAnyByteIsCutAndMayHaveBeenSent) {
  const auto error = error_for({"", true}, get(""));
  EXPECT_EQ(error.kind, TransportErrorKind::kCut);
  EXPECT_EQ(error.sent, Sent::kMaybe);
  EXPECT_NE(error.message.find("before any answer"), std::string::npos) << error.message;
}

TEST(CurlTransport, SilenceEndsWithTheDeadlineAndMayHaveBeenSent) {
  const auto before = in(0s);
  const auto error = error_for({"", false, true}, get(""), 150ms);
  EXPECT_EQ(error.kind, TransportErrorKind::kTimeout);
  EXPECT_EQ(error.sent, Sent::kMaybe);
  EXPECT_GE(in(0s) - before, 150ms);
  EXPECT_LT(in(0s) - before, 2s);
}

TEST(CurlTransport, GarbageInsteadOfHttpIsNotHttp) {
  const auto error = error_for({"SSH-2.0-OpenSSH_9.2p1 Debian\r\n\r\n", true}, get(""));
  EXPECT_EQ(error.kind, TransportErrorKind::kNotHttp);
  EXPECT_EQ(error.sent, Sent::kMaybe);
}

TEST(CurlTransport, AnswerLargerThanTheCapIsTooLarge) {
  auto request = get("");
  request.max_response_bytes = 10;
  const auto error = error_for({http_answer(200, "eleven byte")}, request);
  EXPECT_EQ(error.kind, TransportErrorKind::kTooLarge);
}

TEST(CurlTransport, AnswerAsLargeAsTheCapIsWhole) {
  SocketServer server([](const Seen&) { return Answer{http_answer(200, "ten bytes!")}; });
  CurlTransport transport(options());
  auto request = get(server.url() + "/");
  request.max_response_bytes = 10;
  EXPECT_EQ(response_of(one(transport, request)).body, "ten bytes!");
}

TEST(CurlTransport, HeadersWithoutEndAreTooLarge) {
  const auto line = "X-Much: " + std::string(60000, 'a') + "\r\n";
  std::string head = "HTTP/1.1 200 x\r\n";
  for (int i = 0; i < 20; ++i) head += line;
  const auto error = error_for({head + "\r\n", true}, get(""));
  EXPECT_EQ(error.kind, TransportErrorKind::kTooLarge);
}

TEST(CurlTransport, RefusedConnectionWasNotSentAndNamesHostAndPort) {
  CurlTransport transport(options());
  const auto peer = "127.0.0.1:" + std::to_string(testing::free_port());
  const auto error = error_of(one(transport, get("http://" + peer + "/")));
  EXPECT_EQ(error.kind, TransportErrorKind::kConnect);
  EXPECT_EQ(error.sent, Sent::kNo);
  EXPECT_EQ(error.message, peer + ": no connection: Connection refused");
}

TEST(CurlTransport, UnknownHostNameWasNotSent) {
  CurlTransport transport(options());
  const auto error = error_of(one(transport, get("http://no-such-host.invalid/"), 10s));
  EXPECT_EQ(error.kind, TransportErrorKind::kResolve);
  EXPECT_EQ(error.sent, Sent::kNo);
  EXPECT_EQ(error.message, "no-such-host.invalid:80: the host name has no address");
}

TEST(CurlTransport, TlsToAPlainPortFailsInTheHandshakeAndWasNotSent) {
  SocketServer server([](const Seen&) { return Answer{http_answer(200, "")}; });
  CurlTransport transport(options());
  // The server waits for the end of a request that never comes; the deadline ends it, unsent.
  const auto error = error_of(
      one(transport, get("https://127.0.0.1:" + std::to_string(server.port()) + "/"), 300ms));
  EXPECT_EQ(error.sent, Sent::kNo);
  EXPECT_TRUE(server.seen().empty());
}

TEST(CurlTransport, WhatIsNoTlsIsATlsErrorAndWasNotSent) {
  SocketServer server([](const Seen&) { return Answer{}; }, "220 mail.test ESMTP\r\n");
  CurlTransport transport(options());
  const auto peer = "127.0.0.1:" + std::to_string(server.port());
  const auto error = error_of(one(transport, get("https://" + peer + "/")));
  EXPECT_EQ(error.kind, TransportErrorKind::kTls);
  EXPECT_EQ(error.sent, Sent::kNo);
  EXPECT_TRUE(error.message.starts_with(peer + ": tls: ")) << error.message;
}

TEST(CurlTransport, BadCaBundleIsATlsErrorAndWasNotSent) {
  SocketServer server([](const Seen&) { return Answer{http_answer(200, "")}; });
  auto with = options();
  with.ca_bundle = "/no/such/bundle.pem";
  CurlTransport transport(with);
  const auto error =
      error_of(one(transport, get("https://127.0.0.1:" + std::to_string(server.port()) + "/")));
  EXPECT_EQ(error.kind, TransportErrorKind::kTls);
  EXPECT_EQ(error.sent, Sent::kNo);
}

TEST(CurlTransport, WhatIsNoUrlEndsInOneCompletionOutOfWait) {
  CurlTransport transport(options());
  const auto error = error_of(one(transport, get("not a url")));
  EXPECT_EQ(error.kind, TransportErrorKind::kOther);
  EXPECT_EQ(error.sent, Sent::kNo);
}

TEST(CurlTransport, LineBreakInAHeaderIsNotSentAndNotRepeatedInTheError) {
  SocketServer server([](const Seen&) { return Answer{http_answer(200, "")}; });
  CurlTransport transport(options());
  auto request = get(server.url() + "/");
  request.headers = {{"X-Token", "secret\r\nX-Injected: 1"}};
  const auto error = error_of(one(transport, request));
  EXPECT_EQ(error.sent, Sent::kNo);
  EXPECT_EQ(error.message.find("secret"), std::string::npos);
  EXPECT_EQ(server.connections(), 0);
}

TEST(CurlTransport, DeadlineInThePastIsATimeoutAndWasNotSent) {
  CurlTransport transport(options());
  transport.start(get("http://127.0.0.1:1/"), in(-1s));
  auto done = transport.wait(in(5s));
  ASSERT_EQ(done.size(), 1U);
  const auto error = error_of(std::move(done.front()));
  EXPECT_EQ(error.kind, TransportErrorKind::kTimeout);
  EXPECT_EQ(error.sent, Sent::kNo);
}

TEST(CurlTransport, WaitWithNothingUnderWayLastsUntilItsTime) {
  CurlTransport transport(options());
  const auto before = in(0s);
  EXPECT_TRUE(transport.wait(in(50ms)).empty());
  EXPECT_GE(in(0s) - before, 50ms);
}

TEST(CurlTransport, WakeEndsAWaitUnderWay) {
  CurlTransport transport(options());
  std::thread waker([&] {
    std::this_thread::sleep_for(50ms);
    transport.wake();
  });
  const auto before = in(0s);
  EXPECT_TRUE(transport.wait(in(20s)).empty());
  EXPECT_LT(in(0s) - before, 10s);
  waker.join();
}

TEST(CurlTransport, WakeBeforeAWaitEndsTheNextWaitOnly) {
  CurlTransport transport(options());
  transport.wake();
  const auto before = in(0s);
  EXPECT_TRUE(transport.wait(in(20s)).empty());
  EXPECT_LT(in(0s) - before, 10s);
  const auto again = in(0s);
  EXPECT_TRUE(transport.wait(in(50ms)).empty());
  EXPECT_GE(in(0s) - again, 50ms);
}

TEST(CurlTransport, WakeBesideACompletionEndsTheWaitAfterIt) {
  CurlTransport transport(options());
  transport.start(get("not a url"), in(5s));
  transport.wake();
  EXPECT_EQ(transport.wait(in(20s)).size(), 1U);
  const auto before = in(0s);
  EXPECT_TRUE(transport.wait(in(20s)).empty());
  EXPECT_LT(in(0s) - before, 10s);
}

TEST(CurlTransport, SecondRequestReusesTheConnection) {
  SocketServer server([](const Seen&) { return Answer{http_answer(200, "")}; });
  CurlTransport transport(options());
  for (int i = 0; i < 5; ++i) response_of(one(transport, get(server.url() + "/")));
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(server.seen().size(), 5U);
}

TEST(CurlTransport, FreshConnectionIsANewOneEveryTime) {
  SocketServer server([](const Seen&) { return Answer{http_answer(200, "")}; });
  CurlTransport transport(options());
  auto request = post(server.url() + "/", "x");
  request.fresh_connection = true;
  response_of(one(transport, get(server.url() + "/")));
  response_of(one(transport, request));
  response_of(one(transport, request));
  EXPECT_EQ(server.connections(), 3);
}

// Answers the first request of a connection and cuts the connection at the second.
Answer dies_at_the_second(const Seen& seen) {
  if (seen.on_connection == 1) return {http_answer(200, "")};
  return {"", true};
}

TEST(CurlTransport, LibcurlSendsAPostAgainWhenAKeptConnectionDies) {
  // Why fresh_connection exists. Should libcurl ever stop doing so, this says that it can go.
  SocketServer server(dies_at_the_second);
  CurlTransport transport(options());
  response_of(one(transport, post(server.url() + "/", "first")));
  response_of(one(transport, post(server.url() + "/", "second")));
  const auto seen = server.seen();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen.at(1).body, "second");
  EXPECT_EQ(seen.at(2).body, "second");
}

TEST(CurlTransport, PostOnAFreshConnectionThatDiesUnansweredIsNotSentTwice) {
  SocketServer server([](const Seen& seen) {
    return seen.body == "reboot" ? Answer{"", true} : Answer{http_answer(200, "")};
  });
  CurlTransport transport(options());
  response_of(one(transport, post(server.url() + "/", "warm")));
  auto request = post(server.url() + "/", "reboot");
  request.fresh_connection = true;
  const auto error = error_of(one(transport, request));
  EXPECT_EQ(error.kind, TransportErrorKind::kCut);
  EXPECT_EQ(error.sent, Sent::kMaybe);
  EXPECT_EQ(server.seen().size(), 2U);
}

TEST(CurlTransport, ManyRequestsAtOnceAllEndAndKeepTheConnectionLimit) {
  SocketServer server([](const Seen&) { return Answer{http_answer(200, "ok")}; });
  auto with = options();
  with.max_connections_per_host = 4;
  CurlTransport transport(with);
  constexpr std::size_t kRequests = 200;
  for (std::size_t i = 0; i < kRequests; ++i) transport.start(get(server.url() + "/"), in(20s));
  std::size_t whole = 0;
  for (std::size_t done = 0; done < kRequests;) {
    const auto completions = transport.wait(in(20s));
    ASSERT_FALSE(completions.empty());
    done += completions.size();
    for (const auto& completion : completions) {
      if (std::holds_alternative<Response>(completion.result)) ++whole;
    }
  }
  EXPECT_EQ(whole, kRequests);
  EXPECT_LE(server.connections(), 4);
}

TEST(CurlTransport, RequestThatWaitsForAConnectionUntilItsDeadlineWasNotSent) {
  SocketServer server([](const Seen&) { return Answer{"", false, true}; });
  auto with = options();
  with.max_connections_per_host = 1;
  CurlTransport transport(with);
  transport.start(get(server.url() + "/first"), in(10s));
  transport.wait(in(50ms));
  const auto second = transport.start(get(server.url() + "/second"), in(150ms));
  auto done = transport.wait(in(5s));
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done.front().id, second);
  EXPECT_EQ(error_of(std::move(done.front())).sent, Sent::kNo);
}

TEST(CurlTransport, DestructionEndsWhatIsUnderWay) {
  SocketServer server([](const Seen&) { return Answer{"", false, true}; });
  auto transport = std::make_unique<CurlTransport>(options());
  transport->start(get(server.url() + "/"), in(60s));
  transport->wait(in(50ms));
  const auto before = in(0s);
  transport.reset();
  EXPECT_LT(in(0s) - before, 5s);
}

TEST(CurlTransport, UserAgentIsTheOptionsUnlessTheRequestHasItsOwn) {
  SocketServer server([](const Seen&) { return Answer{http_answer(200, "")}; });
  auto with = options();
  with.user_agent = "v2only/test";
  CurlTransport transport(with);
  response_of(one(transport, get(server.url() + "/")));
  auto own = get(server.url() + "/");
  own.headers = {{"user-agent", "mine"}};
  response_of(one(transport, own));
  EXPECT_NE(server.seen().at(0).head.find("User-Agent: v2only/test\r\n"), std::string::npos);
  EXPECT_NE(server.seen().at(1).head.find("user-agent: mine\r\n"), std::string::npos);
  EXPECT_EQ(server.seen().at(1).head.find("v2only/test"), std::string::npos);
}

TEST(CurlTransport, ProxyOfTheEnvironmentIsUsedUnlessIgnored) {
  SocketServer proxy([](const Seen&) { return Answer{http_answer(200, "from the proxy")}; });
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  ::unsetenv("no_proxy");
  ::unsetenv("NO_PROXY");
  CurlTransport through{CurlOptions{}};
  const auto answered = response_of(one(through, get("http://no-such-host.invalid/")));
  CurlTransport past(options());
  const auto error = error_of(one(past, get("http://no-such-host.invalid/"), 10s));
  ::unsetenv("http_proxy");
  EXPECT_EQ(answered.body, "from the proxy");
  EXPECT_EQ(error.kind, TransportErrorKind::kResolve);
}

TEST(CurlTransport, ProxyThatRefusesATunnelIsAProxyErrorAndWasNotSent) {
  SocketServer proxy([](const Seen&) { return Answer{http_answer(403, ""), true}; });
  ::setenv("https_proxy", proxy.url().c_str(), 1);
  CurlTransport transport{CurlOptions{}};
  const auto error = error_of(one(transport, get("https://no-such-host.invalid/")));
  ::unsetenv("https_proxy");
  EXPECT_EQ(error.kind, TransportErrorKind::kProxy);
  EXPECT_EQ(error.sent, Sent::kNo);
}

}  // namespace
}  // namespace v2only::net
