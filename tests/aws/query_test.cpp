#include "aws/query.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace v2only::aws {
namespace {

TEST(Query, FormBeginsWithActionAndVersionAndKeepsTheOrder) {
  EXPECT_EQ(encode_form("Do", "2016-11-15", {{"B", "x y"}, {"A", "1+1=2&c/é~"}}),
            "Action=Do&Version=2016-11-15&B=x%20y&A=1%2B1%3D2%26c%2F%C3%A9~");
}

TEST(Query, PlusIsABlankAndAPairMayLackItsValueWhenDecoded) {
  EXPECT_EQ(decode_form("A=x+y%2B&B&C="), (Params{{"A", "x y+"}, {"B", ""}, {"C", ""}}));
  EXPECT_TRUE(decode_form("").empty());
}

RC_GTEST_PROP(Query, FormThatIsEncodedAndDecodedIsTheSame, (const Params& params)) {
  Params expected = {{"Action", "A"}, {"Version", "V"}};
  expected.insert(expected.end(), params.begin(), params.end());
  RC_ASSERT(decode_form(encode_form("A", "V", params)) == expected);
}

RC_GTEST_PROP(Query, EncodedFormHoldsNothingButUnreservedPercentAndSeparators,
              (const Params& params)) {
  const auto body = encode_form("A", "V", params);
  RC_ASSERT(body.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                   "0123456789-_.~%=&") == std::string::npos);
}

TEST(Query, VersionIsTheServices) {
  EXPECT_EQ(version_of(Service::kEc2), "2016-11-15");
  EXPECT_EQ(version_of(Service::kSts), "2011-06-15");
  EXPECT_EQ(version_of(Service::kCloudWatch), "2010-08-01");
}

TEST(Query, RootMayStandBehindDeclarationCommentsAndBlanks) {
  EXPECT_TRUE(is_answer_to("Do",
                           "\xEF\xBB\xBF <?xml version=\"1.0\"?>\n<!-- x -->"
                           "<DoResponse xmlns=\"u\"></DoResponse>\n\n"));
  EXPECT_TRUE(is_answer_to("Do", "<DoResponse></DoResponse>"));
}

class NoAnswer : public ::testing::TestWithParam<const char*> {};
TEST_P(NoAnswer, IsNotTaken) { EXPECT_FALSE(is_answer_to("Do", GetParam())); }
INSTANTIATE_TEST_SUITE_P(Query, NoAnswer,
                         ::testing::Values("", "<DoResponse", "<DoResponse>", "<html></html>",
                                           "<DoResponses></DoResponses>", "<?xml never ends",
                                           "x<DoResponse></DoResponse>", "<DoResponse></DoRes",
                                           "{}", "<DontResponse></DontResponse>"));

}  // namespace
}  // namespace v2only::aws
