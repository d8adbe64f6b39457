#include "netapp/job.h"

#include <gtest/gtest.h>

#include "netapp/replies.h"

namespace v2only::netapp {
namespace {

using testing::done;
using testing::failed;
using testing::kSystem;

TEST(JobWatch, AsksForItsJobAtItsPlace) {
  OntapPlace place;
  place.only = "https://10.0.0.12";
  const auto call = JobWatch(kSystem, "j-1", place).call();
  EXPECT_EQ(call.path, "/api/cluster/jobs/j-1");
  EXPECT_EQ(call.place, place);
}

TEST(JobWatch, GoesOnWhileQueuedRunningPausedOrStrange) {
  JobWatch watch(kSystem, "j-1");
  for (const auto* state : {"queued", "running", "paused", "dozing"}) {
    const auto body = std::string(R"({"state":")") + state + R"(","message":"Busy"})";
    EXPECT_EQ(watch.take(done<OntapReply>(body)), JobState::kUnderWay);
    EXPECT_EQ(watch.said(), "Busy");
  }
}

TEST(JobWatch, SuccessIsSuccess) {
  JobWatch watch(kSystem, "j-1");
  EXPECT_EQ(watch.take(done<OntapReply>(R"({"state":"success"})")), JobState::kSucceeded);
}

TEST(JobWatch, FailureKeepsOntapsWords) {
  JobWatch watch(kSystem, "j-1");
  EXPECT_EQ(watch.take(done<OntapReply>(
                R"({"state":"failure","code":852115,"message":"LIFs cannot move"})")),
            JobState::kFailed);
  EXPECT_EQ(watch.failure(), (fleet::OntapFailure{"852115", "LIFs cannot move"}));
}

TEST(JobWatch, ErrorOfNewerVersionsGoesBeforeTheJobsOwnWords) {
  JobWatch watch(kSystem, "j-1");
  watch.take(done<OntapReply>(
      R"({"state":"failure","code":4,"message":"failed","error":{"code":"852046","message":"no partner"}})"));
  EXPECT_EQ(watch.failure(), (fleet::OntapFailure{"852046", "no partner"}));
}

TEST(JobWatch, JobThatVanishesAfterItWasSeenIsNoSuccess) {
  JobWatch watch(kSystem, "j-1");
  watch.take(done<OntapReply>(R"({"state":"running"})"));
  EXPECT_EQ(watch.take(failed<OntapReply>(Fate::kRefused, 404)), JobState::kVanished);
  EXPECT_EQ(watch.said(), "ONTAP no longer knows the job, and how it ended");
}

TEST(JobWatch, JobThatWasNeverSeenIsNoSuccessEither) {
  JobWatch watch(kSystem, "j-1");
  EXPECT_EQ(watch.take(failed<OntapReply>(Fate::kRefused, 404)), JobState::kVanished);
  EXPECT_EQ(watch.said(), "ONTAP does not know the job that it named");
}

TEST(JobWatch, SilenceIsNoAnswer) {
  JobWatch watch(kSystem, "j-1");
  EXPECT_EQ(watch.take(failed<OntapReply>(Fate::kUnknown, 503)), JobState::kUnderWay);
  EXPECT_EQ(watch.take(failed<OntapReply>(Fate::kRefused, 0)), JobState::kUnderWay);
  EXPECT_EQ(watch.said(), "no answer");
  EXPECT_EQ(watch.take(done<OntapReply>("{}")), JobState::kUnderWay);
  EXPECT_EQ(watch.take(done<OntapReply>(R"({"state":"success"})")), JobState::kSucceeded);
}

TEST(JobWatch, RefusalMakesItUnreadable) {
  JobWatch watch(kSystem, "j-1");
  EXPECT_EQ(watch.take(failed<OntapReply>(Fate::kRefused, 403)), JobState::kUnreadable);
  auto login = failed<OntapReply>(Fate::kRefused, 0);
  login.login_refused = true;
  EXPECT_EQ(watch.take(login), JobState::kUnreadable);
}

}  // namespace
}  // namespace v2only::netapp
