#include <gmock/gmock.h>

#include "config/policy_file.h"

namespace v2only::config {
namespace {

namespace chr = std::chrono;
using testing::HasSubstr;

TEST(RestartPolicy, TheDefaultsWrittenOutAreTheDefaults) {
  const auto policy = parse_policy(R"(
ontap:
  poll: 5s
  settle: 5m
  expected: 45m
  width: 1
  apart: []
  pause_before: []
  handover: shutdown
  mediator_reboot: true
  timeouts: {takeover: 5m, stop: 15m, start: 15m, boot: 15m, giveback: 30m, health: 15m}
agents: {soak: 7h}
windows: []
blackout: []
)",
                                   "policy.yaml");
  ASSERT_TRUE(policy) << to_string(policy.error());
  EXPECT_EQ(*policy, fleet::Policy{});
}

TEST(RestartPolicy, ReadsEverythingThatItMaySay) {
  const auto policy = parse_policy(R"(ontap:
  poll: 200ms
  settle: 0s
  expected: 20s
  width: 3
  apart: [[VsaWorkingEnvironment-a1b2c3d4, VsaWorkingEnvironment-e5f6a7b8], [a, b, c]]
  pause_before: [second-node, mediator]
  handover: takeover
  mediator_reboot: false
  timeouts: {takeover: 1s, stop: 2s, start: 3s, boot: 4s, giveback: 5s, health: 6s}
agents: {soak: 90s}
windows:
  - {cron: "0 1 * * SAT", zone: Asia/Tokyo, for: 4h}
  - {cron: "*/30 2-4 1 JAN *", for: 20m}
blackout: [2026-12-24/2027-01-04, 2027-05-03]
)",
                                   "policy.yaml");
  ASSERT_TRUE(policy) << to_string(policy.error());
  const auto& ontap = policy->ontap;
  EXPECT_EQ(ontap.poll, chr::milliseconds(200));
  EXPECT_EQ(ontap.settle, chr::seconds(0));
  EXPECT_EQ(ontap.expected, chr::seconds(20));
  EXPECT_EQ(ontap.width, 3);
  ASSERT_EQ(ontap.apart.size(), 2U);
  EXPECT_EQ(ontap.apart[0], (std::vector{UnitId("VsaWorkingEnvironment-a1b2c3d4"),
                                         UnitId("VsaWorkingEnvironment-e5f6a7b8")}));
  EXPECT_EQ(ontap.apart[1].size(), 3U);
  EXPECT_EQ(ontap.pause_before, (std::set{fleet::Pause::kMediator, fleet::Pause::kSecondNode}));
  EXPECT_EQ(ontap.handover, fleet::Handover::kTakeover);
  EXPECT_FALSE(ontap.mediator_reboot);
  EXPECT_EQ(ontap.timeouts,
            (fleet::OntapTimeouts{chr::seconds(1), chr::seconds(2), chr::seconds(3),
                                  chr::seconds(4), chr::seconds(5), chr::seconds(6)}));
  EXPECT_EQ(policy->agent_soak, chr::seconds(90));
  ASSERT_EQ(policy->windows.size(), 2U);
  EXPECT_EQ(policy->windows[0],
            (fleet::Window{"0 1 * * SAT", "Asia/Tokyo", chr::hours(4), "policy.yaml:13"}));
  EXPECT_EQ(policy->windows[1].zone, "UTC");
  ASSERT_EQ(policy->blackout.size(), 2U);
  EXPECT_EQ(WallTime(policy->blackout[0].first), *parse_utc("2026-12-24"));
  EXPECT_EQ(WallTime(policy->blackout[0].last), *parse_utc("2027-01-04"));
  EXPECT_EQ(policy->blackout[1].first, policy->blackout[1].last);
  EXPECT_EQ(policy->blackout[1].where, "policy.yaml:15");
}

struct Bad {
  const char* text;
  const char* error;
};
class BadRestartPolicy : public testing::TestWithParam<Bad> {};

