#include "engine/entry.h"

#include <gtest/gtest.h>

#include <set>

#include "plans.h"

namespace v2only::engine {
namespace {

const WriteRef kWrite{UnitId("i-1"), 2, 3};
const ActRef kAct{UnitId("VsaWorkingEnvironment-a1b2c3d4"), 1, ActKind::kConsoleStart, 2};
const WallTime kAt{std::chrono::hours(500000)};

fleet::Facts some_facts() {
  fleet::Facts out;
  auto& fact = out.systems[kAct.unit];
  fact.ha = true;
  fact.ontap = fleet::OntapAccess{
      {"https://10.0.0.1"}, "v2only", {fleet::SecretName::Kind::kEnv, "CVO1"}, "sha256:1", {}};
  fact.failover = fleet::Consent{kAt, kAt + std::chrono::hours(6), "ada", "text"};
  fact.where = "facts.yaml:3";
  return out;
}

TEST(Entry, EachKindIsReadBackAsWritten) {
  const std::vector<Entry> all = {
      RunBegan{"abc", 7},
      WaveBegan{2},
      Intent{kWrite, InstanceId("i-1"), test::options("optional"), test::options("required")},
      Outcome{kWrite, WriteFate::kRefused, "UnauthorizedOperation", "no", "req"},
      Settled{kWrite, Found::kBefore, test::options("optional")},
      StepEnded{kWrite},
      UnitEnded{UnitId("i-1"), UnitState::kSkipped, "gone", "is gone"},
      RunStopped{"Ctrl-C"},
      RunResumed{"0.1.0"},
      RunEnded{RunOutcome::kPartlyDone, "1 failed"},
      CycleBegan{kAct.unit, 1, {kAt, kAt + std::chrono::minutes(4), "a boot"}},
      CycleBegan{kAct.unit, 0, {}},
      PhaseBegan{kAct.unit, 1, Phase::kRestore, kAt},
      ActIntent{kAct, InstanceId("i-1"), kAt},
      ActOutcome{kAct, WriteFate::kRefused, true, "852115", "LIFs cannot be moved away", "job"},
      Abandoned{kAct.unit, 1, "not-served", "the partner does not serve"},
      MemberEnded{kAct.unit, 1},
      Paused{kAct.unit, fleet::Pause::kSecondNode},
      WentOn{kAct.unit, kAt},
      FactsRenewed{some_facts(), {"one", "two"}},
      SoakBegan{UnitId("i-1"), kAt},
      SoakFailed{UnitId("i-1"), "agent-not-well", "it is inactive"},
  };
  std::set<std::size_t> kinds;
  for (const auto& entry : all) kinds.insert(entry.index());
  ASSERT_EQ(kinds.size(), std::variant_size_v<Entry>);
  for (const auto& entry : all) {
    const auto row = to_row(entry);
    const auto back = entry_from_row(row);
    ASSERT_TRUE(back) << to_string(back.error());
    EXPECT_EQ(*back, entry) << row.kind;
  }
}

TEST(Entry, UnknownKindIsRefusedByName) {
  const auto entry = entry_from_row({"teleported", 1, "{}"});
  ASSERT_FALSE(entry);
  EXPECT_NE(to_string(entry.error()).find("'teleported'"), std::string::npos);
}

TEST(Entry, LaterFormIsRefused) {
  auto row = to_row(WaveBegan{1});
  row.version = 2;
  EXPECT_FALSE(entry_from_row(row));
}

TEST(Entry, BodyThatLacksAFieldIsRefusedWithTheFieldNamed) {
  const auto entry = entry_from_row({"wave-began", 1, "{}"});
  ASSERT_FALSE(entry);
  EXPECT_NE(to_string(entry.error()).find("Wave"), std::string::npos);
}

TEST(Entry, TornBodyIsRefused) {
  const auto row = to_row(RunBegan{"abc", 7});
  EXPECT_FALSE(entry_from_row({row.kind, 1, row.body.substr(0, row.body.size() / 2)}));
}

}  // namespace
}  // namespace v2only::engine
