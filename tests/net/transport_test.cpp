#include "net/transport.h"

#include <gtest/gtest.h>

#include <set>

namespace v2only::net {
namespace {

TEST(Response, HeaderIsFoundInAnyCaseAndTheFirstOneWins) {
  Response response;
  response.headers = {{"X-Amzn-RequestId", "one"}, {"x-amzn-requestid", "two"}};
  EXPECT_EQ(response.header("X-AMZN-REQUESTID"), "one");
  EXPECT_EQ(response.header("Date"), "");
}

TEST(TransportErrorKind, EveryKindHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(TransportErrorKind::kOther); ++i) {
    names.insert(name_of(static_cast<TransportErrorKind>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(TransportErrorKind::kOther) + 1);
}

}  // namespace
}  // namespace v2only::net
