#include "aws/sigv4.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/digest.h"

namespace v2only::aws {
namespace {

// The credentials, scope and time of AWS's published signing examples.
Credentials published_credentials() {
  Credentials credentials;
  credentials.access_key_id = "AKIDEXAMPLE";
  credentials.secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
  return credentials;
}
const SigningScope kPublishedScope{"us-east-1", "service"};
const WallTime kPublishedTime = parse_utc("2015-08-30T12:36:00Z").value();

std::string published_signature(const std::string& url, const std::string& method = "GET") {
  net::Request request;
  request.method = method;
  request.url = url;
  sign(request, published_credentials(), kPublishedScope, kPublishedTime);
  const auto& line = request.headers.back().value;
  return line.substr(line.find("Signature=") + 10);
}

TEST(SigV4, PublishedGetVanillaHasThePublishedSignature) {
  EXPECT_EQ(published_signature("https://example.amazonaws.com/"),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST(SigV4, PublishedPostVanillaHasThePublishedSignature) {
  EXPECT_EQ(published_signature("https://example.amazonaws.com/", "POST"),
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
}

TEST(SigV4, PublishedQueryIsSortedBeforeItIsSigned) {
  EXPECT_EQ(published_signature("https://example.amazonaws.com/?Param2=value2&Param1=value1"),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
}

TEST(SigV4, SignerThatKeepsItsKeysSignsAsOneThatDoesNot) {
  Signer signer(published_credentials());
  for (const auto& scope : {kPublishedScope, SigningScope{"eu-west-1", "ec2"}, kPublishedScope}) {
    for (const auto at :
         {kPublishedTime, kPublishedTime + std::chrono::hours(24), kPublishedTime}) {
      net::Request kept;
      kept.url = "https://example.amazonaws.com/";
      auto fresh = kept;
      signer.sign(kept, scope, at);
      sign(fresh, published_credentials(), scope, at);
      EXPECT_EQ(kept.headers, fresh.headers);
    }
  }
}

TEST(SigV4, SigningAgainReplacesTheEarlierSigning) {
  auto credentials = published_credentials();
  credentials.session_token = Secret("token");
  net::Request twice;
  twice.url = "https://example.amazonaws.com/";
  twice.headers = {{"X-Own", "kept"}};
  auto once = twice;
  sign(twice, credentials, kPublishedScope, kPublishedTime - std::chrono::hours(1));
  sign(twice, credentials, kPublishedScope, kPublishedTime);
  sign(once, credentials, kPublishedScope, kPublishedTime);
  const auto sorted = [](std::vector<net::Header> headers) {
    std::sort(headers.begin(), headers.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return headers;
  };
  EXPECT_EQ(sorted(twice.headers), sorted(once.headers));
}

TEST(SigV4, EverythingSignedChangesTheSignature) {
  const auto base = [] {
    net::Request request;
    request.method = "POST";
    request.url = "https://example.amazonaws.com/a?b=c";
    request.headers = {{"X-Own", "1"}};
    request.body = "body";
    return request;
  };
  const auto signature_of = [](net::Request request) {
    sign(request, published_credentials(), kPublishedScope, kPublishedTime);
    return request.headers.back().value;
  };
  const auto original = signature_of(base());
  auto request = base();
  request.body = "Body";
  EXPECT_NE(signature_of(request), original);
  request = base();
  request.method = "PUT";
  EXPECT_NE(signature_of(request), original);
  request = base();
  request.headers[0].value = "2";
  EXPECT_NE(signature_of(request), original);
  request = base();
  request.url = "https://example.amazonaws.com/a?b=d";
  EXPECT_NE(signature_of(request), original);
  request = base();
  request.url = "https://example.amazonaws.com:8443/a?b=c";
  EXPECT_NE(signature_of(request), original);
}

TEST(SigV4, PiecesTogetherGiveWhatSignPutsIntoTheHeader) {
  const auto canonical = canonical_request(
      "GET", "/", "", {{"Host", "example.amazonaws.com"}, {"X-Amz-Date", "20150830T123600Z"}},
      {"X-Amz-Date", "host"}, sha256_hex(""));
  const auto to_sign = string_to_sign(canonical, "20150830T123600Z", kPublishedScope);
  EXPECT_EQ(signature(published_credentials().secret_access_key, to_sign, "20150830T123600Z",
                      kPublishedScope),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

}  // namespace
}  // namespace v2only::aws
