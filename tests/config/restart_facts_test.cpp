#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "config/facts_file.h"

namespace v2only::config {
namespace {

using fleet::SecretName;
using testing::HasSubstr;
using testing::Not;

const std::string kHex(64, 'a');

std::string issue_example() {
  return R"(console: {endpoint: https://api.bluexp.netapp.com, account: account-abc, client_id: env:NC_ID, client_secret: env:NC_SECRET}
systems:
  VsaWorkingEnvironment-a1b2c3d4:
    ha: true
    ontap: {endpoints: [https://10.0.0.11, https://10.0.0.12], user: v2only, password: env:CVO1_PASSWORD, fingerprint: "sha256:)" +
         kHex + R"("}
    consent: {failover: "2026-12-05T01:00+09:00/PT6H", by: "storage team, change 4711"}
    probes: ["tcp://10.1.2.3:2049", "tcp://[fd00::1]:445"]
    agent: i-0aaaaaaaaaaaaaaa1
  VsaWorkingEnvironment-e5f6a7b8:
    ha: false
    ontap: {endpoints: [https://10.0.0.21], user: v2only, password: file:/run/cvo2, ca: /etc/ssl/cvo2.pem}
    consent: {outage: "2026-12-05T01:00+09:00/PT3H", by: "storage team, change 4711"}
    restarted: 2026-12-01T03:00:00Z
)";
}

TEST(RestartFacts, ReadsHowToReachASystemAndWhatItsOwnerAgreedTo) {
  const auto facts = parse_facts(issue_example(), "facts.yaml");
  ASSERT_TRUE(facts) << to_string(facts.error());
  const auto& pair = facts->systems.at(UnitId("VsaWorkingEnvironment-a1b2c3d4"));
  ASSERT_TRUE(pair.ontap);
  EXPECT_EQ(pair.ontap->endpoints,
            (std::vector<std::string>{"https://10.0.0.11", "https://10.0.0.12"}));
  EXPECT_EQ(pair.ontap->user, "v2only");
  EXPECT_EQ(pair.ontap->password, (SecretName{SecretName::Kind::kEnv, "CVO1_PASSWORD"}));
  EXPECT_EQ(pair.ontap->fingerprint, "sha256:" + kHex);
  ASSERT_TRUE(pair.failover);
  EXPECT_EQ(pair.failover->from, *parse_utc("2026-12-04T16:00:00Z"));
  EXPECT_EQ(pair.failover->until, *parse_utc("2026-12-04T22:00:00Z"));
  EXPECT_EQ(pair.failover->by, "storage team, change 4711");
  EXPECT_EQ(pair.failover->text, "2026-12-05T01:00+09:00/PT6H");
  EXPECT_FALSE(pair.outage);
  EXPECT_EQ(pair.probes, (std::vector<std::string>{"tcp://10.1.2.3:2049", "tcp://[fd00::1]:445"}));
  EXPECT_EQ(pair.agent, InstanceId("i-0aaaaaaaaaaaaaaa1"));
  const auto& single = facts->systems.at(UnitId("VsaWorkingEnvironment-e5f6a7b8"));
  EXPECT_EQ(single.ontap->ca, "/etc/ssl/cvo2.pem");
  EXPECT_EQ(single.ontap->password, (SecretName{SecretName::Kind::kFile, "/run/cvo2"}));
  EXPECT_TRUE(single.outage);
  EXPECT_EQ(single.restarted, *parse_utc("2026-12-01T03:00:00Z"));
}

TEST(RestartFacts, ReadsHowToReachTheConsole) {
  const auto facts = parse_facts(issue_example(), "facts.yaml");
  ASSERT_TRUE(facts && facts->console);
  EXPECT_EQ(facts->console->endpoint, "https://api.bluexp.netapp.com");
  EXPECT_EQ(facts->console->account, "account-abc");
  EXPECT_EQ(facts->console->client_id, (SecretName{SecretName::Kind::kEnv, "NC_ID"}));
  EXPECT_EQ(facts->console->client_secret, (SecretName{SecretName::Kind::kEnv, "NC_SECRET"}));
  EXPECT_EQ(facts->console->where, "facts.yaml:1");
}

TEST(RestartFacts, AnAgentInRestrictedModeStandsAlone) {
  const auto facts = parse_facts("console: {agent: 'http://10.0.0.5/'}", "facts.yaml");
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_EQ(facts->console->agent, "http://10.0.0.5");
  EXPECT_EQ(facts->console->endpoint, "");
}

TEST(RestartFacts, ASimulatedConsoleOnThisMachineMaySpeakPlainHttp) {
  for (const auto* endpoint :
       {"http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:1"}) {
    const auto facts = parse_facts(
        "console: {endpoint: '" + std::string(endpoint) + "', account: a, refresh_token: env:T}",
        "facts.yaml");
    ASSERT_TRUE(facts) << to_string(facts.error());
    EXPECT_EQ(facts->console->endpoint, endpoint);
  }
}

TEST(RestartFacts, FingerprintMayBeWrittenAsOpenSslPrintsIt) {
  std::string colons = "AA";
  for (int i = 1; i < 32; ++i) colons += ":AA";
  const auto facts = parse_facts(
      "systems: {x: {ontap: {endpoints: [https://h], user: u, password: env:P, fingerprint: "
      "'sha256:" +
          colons + "'}}}",
      "facts.yaml");
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_EQ(facts->systems.at(UnitId("x")).ontap->fingerprint, "sha256:" + kHex);
}

struct Bad {
  std::string text;
  const char* error;
};

std::string system(const std::string& inside) { return "systems: {x: {" + inside + "}}"; }

std::string ontap(const std::string& inside) {
  return system("ontap: {endpoints: [https://h], user: u, password: env:P, " + inside + "}");
}

std::string console(const std::string& inside) { return "console: {" + inside + "}"; }

class BadRestartFacts : public testing::TestWithParam<Bad> {};

TEST_P(BadRestartFacts, AreRefusedInOneLineWithTheirPlace) {
  const auto facts = parse_facts(GetParam().text, "facts.yaml");
  ASSERT_FALSE(facts) << GetParam().text;
  const auto error = to_string(facts.error());
  EXPECT_EQ(facts.error().code, ErrorCode::kUsage);
  EXPECT_THAT(error, testing::MatchesRegex("facts.yaml:[0-9]+:[0-9]+: .*")) << GetParam().text;
  EXPECT_THAT(error, HasSubstr(GetParam().error)) << GetParam().text;
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Ontap, BadRestartFacts,
    testing::Values(
        Bad{system("ontap: {user: u, password: env:P}"), "ontap needs endpoints:"},
        Bad{system("ontap: {endpoints: [], user: u, password: env:P}"), "ontap needs endpoints:"},
        Bad{system("ontap: {endpoints: [https://h], password: env:P}"), "ontap needs user:"},
        Bad{system("ontap: {endpoints: [https://h], user: u}"), "ontap needs password:, by name"},
        Bad{system("ontap: {endpoints: ['http://h'], user: u, password: env:P}"),
            "facts.yaml:1:35: an endpoint must be https://HOST[:PORT]"},
        Bad{system("ontap: {endpoints: [10.0.0.11], user: u, password: env:P}"),
            "must be https://"},
        Bad{system("ontap: {endpoints: ['https://h/api'], user: u, password: env:P}"),
            "with nothing behind it"},
        Bad{system("ontap: {endpoints: ['https://h?a=b'], user: u, password: env:P}"),
            "with nothing behind it"},
        Bad{system("ontap: {endpoints: ['https://h#x'], user: u, password: env:P}"),
            "with nothing behind it"},
        Bad{system("ontap: {endpoints: [https://h, 'https://H:443/'], user: u, password: env:P}"),
            "this endpoint is given twice"},
        Bad{system("ontap: {endpoints: [[https://h]], user: u, password: env:P}"), "single value"},
        Bad{ontap("fingerprint: 'sha256:ab'"), "must be sha256: and 64 hexadecimal digits"},
        Bad{ontap("fingerprint: " + kHex), "must be sha256: and 64 hexadecimal digits"},
        Bad{ontap("fingerprint: 'sha256:" + std::string(64, 'g') + "'"), "hexadecimal digits"},
        Bad{ontap("fingerprint: 'sha1:" + kHex + "'"), "hexadecimal digits"},
        Bad{ontap("fingerprint: 'sha256:" + kHex + "', ca: /x"),
            "either by fingerprint: or by ca:"},
        Bad{ontap("ca: cvo.pem"), "ca must be the absolute path"},
        Bad{system("ontap: {endpoints: [https://h], user: u, pasword: env:P}"),
            "Did you mean password?"},
        Bad{ontap("insecure: true"), "unknown key 'insecure'"}));

INSTANTIATE_TEST_SUITE_P(
    Consent, BadRestartFacts,
    testing::Values(
        Bad{system("ha: false, consent: {failover: 2026-12-05T01:00Z/PT6H, by: b}"),
            "facts.yaml:1:35: a single node (ha: false) has no failover"},
        Bad{system("consent: {failover: 2026-12-05T01:00Z/PT6H, by: b}, ha: false"),
            "a single node (ha: false) has no failover"},
        Bad{system("ha: true, consent: {outage: 2026-12-05T01:00Z/PT6H, by: b}"),
            "a pair (ha: true) takes no outage"},
        Bad{system("consent: {failover: 2026-12-05T01:00Z/PT6H}"), "consent needs by:"},
        Bad{system("consent: {by: b}"), "either failover: (of a pair) or outage:"},
        Bad{system("consent: {failover: 2026-12-05T01:00Z/PT6H, outage: 2026-12-05T01:00Z/PT6H, "
                   "by: b}"),
            "either failover: (of a pair) or outage:"},
        Bad{system("consent: {failover: 2026-12-05T01:00/PT6H, by: b}"),
            "failover: '2026-12-05T01:00' is no start"},
        Bad{system("consent: {outage: 2026-12-05T01:00Z/6h, by: b}"),
            "outage: '6h' is no duration"},
        Bad{system("consent: {failover: always, by: b}"), "is not START/DURATION"},
        Bad{system("consent: yes"), "a map (key: value) is needed here"},
        Bad{system("probes: [10.1.2.3:2049]"), "a probe must be tcp://HOST:PORT"},
        Bad{system("probes: ['tcp://10.1.2.3']"), "a probe must be"},
        Bad{system("probes: ['tcp://:2049']"), "a probe must be"},
        Bad{system("probes: ['tcp://h:0']"), "a probe must be"},
        Bad{system("probes: ['tcp://h:65536']"), "a probe must be"},
        Bad{system("probes: ['tcp://fd00::1:2049']"), "a probe must be"},
        Bad{system("probes: ['tcp://h:22/x']"), "a probe must be"},
        Bad{system("probes: ['https://h:22']"), "a probe must be"},
        Bad{system("probes: [{a: b}]"), "a probe must be"},
        Bad{system("agent: connector-1"), "'connector-1' is no instance id"},
        Bad{system("restarted: yesterday"), "restarted must be a date or a time"}));

INSTANTIATE_TEST_SUITE_P(
    Console, BadRestartFacts,
    testing::Values(
        Bad{console("account: a, refresh_token: env:T"), "console needs endpoint:"},
        Bad{console("endpoint: https://h, refresh_token: env:T"), "console needs account:"},
        Bad{console("endpoint: https://h, account: a"), "needs client_id: and client_secret:"},
        Bad{console("endpoint: https://h, account: a, client_id: env:I"), "belong together"},
        Bad{console("endpoint: https://h, account: a, client_secret: env:I"), "belong together"},
        Bad{console("endpoint: https://h, account: a, client_id: env:I, client_secret: env:S, "
                    "refresh_token: env:T"),
            "either by refresh_token: or by client_id: and client_secret:"},
        Bad{console("endpoint: https://h, agent: 'http://10.0.0.5'"),
            "either endpoint: and account:, or agent:"},
        Bad{console("account: a, agent: 'http://10.0.0.5'"), "either endpoint: and account:"},
        Bad{console("agent: 10.0.0.5"), "agent must be http:// or https://"},
        Bad{console("endpoint: 'http://api.example.com', account: a, refresh_token: env:T"),
            "facts.yaml:1:21: endpoint must be https://"},
        Bad{console("endpoint: https://h, account: a, token: env:T"), "unknown key 'token'"},
        Bad{"console: https://h", "a map (key: value) is needed here"}));

TEST(RestartFacts, AgentThatIsSaidToBeSomethingElseIsRefused) {
  const auto facts = parse_facts(
      "instances: {i-00000001: {workload: generic}}\nsystems:\n  x: {agent: i-00000001}",
      "facts.yaml");
  ASSERT_FALSE(facts);
  EXPECT_EQ(to_string(facts.error()),
            "facts.yaml:3: the agent of x, i-00000001, is said to be generic. See facts.yaml:1");
  EXPECT_TRUE(
      parse_facts("instances: {i-00000001: {workload: netapp-console-agent}}\n"
                  "systems: {x: {agent: i-00000001}}",
                  "facts.yaml"));
}

TEST(RestartFacts, TwoSystemsCannotHaveAnEndpointInCommon) {
  const std::string access = ": {ontap: {endpoints: [https://h], user: u, password: env:P}}";
  const auto facts = parse_facts("systems:\n  x" + access + "\n  y" + access, "facts.yaml");
  ASSERT_FALSE(facts);
  EXPECT_EQ(to_string(facts.error()),
            "facts.yaml:3: y and x cannot have an endpoint of ONTAP in common");
}

// What a person may write by mistake where a secret, or an address, belongs.
TEST(RestartFacts, NoErrorRepeatsWhatWasWrittenForASecret) {
  const std::string secret = "hunter2-XYZZY";
  const std::vector<std::string> written = {secret,
                                            "env:" + secret,
                                            "file:" + secret,
                                            "command:echo " + secret,
                                            "[" + secret + "]",
                                            "{a: " + secret + "}",
                                            "'env:" + secret + " '"};
  for (const auto& text : written) {
    for (const auto& file :
         {system("ontap: {endpoints: [https://h], user: u, password: " + text + "}"),
          console("endpoint: https://h, account: a, client_id: env:I, client_secret: " + text),
          console("endpoint: https://h, account: a, client_secret: env:I, client_id: " + text),
          console("endpoint: https://h, account: a, refresh_token: " + text)}) {
      const auto facts = parse_facts(file, "facts.yaml");
      ASSERT_FALSE(facts) << file;
      EXPECT_THAT(to_string(facts.error()), Not(HasSubstr("XYZZY"))) << file;
      EXPECT_THAT(to_string(facts.error()), HasSubstr("facts.yaml:1:")) << file;
    }
  }
  for (const auto& file :
       {system("ontap: {endpoints: ['https://admin:" + secret + "@h'], user: u, password: env:P}"),
        system("probes: ['tcp://admin:" + secret + "@h:22']"),
        console("endpoint: 'https://admin:" + secret + "@h', account: a, refresh_token: env:T"),
        console("agent: 'http://admin:" + secret + "@h'"), ontap("fingerprint: " + secret)}) {
    const auto facts = parse_facts(file, "facts.yaml");
    ASSERT_FALSE(facts) << file;
    EXPECT_THAT(to_string(facts.error()), Not(HasSubstr("XYZZY"))) << file;
  }
}

TEST(RestartFacts, CommandsAreReadOnlyWhereTheyAreAllowed) {
  const auto text =
      system("ontap: {endpoints: [https://h], user: u, password: 'command:pass cvo'}");
  const auto refused = parse_facts(text, "facts.yaml", Commands::kRefused);
  ASSERT_FALSE(refused);
  EXPECT_THAT(to_string(refused.error()),
              HasSubstr("password may be command:… only in a file that belongs to you"));
  const auto allowed = parse_facts(text, "facts.yaml", Commands::kAllowed);
  ASSERT_TRUE(allowed) << to_string(allowed.error());
  EXPECT_EQ(allowed->systems.at(UnitId("x")).ontap->password,
            (SecretName{SecretName::Kind::kCommand, "pass cvo"}));
}

class FactsOnDisk : public testing::Test {
 protected:
  FactsOnDisk() {
    std::ofstream(path_) << system(
        "ontap: {endpoints: [https://h], user: u, password: 'command:pass cvo'}");
  }
  void TearDown() override { std::filesystem::remove(path_); }

  bool loads_with(mode_t mode) {
    EXPECT_EQ(chmod(path_.c_str(), mode), 0);
    return load_facts(path_).has_value();
  }

  std::string path_ = testing::TempDir() + "facts-" + std::to_string(getpid()) + ".yaml";
};

TEST_F(FactsOnDisk, MayNameCommandsOnlyWhereNobodyElseMayWrite) {
  EXPECT_TRUE(loads_with(0600));
  EXPECT_TRUE(loads_with(0644));
  EXPECT_FALSE(loads_with(0664));
  EXPECT_FALSE(loads_with(0646));
}

TEST_F(FactsOnDisk, MayNameCommandsOnlyWhereTheyBelongToTheCaller) {
  if (geteuid() != 0) GTEST_SKIP() << "only root may give a file away";
  ASSERT_EQ(chown(path_.c_str(), 65534, 65534), 0);
  EXPECT_FALSE(loads_with(0600));
}

TEST_F(FactsOnDisk, MayNotNameCommandsInAPipe) {
  const auto pipe = path_ + ".pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const int both = open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(both, 0);
  const auto text = system("ontap: {endpoints: [https://h], user: u, password: 'command:x'}");
  ASSERT_EQ(write(both, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    close(both);
  });
  EXPECT_FALSE(load_facts(pipe));
  writer.join();
  std::filesystem::remove(pipe);
}

}  // namespace
}  // namespace v2only::config
