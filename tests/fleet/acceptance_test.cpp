#include "fleet/acceptance.h"

#include <gtest/gtest.h>

#include "world.h"

namespace v2only::fleet::test {
namespace {

using std::chrono::hours;

Acceptance by_id(char last, std::optional<WallTime> until = {}, std::string by = "ada") {
  return {{id(last)}, "", "", "why", std::move(by), until, "policy.yaml:7"};
}

TEST(Acceptance, CoversTheInstancesThatItNames) {
  EXPECT_TRUE(covers(by_id('1'), instance('1')));
  EXPECT_FALSE(covers(by_id('2'), instance('1')));
}

TEST(Acceptance, CoversByTagNameAndValue) {
  const Acceptance acceptance{{}, "team", "batch", "why", "ada", {}, ""};
  auto one = instance('1');
  EXPECT_FALSE(covers(acceptance, one));
  one.tags["team"] = "web";
  EXPECT_FALSE(covers(acceptance, one));
  one.tags["team"] = "batch";
  EXPECT_TRUE(covers(acceptance, one));
}

TEST(Acceptance, IsOverAtItsEndToTheMillisecond) {
  Policy policy;
  policy.accept = {by_id('1', kNow)};
  EXPECT_EQ(acceptance_for(policy, instance('1'), kNow), nullptr);
  EXPECT_NE(acceptance_for(policy, instance('1'), kNow - Duration(1)), nullptr);
  EXPECT_EQ(ended_acceptance_for(policy, instance('1'), kNow), &policy.accept[0]);
  EXPECT_EQ(ended_acceptance_for(policy, instance('1'), kNow - Duration(1)), nullptr);
}

TEST(Acceptance, EndedOnesAreSaidWithPlaceAndEndInTheOrderOfThePolicy) {
  const WallTime day = *parse_utc("2026-01-01");
  Policy policy;
  policy.accept = {
      by_id('1', day),
      by_id('2', day + Duration(1)),
      by_id('3'),
      {{}, "team", "batch", "why", "ada", day - hours(17), "policy.yaml:9"},
      {{id('4'), id('5'), id('6'), id('7'), id('8')}, "", "", "why", "ada", day, "policy.yaml:13"}};
  const std::vector<std::string> wanted = {
      "acceptance of " + id('1').str() + " (policy.yaml:7) ended on 2026-01-01: not used",
      "acceptance of tag team=batch (policy.yaml:9) ended at 2025-12-31T07:00:00Z: not used",
      "acceptance of " + id('4').str() + ", " + id('5').str() + ", " + id('6').str() +
          " and 2 more (policy.yaml:13) ended on 2026-01-01: not used"};
  EXPECT_EQ(ended_acceptances(policy, day), wanted);
}

TEST(Acceptance, OneWithoutAnEndDoesNotEnd) {
  Policy policy;
  policy.accept = {by_id('1')};
  EXPECT_NE(acceptance_for(policy, instance('1'), kNow + hours(99999)), nullptr);
  EXPECT_EQ(ended_acceptance_for(policy, instance('1'), kNow + hours(99999)), nullptr);
}

TEST(Acceptance, OfSeveralTheLongestCounts) {
  Policy policy;
  policy.accept = {by_id('1', kNow + hours(1)), by_id('1', kNow + hours(9), "bob")};
  EXPECT_EQ(acceptance_for(policy, instance('1'), kNow)->by, "bob");
}

TEST(Acceptance, TellsWhoWhyUntilWhenAndWhere) {
  EXPECT_EQ(to_text(by_id('1', kNow)),
            "accepted by ada until 2026-11-24T07:00:00Z: why (policy.yaml:7)");
  EXPECT_EQ(to_text(by_id('1')), "accepted by ada: why (policy.yaml:7)");
}

TEST(Acceptance, EndedOneIsToldWhereItNoLongerHelps) {
  World world;
  world.add(instance('1'));
  world.inventory.v1[id('1')] = reading(V1Use::kUsed, 1);
  world.policy.accept = {by_id('1', kNow - hours(1))};
  const auto unit = world.only();
  EXPECT_EQ(unit.codes, Codes{"v1-use"});
  EXPECT_NE(unit.reasons.at(0).find("the acceptance at policy.yaml:7 ended at 2026-11-24T06"),
            std::string::npos);
}

}  // namespace
}  // namespace v2only::fleet::test
