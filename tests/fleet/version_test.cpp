#include "fleet/version.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <tuple>

namespace v2only::fleet {
namespace {

struct Case {
  std::string version;
  Gate gate;
};

class OntapTable : public testing::TestWithParam<Case> {};

TEST_P(OntapTable, IsGatedAsNetAppsPageHasIt) {
  EXPECT_EQ(ontap_gate(GetParam().version), GetParam().gate) << GetParam().version;
}

INSTANTIATE_TEST_SUITE_P(
    Versions, OntapTable,
    testing::Values(
        // Before 9.12.1.
        Case{"9.11.1P20", Gate::kTooOld}, Case{"9.12.0P1", Gate::kTooOld},
        Case{"9.8P2", Gate::kTooOld}, Case{"9.9.0X5", Gate::kTooOld},
        Case{"8.3.2P12", Gate::kTooOld},
        // 9.12.1 from P2 on.
        Case{"9.12.1RC1", Gate::kTooOld}, Case{"9.12.1", Gate::kTooOld},
        Case{"9.12.1 GA", Gate::kTooOld}, Case{"9.12.1P1", Gate::kTooOld},
        Case{"9.12.1P2", Gate::kPass}, Case{"9.12.1 P2", Gate::kPass},
        Case{"9.12.1P10", Gate::kPass},
        // 9.13.0 from P4 on, though it comes after 9.12.1P2.
        Case{"9.13.0RC1", Gate::kTooOld}, Case{"9.13.0", Gate::kTooOld},
        Case{"9.13.0P3", Gate::kTooOld}, Case{"9.13.0P4", Gate::kPass},
        Case{"9.13.0P11", Gate::kPass},
        // 9.13.1 and later, but no candidates.
        Case{"9.13.1", Gate::kPass}, Case{"9.13.1GA", Gate::kPass}, Case{"9.13.1P1", Gate::kPass},
        Case{"9.14.0", Gate::kPass}, Case{"9.15.0 P1", Gate::kPass}, Case{"9.19.1", Gate::kPass},
        Case{"10.0.0", Gate::kPass}, Case{"9.13.1RC1", Gate::kHeld},
        Case{"9.14.1 RC2", Gate::kHeld},
        // Where the page is silent.
        Case{"9.12.1X3", Gate::kHeld}, Case{"9.12.1P4D2", Gate::kHeld},
        Case{"9.13.1X7", Gate::kHeld}, Case{"9.14.1P2D5", Gate::kHeld}, Case{"9.12.2", Gate::kHeld},
        // As ONTAP, the Console and Terraform write them.
        Case{"NetApp Release 9.13.1P6: Tue Dec 05 16:06:25 UTC 2023", Gate::kPass},
        Case{"NetApp Release 9.13.0P3: Tue Dec 05 16:06:25 EDT 2023", Gate::kTooOld},
        Case{"ONTAP-9.13.1P1", Gate::kPass}, Case{"ONTAP-9.13.1P1.ha", Gate::kPass},
        Case{"ONTAP-9.14.0.T1", Gate::kPass}, Case{"ONTAP-9.14.0.T1.ha", Gate::kPass},
        Case{"ONTAP-9.11.1RC1.T1", Gate::kTooOld}, Case{"ONTAP-9.10.1X7.T1.azureha", Gate::kTooOld},
        Case{"ONTAP 9.13.1", Gate::kPass}, Case{"  9.13.1P4\n", Gate::kPass},
        // No versions.
        Case{"", Gate::kHeld}, Case{"9", Gate::kHeld}, Case{"latest", Gate::kHeld},
        Case{"9.13.1p4", Gate::kHeld}, Case{"9.13.1P", Gate::kHeld}, Case{"9.13.1-P4", Gate::kHeld},
        Case{"9.13.1P4 or so", Gate::kHeld}, Case{"9.13.1P4P5", Gate::kHeld},
        Case{"9.13.1.2.3", Gate::kHeld}, Case{"v9.13.1", Gate::kHeld},
        Case{"9.99999999999999999999.1", Gate::kHeld}, Case{"9.13.1.T", Gate::kHeld}));

class AgentTable : public testing::TestWithParam<Case> {};

TEST_P(AgentTable, IsGatedByItsFirstThreeNumbers) {
  EXPECT_EQ(agent_gate(GetParam().version), GetParam().gate) << GetParam().version;
}

INSTANTIATE_TEST_SUITE_P(
    Versions, AgentTable,
    testing::Values(Case{"3.9.37", Gate::kTooOld}, Case{"3.9.38", Gate::kPass},
                    Case{"3.9.100", Gate::kPass}, Case{"4.0.0", Gate::kPass},
                    Case{"4.10.0", Gate::kPass}, Case{"3.10.0", Gate::kPass},
                    Case{"2.12.50", Gate::kTooOld}, Case{"3.9.43.2", Gate::kPass},
                    Case{"3.9.43-7", Gate::kPass}, Case{"Version 3.9.40 Build 12", Gate::kPass},
                    Case{"13.9.1", Gate::kPass}, Case{"", Gate::kHeld}, Case{"3.9", Gate::kHeld},
                    Case{"4", Gate::kHeld}, Case{"newest", Gate::kHeld},
                    Case{"3.9.x 3.9.40", Gate::kPass},
                    Case{"99999999999999999999.1.1", Gate::kHeld}));

using Numbers = std::tuple<int, int, int>;

std::string dotted(const Numbers& n) {
  return std::to_string(std::get<0>(n)) + "." + std::to_string(std::get<1>(n)) + "." +
         std::to_string(std::get<2>(n));
}

rc::Gen<Numbers> numbers() {
  return rc::gen::tuple(rc::gen::inRange(0, 12), rc::gen::inRange(0, 20), rc::gen::inRange(0, 120));
}

RC_GTEST_PROP(AgentGate, PassesExactlyFrom3_9_38On, ()) {
  const auto n = *numbers();
  const auto wanted = n >= Numbers{3, 9, 38} ? Gate::kPass : Gate::kTooOld;
  RC_ASSERT(agent_gate(dotted(n)) == wanted);
}

RC_GTEST_PROP(OntapGate, AgreesWithTheTableReadRowByRow, ()) {
  const Numbers release{*rc::gen::inRange(8, 11), *rc::gen::inRange(0, 20),
                        *rc::gen::inRange(0, 4)};
  const auto kind = *rc::gen::element<std::string>("", "GA", "RC", "P", "X", "D");
  const int number = *rc::gen::inRange(0, 12);
  const auto text =
      dotted(release) + kind + (kind.size() == 1 || kind == "RC" ? std::to_string(number) : "");
  const bool patch = kind == "P";
  Gate wanted = Gate::kPass;
  if (release < Numbers{9, 12, 1}) {
    wanted = Gate::kTooOld;
  } else if (kind == "X" || kind == "D") {
    wanted = Gate::kHeld;
  } else if (release == Numbers{9, 12, 1}) {
    wanted = patch && number >= 2 ? Gate::kPass : Gate::kTooOld;
  } else if (release == Numbers{9, 13, 0}) {
    wanted = patch && number >= 4 ? Gate::kPass : Gate::kTooOld;
  } else if (release < Numbers{9, 13, 1} || kind == "RC") {
    wanted = Gate::kHeld;
  }
  RC_ASSERT(ontap_gate(text) == wanted);
}

RC_GTEST_PROP(OntapGate, RandomTextNeverPasses, (const std::string& text)) {
  RC_PRE(text.find('.') == std::string::npos);
  RC_ASSERT(ontap_gate(text) == Gate::kHeld);
}

RC_GTEST_PROP(OntapGate, TextBehindAVersionNeverPasses, ()) {
  const auto tail = *rc::gen::nonEmpty(
      rc::gen::container<std::string>(rc::gen::elementOf(std::string("abcxyz_-/+ "))));
  RC_PRE(tail.find_first_not_of(' ') != std::string::npos);
  RC_ASSERT(ontap_gate("9.13.1P4" + tail) == Gate::kHeld);
}

TEST(VersionNeeds, NameWhatNetAppNames) {
  EXPECT_NE(ontap_needs().find("9.12.1P2"), std::string_view::npos);
  EXPECT_NE(ontap_needs().find("9.13.0P4"), std::string_view::npos);
  EXPECT_EQ(agent_needs(), "3.9.38 or later");
}

TEST(OntapRelease, IsTakenOutOfTheFullText) {
  EXPECT_EQ(ontap_release("NetApp Release 9.13.1P4: Tue Dec 05 16:06:25 UTC 2023"), "9.13.1P4");
  EXPECT_EQ(ontap_release("9.13.1P4"), "9.13.1P4");
  EXPECT_EQ(ontap_release("NetApp Release "), "");
}

}  // namespace
}  // namespace v2only::fleet
