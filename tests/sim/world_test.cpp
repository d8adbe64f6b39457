#include "sim/world.h"

#include <gtest/gtest.h>

#include <set>

#include "asking.h"

namespace v2only::sim::testing {
namespace {

using fleet::OptionField;
using std::chrono::hours;
using std::chrono::seconds;

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
