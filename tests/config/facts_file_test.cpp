#include "config/facts_file.h"

#include <gmock/gmock.h>

namespace v2only::config {
namespace {

using testing::HasSubstr;

constexpr const char* kExample = R"(# What we know.
instances:
  i-0aaa000000000000a: {workload: netapp-console-agent, version: 3.9.40}
  i-0bbb000000000000b: {workload: netapp-cvo-node, system: VsaWorkingEnvironment-a1b2c3d4, version: 9.13.1P4}
  i-0ccc000000000000c: {workload: netapp-cvo-mediator, system: VsaWorkingEnvironment-a1b2c3d4}
  i-0ddd000000000000d: {workload: generic}
  i-0eee000000000000e:
    enable_endpoint: true
systems:
  VsaWorkingEnvironment-a1b2c3d4: {ha: true}
  VsaWorkingEnvironment-e5f6a7b8: {ha: false}
)";

std::string error_of(std::string_view text) {
  const auto facts = parse_facts(text, "facts.yaml");
  return facts ? std::string("no error") : to_string(facts.error());
}

TEST(FactsFile, ReadsWhatTheOperatorKnows) {
  const auto facts = parse_facts(kExample, "facts.yaml");
  ASSERT_TRUE(facts) << to_string(facts.error());
  ASSERT_EQ(facts->instances.size(), 5U);
  const auto& node = facts->instances.at(InstanceId("i-0bbb000000000000b"));
  EXPECT_EQ(node.workload, "netapp-cvo-node");
  EXPECT_EQ(node.version, "9.13.1P4");
  EXPECT_EQ(node.system, UnitId("VsaWorkingEnvironment-a1b2c3d4"));
  EXPECT_FALSE(node.enable_endpoint);
  EXPECT_EQ(node.where, "facts.yaml:4");
  EXPECT_TRUE(facts->instances.at(InstanceId("i-0eee000000000000e")).enable_endpoint);
  EXPECT_EQ(facts->systems.at(UnitId("VsaWorkingEnvironment-a1b2c3d4")).ha, true);
  EXPECT_EQ(facts->systems.at(UnitId("VsaWorkingEnvironment-e5f6a7b8")).ha, false);
  EXPECT_EQ(facts->systems.at(UnitId("VsaWorkingEnvironment-e5f6a7b8")).where, "facts.yaml:11");
}

TEST(FactsFile, EmptyFileKnowsNothing) {
  for (const auto* text : {"", "# only a comment\n", "instances: {}\nsystems:\n", "---\n"}) {
    const auto facts = parse_facts(text, "facts.yaml");
    ASSERT_TRUE(facts) << to_string(facts.error());
    EXPECT_EQ(*facts, fleet::Facts{});
  }
}

TEST(FactsFile, VersionStaysAsItWasWritten) {
  const auto facts = parse_facts("instances: {i-00000001: {version: 3.10}}", "facts.yaml");
  EXPECT_EQ(facts->instances.at(InstanceId("i-00000001")).version, "3.10");
}

struct Bad {
  const char* text;
  const char* error;
};

class BadFacts : public testing::TestWithParam<Bad> {};

TEST_P(BadFacts, AreRefusedInOneLineWithTheirPlace) {
  const auto error = error_of(GetParam().text);
  EXPECT_THAT(error, testing::StartsWith("facts.yaml:")) << GetParam().text;
  EXPECT_THAT(error, HasSubstr(GetParam().error)) << GetParam().text;
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Each, BadFacts,
    testing::Values(
        Bad{"instances:\n  i-0aaa: {workload: generic}",
            "facts.yaml:2:3: 'i-0aaa' is no instance id"},
        Bad{"instance: {}", "facts.yaml:1:1: unknown key 'instance'. Did you mean instances?"},
        Bad{"instances:\n  i-00000001: {workloud: generic}",
            "facts.yaml:2:16: unknown key 'workloud'. Did you mean workload?"},
        Bad{"instances:\n  i-00000001: {colour: red}", "Known are workload, version, system"},
        Bad{"instances:\n  i-00000001: {}\n  i-00000001: {}",
            "facts.yaml:3:3: 'i-00000001' is given twice"},
        Bad{"systems: {a: {ha: true}, a: {ha: false}}", "'a' is given twice"},
        Bad{"systems: {a: {ha: yes}}", "facts.yaml:1:19: ha must be true or false, not 'yes'"},
        Bad{"systems: {a: {ha: [true]}}", "ha must be a single value"},
        Bad{"systems: {a: true}", "a map (key: value) is needed here"},
        Bad{"instances: [i-00000001]", "instances must be a map"},
        Bad{"instances: {i-00000001: {workload: ''}}", "workload must not be empty"},
        Bad{"instances: {i-00000001: {enable_endpoint: 1}}",
            "enable_endpoint must be true or false"},
        Bad{"- a\n- b", "a map (key: value) is needed here"},
        Bad{"just text", "a map (key: value) is needed here"},
        Bad{"instances: {i-00000001: {workload: generic, system: x}}",
            "cannot be generic and part of the system x"},
        Bad{"instances: {i-00000001: {workload: netapp-console-agent, system: x}}",
            "cannot be netapp-console-agent and part of the system x"},
        Bad{"instances:\n  i-00000001: {workload: netapp-cvo-node, system: x}\n"
            "  i-00000002: {workload: netapp-cvo-node, system: x}\nsystems:\n  x: {ha: false}",
            "facts.yaml:5: x is a single node (ha: false), but instances: gives it 2 nodes"},
        Bad{"instances:\n  i-00000001: {workload: netapp-cvo-mediator, system: x}\nsystems:\n"
            "  x: {ha: false}",
            "1 mediator"},
        Bad{"instances:\n  i-00000001: {workload: netapp-cvo-mediator, system: x}\n"
            "  i-00000002: {workload: netapp-cvo-mediator, system: x}\nsystems:\n  x: {ha: true}",
            "x is a pair, but instances: gives it 0 nodes and 2 mediators"}));

TEST(FactsFile, ThatDoesNotExistIsNotFound) {
  const auto facts = load_facts("/nowhere/facts.yaml");
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(to_string(facts.error()),
            "/nowhere/facts.yaml: cannot be read: No such file or directory");
}

}  // namespace
}  // namespace v2only::config
