#include "core/secret.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <ostream>
#include <type_traits>

namespace v2only {
namespace {

template <class T, class = void>
struct IsStreamable : std::false_type {};
template <class T>
struct IsStreamable<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<T>())>>
    : std::true_type {};

// What cannot be printed, cannot be leaked by a log line.
static_assert(!IsStreamable<Secret>::value);
static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<std::string, Secret>);

TEST(Secret, IsShownOnlyWhenRevealed) {
  const Secret secret("hunter2");
  EXPECT_EQ(secret.reveal(), "hunter2");
  EXPECT_FALSE(secret.empty());
  EXPECT_TRUE(Secret{}.empty());
}

TEST(Secret, ComparesByValueAndCopies) {
  const Secret secret("a long enough secret to live on the heap, not in the object");
  Secret copy = secret;
  EXPECT_EQ(copy, secret);
  const Secret moved = std::move(copy);
  EXPECT_EQ(moved, secret);
  EXPECT_NE(moved, Secret("other"));
}

TEST(Secret, IsTakenOutOfSomebodyElsesText) {
  EXPECT_EQ(without("hunter2, again hunter2!", Secret("hunter2"), 4), "***, again ***!");
  EXPECT_EQ(without("nothing of it", Secret("hunter2"), 4), "nothing of it");
  EXPECT_EQ(without("***", Secret("*"), 1), "*********");
}

TEST(Secret, ThatIsTooShortIsLeftInSomebodyElsesText) {
  EXPECT_EQ(without("a test", Secret("test"), 5), "a test");
  EXPECT_EQ(without("a test", Secret(), 0), "a test");
}

}  // namespace
}  // namespace v2only
