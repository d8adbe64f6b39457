// At which of its addresses ONTAP is asked while a node is away.
#include "drivers/system_look.h"

#include <gmock/gmock.h>

namespace v2only::drivers {
namespace {

using testing::HasSubstr;

SystemAccess pair_at(std::vector<std::string> endpoints) {
  SystemAccess out;
  out.unit = UnitId("VsaWorkingEnvironment-a1b2c3d4");
  out.region = RegionName("eu-west-1");
  out.system.nodes = {{InstanceId("i-0000000000000000a"), "pair-01", "u1", "10.0.0.1", true},
                      {InstanceId("i-0000000000000000b"), "pair-02", "u2", "10.0.0.2", true}};
  out.endpoints = std::move(endpoints);
  return out;
}

// Where ONTAP is asked while pair-01 is away; nothing where it is not asked.
std::optional<netapp::OntapPlace> place_of(const std::vector<std::string>& endpoints) {
  SystemLook look(pair_at(endpoints), engine::kNodes, 1, {});
  for (const auto& asked : look.begin()) {
    if (const auto* call = std::get_if<netapp::OntapCall>(&asked.question)) return call->place;
  }
  return std::nullopt;
}

TEST(SystemLook, ThePartnerIsAskedAtItsOwnAddress) {
  const auto place = place_of({"https://10.0.0.9", "https://10.0.0.1", "https://10.0.0.2:8443"});
  EXPECT_EQ(place, (netapp::OntapPlace{"https://10.0.0.2:8443", {}}));
}

TEST(SystemLook, WhereThatIsNotGivenTheNodeThatIsAwayIsAvoided) {
  EXPECT_EQ(place_of({"https://10.0.0.9", "https://10.0.0.1"}),
            (netapp::OntapPlace{{}, "https://10.0.0.1"}));
}

TEST(SystemLook, TheNodeThatIsAwayIsNotAskedAboutItself) {
  EXPECT_EQ(place_of({"https://10.0.0.1"}), std::nullopt);
  SystemLook look(pair_at({"https://10.0.0.1"}), engine::kNodes, 1, {});
  (void)look.begin();
  const auto reading = look.reading();
  EXPECT_FALSE(reading.ontap.nodes);
  ASSERT_EQ(reading.ontap.errors.size(), 1U);
  EXPECT_THAT(reading.ontap.errors[0], HasSubstr("pair-02 cannot be asked"));
}

TEST(SystemLook, TheConsoleIsAskedByWayOfTheSystemsAgent) {
  auto access = pair_at({"https://10.0.0.1"});
  access.console = true;
  access.system.console_agent = "abc";
  SystemLook look(access, engine::kConsole, {}, {});
  std::vector<std::string> agents;
  for (const auto& asked : look.begin()) {
    if (const auto* call = std::get_if<netapp::ConsoleCall>(&asked.question)) {
      agents.push_back(call->agent);
    }
  }
  EXPECT_EQ(agents, std::vector<std::string>{"abc"});
}

}  // namespace
}  // namespace v2only::drivers
