#include "fleet/renew_facts.h"

#include <gmock/gmock.h>

namespace v2only::fleet::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const UnitId kOurs("VsaWorkingEnvironment-a1b2c3d4");
const UnitId kOther("VsaWorkingEnvironment-e5f6a7b8");

Facts facts_with(const std::string& consent, const std::string& variable) {
  Facts out;
  auto& fact = out.systems[kOurs];
  fact.ha = true;
  fact.ontap = OntapAccess{
      {"https://10.0.0.1"}, "v2only", {SecretName::Kind::kEnv, variable}, "sha256:1", {}};
  fact.failover = Consent{{}, {}, "ada", consent};
  fact.probes = {"tcp://10.1.2.3:2049"};
  return out;
}

TEST(RenewFacts, ConsentRestartAndTheNamesOfSecretsAreTakenAndTold) {
  const auto old = facts_with("first", "OLD");
  auto given = facts_with("second", "NEW");
  given.systems[kOurs].restarted = WallTime(std::chrono::hours(1));
  const auto renewed = renew_facts(old, given, {kOurs});
  const auto& fact = renewed.facts.systems.at(kOurs);
  EXPECT_EQ(fact.failover->text, "second");
  EXPECT_EQ(fact.ontap->password.value, "NEW");
  EXPECT_TRUE(fact.restarted);
  EXPECT_THAT(
      renewed.changes,
      ElementsAre(HasSubstr("consent to a failover: first, ada -> second, ada"),
                  HasSubstr("restarted: not said ->"), HasSubstr("password: env:OLD -> env:NEW")));
}

TEST(RenewFacts, NothingElseIsTaken) {
  const auto old = facts_with("first", "OLD");
  auto given = old;
  auto& fact = given.systems[kOurs];
  fact.ha = false;
  fact.probes.clear();
  fact.ontap->endpoints = {"https://10.9.9.9"};
  fact.ontap->user = "admin";
  fact.ontap->fingerprint = "sha256:2";
  given.systems[kOther].failover = Consent{{}, {}, "eve", "third"};
  const auto renewed = renew_facts(old, given, {kOurs});
  EXPECT_EQ(renewed.facts, old);
  EXPECT_THAT(renewed.changes, IsEmpty());
}

TEST(RenewFacts, AConsentThatIsGoneIsWithdrawn) {
  const auto old = facts_with("first", "OLD");
  auto given = old;
  given.systems[kOurs].failover.reset();
  EXPECT_FALSE(renew_facts(old, given, {kOurs}).facts.systems.at(kOurs).failover);
}

TEST(RenewFacts, ASystemThatTheFileDoesNotNameKeepsWhatItHas) {
  const auto old = facts_with("first", "OLD");
  EXPECT_EQ(renew_facts(old, {}, {kOurs}).facts, old);
}

TEST(RenewFacts, TheConsolesSecretsAreTakenAndItsAddressIsNot) {
  Facts old;
  old.console.emplace();
  old.console->endpoint = "https://api.bluexp.netapp.com";
  old.console->refresh_token = SecretName{SecretName::Kind::kEnv, "OLD"};
  auto given = old;
  given.console->endpoint = "https://elsewhere.example";
  given.console->refresh_token = SecretName{SecretName::Kind::kEnv, "NEW"};
  const auto renewed = renew_facts(old, given, {});
  EXPECT_EQ(renewed.facts.console->refresh_token->value, "NEW");
  EXPECT_EQ(renewed.facts.console->endpoint, "https://api.bluexp.netapp.com");
}

}  // namespace
}  // namespace v2only::fleet::test
