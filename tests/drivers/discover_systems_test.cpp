// What is tried with DryRun before a plan, on AWS's hosts and elsewhere.
#include "drivers/discover_systems.h"

#include <gmock/gmock.h>

#include "system_run.h"

namespace v2only::drivers {
namespace {

using test::kRegion;
using test::kSystem;
using test::SystemRun;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// Keeps what is sent on its way.
class Recording final : public net::Transport {
 public:
  explicit Recording(net::Transport& to) : to_(to) {}
  net::RequestId start(net::Request request, MonoTime deadline) override {
    if (request.url.starts_with("https://ec2.")) sent.push_back(request);
    return to_.start(std::move(request), deadline);
  }
  std::vector<net::Completion> wait(MonoTime until) override { return to_.wait(until); }
  void wake() override { to_.wake(); }
  std::vector<net::Request> sent;

 private:
  net::Transport& to_;
};

sim::Fleet pair_fleet() {
  sim::FleetBuilder build(1);
  build.cvo_pair({kRegion, "cvo1", kSystem, "9.13.1P4", "m5.2xlarge", {}});
  auto out = build.take();
  out.world.regions = {kRegion};
  return out;
}

class DiscoverSystems : public testing::Test {
 protected:
  DiscoverSystems() {
    ontap_.know({kSystem,
                 run_.facts.systems[kSystem].ontap->endpoints,
                 run_.spec.cvo.front().user,
                 run_.spec.cvo.front().password,
                 {}});
  }

  fleet::SystemReading read(bool aws_endpoint) {
    fleet::Inventory inventory;
    inventory.read_at = run_.clock.now().wall;
    inventory.instances = run_.world.instances();
    const auto assessments =
        fleet::assess({inventory, run_.facts, run_.policy, {}, run_.clock.now().wall});
    const auto found =
        discover_systems({assessments, inventory, run_.facts, nullptr, {}, aws_endpoint},
                         {options_, aws_, ontap_, nullptr, shared_, probes_, run_.clock});
    EXPECT_TRUE(found);
    return found->at(kSystem);
  }

  // "StopInstances i-…", and of a change its fields too.
  std::vector<std::string> tried() const {
    std::vector<std::string> out;
    for (const auto& request : recording_.sent) {
      const auto field = [&](const std::string& name) {
        const auto at = ("&" + request.body).find("&" + name + "=");
        if (at == std::string::npos) return std::string();
        const auto from = at + name.size() + 1;
        return request.body.substr(from, request.body.find('&', from) - from);
      };
      if (field("DryRun") != "true") continue;
      auto text = field("Action") + " " + field("InstanceId") + field("InstanceId.1");
      if (!field("HttpTokens").empty()) {
        text += " " + field("HttpTokens") + " " + field("HttpEndpoint");
      }
      out.push_back(std::move(text));
    }
    return out;
  }

  SystemRun run_{pair_fleet()};
  Recording recording_{run_.transport};
  net::SharedTransport shared_{recording_};
  aws::Caller aws_{
      shared_.branch(), run_.clock, Random(7), test::Simulated::session(run_.spec), {}};
  netapp::OntapCaller ontap_{shared_.branch(), run_.clock, Random(8)};
  net::Transport& probes_ = shared_.branch();
  AwsDriver options_{aws_, run_.clock};
};

TEST_F(DiscoverSystems, OnAwsEachCallOfThePlanIsTriedWithDryRun) {
  const auto reading = read(true);
  const auto& cvo = run_.spec.cvo.front();
  const auto one = cvo.nodes[0].instance.str();
  const auto two = cvo.nodes[1].instance.str();
  const auto mediator = cvo.mediator->str();
  const std::string change = " required enabled";
  EXPECT_THAT(tried(), UnorderedElementsAre("StopInstances " + one, "StartInstances " + one,
                                            "ModifyInstanceMetadataOptions " + one + change,
                                            "StopInstances " + two, "StartInstances " + two,
                                            "ModifyInstanceMetadataOptions " + two + change,
                                            "RebootInstances " + mediator,
                                            "ModifyInstanceMetadataOptions " + mediator + change));
  for (const auto& request : recording_.sent) {
    EXPECT_THAT(request.url, HasSubstr("ec2.eu-west-1.amazonaws.com"));
  }
  ASSERT_EQ(reading.members.size(), 3U);
  for (const auto& member : reading.members) {
    ASSERT_TRUE(member.denied) << member.id.str() << testing::PrintToString(member.errors);
    EXPECT_THAT(*member.denied, IsEmpty());
  }
  ASSERT_TRUE(reading.logins);
  EXPECT_TRUE(reading.logins->aws.lasts);
}

TEST_F(DiscoverSystems, ElsewhereNothingIsTried) {
  const auto reading = read(false);
  EXPECT_THAT(tried(), IsEmpty());
  for (const auto& member : reading.members) EXPECT_FALSE(member.denied);
}

// What is proven and stays as it is has no call that could be refused.
TEST_F(DiscoverSystems, OfAMemberThatIsLetBeNothingIsTriedAndNothingHeldAgainstIt) {
  const auto mediator = *run_.spec.cvo.front().mediator;
  auto plan = run_.plan();
  auto& unit = plan.waves[0].units[0];
  unit.cvo->reboot_mediator = false;
  std::erase_if(unit.steps, [&](const fleet::Step& step) { return step.instance == mediator; });
  const auto access = accesses_of(plan).at(kSystem);
  ASSERT_EQ(access.calls.count(mediator), 1U);
  EXPECT_THAT(access.calls.at(mediator), IsEmpty());
  Ec2Look look(kRegion, {mediator}, {false, true, false, access.calls});
  (void)look.begin();
  fleet::SystemReading reading;
  look.put_into(reading);
  ASSERT_TRUE(reading.find(mediator)->denied);
}

}  // namespace
}  // namespace v2only::drivers
