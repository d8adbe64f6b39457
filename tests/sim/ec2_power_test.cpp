// Stop, start and reboot in virtual time, and what EC2 tells of it.
#include <gtest/gtest.h>

#include <pugixml.hpp>

#include "asking.h"
#include "core/text.h"

namespace v2only::sim::testing {
namespace {

using std::chrono::seconds;

const std::string kKey = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d";

struct Powered {
  explicit Powered(WorldSpec spec = plain_spec(2)) : world(std::move(spec), 1, kStart) {
    world.keep_log(true);
  }
  Answer call(const std::string& action, Params params = {}) {
    if (params.empty()) params = {{"InstanceId.1", instance_id(0)}};
    return ask(world, now, action, params);
  }
  void pass(Duration by) { world.advance_to(now += by); }
  fleet::InstanceState state() const { return world.instances()[0].state; }
  std::string check() {
    const auto answer = call("DescribeInstanceStatus",
                             {{"InstanceId.1", instance_id(0)}, {"IncludeAllInstances", "true"}});
    pugi::xml_document xml;
    xml.load_string(answer.response.body.c_str());
    return xml.select_node("//instanceStatus/status").node().text().get();
  }
  std::string console() {
    const auto answer = call("GetConsoleOutput", {{"InstanceId", instance_id(0)}});
    return from_base64(text(answer, "output")).value_or("");
  }

