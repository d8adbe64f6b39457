#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "aws/cloudwatch.h"
#include "aws/ec2.h"
#include "aws/sts.h"

namespace v2only::aws {
namespace {

using fleet::OptionField;

const RegionName kRegion{"eu-west-1"};

std::string golden(const std::string& name) {
  std::ifstream file(std::string(V2_TEST_DATA) + "/" + name);
  EXPECT_TRUE(file) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// ---- requests

TEST(Ec2Codec, ListingAsksForPagesOfAThousandWithFiltersAndToken) {
  const auto call = describe_instances(
      kRegion, {{"instance-state-name", {"running", "stopped"}}, {"tag:env", {"prod"}}}, "tok");
  EXPECT_EQ(call.action, "DescribeInstances");
  EXPECT_FALSE(call.write);
  EXPECT_EQ(call.params, (Params{{"Filter.1.Name", "instance-state-name"},
                                 {"Filter.1.Value.1", "running"},
                                 {"Filter.1.Value.2", "stopped"},
                                 {"Filter.2.Name", "tag:env"},
                                 {"Filter.2.Value.1", "prod"},
                                 {"MaxResults", "1000"},
                                 {"NextToken", "tok"}}));
}

TEST(Ec2Codec, ListingByIdUsesAFilterSoThatUnknownIdsAreLeftOut) {
  const auto call = describe_instances_by_id(kRegion, {InstanceId("i-1"), InstanceId("i-2")});
  EXPECT_EQ(call.params, (Params{{"Filter.1.Name", "instance-id"},
                                 {"Filter.1.Value.1", "i-1"},
                                 {"Filter.1.Value.2", "i-2"},
                                 {"MaxResults", "1000"}}));
}

TEST(Ec2Codec, RegionsAndImagesAreAskedForAsTheModelSays) {
  EXPECT_TRUE(describe_regions(kRegion, false).params.empty());
  EXPECT_EQ(describe_regions(kRegion, true).params, (Params{{"AllRegions", "true"}}));
  EXPECT_EQ(describe_images(kRegion, {ImageId("ami-1")}).params,
            (Params{{"Filter.1.Name", "image-id"},
                    {"Filter.1.Value.1", "ami-1"},
                    {"IncludeDeprecated", "true"}}));
}

TEST(Ec2Codec, ModifySendsExactlyTheFieldsGivenAndIsAWrite) {
  fleet::OptionSet send;
  send.set(OptionField::kHttpTokens, "required").set(OptionField::kHttpEndpoint, "enabled");
  const auto call = modify_instance_metadata_options(kRegion, InstanceId("i-1"), send);
  EXPECT_TRUE(call.write);
  EXPECT_TRUE(call.repeat_is_harmless);
  EXPECT_EQ(
      call.params,
      (Params{{"InstanceId", "i-1"}, {"HttpTokens", "required"}, {"HttpEndpoint", "enabled"}}));
}

// ---- answers

TEST(Ec2Codec, PageOfInstancesIsReadInFull) {
  const auto page = parse_instances(golden("describe_instances.xml"), kRegion);
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->next_token, "eyJ2IjoiMiJ9");
  ASSERT_EQ(page->instances.size(), 3U);

  const auto& agent = page->instances[0];
  EXPECT_EQ(agent.account, AccountId("111122223333"));
  EXPECT_EQ(agent.region, kRegion);
  EXPECT_EQ(agent.id, InstanceId("i-0aaaaaaaaaaaaaaaa"));
  EXPECT_EQ(agent.name, "agent & co");
  EXPECT_EQ(agent.state, fleet::InstanceState::kRunning);
  EXPECT_EQ(agent.image_id, ImageId("ami-0123"));
  EXPECT_EQ(agent.type, "t3.xlarge");
  EXPECT_EQ(agent.launched, parse_utc("2026-03-01T10:11:12Z").value());
  EXPECT_EQ(agent.iam_instance_profile, "arn:aws:iam::111122223333:instance-profile/OCCM");
  EXPECT_EQ(agent.private_ip, "10.0.0.4");
  EXPECT_EQ(agent.network_interfaces, 2);
  EXPECT_FALSE(agent.managed);
  EXPECT_EQ(agent.managed_by, "");
  EXPECT_EQ(agent.tags,
            (std::map<std::string, std::string>{
                {"Name", "agent & co"}, {"OCCMInstance", "true"}, {"blank", " "}, {"empty", ""}}));
  EXPECT_EQ(agent.options.to_text(),
            "HttpTokens=optional HttpPutResponseHopLimit=1 HttpEndpoint=enabled "
            "HttpProtocolIpv6=disabled InstanceMetadataTags=disabled");
  EXPECT_EQ(agent.options_state, fleet::OptionState::kPending);
}

TEST(Ec2Codec, AbsentFieldsStayAbsent) {
  const auto page = parse_instances(golden("describe_instances.xml"), kRegion);
  ASSERT_TRUE(page);
  const auto& partial = page->instances[1];  // as moto answers after a partial modify
  EXPECT_EQ(partial.options.get(OptionField::kHttpTokens), "required");
  EXPECT_EQ(partial.options.get(OptionField::kHttpEndpoint), std::nullopt);
  EXPECT_EQ(partial.launched, std::nullopt);
  EXPECT_EQ(partial.network_interfaces, 0);
  EXPECT_TRUE(partial.managed);
  EXPECT_EQ(partial.managed_by, "eks.amazonaws.com");
  const auto& bare = page->instances[2];
  EXPECT_EQ(bare.account, AccountId("444455556666"));
  EXPECT_TRUE(bare.options.empty());
  EXPECT_EQ(bare.state, fleet::InstanceState::kUnknown);
  EXPECT_EQ(bare.options_state, fleet::OptionState::kApplied);
}

TEST(Ec2Codec, EmptyListingIsAnEmptyLastPage) {
  const auto page = parse_instances(
      "<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>", kRegion);
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->instances.empty());
  EXPECT_TRUE(page->next_token.empty());
}

TEST(Ec2Codec, RegionIsLeftOutOnlyWhenNotOptedIn) {
  const auto regions = parse_regions(
      "<DescribeRegionsResponse><regionInfo>"
      "<item><regionName>eu-west-1</regionName><optInStatus>opt-in-not-required</optInStatus></"
      "item>"
      "<item><regionName>af-south-1</regionName><optInStatus>not-opted-in</optInStatus></item>"
      "<item><regionName>me-south-1</regionName><optInStatus>opted-in</optInStatus></item>"
      "<item><regionName>xx-new-1</regionName></item>"
      "</regionInfo></DescribeRegionsResponse>");
  ASSERT_TRUE(regions);
  ASSERT_EQ(regions->size(), 4U);
  EXPECT_TRUE((*regions)[0].opted_in);
  EXPECT_FALSE((*regions)[1].opted_in);
  EXPECT_TRUE((*regions)[2].opted_in);
  EXPECT_TRUE((*regions)[3].opted_in);
  EXPECT_EQ((*regions)[1].name, RegionName("af-south-1"));
}

TEST(Ec2Codec, ImagesAreKeptById) {
  const auto images = parse_images(
      "<DescribeImagesResponse><imagesSet><item><imageId>ami-1</imageId><imageOwnerId>952013314444"
      "</imageOwnerId><name>Setup-As-Service-AMI-1</name><imdsSupport>v2.0</imdsSupport></item>"
      "<item><imageId>ami-2</imageId></item></imagesSet></DescribeImagesResponse>");
  ASSERT_TRUE(images);
  EXPECT_EQ(images->at(ImageId("ami-1")),
            (fleet::Image{"Setup-As-Service-AMI-1", "952013314444", "v2.0"}));
  EXPECT_EQ(images->at(ImageId("ami-2")), fleet::Image{});
}

TEST(Ec2Codec, ModifyReplyEchoesOptionsAndState) {
  const auto reply = parse_modify(golden("modify.xml"));
  ASSERT_TRUE(reply) << to_string(reply.error());
  EXPECT_EQ(reply->instance, InstanceId("i-0aaaaaaaaaaaaaaaa"));
  EXPECT_EQ(reply->state, fleet::OptionState::kPending);
  EXPECT_TRUE(reply->options.tokens_required());
  EXPECT_EQ(reply->options.hop_limit(), 3);
}

TEST(StsCodec, CallerIdentityIsRead) {
  const auto identity = parse_caller_identity(golden("caller_identity.xml"));
  ASSERT_TRUE(identity) << to_string(identity.error());
  EXPECT_EQ(identity->account, AccountId("111122223333"));
  EXPECT_EQ(identity->arn, "arn:aws:sts::111122223333:assumed-role/ops/ann");
}

TEST(CloudWatchCodec, QueriesAreNumberedAndUseMemberLists) {
  const MetricWindow window{parse_utc("2026-11-10T00:00:00Z").value(),
                            parse_utc("2026-11-24T00:00:00Z").value(), std::chrono::hours(24)};
  const auto call = get_metric_data(kRegion, "MetadataNoToken",
                                    {InstanceId("i-1"), InstanceId("i-2")}, window, "tok");
  EXPECT_EQ(call.service, Service::kCloudWatch);
  const auto value = [&](const std::string& key) {
    for (const auto& [name, text] : call.params) {
      if (name == key) return text;
    }
    return std::string("absent");
  };
  EXPECT_EQ(value("StartTime"), "2026-11-10T00:00:00Z");
  EXPECT_EQ(value("EndTime"), "2026-11-24T00:00:00Z");
  EXPECT_EQ(value("NextToken"), "tok");
  EXPECT_EQ(value("MetricDataQueries.member.1.Id"), "m0");
  EXPECT_EQ(value("MetricDataQueries.member.2.Id"), "m1");
  const std::string stat = "MetricDataQueries.member.2.MetricStat.";
  EXPECT_EQ(value(stat + "Metric.Namespace"), "AWS/EC2");
  EXPECT_EQ(value(stat + "Metric.MetricName"), "MetadataNoToken");
  EXPECT_EQ(value(stat + "Metric.Dimensions.member.1.Name"), "InstanceId");
  EXPECT_EQ(value(stat + "Metric.Dimensions.member.1.Value"), "i-2");
  EXPECT_EQ(value(stat + "Period"), "86400");
  EXPECT_EQ(value(stat + "Stat"), "Sum");
}

TEST(CloudWatchCodec, SeriesAreSortedByTimeAndNoDataIsAnEmptySeries) {
  const auto page = parse_metric_data(golden("metric_data.xml"));
  ASSERT_TRUE(page) << to_string(page.error());
  EXPECT_EQ(page->next_token, "next");
  ASSERT_EQ(page->series.size(), 2U);
  const auto& used = page->series.at("m0");
  EXPECT_EQ(used.status, "Complete");
  ASSERT_EQ(used.points.size(), 2U);
  EXPECT_EQ(used.points[0].at, parse_utc("2026-11-22T00:00:00Z").value());
  EXPECT_EQ(used.points[0].value, 4.0);
  EXPECT_EQ(used.points[1].value, 1250000.0);
  EXPECT_TRUE(page->series.at("m1").points.empty());
  EXPECT_EQ(page->series.at("m1").status, "PartialData");
}

// ---- garbage

void expect_garbage(const Result<void>& parsed, const std::string& action) {
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, ErrorCode::kGarbage);
  EXPECT_EQ(parsed.error().on, action);
}

