#include "netapp/console_look.h"

#include <gtest/gtest.h>

#include "netapp/replies.h"

namespace v2only::netapp {
namespace {

using testing::data;
using testing::done;
using testing::failed;
using testing::ManualClock;

const std::string kAgents = "/agents-mgmt/agent";
const std::string kAbout = "/occm/api/occm/system/about";
const std::string kSystems = "/occm/api/working-environments";
const std::string kPairPath =
    "/occm/api/aws/ha/working-environments/VsaWorkingEnvironment-a1b2c3d4";
const std::string kSoloPath = "/occm/api/vsa/working-environments/VsaWorkingEnvironment-e5f6a7b8";

class ConsoleLookTest : public ::testing::Test {
 protected:
  fleet::ConsoleReading look(ConsoleScope scope) {
    scope.account = "account-abc";
    ConsoleLook one(std::move(scope), clock.now());
    auto asked = one.begin();
    while (!asked.empty()) {
      EXPECT_FALSE(one.finished());
      const auto next = asked.front();
      asked.erase(asked.begin());
      made.push_back(next.call);
      for (auto& more : one.take(next.number, answers.at(next.call.path))) asked.push_back(more);
    }
    EXPECT_TRUE(one.finished());
    login_refused = one.login_refused();
    return one.reading();
  }

