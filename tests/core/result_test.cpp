#include "core/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace v2only {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorCode::kUsage, "odd", "number", "use an even one");
  return number / 2;
}

Result<int> quarter(int number) {
  V2_TRY(const auto once, half(number));
  V2_TRY(const auto twice, half(once));
  return twice;
}

TEST(Result, HoldsAValueOrAnError) {
  EXPECT_EQ(half(4).value(), 2);
  EXPECT_FALSE(half(3));
  EXPECT_EQ(half(3).error().code, ErrorCode::kUsage);
  EXPECT_EQ(half(3).value_or(9), 9);
  EXPECT_EQ(half(4).value_or(9), 2);
}

TEST(Result, TryReturnsTheFirstErrorToTheCaller) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error(), half(3).error());
}

TEST(Result, CarriesWhatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  const auto moved = std::move(result).value();
  EXPECT_EQ(*moved, 7);
}

TEST(Result, OfVoidIsFineOrAnError) {
  EXPECT_TRUE(Result<void>{});
  const Result<void> failed = fail(ErrorCode::kStorage, "disk full");
  EXPECT_FALSE(failed);
  EXPECT_EQ(failed.error().what, "disk full");
}

TEST(ErrorText, IsOneLineWithTheEmptyPartsLeftOut) {
  EXPECT_EQ(to_string(Error{ErrorCode::kUsage, "what", "on", "Hint"}), "on: what. Hint");
  EXPECT_EQ(to_string(Error{ErrorCode::kUsage, "what", "", ""}), "what");
  EXPECT_EQ(to_string(Error{ErrorCode::kUsage, "what", "", "Hint"}), "what. Hint");
  EXPECT_EQ(to_string(Error{ErrorCode::kUsage, "Not so.", "", "mend it"}), "Not so. Mend it");
}

// A broken invariant ends the process, in release too.
TEST(ResultDeathTest, AskingForWhatIsNotThereAborts) {
  EXPECT_DEATH(static_cast<void>(half(3).value()), "");
  EXPECT_DEATH(static_cast<void>(half(4).error()), "");
  EXPECT_DEATH(static_cast<void>(Result<void>{}.error()), "");
}

}  // namespace
}  // namespace v2only
