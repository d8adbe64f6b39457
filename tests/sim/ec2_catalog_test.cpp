#include <gtest/gtest.h>

#include "asking.h"
#include "sim/ec2_service.h"
#include "sim/world.h"

namespace v2only::sim::testing {
namespace {

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

}  // namespace
}  // namespace v2only::sim::testing
