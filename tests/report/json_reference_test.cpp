// docs/reference/json.md names every field that any command writes.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "fleet/plan_json.h"
#include "report/explain.h"
#include "report/run_rows.h"
#include "report/sample.h"
#include "report/verify.h"

namespace v2only::report::test {
namespace {

// Maps whose keys are data: instances and systems of the facts, profiles of the policy.
bool is_map(std::string_view key, const json::value& value) {
  return value.is_object() && (key == "Instances" || key == "Systems" || key == "Profiles");
}

void collect(const json::value& value, std::set<std::string>& keys) {
  if (const auto* object = value.if_object()) {
    for (const auto& [key, member] : *object) {
      keys.emplace(key);
      if (!is_map(key, member)) {
        collect(member, keys);
        continue;
      }
      for (const auto& entry : member.get_object()) collect(entry.value(), keys);
    }
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) collect(element, keys);
  }
}

void collect_text(const std::string& text, std::set<std::string>& keys) {
  const auto value = parse_json(text, "output");
  ASSERT_TRUE(value) << to_string(value.error());
  collect(*value, keys);
}

// A plan in which everything that may be left out is there.
fleet::Plan full_plan(const Fleet& fleet) {
  auto plan = fleet.plan();
  plan.policy.accept.push_back({{}, "team", "x", "legacy", "ada", plan.expires, "policy.yaml:1"});
  fleet::ProfileSpec profile;
  profile.match_tag_name = "app";
  profile.hop_limit = 2;
  profile.needs_imds = true;
  plan.policy.profiles["own"] = profile;
  return plan;
}

std::set<std::string> all_keys() {
  std::set<std::string> keys;
  auto fleet = Fleet::mixed();
  fleet.simulated = true;
  const auto view = fleet.view();
  collect_text(audit_json(view), keys);
  collect_text(verify_json(view), keys);
  collect_text(explain_json(view, fleet::test::id('a'), {}), keys);
  const auto plan = full_plan(fleet);
  collect_text(fleet::plan_text(plan), keys);

  auto rollback = plan;
  rollback.kind = fleet::PlanKind::kRollback;
  rollback.of_run = RunId("r-20261124-073312-4f2a");
  SampleRun undone(plan);
  collect_text(run_json(undone.view(RunStanding::kStopped)), keys);
  SampleRun run(rollback);
  auto run_view = run.view(RunStanding::kRunning);
  run_view.rolled_back[rows_of(run_view).front().step->instance] = RunId("r-1");
  collect_text(run_json(run_view), keys);
  collect_text(runs_json({summary_of(run_view)}), keys);

  const auto systems = Fleet::with_pair().plan();
  collect_text(fleet::plan_text(systems), keys);
  SampleRun away(systems);
  away.begin().turn(0, 1).enter(0, engine::Phase::kOptions, fleet::test::kNow);
  away.apply(engine::Abandoned{away.id_of(0), 1, "refused", "no"});
  away.enter(0, engine::Phase::kBooted, fleet::test::kNow);
  collect_text(run_json(away.view(RunStanding::kRunning)), keys);
  away.end(0, engine::UnitState::kNeedsOperator, "no-boot", "no");
  collect_text(run_json(away.view(RunStanding::kNeedsOperator)), keys);
  return keys;
}

TEST(JsonReference, NamesEveryFieldThatIsWritten) {
  std::ifstream in(V2ONLY_JSON_REFERENCE);
  ASSERT_TRUE(in.good());
  std::stringstream text;
  text << in.rdbuf();
  const auto keys = all_keys();
  EXPECT_GT(keys.size(), 60U);
  for (const auto& key : keys) {
    EXPECT_NE(text.str().find("`" + key + "`"), std::string::npos) << key << " is not documented";
  }
}

}  // namespace
}  // namespace v2only::report::test
