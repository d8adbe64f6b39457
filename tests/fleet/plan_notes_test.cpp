#include "fleet/plan_notes.h"

#include <gmock/gmock.h>

#include "fleet/profile.h"
#include "pair_world.h"

namespace v2only::fleet {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::kNow;
using test::kPair;
using test::PairWorld;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The pair of PairWorld, whose consent ends in five hours, and the Console agent that manages it.
Plan with_agent() {
  auto plan = PairWorld().plan();
  PlannedUnit agent;
  agent.id = UnitId("i-000000000000000ff");
  agent.workload = kConsoleAgent;
  agent.steps.push_back({});
  agent.steps.back().instance = InstanceId(agent.id.str());
  plan.waves.insert(plan.waves.begin(), Wave{{agent}});
  return plan;
}

Calendar calendar_of(Plan& plan, const std::vector<Interval>& windows) {
  plan.policy.windows = {{"0 7 * * *", "UTC", hours(1), "policy.yaml:3"}};
  return Calendar(windows, {});
}

TEST(PlanNotes, APlanThatFitsHasNone) {
  EXPECT_THAT(notes_on(PairWorld().plan(), {}, kNow), IsEmpty());
  auto plan = with_agent();
  plan.policy.agent_soak = hours(3);
  EXPECT_THAT(notes_on(plan, {}, kNow), IsEmpty());
}

TEST(PlanNotes, ASoakThatOutlastsTheConsentIsNamedWithBothTimesAndWhatToDo) {
  const auto notes = notes_on(with_agent(), {}, kNow);
  EXPECT_THAT(notes, ElementsAre(AllOf(
                         HasSubstr("Console agent i-000000000000000ff soaks for 7h, until " +
                                   format_utc(kNow + hours(7))),
                         HasSubstr(kPair.str()), HasSubstr("to " + format_utc(kNow + hours(5))),
                         HasSubstr("v2only plan --instance-ids i-000000000000000ff"),
                         HasSubstr("a longer consent"), HasSubstr("agents: {soak: …}"))));
}

TEST(PlanNotes, ASoakCountsOnlyForWhatTheAgentManages) {
  auto plan = with_agent();
  plan.waves.back().units[0].cvo->agents = {InstanceId("i-000000000000000ee")};
  EXPECT_THAT(notes_on(plan, {}, kNow), IsEmpty());
}

TEST(PlanNotes, ASoakThatOutlastsTheWindowOfTodayIsNamedWithTheNext) {
  auto plan = with_agent();
  plan.facts.systems.at(kPair).failover->until = kNow + hours(48);
  const auto calendar =
      calendar_of(plan, {{kNow, kNow + hours(4)}, {kNow + hours(24), kNow + hours(28)}});
  EXPECT_THAT(
      notes_on(plan, calendar, kNow),
      ElementsAre(HasSubstr("begins in a later window, at " + format_utc(kNow + hours(24)))));
}

TEST(PlanNotes, WindowsThatAreAllTooShortForACycleAreToldOnce) {
  auto plan = with_agent();
  const auto calendar = calendar_of(
      plan, {{kNow, kNow + minutes(30)}, {kNow + hours(24), kNow + hours(24) + minutes(60)}});
  EXPECT_THAT(notes_on(plan, calendar, kNow),
              ElementsAre(AllOf(HasSubstr("the longest window to come lasts 1h"),
                                HasSubstr("only with " + format_duration(minutes(45) * 3 / 2)),
                                HasSubstr("longer `for:`"))));
}

TEST(PlanNotes, NoWindowWithinTheConsentIsTold) {
  auto plan = PairWorld().plan();
  const auto calendar = calendar_of(plan, {{kNow + hours(24), kNow + hours(28)}});
  EXPECT_THAT(notes_on(plan, calendar, kNow),
              ElementsAre(AllOf(HasSubstr(kPair.str() + ": its consent"),
                                HasSubstr("and the policy's windows have no room"))));
}

TEST(PlanNotes, NamesInApartThatNothingHasAreToldOneByOne) {
  auto plan = PairWorld().plan();
  plan.policy.ontap.apart = {{kPair, UnitId("VsaWorkingEnvironment-tpyo")},
                             {UnitId("VsaWorkingEnvironment-tpyo"), kPair}};
  EXPECT_THAT(notes_on(plan, {}, kNow),
              ElementsAre(HasSubstr("apart names VsaWorkingEnvironment-tpyo, which is no system of "
                                    "these facts")));
  plan.waves.clear();
  EXPECT_THAT(notes_on(plan, {}, kNow), IsEmpty()) << "it restarts no system";
}

TEST(PlanNotes, ARollbackHasNone) {
  auto plan = with_agent();
  plan.kind = PlanKind::kRollback;
  EXPECT_THAT(notes_on(plan, {}, kNow), IsEmpty());
}

}  // namespace
}  // namespace v2only::fleet
