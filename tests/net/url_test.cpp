#include "net/url.h"

#include <gtest/gtest.h>

namespace v2only::net {
namespace {

TEST(Url, PartsAreSplitAndPathAndQueryStayAsWritten) {
  const auto url = parse_url("https://EC2.eu-west-1.amazonaws.com/a/../%C3%A9?b=2&a=%20").value();
  EXPECT_EQ(url, (Url{"https", "ec2.eu-west-1.amazonaws.com", 443, "/a/../%C3%A9", "b=2&a=%20"}));
}

TEST(Url, PathIsASlashWhereNoneIsWritten) { EXPECT_EQ(parse_url("http://localhost")->path, "/"); }

TEST(Url, AuthorityLeavesOutTheSchemesOwnPortOnly) {
  EXPECT_EQ(parse_url("https://a.test:443/")->authority(), "a.test");
  EXPECT_EQ(parse_url("http://a.test:80/")->authority(), "a.test");
  EXPECT_EQ(parse_url("http://a.test:443/")->authority(), "a.test:443");
  EXPECT_EQ(parse_url("http://127.0.0.1:5000")->authority(), "127.0.0.1:5000");
}

TEST(Url, Ipv6HostLosesItsBracketsAndGetsThemBack) {
  const auto url = parse_url("http://[fd00:ec2::254]:8080/x").value();
  EXPECT_EQ(url.host, "fd00:ec2::254");
  EXPECT_EQ(url.authority(), "[fd00:ec2::254]:8080");
  EXPECT_EQ(url.peer(), "[fd00:ec2::254]:8080");
}

class BadUrl : public ::testing::TestWithParam<const char*> {};

TEST_P(BadUrl, IsRefusedAsUsage) {
  const auto url = parse_url(GetParam());
  ASSERT_FALSE(url) << GetParam();
  EXPECT_EQ(url.error().code, ErrorCode::kUsage);
}
INSTANTIATE_TEST_SUITE_P(Url, BadUrl,
                         ::testing::Values("", "localhost:5000", "ftp://a.test/", "/path",
                                           "https://", "http://a.test:70000/", "http://a b/",
                                           "http://a.test:x/", "file:///etc/passwd"));

TEST(Url, UserNameAndPasswordAreRefusedAndNotRepeated) {
  const auto url = parse_url("https://joe:hunter2@a.test/");
  ASSERT_FALSE(url);
  EXPECT_EQ(to_string(url.error()).find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace v2only::net
