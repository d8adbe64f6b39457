#include "fleet/known_by.h"

#include <gmock/gmock.h>

#include "world.h"

namespace v2only::fleet::test {
namespace {

using testing::HasSubstr;

KnownBy known(const Instance& one, const InstanceFact* fact = nullptr) {
  return known_by(one, fact, profiles_of({}));
}

TEST(KnownBy, OfAnOrdinaryInstanceThereIsNothing) {
  auto one = instance('1');
  one.tags = {{"Name", "web"}, {"Team", "blue"}};
  EXPECT_EQ(known(one), KnownBy{});
}

struct Mark {
  std::string tag;
  std::string value;
};

void PrintTo(const Mark& mark, std::ostream* out) { *out << mark.tag << '=' << mark.value; }

class NetAppsTags : public testing::TestWithParam<Mark> {};

TEST_P(NetAppsTags, AreWhatAnInstanceIsKnownBy) {
  auto one = instance('1');
  one.tags[GetParam().tag] = GetParam().value;
  EXPECT_EQ(known(one), KnownBy{"tag " + GetParam().tag + "=" + GetParam().value});
}

INSTANTIATE_TEST_SUITE_P(All, NetAppsTags,
                         testing::Values(Mark{"OCCMInstance", "true"}, Mark{"OCCMInstance", "yes"},
                                         Mark{"WorkingEnvironment", "cvo-1"},
                                         Mark{"WorkingEnvironmentId", kSystem}));

TEST(KnownBy, AProfilesTagCountsOnlyWithItsValue) {
  Policy policy;
  policy.profiles["database"] = {"role", "db", {}, {}, "policy.yaml:3"};
  const auto profiles = profiles_of(policy);
  auto one = instance('1');
  one.tags["role"] = "web";
  EXPECT_EQ(known_by(one, nullptr, profiles), KnownBy{});
  one.tags["role"] = "db";
  EXPECT_EQ(known_by(one, nullptr, profiles), KnownBy{"tag role=db"});
}

TEST(KnownBy, HintsCountWhereNobodySaysWhatItIs) {
  auto one = instance('1');
  one.network_interfaces = 4;
  one.iam_instance_profile = "arn:aws:iam::111122223333:instance-profile/OCCM-1";
  one.type = "t3.micro";
  EXPECT_EQ(known(one), (KnownBy{"iam-instance-profile.arn=" + one.iam_instance_profile,
                                 "network-interfaces=4"}));
  one.tags["aws:cloudformation:stack-name"] = "stack";
  EXPECT_TRUE(known(one).contains("instance-type=t3.micro"));
}

TEST(KnownBy, HintsDoNotCountBesideAFactOrTheMakersTag) {
  auto one = instance('1');
  one.network_interfaces = 4;
  InstanceFact fact;
  fact.workload = "generic";
  EXPECT_EQ(known(one, &fact), KnownBy{});
  one.tags["OCCMInstance"] = "true";
  EXPECT_EQ(known(one), KnownBy{"tag OCCMInstance=true"});
  EXPECT_EQ(known(one, &fact), KnownBy{"tag OCCMInstance=true"}) << "it contradicts the fact";
}

TEST(IdentityMoved, NamesWhatCameAndWhatWent) {
  EXPECT_EQ(identity_moved({"tag a=b"}, {"tag a=b"}), std::nullopt);
  EXPECT_THAT(*identity_moved({}, {"tag OCCMInstance=true"}),
              HasSubstr("has tag OCCMInstance=true, which it had not when planned"));
  EXPECT_THAT(*identity_moved({"tag role=db"}, {}), HasSubstr("has no more tag role=db"));
}

TEST(IdentityMoved, ATagsValueBreaksNoLine) {
  const auto text = *identity_moved({}, {"tag WorkingEnvironment=a\nb" + std::string(500, 'x')});
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_LT(text.size(), 250U);
}

}  // namespace
}  // namespace v2only::fleet::test
