#include "drivers/discover.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "simulated.h"

namespace v2only::drivers {
namespace {

using sim::FaultSpec;
using test::Simulated;

Result<Discovered> read(Simulated& simulated, DiscoverOptions options = {}) {
  if (options.regions.empty() && !options.all_regions) options.regions = simulated.spec.regions;
  return discover(simulated.caller, simulated.clock, options);
}

std::vector<std::string> errors_of(const Discovered& found) {
  std::vector<std::string> out;
  for (const auto& scope : found.inventory.scopes) {
    if (!scope.error.empty()) out.push_back(scope.region.str() + ": " + scope.error);
  }
  return out;
}

// The simulator with its answers rewritten on their way.
class Answers final : public net::Transport {
 public:
  using Rewrite = std::function<void(net::Response& response)>;
  Answers(net::Transport& to, Rewrite rewrite) : to_(to), rewrite_(std::move(rewrite)) {}

  net::RequestId start(net::Request request, MonoTime deadline) override {
    return to_.start(std::move(request), deadline);
  }
  std::vector<net::Completion> wait(MonoTime until) override {
    auto out = to_.wait(until);
    for (auto& completion : out) {
      auto* response = std::get_if<net::Response>(&completion.result);
      if (response != nullptr) rewrite_(*response);
    }
    return out;
  }
  void wake() override { to_.wake(); }

 private:
  net::Transport& to_;
  Rewrite rewrite_;
};

TEST(Discover, ReadsEveryInstanceWithItsImageAndItsV1Use) {
  auto spec = test::spec_of(3);
  spec.instances.push_back(test::instance(4, "us-east-1", sim::Software::kV1));
  Simulated simulated(spec);
  const auto found = read(simulated);
  ASSERT_TRUE(found) << to_string(found.error());
  EXPECT_EQ(found->account.str(), "111122223333");
  EXPECT_TRUE(found->inventory.complete());
  ASSERT_EQ(found->inventory.instances.size(), 4U);
  for (const auto& instance : found->inventory.instances) {
    ASSERT_TRUE(instance.image) << instance.id.str();
    EXPECT_EQ(instance.image->imds_support, "v2.0");
  }
  const auto& user = found->inventory.v1.at(InstanceId("i-00000000000000004"));
  EXPECT_EQ(user.use, fleet::V1Use::kUsed);
  EXPECT_GT(user.calls, 0);
  EXPECT_EQ(found->inventory.v1.at(InstanceId("i-00000000000000001")).use, fleet::V1Use::kUnused);
}

TEST(Discover, FollowsEveryPage) {
  Simulated simulated(test::spec_of(2500));
  const auto found = read(simulated, {.v1_use = false});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->inventory.instances.size(), 2500U);
}

TEST(Discover, AsksFiveHundredMetricsACall) {
  Simulated simulated(test::spec_of(2002));
  const auto found = read(simulated);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->inventory.v1.size(), 2002U);
  // STS 1; 2 regions of 1001 instances: 4 pages, 2 image calls, 6 metric calls at least.
  EXPECT_LE(simulated.caller.stats().calls, 1U + 4 + 2 + 12);
}

TEST(Discover, AllRegionsLeavesOutOnlyThoseThatAreNotOptedIn) {
  Simulated simulated(test::spec_of(2));
  const auto found = read(simulated, {.all_regions = true});
  ASSERT_TRUE(found) << to_string(found.error());
  EXPECT_EQ(found->regions, (std::vector{RegionName("eu-west-1"), RegionName("us-east-1")}));
}

TEST(Discover, RegionThatIsDeniedIsNamedAndTheOthersAreThere) {
  auto spec = test::spec_of(4);
  auto denied = test::fault(FaultSpec::Kind::kDeny, "DescribeInstances");
  denied.region = RegionName("us-east-1");
  spec.faults.push_back(denied);
  Simulated simulated(spec);
  const auto found = read(simulated);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->inventory.complete());
  EXPECT_EQ(found->inventory.instances.size(), 2U);
  const auto errors = errors_of(*found);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_NE(errors[0].find("us-east-1"), std::string::npos);
  EXPECT_NE(errors[0].find("ec2:DescribeInstances"), std::string::npos);
}

TEST(Discover, DeniedMetricsMakeV1UseUnknownAndTheResultIncomplete) {
  auto spec = test::spec_of(2);
  spec.faults.push_back(test::fault(FaultSpec::Kind::kDeny, "GetMetricData"));
  Simulated simulated(spec);
  const auto found = read(simulated);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->inventory.complete());
  for (const auto& [id, reading] : found->inventory.v1) {
    EXPECT_EQ(reading.use, fleet::V1Use::kUnknown);
    EXPECT_NE(reading.why_unknown.find("cloudwatch:GetMetricData"), std::string::npos);
  }
}

TEST(Discover, ImagesThatCouldNotBeReadAreKnownAsSuch) {
  auto spec = test::spec_of(2);
  spec.faults.push_back(test::fault(FaultSpec::Kind::kDeny, "DescribeImages"));
  Simulated simulated(spec);
  const auto found = read(simulated);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->inventory.complete());
  for (const auto& instance : found->inventory.instances) EXPECT_TRUE(instance.image_unread);
  for (const auto& scope : found->inventory.scopes) EXPECT_TRUE(scope.listed);
}

