#include "fleet/runbook.h"

#include <gmock/gmock.h>

#include "core/text.h"
#include "world.h"

namespace v2only::fleet::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const World& world) {
  return runbook_of(world.only(), world.inventory, {});
}

std::size_t place_of(const std::vector<std::string>& lines, std::string_view what,
                     std::size_t from = 0) {
  for (auto i = from; i < lines.size(); ++i) {
    if (lines[i].find(what) != std::string::npos) return i;
  }
  return std::string::npos;
}

TEST(CvoRunbook, MediatorComesFirstThenNodeAfterNode) {
  World world;
  world.add_pair();
  const auto lines = lines_of(world);
  const auto mediator = place_of(lines, "Mediator vm-c");
  const auto second = place_of(lines, "Node vm-b");
  const auto first = place_of(lines, "Node vm-a");
  ASSERT_NE(mediator, std::string::npos);
  ASSERT_NE(second, std::string::npos);
  ASSERT_NE(first, std::string::npos);
  EXPECT_LT(mediator, second);
  EXPECT_LT(second, first);
}

TEST(CvoRunbook, NodeIsChangedBetweenItsStopAndItsStart) {
  World world;
  world.add_pair();
  const auto lines = lines_of(world);
  const auto node = place_of(lines, "Node vm-b");
  const auto takeover = place_of(lines, "storage failover takeover", node);
  const auto stop =
      place_of(lines, "stop-instances --region eu-west-1 --instance-ids " + id('b').str(), node);
  const auto change = place_of(lines, "modify-instance-metadata-options", node);
  const auto start = place_of(lines, "start-instances", node);
  const auto giveback = place_of(lines, "storage failover giveback", node);
  EXPECT_LT(takeover, stop);
  EXPECT_LT(stop, change);
  EXPECT_LT(change, start);
  EXPECT_LT(start, giveback);
  EXPECT_LT(giveback, place_of(lines, "Node vm-a"));
}

TEST(CvoRunbook, OfAPairAsksForEveryPreconditionBeforeAnythingIsTouched) {
  World world;
  world.add_pair();
  const auto lines = lines_of(world);
  const auto mediator = place_of(lines, "Mediator vm-c");
  for (const auto* what :
       {"health,uptime", "one version", "possible true", "auto-giveback", "mirrors normal",
        "-is-home false", "snapmirror show", "volume move show", "show-update-progress",
        "no action under way", "no update pending", "no scheduled event", "shutdown behaviour",
        "KMS keys", "SMB", "iSCSI", "outside the VPC"}) {
    EXPECT_LT(place_of(lines, what), mediator) << what;
  }
}

TEST(CvoRunbook, OfAPairTheOtherNodeWaitsForProofOfTheFirst) {
  World world;
  world.add_pair();
  const auto lines = lines_of(world);
  const auto second = place_of(lines, "Node vm-b");
  const auto first = place_of(lines, "Node vm-a");
  for (const auto* what : {"in takeover", "every data address", "fields uptime", "object-store",
                           "check all of step 1 again"}) {
    const auto place = place_of(lines, what, second);
    EXPECT_LT(place, first) << what;
  }
}

TEST(CvoRunbook, AutoSupportIsToldOfMaintenanceAndOfItsEnd) {
  World world;
  world.add_pair();
  const auto lines = lines_of(world);
  EXPECT_LT(place_of(lines, "MAINT=4h"), place_of(lines, "storage failover takeover"));
  EXPECT_GT(place_of(lines, "MAINT=end"), place_of(lines, "Node vm-a"));
  EXPECT_NE(place_of(lines, "MAINT=end"), std::string::npos);
}

TEST(CvoRunbook, MediatorIsRebootedAndNeverStopped) {
  World world;
  world.add_pair();
  const auto lines = lines_of(world);
  EXPECT_THAT(lines, Contains(HasSubstr("reboot-instances --region eu-west-1 --instance-ids " +
                                        id('c').str())));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("stop-instances --region eu-west-1 --instance-ids " +
                                            id('c').str()))));
}

