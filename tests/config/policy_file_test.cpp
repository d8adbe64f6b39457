#include "config/policy_file.h"

#include <gmock/gmock.h>

namespace v2only::config {
namespace {

using testing::HasSubstr;

TEST(PolicyFile, EmptyFileIsTheDefaults) {
  const auto policy = parse_policy("", "policy.yaml");
  ASSERT_TRUE(policy);
  EXPECT_EQ(*policy, fleet::Policy{});
  EXPECT_EQ(policy->waves, (fleet::WavePolicy{1, 2, 50}));
  EXPECT_EQ(policy->failures, 1);
  EXPECT_EQ(policy->look_back, std::chrono::hours(24 * 14));
  EXPECT_EQ(policy->calls.timeout, std::chrono::seconds(30));
  EXPECT_EQ(policy->calls.unknown_settle, std::chrono::seconds(60));
  EXPECT_EQ(policy->calls.rates, fleet::Rates::kAuto);
}

TEST(PolicyFile, TheDefaultsWrittenOutAreTheDefaults) {
  const auto policy = parse_policy(R"(
waves: {canary: 1, growth: 2, width: 50}
failures: 1
look_back: 14d
calls: {timeout: 30s, unknown_settle: 60s, rates: auto}
accept: []
profiles: {}
)",
                                   "policy.yaml");
  ASSERT_TRUE(policy) << to_string(policy.error());
  EXPECT_EQ(*policy, fleet::Policy{});
}

TEST(PolicyFile, ReadsEverythingThatItMaySay) {
  const auto policy = parse_policy(R"(waves: {canary: 5}
failures: 3
look_back: 7d
calls: {timeout: 10s, unknown_settle: 0s, rates: none}
accept:
  - {instances: [i-00000001, i-00000002], reason: old exporter, by: ada, until: 2026-12-31}
  - tag: team=a=b
    reason: "yes"
    by: bob
profiles:
  web: {match: {tag: role=web}, hop_limit: 2, needs_imds: true}
  netapp-console-agent: {hop_limit: 4}
)",
                                   "policy.yaml");
  ASSERT_TRUE(policy) << to_string(policy.error());
  EXPECT_EQ(policy->waves, (fleet::WavePolicy{5, 2, 50}));
  EXPECT_EQ(policy->failures, 3);
  EXPECT_EQ(policy->look_back, std::chrono::hours(24 * 7));
  EXPECT_EQ(policy->calls.rates, fleet::Rates::kNone);
  ASSERT_EQ(policy->accept.size(), 2U);
  EXPECT_EQ(policy->accept[0].instances.size(), 2U);
  EXPECT_EQ(policy->accept[0].until, *parse_utc("2026-12-31"));
  EXPECT_EQ(policy->accept[0].where, "policy.yaml:6");
  EXPECT_EQ(policy->accept[1].tag_name, "team");
  EXPECT_EQ(policy->accept[1].tag_value, "a=b");
  EXPECT_EQ(policy->accept[1].until, std::nullopt);
  const auto& web = policy->profiles.at("web");
  EXPECT_EQ(web.match_tag_name, "role");
  EXPECT_EQ(web.match_tag_value, "web");
  EXPECT_EQ(web.hop_limit, 2);
  EXPECT_EQ(web.needs_imds, true);
  EXPECT_EQ(web.where, "policy.yaml:11");
  EXPECT_EQ(policy->profiles.at("netapp-console-agent").needs_imds, std::nullopt);
}

struct Bad {
  const char* text;
  const char* error;
};

class BadPolicy : public testing::TestWithParam<Bad> {};

