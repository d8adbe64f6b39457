// The ONTAP client over real sockets: certificates, logins and connections as they are on the wire.
#include <gtest/gtest.h>

#include "aws/scripted_transport.h"
#include "core/text.h"
#include "net/curl_transport.h"
#include "net/socket_server.h"
#include "net/system_clock.h"
#include "netapp/ontap_calls.h"
#include "netapp/ontap_parse.h"
#include "netapp/replies.h"

namespace v2only::netapp {
namespace {

using net::testing::Answer;
using net::testing::Certificate;
using net::testing::http_answer;
using net::testing::Seen;
using net::testing::SocketServer;
using testing::data;
using testing::kSystem;
using namespace std::chrono_literals;

class OntapTlsTest : public ::testing::Test {
 protected:
  static net::CurlOptions options() {
    net::CurlOptions out;
    out.ignore_environment_proxies = true;
    return out;
  }

  OntapReply reply_to(const SocketServer& server, const OntapCall& call,
                      const std::string& fingerprint) {
    OntapTarget target;
    target.system = kSystem;
    target.endpoints = {server.url()};
    target.user = "v2only";
    target.password = Secret("correct horse");
    target.tls.fingerprint = fingerprint;
    caller.know(target);
    caller.submit(call);
    for (;;) {
      auto replies = caller.wait(clock.now().mono + 20s);
      if (!replies.empty()) return replies.front();
    }
  }

  Certificate certificate{"DNS:cvoprod"};
  net::SystemClock clock;
  net::CurlTransport transport{options()};
  OntapCaller caller{transport, clock, Random(7)};
};

TEST_F(OntapTlsTest, ClusterIsReadUnderItsPinnedCertificate) {
  const SocketServer server(
      [](const Seen&) { return Answer{http_answer(200, data("cluster_9.13.1.json"))}; },
      certificate);
  const auto reply = reply_to(server, get_cluster(kSystem), certificate.fingerprint());
  EXPECT_EQ(reply.fate, Fate::kDone);
  EXPECT_EQ(parse_cluster(reply.body)->name, "cvoprod");
  const auto head = server.seen().at(0).head;
  EXPECT_TRUE(head.starts_with("GET /api/cluster?fields=name,uuid,version HTTP/1.1"));
  EXPECT_NE(head.find("Authorization: Basic " + to_base64("v2only:correct horse")),
            std::string::npos);
}

TEST_F(OntapTlsTest, StrangerWithAnotherCertificateNeverSeesTheLogin) {
  const Certificate pinned("DNS:cvoprod");
  const SocketServer server([](const Seen&) { return Answer{http_answer(200, "{}")}; },
                            certificate);
  const auto reply = reply_to(server, get_cluster(kSystem), pinned.fingerprint());
  EXPECT_EQ(reply.fate, Fate::kRefused);
  EXPECT_EQ(reply.attempts, 1);
  EXPECT_TRUE(server.seen().empty());
  EXPECT_NE(reply.why.what.find("the certificate is " + certificate.fingerprint() +
                                ", not the pinned one"),
            std::string::npos)
      << reply.why.what;
}

// libcurl by itself sends a request again when a kept connection dies unanswered.
TEST_F(OntapTlsTest, ShutdownOnADyingConnectionIsSentOnceAndItsFateIsUnknown) {
  const SocketServer server(
      [](const Seen& seen) {
        if (seen.head.starts_with("PATCH")) return Answer{"", true};
        return Answer{http_answer(200, "{}")};
      },
      certificate);
  reply_to(server, get_cluster(kSystem), certificate.fingerprint());  // leaves a connection
  const auto reply =
      reply_to(server, shut_down_node(kSystem, "u2", "test"), certificate.fingerprint());
  EXPECT_EQ(reply.fate, Fate::kUnknown);
  EXPECT_EQ(server.seen().size(), 2U);
  EXPECT_EQ(server.seen().back().on_connection, 1);
}

}  // namespace
}  // namespace v2only::netapp
