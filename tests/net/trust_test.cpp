#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "core/text.h"
#include "net/curl_transport.h"
#include "net/requests.h"
#include "net/socket_server.h"

namespace v2only::net {
namespace {

using testing::Certificate;
using testing::http_answer;
using testing::in;
using testing::options;
using testing::Seen;
using testing::SocketServer;
using namespace std::chrono_literals;

// A file that is gone with the test.
class TempFile {
 public:
  explicit TempFile(const std::string& text) {
    const int fd = ::mkstemp(path_.data());
    if (fd < 0) std::abort();
    std::ofstream(path_) << text;
    ::close(fd);
  }
  ~TempFile() { ::unlink(path_.c_str()); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_ = ::testing::TempDir() + "v2only-trust-XXXXXX";
};

class TrustTest : public ::testing::Test {
 protected:
  Completion ask(const std::string& url, Trust trust) {
    Request request;
    request.url = url;
    request.headers = {{"Authorization", "Basic c2VjcmV0"}};
    request.tls = std::move(trust);
    transport.start(std::move(request), in(10s));
    auto done = transport.wait(in(20s));
    if (done.empty()) std::abort();
    return std::move(done.front());
  }
  Completion ask(Trust trust) { return ask(server.url() + "/", std::move(trust)); }
  bool is_answered(Trust trust) {
    return std::holds_alternative<Response>(ask(std::move(trust)).result);
  }
  TransportError refusal(Trust trust) {
    auto completion = ask(std::move(trust));
    if (auto* error = std::get_if<TransportError>(&completion.result)) return *error;
    ADD_FAILURE() << "an answer came";
    return {};
  }

  Trust pinned() const { return {{}, certificate.fingerprint()}; }
  Trust pinned_to_another() const { return {{}, other.fingerprint()}; }

