#include "netapp/call.h"

#include <gtest/gtest.h>

namespace v2only::netapp {
namespace {

TEST(Target, IsThePathWithItsQueryEncoded) {
  EXPECT_EQ(target_of("/api/x", {}), "/api/x");
  EXPECT_EQ(target_of("/api/x", {{"fields", "a,b.c(d)"}, {"q", "x&y z"}}),
            "/api/x?fields=a,b.c(d)&q=x%26y%20z");
}

TEST(Target, AddsToAQueryThatThePathHolds) {
  EXPECT_EQ(target_of("/api/x?a=1", {{"b", "2"}}), "/api/x?a=1&b=2");
}

}  // namespace
}  // namespace v2only::netapp
