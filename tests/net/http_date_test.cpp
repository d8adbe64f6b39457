#include "net/http_date.h"

#include <gtest/gtest.h>

namespace v2only::net {
namespace {

TEST(HttpDate, ImfFixdateIsReadAndWrittenBack) {
  const std::string text = "Tue, 24 Nov 2026 07:33:12 GMT";
  const auto time = parse_http_date(text);
  ASSERT_TRUE(time);
  EXPECT_EQ(*time, parse_utc("2026-11-24T07:33:12Z").value());
  EXPECT_EQ(format_http_date(*time), text);
}

class BadHttpDate : public ::testing::TestWithParam<const char*> {};

TEST_P(BadHttpDate, IsNoTime) { EXPECT_FALSE(parse_http_date(GetParam())) << GetParam(); }
INSTANTIATE_TEST_SUITE_P(HttpDate, BadHttpDate,
                         ::testing::Values("", "yesterday", "Tue, 31 Feb 2026 07:33:12 GMT",
                                           "Tue, 24 Nov 2026 24:00:00 GMT",
                                           "Tue, 24 Foo 2026 07:33:12 GMT",
                                           "Tue, 24 Nov 2026 07:33:12 CET",
                                           "Tuesday, 24-Nov-26 07:33:12 GMT",
                                           "Tue, 2x Nov 2026 07:33:12 GMT"));

}  // namespace
}  // namespace v2only::net