TEST_P(BadRestartPolicy, IsRefusedInOneLineWithItsPlace) {
  const auto policy = parse_policy(GetParam().text, "policy.yaml");
  ASSERT_FALSE(policy) << GetParam().text;
  const auto error = to_string(policy.error());
  EXPECT_EQ(policy.error().code, ErrorCode::kUsage);
  EXPECT_THAT(error, testing::MatchesRegex("policy.yaml:[0-9]+:[0-9]+: .*")) << GetParam().text;
  EXPECT_THAT(error, HasSubstr(GetParam().error)) << GetParam().text;
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Each, BadRestartPolicy,
    testing::Values(
        Bad{"ontap: {poll: 99ms}", "policy.yaml:1:15: poll must be a duration from 100ms to 1m"},
        Bad{"ontap: {poll: 61s}", "poll must be"}, Bad{"ontap: {settle: 25h}", "settle must be"},
        Bad{"ontap: {expected: 0s}", "expected must be a duration from 1s to 1d"},
        Bad{"ontap: {expected: 45}", "not '45'"}, Bad{"ontap: {width: 0}", "width must be"},
        Bad{"ontap: {apart: [a, b]}", "each of apart must be a list of two or more systems"},
        Bad{"ontap: {apart: [[a]]}", "two or more systems"},
        Bad{"ontap: {apart: [[a, a]]}", "policy.yaml:1:21: this system is named twice"},
        Bad{"ontap: {apart: [[a, {b: c}]]}", "ids of systems"},
        Bad{"ontap: {apart: a}", "apart must be a list"},
        Bad{"ontap: {pause_before: [stop, giveback]}",
            "policy.yaml:1:30: pause_before must be of mediator, takeover, stop, second-node, not "
            "'giveback'"},
        Bad{"ontap: {handover: halt}",
            "policy.yaml:1:19: handover must be shutdown, reboot or takeover, not 'halt'"},
        Bad{"ontap: {mediator_reboot: no}", "mediator_reboot must be true or false"},
        Bad{"ontap: {timeouts: {boot: 0s}}", "policy.yaml:1:26: boot must be a duration"},
        Bad{"ontap: {timeouts: {resync: 1h}}", "unknown key 'resync'"},
        Bad{"ontap: {timeout: {}}", "Did you mean timeouts?"},
        Bad{"agents: {soak: 0s}", "soak must be a duration from 1s to 7d"},
        Bad{"agents: {soaks: 7h}", "Did you mean soak?"},
        Bad{"windows: {cron: x}", "windows must be a list"},
        Bad{"windows: [{zone: UTC, for: 1h}]", "policy.yaml:1:11: a window needs cron:"},
        Bad{"windows: [{cron: 0 1 * * SAT}]", "a window needs for:"},
        Bad{"windows: [{cron: 0 1 * * SAT, for: 0s}]", "for must be a duration from 1s to 31d"},
        Bad{"windows:\n- {cron: 0 25 * * SAT, for: 1h}",
            "policy.yaml:2:10: '25' is no hour of a cron expression"},
        Bad{"windows:\n- {cron: 0 1 * * SAT, for: 1h, zone: Asia/Edo}",
            "policy.yaml:2:38: 'Asia/Edo' is no time zone that this machine knows; give it by its"},
        Bad{"windows: [{cron: 0 1 * * SAT, for: 1h, zone: ''}]", "zone must not be empty"},
        Bad{"windows: [{cron: 0 1 * * SAT, for: 1h, until: x}]", "unknown key 'until'"},
        Bad{"blackout: 2026-12-24", "blackout must be a list"},
        Bad{"blackout: [2026-12-24/2026-12-23]", "policy.yaml:1:12: blackout must be of days"},
        Bad{"blackout: [2026-12-24/]", "blackout must be of days"},
        Bad{"blackout: [christmas]", "not 'christmas'"},
        Bad{"blackout: [2026-02-30]", "blackout must be of days"},
        Bad{"blackout: [2026-12-24T00:00:00Z]", "blackout must be of days"},
        Bad{"blackout: [{from: 2026-12-24}]", "blackout must be of days"}));

}  // namespace
}  // namespace v2only::config
