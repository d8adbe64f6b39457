#include "fleet/selection.h"

#include <gmock/gmock.h>

#include "world.h"

namespace v2only::fleet::test {
namespace {

bool selects(const Instance& one, const std::string& filter) {
  const auto parsed = parse_filter(filter);
  EXPECT_TRUE(parsed) << filter;
  return parsed && Selection{{}, {*parsed}}.selects(one);
}

Instance tagged() {
  auto one = instance('1', options("optional", "2"));
  one.tags = {{"Env", "prod-eu"}, {"Name", "web-1"}};
  return one;
}

TEST(Selection, EmptySelectsEverything) {
  EXPECT_TRUE(Selection{}.everything());
  EXPECT_TRUE(Selection{}.selects(tagged()));
}

TEST(Selection, KnowsTheFiltersOfDescribeInstancesThatItCanJudge) {
  for (const auto* filter :
       {"Name=instance-id,Values=i-00000000000000001", "Name=instance-state-name,Values=running",
        "Name=instance-type,Values=m5.*", "Name=image-id,Values=ami-*", "Name=tag:Env,Values=prod*",
        "Name=tag-key,Values=Env", "Name=owner-id,Values=111122223333",
        "Name=operator.managed,Values=false",
        "Name=metadata-options.http-tokens,Values=required,optional",
        "Name=metadata-options.http-put-response-hop-limit,Values=2",
        "Name=metadata-options.http-endpoint,Values=enabled",
        "Name=metadata-options.http-protocol-ipv6,Values=disabled",
        "Name=metadata-options.instance-metadata-tags,Values=disabled",
        "Name=iam-instance-profile.arn,Values=*", "Name=private-ip-address,Values=*"}) {
    EXPECT_TRUE(selects(tagged(), filter)) << filter;
  }
}

TEST(Selection, ValuesAreCaseSensitiveAndWhole) {
  EXPECT_FALSE(selects(tagged(), "Name=tag:Env,Values=PROD-EU"));
  EXPECT_FALSE(selects(tagged(), "Name=tag:Env,Values=prod"));
  EXPECT_FALSE(selects(tagged(), "Name=tag:env,Values=prod-eu"));
  EXPECT_FALSE(selects(tagged(), "Name=tag-key,Values=Missing"));
}

TEST(Selection, AllFiltersAndTheIdsHaveToMatch) {
  const SelectionFilter env{"tag:Env", {"prod-eu"}};
  const SelectionFilter type{"instance-type", {"t3.micro"}};
  EXPECT_FALSE((Selection{{}, {env, type}}.selects(tagged())));
  EXPECT_TRUE((Selection{{id('1')}, {env}}.selects(tagged())));
  EXPECT_FALSE((Selection{{id('2')}, {env}}.selects(tagged())));
}

TEST(ParseFilter, UnknownNameIsRefusedWithTheKnownOnes) {
  const auto filter = parse_filter("Name=vpc-color,Values=red");
  ASSERT_FALSE(filter);
  EXPECT_THAT(to_string(filter.error()),
              testing::AllOf(testing::HasSubstr("there is no filter 'vpc-color'"),
                             testing::HasSubstr("instance-type")));
}

TEST(ParseFilter, OtherFormsAreRefused) {
  for (const auto* text : {"", "tag:Env=prod", "Name=tag:Env", "Values=a,Name=tag:Env",
                           "Name=tag:,Values=x", "Name=,Values=x"}) {
    EXPECT_FALSE(parse_filter(text)) << text;
  }
}

TEST(Selection, IdsThatTheInventoryDoesNotHaveAreNamed) {
  World world;
  world.add(instance('1'));
  EXPECT_THAT(ids_not_found({{id('1'), id('2')}, {}}, world.inventory),
              testing::ElementsAre(id('2')));
}

}  // namespace
}  // namespace v2only::fleet::test
