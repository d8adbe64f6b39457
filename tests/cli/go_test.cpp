// go: the operator's word to a run that waits at a pause.
#include <gmock/gmock.h>

#include "app_in_memory.h"
#include "engine/entry.h"
#include "engine/toy_drive.h"
#include "fleet/plan_json.h"
#include "journal/state_dir.h"
#include "journal/temp_dir.h"

namespace v2only::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Go : public ::testing::Test {
 protected:
  // A run of one system, which waits at the pause before its mediator; no process carries it on.
  void SetUp() override {
    const auto plan = engine::test::toy_plan();
    ASSERT_TRUE(journal_->create_run(
        {run_, "apply", {}, plan.created, fleet::digest_of(plan), "111122223333", "aws", false},
        fleet::plan_text(plan)));
    add(engine::RunBegan{fleet::digest_of(plan), 1});
    add(engine::WaveBegan{0});
    add(engine::Paused{engine::test::kSystem, fleet::Pause::kMediator});
  }

  void add(const engine::Entry& entry) {
    const auto row = engine::to_row(entry);
    ASSERT_TRUE(journal_->append(run_, engine::test::kStart, {{row.kind, row.version, row.body}}));
  }

  std::string go() {
    test::AppInMemory memory;
    EXPECT_EQ(memory.run({"go", run_.str(), "--state-dir", dir_.path()}), kExitDone)
        << memory.err.str();
    return memory.out.str();
  }

  v2only::test::TempDir dir_;
  RunId run_{"r-1"};
  std::unique_ptr<journal::Journal> journal_ = *journal::open_journal(dir_.path());
};

TEST_F(Go, GivenTwiceItSaysThatTheWordWasGivenAlready) {
  EXPECT_THAT(go(), HasSubstr(engine::test::kSystem.str() + " may go on"));
  const auto again = go();
  EXPECT_THAT(again, HasSubstr("The word was given already"));
  EXPECT_THAT(again, Not(HasSubstr("may go on")));
}

TEST_F(Go, WordForAnEarlierPauseIsNoneForTheNext) {
  go();
  add(engine::WentOn{engine::test::kSystem, engine::test::kStart});
  add(engine::Paused{engine::test::kSystem, fleet::Pause::kTakeover});
  EXPECT_THAT(go(), HasSubstr("may go on"));
}

}  // namespace
}  // namespace v2only::cli