  WallTime now = kStart;
  World world;
};

TEST(Power, AStopTakesItsTimeAndSoDoesAStart) {
  Powered p;
  const auto launched = p.world.instances()[0].launched;
  EXPECT_EQ(texts(p.call("StopInstances"), "name"),
            (std::vector<std::string>{"stopping", "running"}));
  p.pass(seconds(59));
  EXPECT_EQ(p.state(), fleet::InstanceState::kStopping);
  p.pass(seconds(1));
  EXPECT_EQ(p.state(), fleet::InstanceState::kStopped);
  EXPECT_EQ(p.world.instances()[0].launched, launched);
  EXPECT_EQ(texts(p.call("StartInstances"), "name"),
            (std::vector<std::string>{"pending", "stopped"}));
  EXPECT_EQ(p.world.instances()[0].launched, p.now);
  p.pass(seconds(30));
  EXPECT_EQ(p.state(), fleet::InstanceState::kRunning);
  EXPECT_EQ(text(p.call("DescribeInstances"), "launchTime"), format_utc(kStart + seconds(60)));
}

TEST(Power, RepeatedStopsAndStartsAreTakenAndChangeNothing) {
  Powered p;
  EXPECT_EQ(texts(p.call("StartInstances"), "name"),
            (std::vector<std::string>{"running", "running"}));
  p.call("StopInstances");
  p.pass(seconds(60));
  EXPECT_EQ(texts(p.call("StopInstances"), "name"),
            (std::vector<std::string>{"stopped", "stopped"}));
}

TEST(Power, WrongStatesAreRefused) {
  Powered p;
  p.call("StopInstances");
  EXPECT_EQ(code(p.call("StartInstances")), "IncorrectInstanceState");
  p.pass(seconds(60));
  EXPECT_EQ(code(p.call("RebootInstances")), "IncorrectInstanceState");
  p.call("StartInstances");
  EXPECT_EQ(code(p.call("StopInstances")), "IncorrectInstanceState");
}

TEST(Power, OneRefusedInstanceOfACallKeepsAllAsTheyAre) {
  Powered p;
  const auto answer = p.call(
      "StopInstances", {{"InstanceId.1", instance_id(0)}, {"InstanceId.2", "i-0ffffffffffffffff"}});
  EXPECT_EQ(code(answer), "InvalidInstanceID.NotFound");
  EXPECT_EQ(p.state(), fleet::InstanceState::kRunning);
  EXPECT_EQ(code(p.call("StopInstances", {{"DryRun", "false"}})), "MissingParameter");
  EXPECT_EQ(code(p.call("StopInstances", {{"InstanceId.1", "i-x"}})),
            "InvalidInstanceID.Malformed");
}

TEST(Power, DryRunDoesNothing) {
  Powered p;
  for (const auto* action : {"StopInstances", "StartInstances", "RebootInstances"}) {
    const auto answer = p.call(action, {{"InstanceId.1", instance_id(0)}, {"DryRun", "true"}});
    EXPECT_EQ(code(answer), "DryRunOperation") << action;
    EXPECT_EQ(answer.response.status, 412);
  }
  EXPECT_EQ(p.state(), fleet::InstanceState::kRunning);
  EXPECT_TRUE(p.world.log().empty());
}

TEST(Power, StopProtectionRefusesAStopAndShowsAsAnAttribute) {
  auto spec = plain_spec(1);
  spec.instances[0].stop_protection = true;
  spec.instances[0].terminates_on_shutdown = true;
  Powered p(spec);
  EXPECT_EQ(code(p.call("StopInstances")), "UnsupportedOperation");
  const auto attribute = [&](const std::string& name) {
    return p.call("DescribeInstanceAttribute",
                  {{"InstanceId", instance_id(0)}, {"Attribute", name}});
  };
  EXPECT_EQ(text(attribute("disableApiStop"), "value"), "true");
  EXPECT_EQ(text(attribute("instanceInitiatedShutdownBehavior"), "value"), "terminate");
  EXPECT_EQ(code(attribute("colour")), "InvalidParameterValue");
}

TEST(Power, ARebootShowsInTheChecksAndTheConsoleOnly) {
  Powered p;
  const auto before = p.world.instances()[0].launched;
  EXPECT_EQ(p.check(), "ok");
  const auto console = p.console();
  EXPECT_EQ(text(p.call("RebootInstances"), "return"), "true");
  EXPECT_EQ(p.check(), "initializing");
  EXPECT_EQ(p.state(), fleet::InstanceState::kRunning);
  p.pass(seconds(20));
  EXPECT_EQ(p.check(), "initializing");
  p.pass(seconds(180));
  EXPECT_EQ(p.check(), "ok");
  EXPECT_EQ(p.world.instances()[0].launched, before);
  EXPECT_NE(p.console(), console);
  EXPECT_NE(p.console().find(format_utc(kStart + seconds(20))), std::string::npos);
}

TEST(Power, OptionsOfAStoppedInstanceStayPendingUntilItStarts) {
  Powered p;
  p.call("StopInstances");
  p.pass(seconds(60));
  p.call("ModifyInstanceMetadataOptions", require_tokens(instance_id(0)));
  p.pass(seconds(600));
  EXPECT_EQ(p.world.instances()[0].options_state, fleet::OptionState::kPending);
  p.call("StartInstances");
  p.pass(seconds(40));
  EXPECT_EQ(p.world.instances()[0].options_state, fleet::OptionState::kApplied);
}

TEST(Power, AStartWithAKeyThatCannotBeUsedFallsBackToStopped) {
  auto spec = plain_spec(1);
  spec.instances[0].kms_key = kKey;
  spec.kms_keys[kKey] = "Disabled";
  Powered p(spec);
  p.call("StopInstances");
  p.pass(seconds(60));
  p.call("StartInstances");
  EXPECT_EQ(p.state(), fleet::InstanceState::kPending);
  p.pass(seconds(30));
  EXPECT_EQ(p.state(), fleet::InstanceState::kStopped);
  const auto shown = p.call("DescribeInstances");
  EXPECT_NE(shown.response.body.find("Client.InternalError"), std::string::npos);
}

TEST(Power, StatusOfStoppedInstancesIsShownOnlyWhenAskedFor) {
  Powered p;
  p.call("StopInstances");
  const auto running = p.call("DescribeInstanceStatus", {{"DryRun", "false"}});
  EXPECT_EQ(texts(running, "instanceId"), std::vector<std::string>{instance_id(1)});
  EXPECT_EQ(p.check(), "not-applicable");
}

TEST(Power, ScheduledEventsAreShown) {
  auto spec = plain_spec(1);
  spec.instances[0].events = {
      {"system-maintenance", "the host", std::chrono::hours(24), std::chrono::hours(26)}};
  Powered p(spec);
  const auto answer = p.call("DescribeInstanceStatus");
  EXPECT_EQ(text(answer, "code"), "system-maintenance");
  EXPECT_EQ(text(answer, "notBefore"), format_utc(kStart + std::chrono::hours(24)));
}

TEST(Power, StatusIsPaged) {
  Powered p(plain_spec(12));
  const auto first = p.call("DescribeInstanceStatus", {{"MaxResults", "5"}});
  EXPECT_EQ(texts(first, "instanceId").size(), 5U);
  const auto second = p.call("DescribeInstanceStatus",
                             {{"MaxResults", "10"}, {"NextToken", text(first, "nextToken")}});
  EXPECT_EQ(texts(second, "instanceId").size(), 7U);
  EXPECT_EQ(text(second, "nextToken"), "");
  EXPECT_EQ(code(p.call("DescribeInstanceStatus", {{"MaxResults", "4"}})), "InvalidParameterValue");
  EXPECT_EQ(code(p.call("DescribeInstanceStatus", {{"NextToken", "x"}})), "InvalidPaginationToken");
}

TEST(Power, TheLogSaysWhoAskedForWhat) {
  Powered p;
  p.call("StopInstances", {{"InstanceId.1", instance_id(0)}, {"Force", "true"}});
  p.pass(seconds(60));
  p.call("StartInstances");
  p.pass(seconds(60));
  p.call("RebootInstances");
  const auto& log = p.world.log();
  ASSERT_EQ(log.size(), 3U);
  EXPECT_EQ(log[0].kind, LogEntry::Kind::kStopped);
  EXPECT_EQ(log[0].detail, "StopInstances Force");
  EXPECT_EQ(log[1].kind, LogEntry::Kind::kStarted);
  EXPECT_EQ(log[2].kind, LogEntry::Kind::kRebooted);
  EXPECT_EQ(log[2].caller, "AKIDSIMULATED0000001");
}

TEST(Devices, VolumesTellTheirKeys) {
  auto spec = plain_spec(2);
  spec.instances[1].kms_key = kKey;
  Powered p(spec);
  const auto of = [&](int n) {
    return p.call("DescribeVolumes", {{"Filter.1.Name", "attachment.instance-id"},
                                      {"Filter.1.Value.1", instance_id(n)}});
  };
  EXPECT_EQ(text(of(0), "encrypted"), "false");
  EXPECT_EQ(texts(of(0), "kmsKeyId").size(), 0U);
  EXPECT_EQ(texts(of(1), "kmsKeyId"), (std::vector<std::string>{kKey, kKey}));
  EXPECT_EQ(code(p.call("DescribeVolumes", {{"VolumeId.1", "vol-1"}})), "InvalidVolume.NotFound");
  EXPECT_EQ(
      code(p.call("DescribeVolumes", {{"Filter.1.Name", "colour"}, {"Filter.1.Value.1", "red"}})),
      "InvalidParameterValue");
}

TEST(Devices, ListingsArePagedToTheirEnd) {
  Powered p(plain_spec(9));
  std::size_t seen = 0;
  Params params = {{"MaxResults", "5"}};
  for (int page = 0; page < 10; ++page) {
    const auto answer = p.call("DescribeVolumes", params);
    for (const auto& id : texts(answer, "size")) seen += id.empty() ? 0U : 1U;
    const auto token = text(answer, "nextToken");
    if (token.empty()) break;
    params = {{"MaxResults", "5"}, {"NextToken", token}};
  }
  EXPECT_EQ(seen, 18U);
}

TEST(Devices, InterfacesTellTheirAddress) {
  Powered p;
  const auto answer =
      p.call("DescribeNetworkInterfaces",
             {{"Filter.1.Name", "attachment.instance-id"}, {"Filter.1.Value.1", instance_id(1)}});
  EXPECT_EQ(texts(answer, "instanceId"), std::vector<std::string>{instance_id(1)});
  EXPECT_EQ(text(answer, "primary"), "true");
  EXPECT_EQ(text(answer, "privateIpAddress"), "10.0.0.1");
}

TEST(Kms, AKeyTellsItsState) {
  auto spec = plain_spec(0);
  spec.kms_keys[kKey] = "PendingDeletion";
  World world(spec, 1, kStart);
  const auto describe = [&](const std::string& body) {
    Asker asker;
    asker.service = "kms";
    return world.arrive(asker.json_request("TrentService.DescribeKey", body, kStart), kStart)
        .response;
  };
  const auto found = describe(R"({"KeyId":"0a1b2c3d"})");
  EXPECT_EQ(found.status, 200);
  EXPECT_NE(found.body.find(R"("KeyState":"PendingDeletion")"), std::string::npos);
  EXPECT_EQ(found.header("Content-Type"), "application/x-amz-json-1.1");
  const auto missing = describe(R"({"KeyId":"another"})");
  EXPECT_EQ(missing.status, 400);
  EXPECT_NE(missing.body.find("NotFoundException"), std::string::npos);
  EXPECT_NE(describe("{}").body.find("ValidationException"), std::string::npos);
  EXPECT_NE(describe("nothing").body.find("SerializationException"), std::string::npos);
}

}  // namespace
}  // namespace v2only::sim::testing