  Certificate certificate{"IP:127.0.0.1"};
  Certificate other{"IP:127.0.0.1"};
  SocketServer server{[](const Seen&) { return testing::Answer{http_answer(200, "{}")}; },
                      certificate};
  CurlTransport transport{options()};
};

TEST_F(TrustTest, PinnedCertificateIsTakenThoughNobodySignedIt) {
  EXPECT_TRUE(is_answered(pinned()));
}

TEST_F(TrustTest, PinIsReadInEitherCase) {
  auto trust = pinned();
  trust.fingerprint = "sha256:" + to_upper(trust.fingerprint.substr(7));
  EXPECT_TRUE(is_answered(trust));
}

TEST_F(TrustTest, PinnedCertificateMayNameAnotherHost) {
  const Certificate elsewhere("DNS:cvo1.example");
  const SocketServer named([](const Seen&) { return testing::Answer{http_answer(200, "{}")}; },
                           elsewhere);
  const auto done = ask(named.url() + "/", {{}, elsewhere.fingerprint()});
  EXPECT_TRUE(std::holds_alternative<Response>(done.result));
}

TEST_F(TrustTest, OtherCertificateThanThePinnedIsRefusedBeforeAnythingIsSent) {
  const auto error = refusal(pinned_to_another());
  EXPECT_EQ(error.kind, TransportErrorKind::kTls);
  EXPECT_EQ(error.sent, Sent::kNo);
  EXPECT_EQ(error.message, "127.0.0.1:" + std::to_string(server.port()) + ": the certificate is " +
                               certificate.fingerprint() + ", not the pinned one");
  EXPECT_TRUE(server.seen().empty());
}

TEST_F(TrustTest, UnsignedCertificateIsRefusedWithoutAPin) {
  const auto error = refusal({});
  EXPECT_EQ(error.kind, TransportErrorKind::kTls);
  EXPECT_EQ(error.sent, Sent::kNo);
  EXPECT_TRUE(server.seen().empty());
}

TEST_F(TrustTest, CaFileOfTheRequestIsTrusted) {
  const TempFile file(certificate.pem());
  EXPECT_TRUE(is_answered({file.path(), {}}));
}

TEST_F(TrustTest, CaFileOfAnotherIsNot) {
  const TempFile file(other.pem());
  const auto error = refusal({file.path(), {}});
  EXPECT_FALSE(error.ca_unread);
  EXPECT_EQ(error.kind, TransportErrorKind::kTls);
  EXPECT_EQ(error.sent, Sent::kNo);
}

TEST_F(TrustTest, CaFileThatIsMissingIsRefused) {
  const auto error = refusal({"/nonexistent/ca.pem", {}});
  EXPECT_EQ(error.kind, TransportErrorKind::kTls);
  EXPECT_EQ(error.sent, Sent::kNo);
  EXPECT_TRUE(error.ca_unread);
  EXPECT_EQ(error.message,
            "127.0.0.1:" + std::to_string(server.port()) +
                ": the CA file /nonexistent/ca.pem cannot be read as certificates (PEM)");
}

TEST_F(TrustTest, CaFileOfSomethingElseIsRefusedByItsName) {
  const TempFile file("no certificate at all\n");
  const auto error = refusal({file.path(), {}});
  EXPECT_TRUE(error.ca_unread) << error.message;
  EXPECT_EQ(error.sent, Sent::kNo);
  EXPECT_NE(error.message.find("the CA file " + file.path() + " cannot be read"),
            std::string::npos);
}

TEST_F(TrustTest, CaFileDoesNotExcuseAWrongHostName) {
  const Certificate elsewhere("DNS:cvo1.example");
  const SocketServer named([](const Seen&) { return testing::Answer{http_answer(200, "{}")}; },
                           elsewhere);
  const TempFile file(elsewhere.pem());
  const auto done = ask(named.url() + "/", {file.path(), {}});
  const auto* error = std::get_if<TransportError>(&done.result);
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->kind, TransportErrorKind::kTls);
}

TEST_F(TrustTest, KeptConnectionIsUsedAgainUnderTheSameTrust) {
  const TempFile file(certificate.pem());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(is_answered(pinned()));
  EXPECT_EQ(server.connections(), 1);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(is_answered({file.path(), {}}));
  EXPECT_EQ(server.connections(), 2);
}

// Each trust is asked right after another's connection was kept.
TEST_F(TrustTest, KeptConnectionNeverCarriesARequestOfAnotherTrust) {
  const TempFile good(certificate.pem());
  const TempFile bad(other.pem());
  const std::vector<std::pair<Trust, bool>> trusts = {{pinned(), true},
                                                      {pinned_to_another(), false},
                                                      {{good.path(), {}}, true},
                                                      {{bad.path(), {}}, false},
                                                      {{}, false}};
  for (const auto& [before, stands] : trusts) {
    if (!stands) continue;
    for (const auto& [after, wanted] : trusts) {
      ASSERT_TRUE(is_answered(before));
      const auto seen = server.seen().size();
      EXPECT_EQ(is_answered(after), wanted) << after.ca_file << after.fingerprint;
      EXPECT_EQ(server.seen().size(), seen + (wanted ? 1 : 0));
    }
  }
}

TEST_F(TrustTest, TrustOfOneRequestDoesNotStayOnTheHandle) {
  ASSERT_TRUE(is_answered(pinned()));
  const SocketServer plain([](const Seen&) { return testing::Answer{http_answer(200, "{}")}; });
  EXPECT_TRUE(std::holds_alternative<Response>(ask(plain.url() + "/", {}).result));
  EXPECT_EQ(refusal({}).kind, TransportErrorKind::kTls);
}

TEST_F(TrustTest, TrustOverPlainHttpIsRefused) {
  const SocketServer plain([](const Seen&) { return testing::Answer{http_answer(200, "{}")}; });
  const auto done = ask(plain.url() + "/", pinned());
  const auto* error = std::get_if<TransportError>(&done.result);
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->kind, TransportErrorKind::kTls);
  EXPECT_EQ(error->sent, Sent::kNo);
  EXPECT_NE(error->message.find("the URL is not https"), std::string::npos);
  EXPECT_TRUE(plain.seen().empty());
}

TEST_F(TrustTest, FingerprintThatIsNoneIsRefused) {
  for (const auto* text : {"sha256:", "sha1:00", "00", "sha256:zz"}) {
    const auto error = refusal({{}, text});
    EXPECT_EQ(error.kind, TransportErrorKind::kTls) << text;
    EXPECT_EQ(error.sent, Sent::kNo);
    EXPECT_NE(error.message.find("is not sha256: and 64 hexadecimal digits"), std::string::npos);
  }
}

}  // namespace
}  // namespace v2only::net
