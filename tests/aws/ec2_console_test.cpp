#include "aws/ec2_console.h"

#include <gtest/gtest.h>

namespace v2only::aws {
namespace {

std::string answer(const std::string& output) {
  return "<GetConsoleOutputResponse><requestId>r</requestId><instanceId>i-1</instanceId>"
         "<timestamp>2026-11-24T07:33:12.000Z</timestamp>" +
         output + "</GetConsoleOutputResponse>";
}

std::string text_of(const std::string& base64) {
  const auto read = parse_console_output(answer("<output>" + base64 + "</output>"));
  return read ? read->text : to_string(read.error());
}

TEST(Ec2Console, LatestIsAskedForOnlyWhereItIsWanted) {
  const RegionName region{"eu-west-1"};
  EXPECT_EQ(get_console_output(region, InstanceId("i-1"), false).params,
            (Params{{"InstanceId", "i-1"}}));
  EXPECT_EQ(get_console_output(region, InstanceId("i-1"), true).params,
            (Params{{"InstanceId", "i-1"}, {"Latest", "true"}}));
  EXPECT_EQ(get_console_output(region, InstanceId("i-1"), true).action, "GetConsoleOutput");
  EXPECT_FALSE(get_console_output(region, InstanceId("i-1"), true).write);
}

TEST(Ec2Console, OutputIsDecodedWhateverItsLength) {
  EXPECT_EQ(text_of("Qm9vdA=="), "Boot");
  EXPECT_EQ(text_of("Qm9vdHM="), "Boots");
  EXPECT_EQ(text_of("Qm9vdGVk"), "Booted");
  EXPECT_EQ(text_of("\nQm9v\r\ndGVk\n"), "Booted");
}

TEST(Ec2Console, TimeAndInstanceAreRead) {
  const auto read = parse_console_output(answer("<output>Qm9vdA==</output>"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->instance, InstanceId("i-1"));
  EXPECT_EQ(read->updated, *parse_utc("2026-11-24T07:33:12Z"));
}

TEST(Ec2Console, NoOutputYetIsNoError) {
  EXPECT_EQ(parse_console_output(answer(""))->text, "");
  EXPECT_EQ(parse_console_output(answer("<output/>"))->text, "");
}

TEST(Ec2Console, BytesThatAreNoUtf8AreMadeSo) {
  EXPECT_EQ(text_of("/w=="), "\xEF\xBF\xBD");  // FF becomes U+FFFD
}

TEST(Ec2Console, OutputThatIsNotBase64IsGarbage) {
  for (const auto* output : {"Qm9vd", "Qm9v*A==", "====", "Qm9v=A==", "Qg==Qg=="}) {
    const auto read = parse_console_output(answer("<output>" + std::string(output) + "</output>"));
    ASSERT_FALSE(read) << output;
    EXPECT_EQ(read.error().code, ErrorCode::kGarbage);
  }
  EXPECT_FALSE(parse_console_output("<GetConsoleOutputResponse/>"));
}

}  // namespace
}  // namespace v2only::aws
