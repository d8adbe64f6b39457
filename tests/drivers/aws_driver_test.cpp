#include "drivers/aws_driver.h"

#include <gtest/gtest.h>

#include <utility>

#include "simulated.h"

namespace v2only::drivers {
namespace {

using sim::FaultSpec;
using test::Simulated;

const InstanceId kOne("i-00000000000000001");
const RegionName kRegion("eu-west-1");

// Waits until something has come back.
engine::Event next_event(Simulated& simulated, AwsDriver& driver) {
  for (int i = 0; i < 1000; ++i) {
    auto events = driver.wait(simulated.clock.now().mono + std::chrono::seconds(60));
    if (!events.empty()) return events.front();
  }
  ADD_FAILURE() << "nothing came back";
  return engine::Tick{};
}

engine::ModifyOptions write_of(const Simulated& simulated) {
  engine::ModifyOptions write;
  write.id = 5;
  write.region = kRegion;
  write.instance = kOne;
  write.send.set(fleet::OptionField::kHttpTokens, "required");
  write.send.set(fleet::OptionField::kHttpEndpoint, "enabled");
  write.read_at = simulated.clock.now();
  return write;
}

TEST(AwsDriver, ListingShowsWhatIsThereAndLeavesOutWhatIsNot) {
  Simulated simulated(test::spec_of(2));
  AwsDriver driver(simulated.caller, simulated.clock);
  driver.carry_out(engine::ReadOptions{3, kRegion, {kOne, InstanceId("i-0000000000000dead")}});
  const auto event = next_event(simulated, driver);
  const auto& read = std::get<engine::OptionsRead>(event);
  EXPECT_EQ(read.id, 3U);
  EXPECT_TRUE(read.error.empty()) << read.error;
  ASSERT_EQ(read.seen.size(), 1U);
  EXPECT_EQ(read.seen[0].id, kOne);
  EXPECT_EQ(read.seen[0].options.get(fleet::OptionField::kHttpTokens), "optional");
}

TEST(AwsDriver, TellsOfEachListingThatIsOverWhereItWasAndWhatWentWrong) {
  auto spec = test::spec_of(1);
  spec.faults.push_back(test::fault(FaultSpec::Kind::kDeny, "DescribeInstances"));
  Simulated denied(spec);
  Simulated good(test::spec_of(1));
  for (auto* simulated : {&denied, &good}) {
    std::vector<std::string> heard;
    const auto asked_at = simulated->clock.now();
    AwsDriver driver(simulated->caller, simulated->clock,
                     [&](const RegionName& region, const Now& asked, const std::string& error) {
                       EXPECT_EQ(region, kRegion);
                       EXPECT_EQ(asked, asked_at);
                       heard.push_back(error);
                     });
    driver.carry_out(engine::ReadOptions{3, kRegion, {kOne}});
    const auto event = next_event(*simulated, driver);
    EXPECT_EQ(heard, std::vector<std::string>{std::get<engine::OptionsRead>(event).error});
    EXPECT_EQ(heard.front().empty(), simulated == &good);
  }
}

// Answers a listing in two pages, one instance each.
class TwoPages final : public net::Transport {
 public:
  net::RequestId start(net::Request request, MonoTime /*deadline*/) override {
    const bool second = request.body.find("NextToken=more") != std::string::npos;
    const std::string id = second ? "i-00000000000000002" : kOne.str();
    net::Response response{200, {}, {}};
    response.body =
        "<DescribeInstancesResponse><requestId>r</requestId><reservationSet><item>"
        "<ownerId>111122223333</ownerId><instancesSet><item><instanceId>" +
        id +
        "</instanceId><instanceState><name>running</name></instanceState>"
        "</item></instancesSet></item></reservationSet>" +
        (second ? "" : "<nextToken>more</nextToken>") + "</DescribeInstancesResponse>";
    ready_.push_back({++last_, std::move(response)});
    return last_;
  }
  std::vector<net::Completion> wait(MonoTime /*until*/) override {
    return std::exchange(ready_, {});
  }
  void wake() override {}