TEST(CvoRunbook, NothingIsForced) {
  World world;
  world.add_pair();
  for (const auto& line : lines_of(world)) {
    EXPECT_EQ(line.find("--force"), std::string::npos) << line;
    EXPECT_EQ(line.find("-override"), std::string::npos) << line;
  }
}

TEST(CvoRunbook, SingleNodeHasAnOutageAndNoTakeover) {
  World world;
  world.add(instance('a'));
  world.say('a', "netapp-cvo-node", "9.13.1", kSystem);
  world.say_ha(false);
  const auto lines = lines_of(world);
  EXPECT_THAT(lines, Contains(HasSubstr("outage")));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("takeover"))));
  EXPECT_LT(place_of(lines, "system node halt"), place_of(lines, "modify-instance"));
}

TEST(CvoRunbook, MemberOnImdsV2OnlyIsNotTouchedAgain) {
  World world;
  world.add_pair();
  world.inventory.instances[2].options = options("required");
  world.facts.systems[UnitId(kSystem)].restarted = kNow - std::chrono::hours(1);
  const auto lines = lines_of(world);
  EXPECT_THAT(lines,
              Contains(HasSubstr("Mediator vm-c (i-0000000000000000c): IMDSv2 only already")));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("reboot-instances"))));
}

TEST(Runbook, OfACompliantUnitIsEmpty) {
  World world;
  world.add(instance('1', options("required")));
  EXPECT_TRUE(lines_of(world).empty());
}

TEST(Runbook, OfAnAgentChangesItWithoutARestart) {
  World world;
  world.add(instance('1'));
  world.say('1', "netapp-console-agent", "3.9.40");
  EXPECT_THAT(lines_of(world), Contains(HasSubstr("--http-put-response-hop-limit 3")));
  EXPECT_THAT(lines_of(world), Contains(HasSubstr("no restart is needed")));
}

TEST(Runbook, OfAGenericInstanceIsOneCall) {
  World world;
  world.add(instance('1'));
  EXPECT_THAT(lines_of(world), Contains(HasSubstr("--http-tokens required")));
}

TEST(ConsoleClicks, FollowTheDialog) {
  auto change = OptionSet().set(OptionField::kHttpTokens, "required");
  change.set(OptionField::kHttpPutResponseHopLimit, "3");
  EXPECT_THAT(console_clicks(id('1'), change),
              testing::ElementsAre(HasSubstr("Actions > Instance settings > Modify instance "
                                             "metadata options"),
                                   "Instance metadata service: Enable", "IMDSv2: Required",
                                   "Metadata response hop limit: 3", "Save"));
}

TEST(AgentSshUser, IsEc2UserBeforeMay2023AndElseUbuntuUnlessItWasOnlyRestartedSince) {
  auto one = instance('1');
  one.launched = *parse_utc("2023-04-30T23:59:59Z");
  EXPECT_EQ(agent_ssh_user(one), "ec2-user");
  one.launched = *parse_utc("2023-05-01T00:00:00Z");
  EXPECT_THAT(agent_ssh_user(one), HasSubstr("ubuntu (ec2-user if"));
  one.launched.reset();
  EXPECT_THAT(agent_ssh_user(one), HasSubstr("ubuntu"));
}

TEST(HowV1Came, TellsEachWorkloadsOwnStory) {
  EXPECT_THAT(how_v1_came("netapp-console-agent", instance('1')),
              Contains(HasSubstr("Marketplace")));
  EXPECT_THAT(how_v1_came("netapp-cvo-mediator", instance('1')), Contains(HasSubstr("mediator")));
  EXPECT_THAT(how_v1_came("generic", instance('1')), Contains(HasSubstr("account's default")));
}

TEST(HowV1Came, ImageWithImdsSupportTellsThatSomethingElseMadeItOptional) {
  auto one = instance('1');
  one.image = Image{"al2023", "amazon", "v2.0"};
  EXPECT_THAT(how_v1_came("generic", one), Contains(HasSubstr("somebody later")));
  one.image->imds_support.clear();
  EXPECT_THAT(how_v1_came("generic", one), Contains(HasSubstr("has no ImdsSupport")));
}

}  // namespace
}  // namespace v2only::fleet::test