// The batch that fails is answered first: the other one's images are known all the same.
TEST(Discover, OnlyTheImagesOfTheCallThatFailedAreUnread) {
  auto spec = test::spec_of(250);
  spec.regions = {RegionName("eu-west-1")};
  for (std::size_t i = 0; i < spec.instances.size(); ++i) {
    auto& instance = spec.instances[i].instance;
    instance.region = spec.regions.front();
    instance.image_id = ImageId("ami-" + std::to_string(10000000 + i));
    // AWS does not know the last one: that is no failure.
    if (i + 1 < spec.instances.size()) spec.images[instance.image_id] = {"al2023", "1", "v2.0"};
  }
  Simulated simulated(spec);
  bool denied = false;
  Answers answers(simulated.transport, [&](net::Response& response) {
    if (response.body.find("<imagesSet") == std::string::npos || std::exchange(denied, true))
      return;
    response.status = 403;
    response.body =
        "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error>"
        "</Errors><RequestID>r</RequestID></Response>";
  });
  aws::Caller caller(answers, simulated.clock, Random(1), Simulated::session(spec), {});
  const auto found = discover(caller, simulated.clock, {.regions = spec.regions, .v1_use = false});
  ASSERT_TRUE(found) << to_string(found.error());
  const auto& all = found->inventory.instances;
  ASSERT_EQ(all.size(), 250U);
  EXPECT_FALSE(found->inventory.complete());
  const auto unread = std::count_if(all.begin(), all.end(), [](const fleet::Instance& instance) {
    EXPECT_FALSE(instance.image_unread && instance.image);
    return instance.image_unread;
  });
  EXPECT_TRUE(unread == 200 || unread == 50) << unread;
}

TEST(Discover, InstanceThatAPageRepeatsIsTakenOnce) {
  auto spec = test::spec_of(4);
  spec.regions = {RegionName("eu-west-1")};
  for (auto& each : spec.instances) each.instance.region = spec.regions.front();
  Simulated simulated(spec);
  bool doubled = false;
  // A fleet that changes while it is paged: every instance stands in the answer twice.
  Answers answers(simulated.transport, [&](net::Response& response) {
    auto& body = response.body;
    const std::string begin = "<reservationSet>";
    const auto from = body.find(begin);
    const auto to = body.find("</reservationSet>");
    if (from == std::string::npos || to == std::string::npos) return;
    body.insert(to, body.substr(from + begin.size(), to - from - begin.size()));
    doubled = true;
  });
  aws::Caller caller(answers, simulated.clock, Random(1), Simulated::session(spec), {});
  const auto found = discover(caller, simulated.clock, {.regions = spec.regions, .v1_use = false});
  ASSERT_TRUE(found) << to_string(found.error());
  EXPECT_TRUE(doubled);
  EXPECT_EQ(found->inventory.instances.size(), 4U);
  EXPECT_TRUE(found->inventory.complete());
}

TEST(Discover, InstanceThatTwoRegionsListIsTakenOnceAndTheSecondRegionIsIncomplete) {
  auto spec = test::spec_of(1);
  auto slow = test::fault(FaultSpec::Kind::kDelay, "DescribeInstances");
  slow.region = RegionName("eu-west-1");
  slow.delay = std::chrono::seconds(3);
  spec.faults.push_back(slow);
  Simulated simulated(spec);
  // An endpoint that does not know regions: every region's listing is the one instance.
  std::string listing;
  {
    Answers first(simulated.transport, [&](const net::Response& response) {
      if (response.body.find("<instanceId>") != std::string::npos) listing = response.body;
    });
    aws::Caller caller(first, simulated.clock, Random(1), Simulated::session(spec), {});
    ASSERT_TRUE(discover(caller, simulated.clock, {.regions = spec.regions, .v1_use = false}));
  }
  ASSERT_FALSE(listing.empty());
  Answers blind(simulated.transport, [&](net::Response& response) {
    if (response.body.find("<reservationSet") != std::string::npos) response.body = listing;
  });
  // Whichever is asked for first has it, however the answers come in.
  for (const auto& regions : {std::vector{RegionName("eu-west-1"), RegionName("us-east-1")},
                              std::vector{RegionName("us-east-1"), RegionName("eu-west-1")}}) {
    aws::Caller caller(blind, simulated.clock, Random(1), Simulated::session(spec), {});
    const auto found = discover(caller, simulated.clock, {.regions = regions, .v1_use = false});
    ASSERT_TRUE(found);
    ASSERT_EQ(found->inventory.instances.size(), 1U);
    EXPECT_EQ(found->inventory.instances[0].region, regions[0]);
    const auto errors = errors_of(*found);
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_TRUE(errors[0].starts_with(regions[1].str())) << errors[0];
    const auto unlisted =
        std::count_if(found->inventory.scopes.begin(), found->inventory.scopes.end(),
                      [](const fleet::Scope& scope) { return !scope.listed; });
    EXPECT_EQ(unlisted, 1);
  }
}

TEST(Discover, WrongSecretIsOneLineAndNoResult) {
  auto spec = test::spec_of(1);
  Simulated simulated(spec);
  auto session = Simulated::session(spec);
  session.credentials.secret_access_key = Secret("wrong");
  aws::Caller caller(simulated.transport, simulated.clock, Random(1), session, {});
  const auto found = discover(caller, simulated.clock, {.regions = spec.regions});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kDenied);
  EXPECT_EQ(to_string(found.error()).find("wrong"), std::string::npos);
}

TEST(Discover, EndpointThatNeverAnswersIsOneLine) {
  auto spec = test::spec_of(1);
  spec.faults.push_back(test::fault(FaultSpec::Kind::kRefuse, ""));
  Simulated simulated(spec);
  const auto found = read(simulated);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kUnreachable);
}

TEST(Discover, InterruptedReadingChangesNothingAndSaysSo) {
  Simulated simulated(test::spec_of(1));
  const auto found = read(simulated, {.interrupted = [] { return true; }});
  ASSERT_FALSE(found);
  EXPECT_NE(to_string(found.error()).find("interrupted"), std::string::npos);
}

}  // namespace
}  // namespace v2only::drivers
