#include "aws/sigv4.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace v2only::aws
