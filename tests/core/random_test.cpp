#include "core/random.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace v2only {
namespace {

// SplitMix64's published numbers for seed 1234567 (Vigna's reference code).
TEST(Random, GivesTheReferenceNumbersOnEveryMachine) {
  Random random(1234567);
  for (const auto wanted : {6457827717110365317ULL, 3203168211198807973ULL, 9817491932198370423ULL,
                            4593380528125082431ULL, 16408922859458223821ULL}) {
    EXPECT_EQ(random.next(), wanted);
  }
}

RC_GTEST_PROP(Random, StaysWithinItsBounds, (std::uint64_t seed)) {
  Random random(seed);
  const auto bound = *rc::gen::inRange<std::uint64_t>(1, 1000);
  RC_ASSERT(random.below(bound) < bound);
  const auto unit = random.unit();
  RC_ASSERT(unit >= 0.0);
  RC_ASSERT(unit < 1.0);
  RC_ASSERT(!random.chance(0.0));
  RC_ASSERT(random.chance(1.0));
}

TEST(Random, ForkIsAStreamOfItsOwn) {
  Random a(7);
  Random b(7);
  Random fork = a.fork();
  static_cast<void>(b.fork());
  static_cast<void>(fork.next());
  EXPECT_EQ(a.next(), b.next());  // drawing from a fork shifts nobody else
  EXPECT_NE(fork.next(), a.next());
}

}  // namespace
}  // namespace v2only
