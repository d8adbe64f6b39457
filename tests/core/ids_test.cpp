#include "core/ids.h"

#include <gtest/gtest.h>

#include <type_traits>
#include <unordered_set>

namespace v2only {
namespace {

static_assert(!std::is_convertible_v<std::string, InstanceId>);
static_assert(!std::is_convertible_v<RegionName, AccountId>);
static_assert(!std::is_constructible_v<RegionName, AccountId>);

TEST(Ids, CompareAndHashByTheirText) {
  EXPECT_EQ(RegionName("eu-west-1"), RegionName("eu-west-1"));
  EXPECT_LT(RegionName("a"), RegionName("b"));
  EXPECT_TRUE(RegionName().empty());
  const std::unordered_set<InstanceId> ids = {InstanceId("i-1"), InstanceId("i-1"),
                                              InstanceId("i-2")};
  EXPECT_EQ(ids.size(), 2U);
}

TEST(Ids, InstanceIdHas8Or17HexadecimalDigits) {
  EXPECT_TRUE(is_instance_id("i-0123abcd"));
  EXPECT_TRUE(is_instance_id("i-0123456789abcdef0"));
  for (const auto* text : {"", "i-", "0123abcd", "i-0123abc", "i-0123abcde", "i-0123ABCD",
                           "i-0123abcg", "i-0123456789abcdef01", "ami-0123abcd"}) {
    EXPECT_FALSE(is_instance_id(text)) << text;
  }
}

TEST(Ids, AccountIdHasTwelveDigits) {
  EXPECT_TRUE(is_account_id("111122223333"));
  for (const auto* text : {"", "11112222333", "1111222233334", "11112222333x"}) {
    EXPECT_FALSE(is_account_id(text)) << text;
  }
}

}  // namespace
}  // namespace v2only
