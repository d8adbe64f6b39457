#include "report/verify.h"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "report/golden.h"
#include "report/sample.h"

namespace v2only::report::test {
namespace {

using fleet::test::options;
using ::testing::HasSubstr;
using ::testing::Not;

// One instance on IMDSv2 only, its options in this state.
Fleet one(fleet::OptionState option_state, fleet::InstanceState state) {
  auto fleet = Fleet::empty();
  auto it = instance('3', "web-1", options("required"));
  it.options_state = option_state;
  it.state = state;
  fleet.add(std::move(it));
  fleet.assess();
  return fleet;
}

TEST(VerifyTable, OfAMixedFleetReadsWellAt80Columns) {
  const auto fleet = Fleet::mixed();
  const auto text = verify_table(fleet.view(), k80);
  expect_golden("verify-80", text);
  expect_fits(text, k80);
  expect_clean(text);
}

TEST(VerifyTable, BeginsWithSimulatedAgainstAnotherEndpoint) {
  auto fleet = Fleet::mixed();
  fleet.simulated = true;
  EXPECT_THAT(verify_table(fleet.view(), k80), testing::StartsWith("SIMULATED  endpoint http://"));
}

TEST(VerifyTable, OfAnEmptyFleetSaysSo) {
  EXPECT_THAT(verify_table(Fleet::empty().view(), k80), HasSubstr("No instances\n"));
}

TEST(VerifyTable, AHostileNameNeitherEscapesNorBendsTheTable) {
  auto fleet = Fleet::mixed();
  for (auto& instance : fleet.world.inventory.instances) instance.name = hostile_name();
  fleet.assess();
  const auto text = verify_table(fleet.view(), k80);
  expect_clean(text);
  expect_fits(text, k80);
}

TEST(VerifyProof, NeedsTheStateAppliedWhileTheInstanceRuns) {
  using fleet::InstanceState;
  using fleet::OptionState;
  EXPECT_TRUE(all_proven(one(OptionState::kApplied, InstanceState::kRunning).view()));
  EXPECT_FALSE(all_proven(one(OptionState::kPending, InstanceState::kRunning).view()));
  EXPECT_TRUE(all_proven(one(OptionState::kPending, InstanceState::kStopped).view()));
}

TEST(VerifyProof, OfAFleetThatIsNotCompliantIsNone) {
  EXPECT_FALSE(all_proven(Fleet::mixed().view()));
  EXPECT_TRUE(all_proven(Fleet::empty().view()));
}

TEST(VerifyJson, SaysOfEachInstanceWhatIsProven) {
  const auto fleet = Fleet::mixed();
  const auto text = verify_json(fleet.view());
  expect_golden("verify-json", text);
  const auto value = parse_json(text, "output");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->at("Proven"), json::value(false));
  int proven = 0;
  for (const auto& one : value->at("Instances").as_array()) {
    EXPECT_EQ(one.at("Proofs").at("FromInside"), json::value("not-yet"));
    if (one.at("Proofs").at("ControlPlane") == json::value("proven")) ++proven;
  }
  EXPECT_EQ(proven, 3);
}

TEST(VerifyJson, IsNotProvenWhereNotAllCouldBeRead) {
  auto fleet = one(fleet::OptionState::kApplied, fleet::InstanceState::kRunning);
  EXPECT_THAT(verify_json(fleet.view()), HasSubstr("\"Proven\": true"));
  fleet.world.inventory.scopes.push_back({kAccount, RegionName("ap-south-1"), "denied"});
  EXPECT_THAT(verify_json(fleet.view()), Not(HasSubstr("\"Proven\": true")));
}

}  // namespace
}  // namespace v2only::report::test