template <class T>
Result<void> only_error(const Result<T>& result) {
  if (result) return {};
  return Unexpected{result.error()};
}

class Garbage : public ::testing::TestWithParam<const char*> {};

TEST_P(Garbage, IsAnErrorThatNamesTheOperation) {
  const std::string_view xml = GetParam();
  expect_garbage(only_error(parse_instances(xml, kRegion)), "DescribeInstances");
  expect_garbage(only_error(parse_regions(xml)), "DescribeRegions");
  expect_garbage(only_error(parse_images(xml)), "DescribeImages");
  expect_garbage(only_error(parse_modify(xml)), "ModifyInstanceMetadataOptions");
  expect_garbage(only_error(parse_caller_identity(xml)), "GetCallerIdentity");
  expect_garbage(only_error(parse_metric_data(xml)), "GetMetricData");
}
INSTANTIATE_TEST_SUITE_P(Codecs, Garbage,
                         ::testing::Values("", "<html></html>", "{}", "<DescribeInstancesResponse>",
                                           "<A><B></A></B>", "\xFF\xFE"));

TEST(GarbageAnswer, AnswersWithoutTheirIdsAreGarbage) {
  expect_garbage(only_error(parse_instances(
                     "<DescribeInstancesResponse><reservationSet><item><instancesSet><item/>"
                     "</instancesSet></item></reservationSet></DescribeInstancesResponse>",
                     kRegion)),
                 "DescribeInstances");
  expect_garbage(
      only_error(parse_regions("<DescribeRegionsResponse><regionInfo><item/></regionInfo>"
                               "</DescribeRegionsResponse>")),
      "DescribeRegions");
  expect_garbage(only_error(parse_images("<DescribeImagesResponse><imagesSet><item/></imagesSet>"
                                         "</DescribeImagesResponse>")),
                 "DescribeImages");
  expect_garbage(
      only_error(parse_modify("<ModifyInstanceMetadataOptionsResponse><instanceId>i-1</instanceId>"
                              "</ModifyInstanceMetadataOptionsResponse>")),
      "ModifyInstanceMetadataOptions");
  expect_garbage(only_error(parse_caller_identity(
                     "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>12</Account>"
                     "</GetCallerIdentityResult></GetCallerIdentityResponse>")),
                 "GetCallerIdentity");
}

std::string metric_answer(const std::string& lists) {
  return "<GetMetricDataResponse><GetMetricDataResult><MetricDataResults><member><Id>m0</Id>" +
         lists + "</member></MetricDataResults></GetMetricDataResult></GetMetricDataResponse>";
}

TEST(GarbageAnswer, MetricListsOfUnequalLengthOrWithoutSenseAreGarbage) {
  const std::string stamp = "<member>2026-11-22T00:00:00Z</member>";
  const std::vector<std::string> bad = {
      "<Timestamps>" + stamp + "</Timestamps><Values/>",
      "<Timestamps/><Values><member>1</member></Values>",
      "<Timestamps>" + stamp + "</Timestamps><Values><member>NaN</member></Values>",
      "<Timestamps><member>x</member></Timestamps><Values><member>1</member></Values>"};
  for (const auto& lists : bad) {
    expect_garbage(only_error(parse_metric_data(metric_answer(lists))), "GetMetricData");
  }
}

}  // namespace
}  // namespace v2only::aws
