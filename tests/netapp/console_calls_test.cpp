#include "netapp/console_calls.h"

#include <gtest/gtest.h>

#include "netapp/replies.h"

namespace v2only::netapp {
namespace {

using testing::data;

const SystemRef kPair{UnitId("VsaWorkingEnvironment-a1b2c3d4"), true, "AbC123"};
const SystemRef kSolo{UnitId("VsaWorkingEnvironment-e5f6a7b8"), false, "AbC123"};

std::string line(const ConsoleCall& call) {
  return call.method + " " + target_of(call.path, call.query) + " " + call.agent;
}

TEST(ConsoleCalls, AreThoseOfTheFacts) {
  EXPECT_EQ(line(get_agent("AbC123")), "GET /agents-mgmt/agent/AbC123clients ");
  EXPECT_EQ(line(get_about("AbC123")), "GET /occm/api/occm/system/about AbC123");
  EXPECT_EQ(line(get_system(kPair)),
            "GET /occm/api/aws/ha/working-environments/VsaWorkingEnvironment-a1b2c3d4?fields="
            "awsProperties,ontapClusterProperties,status,activeActions,haProperties AbC123");
  EXPECT_EQ(line(get_system(kSolo)),
            "GET /occm/api/vsa/working-environments/VsaWorkingEnvironment-e5f6a7b8?fields="
            "awsProperties,ontapClusterProperties,status,activeActions AbC123");
  EXPECT_EQ(line(stop_single_node(kSolo.id, "AbC123")),
            "POST /occm/api/vsa/working-environments/VsaWorkingEnvironment-e5f6a7b8/stop?"
            "takeSnapshots=true AbC123");
  EXPECT_EQ(line(start_single_node(kSolo.id, "AbC123")),
            "POST /occm/api/vsa/working-environments/VsaWorkingEnvironment-e5f6a7b8/start AbC123");
  EXPECT_EQ(line(get_task("r/1", "AbC123")), "GET /occm/api/audit/activeTask/r%2F1 AbC123");
}

TEST(ConsoleParse, AgentsComeWithoutTheSuffix) {
  const auto agents = parse_agents(data("console_agents.json"));
  ASSERT_EQ(agents->size(), 2U);
  EXPECT_EQ(agents->at(0), (fleet::ConsoleAgent{"AbC123", "agent-tokyo", "active", "", ""}));
  EXPECT_EQ(agents->at(1).id, "OldOne");
  EXPECT_FALSE(agents->at(1).active());
  EXPECT_EQ(parse_agent(R"({"agent":{"agentId":"Xclients","status":"active"}})")->id, "X");
  EXPECT_EQ(parse_agents("{}").error().code, ErrorCode::kGarbage);
  EXPECT_EQ(parse_agent("{}").error().code, ErrorCode::kGarbage);
}

TEST(ConsoleParse, AboutBringsVersionAndAddress) {
  const auto about = parse_about(data("console_about.json"));
  EXPECT_EQ(about->version, "3.9.40");
  EXPECT_EQ(about->private_ip, "10.0.0.5");
  EXPECT_EQ(parse_about(R"({"build":"1"})").error().code, ErrorCode::kGarbage);
}

TEST(ConsoleParse, SystemsOfOtherCloudsAreLeftOut) {
  EXPECT_EQ(*parse_systems(data("console_systems.json"), "AbC123"),
            (std::vector<SystemRef>{kPair, kSolo}));
  EXPECT_EQ(parse_systems("{}", "a").error().code, ErrorCode::kGarbage);
  EXPECT_TRUE(parse_systems(R"({"vsaWorkingEnvironments":null})", "a")->empty());
}

TEST(ConsoleParse, PairIsReadInFull) {
  const auto answer = parse_system(data("console_ha.json"), kPair);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->actions_told);
  fleet::ConsoleSystem wanted;
  wanted.id = kPair.id;
  wanted.name = "cvoprod";
  wanted.ha = true;
  wanted.agent = "AbC123";
  wanted.status = "ON";
  wanted.ontap_version = "9.13.1P6";
  wanted.failover_mode = "PrivateIP";
  wanted.instances = {
      {InstanceId("i-0aaaaaaaaaaaaaaa1"), "cvoprod-vm1", "10.0.0.21", true, false},
      {InstanceId("i-0aaaaaaaaaaaaaaa2"), "cvoprod-vm2", "10.0.0.22", true, false},
      {InstanceId("i-0aaaaaaaaaaaaaaa3"), "cvoprod-mediator", "10.0.0.30", false, false}};
  wanted.nodes = {{"cvoprod-01", "i-0aaaaaaaaaaaaaaa1", true, false},
                  {"cvoprod-02", "i-0aaaaaaaaaaaaaaa2", false, true}};  // by `health`
  wanted.mediator = fleet::MediatorStatus{0, "OK", false};
  EXPECT_EQ(answer->system, wanted);
}

TEST(ConsoleParse, SingleNodeBringsItsTroublesAndActions) {
  const auto answer = parse_system(data("console_single.json"), kSolo);
  const auto& system = answer->system;
  EXPECT_FALSE(system.ha);
  EXPECT_EQ(system.status, "DEGRADED");
  EXPECT_TRUE(system.no_cloud_connection);
  EXPECT_TRUE(system.invalid_cloud_credentials);
  EXPECT_TRUE(system.invalid_ontap_credentials);
  EXPECT_EQ(system.active_actions,
            (std::vector<std::string>{"UpdateLicense", "Stop", "an action without a name"}));
  EXPECT_EQ(system.mediator, std::nullopt);
  EXPECT_EQ(system.nodes.at(0).healthy, std::nullopt);
  EXPECT_EQ(system.nodes.at(0).in_takeover, std::nullopt);
}

TEST(ConsoleParse, PendingUpdateOfTheMediatorIsSeen) {
  const auto answer = parse_system(
      R"({"publicId":"VsaWorkingEnvironment-a1b2c3d4","haProperties":{"mediatorVersionsToUpdate":["2"]}})",
      kPair);
  EXPECT_TRUE(answer->system.mediator->update_pending);
  EXPECT_EQ(answer->system.mediator->code, std::nullopt);
  EXPECT_FALSE(answer->actions_told);
}

TEST(ConsoleParse, AnswerAboutAnotherSystemIsGarbage) {
  const auto answer = parse_system(data("console_ha.json"), kSolo);
  ASSERT_FALSE(answer);
  EXPECT_EQ(to_string(answer.error()),
            "VsaWorkingEnvironment-e5f6a7b8: the answer is about VsaWorkingEnvironment-a1b2c3d4");
  EXPECT_EQ(parse_system("{}", kSolo).error().what, "the answer names no system");
}

}  // namespace
}  // namespace v2only::netapp
