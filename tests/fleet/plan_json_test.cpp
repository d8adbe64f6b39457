#include "fleet/plan_json.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/json.hpp>

#include "core/digest.h"
#include "plan_gen.h"

namespace v2only::fleet {
namespace {

Plan small_plan() {
  Plan plan;
  plan.created = *parse_utc("2026-11-24T07:00:00Z");
  plan.expires = *parse_utc("2026-12-01T07:00:00Z");
  plan.account = AccountId("111122223333");
  plan.endpoint = "aws";
  plan.regions = {RegionName("eu-west-1")};
  Step step;
  step.account = plan.account;
  step.region = plan.regions.front();
  step.instance = InstanceId("i-00000000000000001");
  step.name = "web-1";
  step.observed.set(OptionField::kHttpTokens, "optional")
      .set(OptionField::kHttpPutResponseHopLimit, "1");
  step.expect = step.observed;
  step.set.set(OptionField::kHttpTokens, "required");
  PlannedUnit unit;
  unit.id = UnitId("i-00000000000000001");
  unit.workload = "generic";
  unit.steps = {step};
  plan.waves = {Wave{{unit}}};
  return plan;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

TEST(PlanText, UnitOrInstanceThatStandsTwiceIsRefused) {
  auto plan = small_plan();
  plan.waves.push_back(plan.waves.front());
  const auto twice = read_plan_text(plan_text(plan), "plan.json");
  ASSERT_FALSE(twice);
  EXPECT_NE(to_string(twice.error()).find("stands in it twice"), std::string::npos);
  plan.waves.back().units.front().id = UnitId("i-00000000000000002");
  const auto shared = read_plan_text(plan_text(plan), "plan.json");
  ASSERT_FALSE(shared);
  EXPECT_NE(to_string(shared.error()).find("i-00000000000000001 stands in two of its units"),
            std::string::npos);
}

TEST(PlanText, MarkOfAGateMustBeOneOfFour) {
  auto plan = small_plan();
  plan.waves.front().units.front().evidence = {
      {"nodes-up: every node is up", "ontap", plan.created, Mark::kWarn}};
  auto json = to_json(plan);
  auto& unit = json.at("Waves").at(0).at("Units").at(0);
  EXPECT_EQ(unit.at("Evidence").at(0).at("Mark"), json::value("warn"));
  unit.at("Evidence").at(0).at("Mark") = "fine";
  const auto read = plan_from_json(json);
  ASSERT_FALSE(read);
  EXPECT_NE(to_string(read.error()).find("must be good, bad, unknown or warn"), std::string::npos);
}

TEST(PlanText, UnitWithoutAStepIsRefused) {
  auto plan = small_plan();
  plan.waves.back().units.front().steps.clear();
  const auto read = read_plan_text(plan_text(plan), "plan.json");
  ASSERT_FALSE(read);
  EXPECT_NE(to_string(read.error()).find("has no step"), std::string::npos);
}

TEST(PlanText, TwoStepsOfOneInstanceInOneUnitAreReadBack) {
  auto plan = small_plan();
  auto& steps = plan.waves.front().units.front().steps;
  auto off = steps.front();
  off.observed = off.observed.with(off.set).set(OptionField::kHttpEndpoint, "enabled");
  off.expect = OptionSet().set(OptionField::kHttpEndpoint, "enabled");
  off.set = OptionSet().set(OptionField::kHttpEndpoint, "disabled");
  steps.push_back(off);
  const auto read = read_plan_text(plan_text(plan), "plan.json");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(*read, plan);
}

RC_GTEST_PROP(PlanText, IsReadBackAsItWasWritten, ()) {
  const auto plan = *test::gen_plan();
  const auto back = read_plan_text(plan_text(plan), "plan.json");
  if (!back) RC_FAIL(to_string(back.error()));
  RC_ASSERT(*back == plan);
}

RC_GTEST_PROP(PlanText, IsTheJsonOfThePlanWithItsDigest, ()) {
  const auto plan = *test::gen_plan();
  auto parsed = json::parse(plan_text(plan)).as_object();
  RC_ASSERT(parsed["Digest"] == json::value(digest_of(plan)));
  parsed.erase("Digest");
  RC_ASSERT(json::value(parsed) == to_json(plan));
  RC_ASSERT(digest_of(plan) == sha256_hex(canonical(to_json(plan))));
}

RC_GTEST_PROP(PlanText, AnyByteChangedIsRefusedOrChangesNothing, ()) {
  const auto plan = *test::gen_plan();
  auto text = plan_text(plan);
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  text[at] = *rc::gen::arbitrary<char>();
  const auto back = read_plan_text(text, "plan.json");
  if (back) RC_ASSERT(*back == plan);
}

RC_GTEST_PROP(PlanText, RandomBytesAreRefused, (const std::string& bytes)) {
  RC_ASSERT(!read_plan_text(bytes, "plan.json"));
}

TEST(PlanText, BeginsWithItsVersionAndDigest) {
  const auto plan = small_plan();
  EXPECT_TRUE(plan_text(plan).starts_with("{\n  \"FormatVersion\": \"1.0\",\n  \"Digest\": \"" +
                                          digest_of(plan) + "\""));
  EXPECT_TRUE(plan_text(plan).ends_with("\n}\n"));
}

TEST(PlanText, HopLimitIsANumberAsAwsHasIt) {
  EXPECT_NE(plan_text(small_plan()).find("\"HttpPutResponseHopLimit\": 1"), std::string::npos);
}

TEST(PlanText, StepShowsItsInverse) {
  EXPECT_NE(canonical(to_json(small_plan())).find("\"Inverse\":{\"HttpTokens\":\"optional\"}"),
            std::string::npos);
}

TEST(PlanText, ChangedByHandIsRefusedByName) {
  const auto text = replaced(plan_text(small_plan()), "web-1", "web-2");
  const auto plan = read_plan_text(text, "plan.json");
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kConflict);
  EXPECT_EQ(plan.error().on, "plan.json");
  EXPECT_NE(plan.error().what.find("was changed by hand"), std::string::npos);
}

TEST(PlanText, FieldAddedByHandIsRefused) {
  const auto text = replaced(plan_text(small_plan()), "\"Kind\"", "\"Extra\": 1, \"Kind\"");
  EXPECT_FALSE(read_plan_text(text, "plan.json"));
}

TEST(PlanText, WithoutDigestIsRefused) {
  const auto text = canonical(to_json(small_plan()));
  const auto plan = read_plan_text(text, "plan.json");
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().code, ErrorCode::kConflict);
}

TEST(PlanText, OtherFormatVersionIsRefusedBeforeTheDigest) {
  const auto text = replaced(plan_text(small_plan()), "\"1.0\"", "\"2.0\"");
  const auto plan = read_plan_text(text, "plan.json");
  ASSERT_FALSE(plan);
  EXPECT_EQ(
      to_string(plan.error()),
      "plan.json: the plan's FormatVersion is \"2.0\", this program reads 1.0. Make a new one "
      "with: v2only plan");
}

TEST(PlanText, WithoutFormatVersionIsRefused) {
  EXPECT_FALSE(read_plan_text("{}", "plan.json"));
  EXPECT_FALSE(plan_from_json(json::object{}));
}

TEST(PlanText, MalformedJsonIsRefusedWithItsLine) {
  const auto plan = read_plan_text("{\n\"FormatVersion\": \"1.0\",\n}", "plan.json");
  ASSERT_FALSE(plan);
  EXPECT_TRUE(plan.error().on.starts_with("plan.json:3")) << plan.error().on;
}

TEST(PlanText, OtherJsonThanAnObjectIsRefused) {
  EXPECT_FALSE(read_plan_text("[]", "plan.json"));
  EXPECT_FALSE(plan_from_json(json::value(7)));
}

// Each member in turn, missing or of another type, with a digest that fits: one clear error.
TEST(PlanJson, EveryMemberMissingOrOfAnotherTypeIsRefused) {
  const auto whole = to_json(small_plan()).as_object();
  for (const auto& member : whole) {
    auto without = whole;
    without.erase(member.key());
    EXPECT_FALSE(plan_from_json(without)) << member.key();
    auto other = whole;
    other[member.key()] = 1.5;
    EXPECT_FALSE(plan_from_json(other)) << member.key();
  }
}

TEST(PlanJson, EveryMemberOfAUnitMissingIsRefused) {
  const auto whole = to_json(small_plan());
  const auto& unit = whole.at("Waves").at(0).at("Units").at(0).as_object();
  for (const auto& member : unit) {
    auto plan = whole;
    auto& units = plan.as_object()["Waves"].as_array()[0].as_object()["Units"].as_array();
    units[0].as_object()[member.key()] = 1.5;
    EXPECT_FALSE(plan_from_json(plan)) << member.key();
    units[0].as_object().erase(member.key());
    EXPECT_FALSE(plan_from_json(plan)) << member.key();
  }
  const auto& step = unit.at("Steps").at(0).as_object();
  for (const auto& member : step) {
    auto plan = whole;
    auto& units = plan.as_object()["Waves"].as_array()[0].as_object()["Units"].as_array();
    units[0].as_object()["Steps"].as_array()[0].as_object().erase(member.key());
    EXPECT_FALSE(plan_from_json(plan)) << member.key();
  }
}

TEST(PlanJson, UnknownOptionIsRefused) {
  auto plan = to_json(small_plan());
  auto& units = plan.as_object()["Waves"].as_array()[0].as_object()["Units"].as_array();
  units[0].as_object()["Steps"].as_array()[0].as_object()["Set"].as_object()["HttpTurbo"] = "on";
  const auto read = plan_from_json(plan);
  ASSERT_FALSE(read);
  EXPECT_NE(to_string(read.error()).find("HttpTurbo"), std::string::npos);
}

TEST(PlanJson, AnInverseThatIsNoneIsRefused) {
  auto plan = to_json(small_plan());
  auto& units = plan.as_object()["Waves"].as_array()[0].as_object()["Units"].as_array();
  units[0].as_object()["Steps"].as_array()[0].as_object()["Inverse"].as_object()["HttpTokens"] =
      "required";
  EXPECT_FALSE(plan_from_json(plan));
}

}  // namespace
}  // namespace v2only::fleet