  std::map<std::string, ConsoleReply> answers = {
      {kAgents, done<ConsoleReply>(data("console_agents.json"))},
      {kAgents + "/AbC123clients",
       done<ConsoleReply>(R"({"agent":{"agentId":"AbC123","status":"active"}})")},
      {kAbout, done<ConsoleReply>(data("console_about.json"))},
      {kSystems, done<ConsoleReply>(data("console_systems.json"))},
      {kPairPath, done<ConsoleReply>(data("console_ha.json"))},
      {kSoloPath, done<ConsoleReply>(data("console_single.json"))}};
  ManualClock clock;
  std::vector<ConsoleCall> made;
  bool login_refused = false;
};

TEST_F(ConsoleLookTest, EverythingIsAgentsWithVersionsAndTheSystemsOfThoseThatAreActive) {
  const auto reading = look({});
  EXPECT_EQ(reading.asked_at, clock.now());
  ASSERT_EQ(reading.agents->size(), 2U);
  EXPECT_EQ(reading.agents->at(0),
            (fleet::ConsoleAgent{"AbC123", "agent-tokyo", "active", "3.9.40", "10.0.0.5"}));
  EXPECT_EQ(reading.agents->at(1).version, "");
  ASSERT_EQ(reading.systems->size(), 2U);
  EXPECT_EQ(reading.systems->at(0).agent, "AbC123");
  EXPECT_TRUE(reading.errors.empty());
  for (const auto& call : made) EXPECT_NE(call.agent, "OldOne");
}

TEST_F(ConsoleLookTest, NamedAgentIsAskedAlone) {
  ConsoleScope scope;
  scope.agents = {"AbC123"};
  const auto reading = look(scope);
  EXPECT_EQ(made.size(), 2U);
  ASSERT_EQ(reading.agents->size(), 1U);
  EXPECT_TRUE(reading.agents->front().active());
  EXPECT_EQ(reading.agents->front().version, "3.9.40");
  EXPECT_FALSE(reading.systems);
}

TEST_F(ConsoleLookTest, NamedSystemIsAskedAlone) {
  ConsoleScope scope;
  scope.systems = {{UnitId("VsaWorkingEnvironment-a1b2c3d4"), true, "AbC123"}};
  const auto reading = look(scope);
  EXPECT_EQ(made.size(), 1U);
  EXPECT_FALSE(reading.agents);
  EXPECT_EQ(reading.systems->size(), 1U);
}

TEST_F(ConsoleLookTest, RestrictedModeHasOneAgentWhoseAnswerIsItsLife) {
  ConsoleScope scope;
  scope.restricted = true;
  const auto reading = look(scope);
  ASSERT_EQ(reading.agents->size(), 1U);
  EXPECT_TRUE(reading.agents->front().active());
  EXPECT_EQ(reading.systems->size(), 2U);
  for (const auto& call : made) EXPECT_EQ(call.agent, "");
}

TEST_F(ConsoleLookTest, SilentAgentInRestrictedModeIsAbsent) {
  answers[kAbout] = failed<ConsoleReply>(Fate::kUnknown, 0, "no answer");
  ConsoleScope scope;
  scope.restricted = true;
  EXPECT_FALSE(look(scope).agents);
}

TEST_F(ConsoleLookTest, ListThatCannotBeReadIsAbsent) {
  answers[kAgents] = failed<ConsoleReply>(Fate::kUnknown, 0, "no answer");
  auto reading = look({});
  EXPECT_FALSE(reading.agents);
  EXPECT_FALSE(reading.systems);
  EXPECT_EQ(reading.errors, std::vector<std::string>{"no answer"});
}

TEST_F(ConsoleLookTest, SystemsAreAbsentWhereNoListOfThemCouldBeRead) {
  answers[kSystems] = failed<ConsoleReply>(Fate::kUnknown, 0, "no answer");
  const auto reading = look({});
  EXPECT_TRUE(reading.agents);
  EXPECT_FALSE(reading.systems);
  EXPECT_EQ(reading.errors, std::vector<std::string>{"agent AbC123: no answer"});
}

TEST_F(ConsoleLookTest, SystemThatCannotBeReadIsLeftOutWithItsLine) {
  answers[kSoloPath] = failed<ConsoleReply>(Fate::kUnknown, 0, "no answer");
  const auto reading = look({});
  EXPECT_EQ(reading.systems->size(), 1U);
  EXPECT_EQ(reading.errors.size(), 1U);
}

TEST_F(ConsoleLookTest, AccountWhoseAgentsAreAllAwaySaysSo) {
  answers[kAgents] = done<ConsoleReply>(R"({"agents":[{"agentId":"OldOne","status":"inactive"}]})");
  const auto reading = look({});
  EXPECT_FALSE(reading.systems);
  EXPECT_EQ(reading.errors,
            std::vector<std::string>{
                "no agent of account account-abc is active: its systems cannot be read"});
}

TEST_F(ConsoleLookTest, AccountWithoutAgentsHasNoSystems) {
  answers[kAgents] = done<ConsoleReply>(R"({"agents":[]})");
  EXPECT_TRUE(look({}).systems->empty());
}

TEST_F(ConsoleLookTest, SystemThatTwoAgentsListIsReadOnce) {
  answers[kAgents] = done<ConsoleReply>(
      R"({"agents":[{"agentId":"a","status":"active"},{"agentId":"b","status":"active"}]})");
  const auto reading = look({});
  EXPECT_EQ(reading.systems->size(), 2U);
  EXPECT_EQ(reading.systems->at(0).agent, "a");
}

TEST_F(ConsoleLookTest, ActionsThatAreNotToldAreAnErrorLine) {
  answers[kPairPath] = done<ConsoleReply>(R"({"publicId":"VsaWorkingEnvironment-a1b2c3d4"})");
  const auto reading = look({});
  ASSERT_EQ(reading.errors.size(), 1U);
  EXPECT_NE(reading.errors[0].find("does not tell its active actions"), std::string::npos);
}

TEST_F(ConsoleLookTest, AnswerOfAnotherShapeIsAnErrorLine) {
  answers[kAbout] = done<ConsoleReply>("[]");
  const auto reading = look({});
  EXPECT_EQ(reading.agents->at(0).version, "");
  EXPECT_EQ(reading.errors,
            std::vector<std::string>{kAbout + ": about: the answer names no version"});
}

TEST_F(ConsoleLookTest, RefusedLoginIsToldOnce) {
  auto refused = failed<ConsoleReply>(Fate::kUnknown, 0, "refused");
  refused.login_refused = true;
  answers[kAbout] = answers[kSystems] = refused;
  EXPECT_EQ(look({}).errors, std::vector<std::string>{"refused"});
  EXPECT_TRUE(login_refused);
}

}  // namespace
}  // namespace v2only::netapp