 private:
  net::RequestId last_ = 0;
  std::vector<net::Completion> ready_;
};

TEST(AwsDriver, ShortPageIsFollowedToTheLastOneBeforeAnythingCountsAsMissing) {
  const auto spec = test::spec_of(1);
  const sim::VirtualClock clock(test::kStart);
  TwoPages transport;
  aws::Caller caller(transport, clock, Random(1), Simulated::session(spec), {});
  AwsDriver driver(caller, clock);
  driver.carry_out(engine::ReadOptions{3, kRegion, {kOne, InstanceId("i-00000000000000002")}});
  std::vector<engine::Event> events;
  for (int i = 0; i < 5 && events.empty(); ++i) {
    events = driver.wait(clock.now().mono + std::chrono::seconds(1));
  }
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(std::get<engine::OptionsRead>(events[0]).seen.size(), 2U);
}

TEST(AwsDriver, DeniedListingIsAnErrorThatNamesTheAction) {
  auto spec = test::spec_of(1);
  spec.faults.push_back(test::fault(FaultSpec::Kind::kDeny, "DescribeInstances"));
  Simulated simulated(spec);
  AwsDriver driver(simulated.caller, simulated.clock);
  driver.carry_out(engine::ReadOptions{3, kRegion, {kOne}});
  const auto event = next_event(simulated, driver);
  EXPECT_NE(std::get<engine::OptionsRead>(event).error.find("ec2:DescribeInstances"),
            std::string::npos);
}

TEST(AwsDriver, WriteComesBackWithTheEchoAndTheRequestId) {
  Simulated simulated(test::spec_of(1));
  AwsDriver driver(simulated.caller, simulated.clock);
  driver.carry_out(write_of(simulated));
  const auto event = next_event(simulated, driver);
  const auto& answer = std::get<engine::ModifyAnswered>(event);
  EXPECT_EQ(answer.fate, engine::WriteFate::kDone);
  EXPECT_TRUE(answer.options.tokens_required());
  EXPECT_EQ(answer.state, fleet::OptionState::kPending);
  EXPECT_FALSE(answer.request_id.empty());
}

struct LostCase {
  FaultSpec::Kind kind;
  const char* name;
};
class AwsDriverLost : public ::testing::TestWithParam<LostCase> {};

TEST_P(AwsDriverLost, WriteWithoutAnAnswerThatMakesSenseIsUnknownAndSentOnce) {
  auto spec = test::spec_of(1);
  spec.faults.push_back(test::fault(GetParam().kind, "ModifyInstanceMetadataOptions"));
  Simulated simulated(spec);
  AwsDriver driver(simulated.caller, simulated.clock);
  driver.carry_out(write_of(simulated));
  const auto event = next_event(simulated, driver);
  EXPECT_EQ(std::get<engine::ModifyAnswered>(event).fate, engine::WriteFate::kUnknown);
  EXPECT_EQ(simulated.caller.stats().requests, 1U);
}

INSTANTIATE_TEST_SUITE_P(Kinds, AwsDriverLost,
                         ::testing::Values(LostCase{FaultSpec::Kind::kLoseBefore, "LostBefore"},
                                           LostCase{FaultSpec::Kind::kLoseAfter, "LostAfter"},
                                           LostCase{FaultSpec::Kind::kHalfAnswer, "Half"},
                                           LostCase{FaultSpec::Kind::kGarbage, "Html"},
                                           LostCase{FaultSpec::Kind::kHtmlError, "Html502"},
                                           LostCase{FaultSpec::Kind::kHang, "Hang"}),
                         [](const auto& one) { return one.param.name; });

TEST(AwsDriver, DeniedWriteIsRefusedAndNotThrottled) {
  auto spec = test::spec_of(1);
  spec.faults.push_back(test::fault(FaultSpec::Kind::kDeny, "ModifyInstanceMetadataOptions"));
  Simulated simulated(spec);
  AwsDriver driver(simulated.caller, simulated.clock);
  driver.carry_out(write_of(simulated));
  const auto event = next_event(simulated, driver);
  const auto& answer = std::get<engine::ModifyAnswered>(event);
  EXPECT_EQ(answer.fate, engine::WriteFate::kRefused);
  EXPECT_FALSE(answer.throttled);
  EXPECT_EQ(answer.code, "UnauthorizedOperation");
}

TEST(AwsDriver, WriteWhoseReadingIsTooOldIsNotSent) {
  Simulated simulated(test::spec_of(1));
  AwsDriver driver(simulated.caller, simulated.clock);
  const auto write = write_of(simulated);
  simulated.clock.suspend(std::chrono::hours(2));
  driver.carry_out(write);
  const auto event = next_event(simulated, driver);
  const auto& answer = std::get<engine::ModifyAnswered>(event);
  EXPECT_EQ(answer.fate, engine::WriteFate::kRefused);
  EXPECT_TRUE(answer.throttled) << "worth another try";
  EXPECT_EQ(simulated.caller.stats().requests, 0U);
}

TEST(AwsDriver, V1UseIsReadForEachInstanceAsked) {
  auto spec = test::spec_of(1);
  spec.instances.push_back(test::instance(9, "eu-west-1", sim::Software::kV1));
  Simulated simulated(spec);
  AwsDriver driver(simulated.caller, simulated.clock);
  const InstanceId user("i-00000000000000009");
  driver.carry_out(engine::ReadV1Use{4, kRegion, {kOne, user}, std::chrono::hours(24 * 14)});
  const auto event = next_event(simulated, driver);
  const auto& read = std::get<engine::V1UseRead>(event);
  EXPECT_EQ(read.readings.at(kOne).use, fleet::V1Use::kUnused);
  EXPECT_EQ(read.readings.at(user).use, fleet::V1Use::kUsed);
}

}  // namespace
}  // namespace v2only::drivers