TEST_P(BadPolicy, IsRefusedInOneLineWithItsPlace) {
  const auto policy = parse_policy(GetParam().text, "policy.yaml");
  ASSERT_FALSE(policy) << GetParam().text;
  const auto error = to_string(policy.error());
  EXPECT_EQ(policy.error().code, ErrorCode::kUsage);
  EXPECT_THAT(error, testing::StartsWith("policy.yaml:")) << GetParam().text;
  EXPECT_THAT(error, HasSubstr(GetParam().error)) << GetParam().text;
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Each, BadPolicy,
    testing::Values(
        Bad{"waves: {canary: 0}", "policy.yaml:1:17: canary must be a whole number from 1"},
        Bad{"waves: {canary: -1}", "canary must be"}, Bad{"waves: {canary: 1.5}", "canary must be"},
        Bad{"waves: {canary: one}", "not 'one'"}, Bad{"waves: {growth: 0}", "growth must be"},
        Bad{"waves: {width: 0}", "width must be"}, Bad{"waves: {width: 1001}", "from 1 to 1000"},
        Bad{"waves: {width: 99999999999999999999}", "width must be"}, Bad{"waves: 3", "a map"},
        Bad{"waves: {canry: 1}", "Did you mean canary?"}, Bad{"failures: 0", "failures must be"},
        Bad{"look_back: 1h", "look_back must be a duration from 1d to 63d"},
        Bad{"look_back: 64d", "from 1d to 63d"}, Bad{"look_back: fortnight", "not 'fortnight'"},
        Bad{"lookback: 7d", "Did you mean look_back?"},
        Bad{"calls: {timeout: 0s}", "timeout must be a duration from 1s"},
        Bad{"calls: {unknown_settle: 2h}", "unknown_settle must be"},
        Bad{"calls: {rates: fast}", "rates must be auto, table or none, not 'fast'"},
        Bad{"accept: {tag: a=b}", "accept must be a list"},
        Bad{"accept: [{reason: r, by: b}]", "either instances: or tag:"},
        Bad{"accept: [{instances: [i-00000001], tag: a=b, reason: r, by: b}]",
            "either instances: or tag:"},
        Bad{"accept: [{instances: [], reason: r, by: b}]", "either instances: or tag:"},
        Bad{"accept: [{tag: a=b, by: b}]", "needs a reason:"},
        Bad{"accept: [{tag: a=b, reason: r}]", "needs by:"},
        Bad{"accept: [{tag: a=b, reason: ' ', by: b}]", "reason must not be empty"},
        Bad{"accept: [{tag: ab, reason: r, by: b}]", "tag must be name=value, not 'ab'"},
        Bad{"accept: [{tag: =b, reason: r, by: b}]", "tag must be name=value"},
        Bad{"accept: [{instances: [web-1], reason: r, by: b}]", "'web-1' is no instance id"},
        Bad{"accept: [{instances: [i-00000001, i-00000001], reason: r, by: b}]",
            "i-00000001 is accepted twice"},
        Bad{"accept:\n- {instances: [i-00000001], reason: r, by: b}\n"
            "- {instances: [i-00000001], reason: s, by: c}",
            "policy.yaml:3:16: i-00000001 is accepted twice"},
        Bad{"accept: [{tag: a=b, reason: r, by: b, until: soon}]",
            "until must be a date or a time"},
        Bad{"accept: [{tag: a=b, reason: r, by: b, until: 2026-02-30}]", "until must be"},
        Bad{"profiles: {web: {hop_limit: 0}}", "hop_limit must be a whole number from 1 to 64"},
        Bad{"profiles: {web: {hop_limit: 65}}", "hop_limit must be"},
        Bad{"profiles: {web: {needs_imds: maybe}}", "needs_imds must be true or false"},
        Bad{"profiles: {web: {match: {}}}", "match needs tag: name=value"},
        Bad{"profiles: {web: {match: {name: x}}}", "match needs tag"},
        Bad{"profiles: {Web Server: {}}", "'Web Server' is no profile name"},
        Bad{"profiles: {web: {}, web: {}}", "'web' is given twice"}));

TEST(PolicyFile, ThatDoesNotExistIsNotFound) {
  EXPECT_EQ(load_policy("/nowhere/policy.yaml").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace v2only::config
