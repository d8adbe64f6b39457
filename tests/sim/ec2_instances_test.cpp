#include <gtest/gtest.h>

#include <set>

#include "asking.h"
#include "sim/ec2_filters.h"
#include "sim/world.h"

namespace v2only::sim::testing {
namespace {

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
    spec.instances[3].instance.managed_by = "eks.amazonaws.com";
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
        FilterCase{"operator.principal", {"eks.*"}, {3}},
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

}  // namespace
}  // namespace v2only::sim::testing
