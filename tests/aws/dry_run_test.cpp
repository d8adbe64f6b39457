#include "aws/dry_run.h"

#include <gtest/gtest.h>

#include "aws/ec2_power.h"

namespace v2only::aws {
namespace {

ApiCall stop() { return stop_instance(RegionName("eu-west-1"), InstanceId("i-1")); }

ApiReply refused(const std::string& code, int status) {
  ApiReply reply;
  reply.fate = Fate::kRefused;
  reply.error = {code, "said so", status};
  return reply;
}

TEST(DryRun, IsTheSameCallAskedAsARead) {
  auto guarded = stop();
  guarded.guard = Guard{};
  const auto call = dry_run(guarded);
  EXPECT_EQ(call.action, "StopInstances");
  EXPECT_EQ(call.params, (Params{{"InstanceId.1", "i-1"}, {"DryRun", "true"}}));
  EXPECT_FALSE(call.write);
  EXPECT_FALSE(call.guard);
}

TEST(DryRun, DryRunOperationMeansAllowed) {
  const auto answer = dry_run_answer(dry_run(stop()), refused("DryRunOperation", 412));
  EXPECT_EQ(answer.permission, Permission::kAllowed);
  EXPECT_EQ(answer.action, "ec2:StopInstances");
  EXPECT_EQ(answer.why, "");
}

TEST(DryRun, UnauthorizedOperationMeansDeniedAndNamesTheAction) {
  const auto answer = dry_run_answer(dry_run(stop()), refused("UnauthorizedOperation", 403));
  EXPECT_EQ(answer.permission, Permission::kDenied);
  EXPECT_EQ(answer.action, "ec2:StopInstances");
  EXPECT_NE(answer.why.find("i-1 (eu-west-1): ec2:StopInstances denied"), std::string::npos)
      << answer.why;
}

TEST(DryRun, AnythingElseIsUnknown) {
  for (const auto* code : {"IncorrectInstanceState", "RequestLimitExceeded", "InternalError", ""}) {
    const auto answer = dry_run_answer(dry_run(stop()), refused(code, 400));
    EXPECT_EQ(answer.permission, Permission::kUnknown) << code;
    EXPECT_NE(answer.why, "") << code;
  }
}

TEST(DryRun, EndpointThatCarriedItOutHasNotAllowedIt) {
  ApiReply reply;
  reply.fate = Fate::kDone;
  const auto answer = dry_run_answer(dry_run(stop()), reply);
  EXPECT_EQ(answer.permission, Permission::kUnknown);
  EXPECT_NE(answer.why.find("was carried out though DryRun was asked for"), std::string::npos);
}

}  // namespace
}  // namespace v2only::aws
