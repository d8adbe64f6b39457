#include "sim/world.h"

#include <gtest/gtest.h>

#include <set>

#include "asking.h"

namespace v2only::sim::testing {
namespace {

using fleet::OptionField;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(DescribeInstances, ShowsEveryFieldThatTheClientReads) {
  auto spec = plain_spec(1);
  auto& instance = spec.instances[0].instance;
  instance.name = "web <1> & co";
  instance.tags["team"] = "a\"b";
  instance.iam_instance_profile = "arn:aws:iam::111122223333:instance-profile/web";
  instance.network_interfaces = 4;
  World world(spec, 1, kStart);
  const auto answer = ask(world, kStart, "DescribeInstances");
  EXPECT_EQ(answer.response.status, 200);
  EXPECT_EQ(text(answer, "ownerId"), "111122223333");
  EXPECT_EQ(text(answer, "instanceId"), instance_id(0));
  EXPECT_EQ(text(answer, "imageId"), "ami-0aaaaaaaaaaaaaaaa");
  EXPECT_EQ(text(answer, "launchTime"), "2025-11-24T00:00:00Z");
  EXPECT_EQ(texts(answer, "networkInterfaceId").size(), 4U);
  EXPECT_EQ(text(answer, "arn"), "arn:aws:iam::111122223333:instance-profile/web");
  EXPECT_EQ(texts(answer, "key"), (std::vector<std::string>{"Name", "team"}));
  EXPECT_EQ(texts(answer, "value"), (std::vector<std::string>{"web <1> & co", "a\"b"}));
  EXPECT_EQ(text(answer, "httpTokens"), "optional");
  EXPECT_EQ(text(answer, "httpPutResponseHopLimit"), "1");
  EXPECT_EQ(text(answer, "httpEndpoint"), "enabled");
  EXPECT_EQ(text(answer, "httpProtocolIpv6"), "disabled");
  EXPECT_EQ(text(answer, "instanceMetadataTags"), "disabled");
  EXPECT_EQ(texts(answer, "state").back(), "applied");
  EXPECT_EQ(text(answer, "requestId"), answer.response.header("x-amzn-requestid"));
}

TEST(DescribeInstances, ShowsOnlyTheRegionOfTheSignature) {
  auto spec = plain_spec(3);
  spec.instances[2].instance.region = RegionName("us-east-1");
  World world(spec, 1, kStart);
  EXPECT_EQ(texts(ask(world, kStart, "DescribeInstances"), "instanceId").size(), 2U);
  Asker us;
  us.region = "us-east-1";
  EXPECT_EQ(text(ask(world, kStart, "DescribeInstances", {}, us), "instanceId"), instance_id(2));
}

TEST(DescribeInstances, PagesGiveEachInstanceOnce) {
  World world(plain_spec(23), 1, kStart);
  std::set<std::string> seen;
  std::string token;
  int pages = 0;
  do {
    Params params{{"MaxResults", "5"}};
    if (!token.empty()) params.emplace_back("NextToken", token);
    const auto answer = ask(world, kStart, "DescribeInstances", params);
    for (const auto& id : texts(answer, "instanceId")) EXPECT_TRUE(seen.insert(id).second);
    token = text(answer, "nextToken");
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(seen.size(), 23U);
  EXPECT_EQ(pages, 5);
}

TEST(DescribeInstances, AFullLastPageHasNoToken) {
  World world(plain_spec(10), 1, kStart);
  auto answer = ask(world, kStart, "DescribeInstances", {{"MaxResults", "5"}});
  answer = ask(world, kStart, "DescribeInstances",
               {{"MaxResults", "5"}, {"NextToken", text(answer, "nextToken")}});
  EXPECT_EQ(texts(answer, "instanceId").size(), 5U);
  EXPECT_EQ(text(answer, "nextToken"), "");
}

TEST(DescribeInstances, ATokenThatIsNotItsOwnIsRefused) {
  World world(plain_spec(10), 1, kStart);
  const auto first = ask(world, kStart, "DescribeInstances", {{"MaxResults", "5"}});
  const auto token = text(first, "nextToken");
  ASSERT_NE(token, "");
  Asker us;
  us.region = "us-east-1";
  for (const auto& answer : {ask(world, kStart, "DescribeInstances", {{"NextToken", "bogus"}}),
                             ask(world, kStart, "DescribeInstances", {{"NextToken", token + "0"}}),
                             ask(world, kStart, "DescribeInstances", {{"NextToken", token}}, us)}) {
    EXPECT_EQ(answer.response.status, 400);
    EXPECT_EQ(code(answer), "InvalidPaginationToken");
  }
}

TEST(DescribeInstances, MaxResultsIsFrom5To1000) {
  World world(plain_spec(1), 1, kStart);
  for (const auto* bad : {"4", "1001", "0", "-1", "many", ""}) {
    EXPECT_EQ(code(ask(world, kStart, "DescribeInstances", {{"MaxResults", bad}})),
              "InvalidParameterValue")
        << bad;
  }
  for (const auto* good : {"5", "1000"}) {
    EXPECT_EQ(ask(world, kStart, "DescribeInstances", {{"MaxResults", good}}).response.status, 200);
  }
}

TEST(DescribeInstances, MaxResultsWithIdsIsRefused) {
  World world(plain_spec(1), 1, kStart);
  EXPECT_EQ(code(ask(world, kStart, "DescribeInstances",
                     {{"MaxResults", "5"}, {"InstanceId.1", instance_id(0)}})),
            "InvalidParameterCombination");
}

TEST(DescribeInstances, ByIdGivesJustThose) {
  World world(plain_spec(9), 1, kStart);
  const auto answer = ask(world, kStart, "DescribeInstances",
                          {{"InstanceId.1", instance_id(7)}, {"InstanceId.2", instance_id(3)}});
  EXPECT_EQ(texts(answer, "instanceId"),
            (std::vector<std::string>{instance_id(3), instance_id(7)}));
}

TEST(DescribeInstances, AnIdThatDoesNotExistIsAnErrorByNameButNotInAFilter) {
  World world(plain_spec(2), 1, kStart);
  const auto one = ask(world, kStart, "DescribeInstances",
                       {{"InstanceId.1", instance_id(0)}, {"InstanceId.2", instance_id(9)}});
  EXPECT_EQ(code(one), "InvalidInstanceID.NotFound");
  EXPECT_NE(text(one, "Message").find(instance_id(9)), std::string::npos);
  const auto malformed = ask(world, kStart, "DescribeInstances", {{"InstanceId.1", "i-xyz"}});
  EXPECT_EQ(code(malformed), "InvalidInstanceID.Malformed");
  const auto filtered = ask(world, kStart, "DescribeInstances",
                            {{"Filter.1.Name", "instance-id"},
                             {"Filter.1.Value.1", instance_id(0)},
                             {"Filter.1.Value.2", instance_id(9)}});
  EXPECT_EQ(texts(filtered, "instanceId"), std::vector<std::string>{instance_id(0)});
}

struct FilterCase {
  std::string name;
  std::vector<std::string> values;
  std::vector<int> found;
};
void PrintTo(const FilterCase& c, std::ostream* out) { *out << c.name; }

class Filters : public ::testing::TestWithParam<FilterCase> {
 protected:
  static WorldSpec spec() {
    auto spec = plain_spec(4);
    spec.instances[0].instance.tags = {{"env", "prod"}, {"Name", "db-1"}};
    spec.instances[1].instance.tags = {{"env", "Prod"}};
    spec.instances[1].instance.options = options("required", 2);
    spec.instances[2].instance.state = fleet::InstanceState::kStopped;
    spec.instances[2].instance.type = "t3.micro";
    spec.instances[3].instance.image_id = ImageId("ami-0bbbbbbbbbbbbbbbb");
    spec.instances[3].instance.options = options("optional", 3, "disabled");
    spec.instances[3].instance.managed = true;
    return spec;
  }
};

TEST_P(Filters, Finds) {
  World world(spec(), 1, kStart);
  Params params{{"Filter.1.Name", GetParam().name}};
  for (std::size_t i = 0; i < GetParam().values.size(); ++i) {
    params.emplace_back("Filter.1.Value." + std::to_string(i + 1), GetParam().values[i]);
  }
  std::vector<std::string> expected;
  for (const int number : GetParam().found) expected.push_back(instance_id(number));
  EXPECT_EQ(texts(ask(world, kStart, "DescribeInstances", params), "instanceId"), expected);
}

INSTANTIATE_TEST_SUITE_P(
    AllNames, Filters,
    ::testing::Values(
        FilterCase{"instance-id", {"i-*1", "i-*2"}, {1, 2}},
        FilterCase{"instance-state-name", {"stopped", "terminated"}, {2}},
        FilterCase{"image-id", {"ami-0bbbbbbbbbbbbbbbb"}, {3}},
        FilterCase{"instance-type", {"t?.micro"}, {2}}, FilterCase{"tag:env", {"prod"}, {0}},
        FilterCase{"tag:env", {"*rod"}, {0, 1}}, FilterCase{"tag-key", {"Name"}, {0}},
        FilterCase{"vpc-id", {"vpc-none"}, {}}, FilterCase{"vpc-id", {"vpc-*"}, {0, 1, 2, 3}},
        FilterCase{"subnet-id", {"subnet-*"}, {0, 1, 2, 3}},
        FilterCase{"availability-zone", {"eu-west-1b"}, {1}},
        FilterCase{"owner-id", {"111122223333"}, {0, 1, 2, 3}},
        FilterCase{"private-ip-address", {"10.0.0.2"}, {2}},
        FilterCase{"iam-instance-profile.arn", {"arn:*"}, {}},
        FilterCase{"launch-time", {"2025-11-24*"}, {0, 1, 2, 3}},
        FilterCase{"operator.managed", {"true"}, {3}},
        FilterCase{"metadata-options.http-tokens", {"required"}, {1}},
        FilterCase{"metadata-options.http-endpoint", {"disabled"}, {3}},
        FilterCase{"metadata-options.http-put-response-hop-limit", {"2", "3"}, {1, 3}},
        FilterCase{"metadata-options.http-protocol-ipv6", {"enabled"}, {}},
        FilterCase{"metadata-options.instance-metadata-tags", {"disabled"}, {0, 1, 2, 3}},
        FilterCase{"metadata-options.state", {"pending"}, {}}));

TEST(DescribeInstances, EveryFilterHasToMatch) {
  auto spec = plain_spec(3);
  spec.instances[1].instance.type = "t3.micro";
  World world(spec, 1, kStart);
  const auto answer = ask(world, kStart, "DescribeInstances",
                          {{"Filter.1.Name", "instance-id"},
                           {"Filter.1.Value.1", instance_id(1)},
                           {"Filter.1.Value.2", instance_id(2)},
                           {"Filter.2.Name", "instance-type"},
                           {"Filter.2.Value.1", "t3.micro"}});
  EXPECT_EQ(texts(answer, "instanceId"), std::vector<std::string>{instance_id(1)});
}

TEST(DescribeInstances, AnUnknownFilterIsRefusedByName) {
  World world(plain_spec(1), 1, kStart);
  const auto answer = ask(world, kStart, "DescribeInstances",
                          {{"Filter.1.Name", "colour"}, {"Filter.1.Value.1", "red"}});
  EXPECT_EQ(code(answer), "InvalidParameterValue");
  EXPECT_NE(text(answer, "Message").find("'colour'"), std::string::npos);
  EXPECT_EQ(code(ask(world, kStart, "DescribeInstances", {{"Filter.1.Name", "image-id"}})),
            "InvalidParameterValue");
}

TEST(DescribeInstances, MoreThan200FilterValuesAreRefused) {
  World world(plain_spec(1), 1, kStart);
  Params params{{"Filter.1.Name", "instance-id"}};
  for (int i = 1; i <= 201; ++i) {
    params.emplace_back("Filter.1.Value." + std::to_string(i), instance_id(i));
  }
  EXPECT_EQ(code(ask(world, kStart, "DescribeInstances", params)), "FilterLimitExceeded");
  params.pop_back();
  EXPECT_EQ(ask(world, kStart, "DescribeInstances", params).response.status, 200);
}

TEST(DescribeRegions, NamesEnabledOnesAndWithAllRegionsTheOthers) {
  World world(plain_spec(0), 1, kStart);
  EXPECT_EQ(texts(ask(world, kStart, "DescribeRegions"), "regionName"),
            (std::vector<std::string>{"eu-west-1", "us-east-1"}));
  const auto all = ask(world, kStart, "DescribeRegions", {{"AllRegions", "true"}});
  EXPECT_EQ(texts(all, "regionName"),
            (std::vector<std::string>{"eu-west-1", "us-east-1", "ap-east-1"}));
  EXPECT_EQ(
      texts(all, "optInStatus"),
      (std::vector<std::string>{"opt-in-not-required", "opt-in-not-required", "not-opted-in"}));
  const auto filtered = ask(world, kStart, "DescribeRegions",
                            {{"AllRegions", "true"},
                             {"Filter.1.Name", "opt-in-status"},
                             {"Filter.1.Value.1", "not-opted-in"}});
  EXPECT_EQ(texts(filtered, "regionName"), std::vector<std::string>{"ap-east-1"});
}

TEST(DescribeRegions, AnUnknownRegionIsRefused) {
  World world(plain_spec(0), 1, kStart);
  EXPECT_EQ(
      text(ask(world, kStart, "DescribeRegions", {{"RegionName.1", "us-east-1"}}), "regionName"),
      "us-east-1");
  EXPECT_EQ(code(ask(world, kStart, "DescribeRegions", {{"RegionName.1", "mars-1"}})),
            "InvalidParameterValue");
  EXPECT_EQ(code(ask(world, kStart, "DescribeRegions", {{"AllRegions", "maybe"}})),
            "InvalidParameterValue");
}

WorldSpec spec_with_images() {
  auto spec = plain_spec(1);
  spec.images[ImageId("ami-0aaaaaaaaaaaaaaaa")] = {"al2023-2026", "137112412989", "v2.0"};
  spec.images[ImageId("ami-0cccccccccccccccc")] = {"golden", "111122223333", ""};
  return spec;
}

TEST(DescribeImages, TellsNameOwnerAndImdsSupport) {
  World world(spec_with_images(), 1, kStart);
  const auto answer =
      ask(world, kStart, "DescribeImages", {{"ImageId.1", "ami-0aaaaaaaaaaaaaaaa"}});
  EXPECT_EQ(text(answer, "name"), "al2023-2026");
  EXPECT_EQ(text(answer, "imageOwnerId"), "137112412989");
  EXPECT_EQ(text(answer, "imdsSupport"), "v2.0");
  const auto own = ask(world, kStart, "DescribeImages", {{"Owner.1", "self"}});
  EXPECT_EQ(texts(own, "imageId"), std::vector<std::string>{"ami-0cccccccccccccccc"});
  EXPECT_EQ(text(own, "imdsSupport"), "");
}

TEST(DescribeImages, AMissingImageIsAnError) {
  World world(spec_with_images(), 1, kStart);
  const auto answer =
      ask(world, kStart, "DescribeImages",
          {{"ImageId.1", "ami-0aaaaaaaaaaaaaaaa"}, {"ImageId.2", "ami-0dddddddddddddddd"}});
  EXPECT_EQ(code(answer), "InvalidAMIID.NotFound");
  EXPECT_NE(text(answer, "Message").find("ami-0dddddddddddddddd"), std::string::npos);
  EXPECT_EQ(code(ask(world, kStart, "DescribeImages", {{"ImageId.1", "ami-x"}})),
            "InvalidAMIID.Malformed");
}

TEST(DescribeImages, PagesByToken) {
  World world(spec_with_images(), 1, kStart);
  const auto first = ask(world, kStart, "DescribeImages", {{"MaxResults", "1"}});
  EXPECT_EQ(text(first, "imageId"), "ami-0aaaaaaaaaaaaaaaa");
  const auto second = ask(world, kStart, "DescribeImages",
                          {{"MaxResults", "1"}, {"NextToken", text(first, "nextToken")}});
  EXPECT_EQ(text(second, "imageId"), "ami-0cccccccccccccccc");
  EXPECT_EQ(text(second, "nextToken"), "");
  EXPECT_EQ(code(ask(world, kStart, "DescribeImages", {{"NextToken", "x"}})),
            "InvalidPaginationToken");
}

TEST(Modify, EchoesAllSixFieldsWithStatePending) {
  World world(plain_spec(1), 1, kStart);
  auto params = require_tokens(instance_id(0));
  params.emplace_back("HttpPutResponseHopLimit", "3");
  const auto answer = ask(world, kStart, "ModifyInstanceMetadataOptions", params);
  EXPECT_EQ(answer.response.status, 200);
  EXPECT_EQ(text(answer, "instanceId"), instance_id(0));
  EXPECT_EQ(text(answer, "state"), "pending");
  EXPECT_EQ(text(answer, "httpTokens"), "required");
  EXPECT_EQ(text(answer, "httpPutResponseHopLimit"), "3");
  EXPECT_EQ(text(answer, "httpEndpoint"), "enabled");
  EXPECT_EQ(text(answer, "httpProtocolIpv6"), "disabled");
  EXPECT_EQ(text(answer, "instanceMetadataTags"), "disabled");
}

TEST(Modify, WhatIsLeftOutIsKept) {
  auto spec = plain_spec(1);
  spec.instances[0].instance.options = options("optional", 5);
  World world(spec, 1, kStart);
  ask(world, kStart, "ModifyInstanceMetadataOptions", require_tokens(instance_id(0)));
  const auto& now = world.find(InstanceId(instance_id(0)))->options;
  EXPECT_EQ(now.hop_limit(), 5);
  EXPECT_TRUE(now.tokens_required());
  ask(world, kStart, "ModifyInstanceMetadataOptions",
      {{"InstanceId", instance_id(0)}, {"InstanceMetadataTags", "enabled"}});
  EXPECT_TRUE(world.instances()[0].options.tokens_required());
}

TEST(Modify, IsPendingForTheDelayThenApplied) {
  auto spec = plain_spec(1);
  spec.apply_delay_min = spec.apply_delay_max = seconds(3);
  World world(spec, 1, kStart);
  ask(world, kStart, "ModifyInstanceMetadataOptions", require_tokens(instance_id(0)));
  EXPECT_EQ(world.next_event(), kStart + seconds(3));
  const auto state_at = [&](Duration later) {
    return texts(ask(world, kStart + later, "DescribeInstances"), "state").back();
  };
  EXPECT_EQ(state_at(milliseconds(2999)), "pending");
  EXPECT_EQ(state_at(seconds(3)), "applied");
  EXPECT_EQ(world.next_event(), std::nullopt);
}

TEST(Modify, OfAStoppedInstanceStaysPending) {
  auto spec = plain_spec(1);
  spec.instances[0].instance.state = fleet::InstanceState::kStopped;
  World world(spec, 1, kStart);
  ask(world, kStart, "ModifyInstanceMetadataOptions", require_tokens(instance_id(0)));
  world.advance_to(kStart + hours(24));
  EXPECT_EQ(world.instances()[0].options_state, fleet::OptionState::kPending);
  EXPECT_TRUE(world.instances()[0].options.tokens_required());
}

TEST(Modify, ValuesAreChecked) {
  World world(plain_spec(1), 1, kStart);
  const auto code_of = [&](const std::string& name, const std::string& value) {
    Params params{{"InstanceId", instance_id(0)}, {name, value}};
    if (name != "HttpEndpoint") params.emplace_back("HttpEndpoint", "enabled");
    return code(ask(world, kStart, "ModifyInstanceMetadataOptions", params));
  };
  for (const auto* bad : {"0", "65", "-1", "two", "", "1.5"}) {
    EXPECT_EQ(code_of("HttpPutResponseHopLimit", bad), "InvalidParameterValue") << bad;
  }
  for (const auto* good : {"1", "64"}) EXPECT_EQ(code_of("HttpPutResponseHopLimit", good), "");
  EXPECT_EQ(code_of("HttpTokens", "no-preference"), "InvalidParameterValue");
  EXPECT_EQ(code_of("HttpEndpoint", "on"), "InvalidParameterValue");
  EXPECT_EQ(code_of("HttpProtocolIpv6", "true"), "InvalidParameterValue");
  EXPECT_EQ(code_of("InstanceMetadataTags", "Enabled"), "InvalidParameterValue");
}

TEST(Modify, TokensHopsAndIpv6NeedTheEndpointEnabled) {
  World world(plain_spec(1), 1, kStart);
  const auto code_of = [&](const Params& more) {
    Params params{{"InstanceId", instance_id(0)}};
    params.insert(params.end(), more.begin(), more.end());
    return code(ask(world, kStart, "ModifyInstanceMetadataOptions", params));
  };
  EXPECT_EQ(code_of({{"HttpTokens", "required"}}), "InvalidParameterCombination");
  EXPECT_EQ(code_of({{"HttpPutResponseHopLimit", "2"}, {"HttpEndpoint", "disabled"}}),
            "InvalidParameterCombination");
  EXPECT_EQ(code_of({{"HttpProtocolIpv6", "enabled"}}), "InvalidParameterCombination");
  EXPECT_EQ(code_of({}), "InvalidParameterCombination");
  EXPECT_EQ(code_of({{"HttpEndpoint", "disabled"}}), "");
}

TEST(Modify, TheInstanceHasToBeThere) {
  auto spec = plain_spec(3);
  spec.instances[1].instance.state = fleet::InstanceState::kTerminated;
  spec.instances[2].instance.managed = true;
  World world(spec, 1, kStart);
  const auto code_of = [&](const std::string& id) {
    return code(ask(world, kStart, "ModifyInstanceMetadataOptions", require_tokens(id)));
  };
  EXPECT_EQ(code_of("i-xx"), "InvalidInstanceID.Malformed");
  EXPECT_EQ(code_of(""), "MissingParameter");
  EXPECT_EQ(code_of(instance_id(8)), "InvalidInstanceID.NotFound");
  EXPECT_EQ(code_of(instance_id(1)), "IncorrectInstanceState");
  EXPECT_EQ(code_of(instance_id(2)), "UnsupportedOperation");
  Asker us;
  us.region = "us-east-1";
  EXPECT_EQ(
      code(ask(world, kStart, "ModifyInstanceMetadataOptions", require_tokens(instance_id(0)), us)),
      "InvalidInstanceID.NotFound");
}

TEST(Modify, TagsInMetadataNeedKeysThatFit) {
  auto spec = plain_spec(1);
  spec.instances[0].instance.tags["cost center"] = "7";
  World world(spec, 1, kStart);
  EXPECT_EQ(code(ask(world, kStart, "ModifyInstanceMetadataOptions",
                     {{"InstanceId", instance_id(0)}, {"InstanceMetadataTags", "enabled"}})),
            "InvalidParameterValue");
}

TEST(Modify, DryRunChangesNothing) {
  World world(plain_spec(1), 1, kStart);
  auto params = require_tokens(instance_id(0));
  params.emplace_back("DryRun", "true");
  const auto answer = ask(world, kStart, "ModifyInstanceMetadataOptions", params);
  EXPECT_EQ(answer.response.status, 412);
  EXPECT_EQ(code(answer), "DryRunOperation");
  EXPECT_FALSE(world.instances()[0].options.tokens_required());
}

TEST(Ec2, UnknownActionsParametersAndVersionsAreRefused) {
  World world(plain_spec(1), 1, kStart);
  EXPECT_EQ(code(ask(world, kStart, "RunInstances")), "InvalidAction");
  EXPECT_EQ(code(ask(world, kStart, "")), "MissingAction");
  EXPECT_EQ(code(ask(world, kStart, "DescribeInstances", {{"Colour", "red"}})), "UnknownParameter");
  EXPECT_EQ(ask(world, kStart, "RunInstances").response.status, 400);
  auto request = Asker().request("DescribeInstances", {}, kStart);
  request.body = "Action=DescribeInstances&Version=1999-01-01";
  auto spec = plain_spec(1);
  spec.verify_signatures = false;
  World lax(spec, 1, kStart);
  EXPECT_EQ(code(lax.arrive(request, kStart)), "NoSuchVersion");
}

TEST(Sts, TellsTheAccount) {
  World world(plain_spec(0), 1, kStart);
  Asker sts;
  sts.service = "sts";
  const auto answer = ask(world, kStart, "GetCallerIdentity", {}, sts);
  EXPECT_EQ(text(answer, "Account"), "111122223333");
  EXPECT_EQ(text(answer, "Arn").substr(0, 26), "arn:aws:iam::111122223333:");
  EXPECT_EQ(text(answer, "RequestId"), answer.response.header("x-amzn-requestid"));
  EXPECT_EQ(code(ask(world, kStart, "AssumeRole", {}, sts)), "InvalidAction");
}

TEST(World, TerminatedInstancesAreListedForAnHour) {
  auto spec = plain_spec(1);
  FaultSpec fault;
  fault.kind = FaultSpec::Kind::kTerminate;
  fault.instance = InstanceId(instance_id(0));
  fault.from = seconds(10);
  spec.faults.push_back(fault);
  World world(spec, 1, kStart);
  const auto listed = [&](Duration later) {
    return texts(ask(world, kStart + later, "DescribeInstances"), "instanceId").size();
  };
  EXPECT_EQ(listed(seconds(3609)), 1U);
  EXPECT_EQ(listed(seconds(3610)), 0U);
  EXPECT_EQ(
      code(ask(world, kStart + hours(2), "DescribeInstances", {{"InstanceId.1", instance_id(0)}})),
      "InvalidInstanceID.NotFound");
}

TEST(World, AReadMayBeBehindAndGoBackAndForth) {
  auto spec = plain_spec(1);
  spec.consistency = seconds(10);
  World world(spec, 1, kStart);
  ask(world, kStart, "ModifyInstanceMetadataOptions", require_tokens(instance_id(0)));
  std::set<std::string> seen;
  int turns = 0;
  std::string last = "optional";
  for (int i = 0; i < 200; ++i) {
    const auto now = text(ask(world, kStart + seconds(5), "DescribeInstances"), "httpTokens");
    if (now != last) ++turns;
    seen.insert(last = now);
  }
  EXPECT_EQ(seen.size(), 2U);
  EXPECT_GT(turns, 10);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(text(ask(world, kStart + seconds(11), "DescribeInstances"), "httpTokens"),
              "required");
  }
}

TEST(World, SameSeedSameAnswersToTheByte) {
  const auto run = [](std::uint64_t seed) {
    auto spec = plain_spec(5);
    spec.consistency = seconds(2);
    World world(spec, seed, kStart);
    std::string all;
    for (int i = 0; i < 5; ++i) {
      const auto now = kStart + seconds(i);
      all += ask(world, now, "ModifyInstanceMetadataOptions", require_tokens(instance_id(i)))
                 .response.body;
      all += ask(world, now, "DescribeInstances").response.body;
    }
    return all;
  };
  EXPECT_EQ(run(7), run(7));
  EXPECT_NE(run(7), run(8));
}

TEST(World, TheLogTellsWhatWasServedChangedAppliedAndRefused) {
  World world(plain_spec(1), 1, kStart);
  world.keep_log(true);
  ask(world, kStart, "DescribeInstances");
  ask(world, kStart, "ModifyInstanceMetadataOptions", require_tokens(instance_id(0)));
  ask(world, kStart, "ModifyInstanceMetadataOptions", require_tokens("i-xx"));
  world.advance_to(kStart + seconds(5));
  const auto& log = world.log();
  ASSERT_EQ(log.size(), 4U);
  EXPECT_EQ(log[0].kind, LogEntry::Kind::kServed);
  EXPECT_EQ(log[0].after.get(OptionField::kHttpTokens), "optional");
  EXPECT_EQ(log[1].kind, LogEntry::Kind::kModified);
  EXPECT_EQ(log[1].before.get(OptionField::kHttpTokens), "optional");
  EXPECT_TRUE(log[1].after.tokens_required());
  EXPECT_EQ(log[1].caller, "AKIDSIMULATED0000001");
  EXPECT_EQ(log[2].kind, LogEntry::Kind::kRefused);
  EXPECT_EQ(log[2].detail, "ModifyInstanceMetadataOptions InvalidInstanceID.Malformed");
  EXPECT_EQ(log[3].kind, LogEntry::Kind::kApplied);
  EXPECT_GE(log[3].at, kStart + seconds(1));
}

TEST(World, ABucketRefusesWhatIsBeyondItAndRefills) {
  auto spec = plain_spec(1);
  spec.buckets["DescribeInstances"] = {2, 1};
  World world(spec, 1, kStart);
  const auto status = [&](Duration later) {
    return ask(world, kStart + later, "DescribeInstances").response.status;
  };
  EXPECT_EQ(status({}), 200);
  EXPECT_EQ(status({}), 200);
  const auto refused = ask(world, kStart, "DescribeInstances");
  EXPECT_EQ(refused.response.status, 503);
  EXPECT_EQ(code(refused), "RequestLimitExceeded");
  Asker us;
  us.region = "us-east-1";
  EXPECT_EQ(ask(world, kStart, "DescribeInstances", {}, us).response.status, 200);
  EXPECT_EQ(status(seconds(1)), 200);
  EXPECT_EQ(status(seconds(1)), 503);
}

}  // namespace
}  // namespace v2only::sim::testing
