#include "netapp/task.h"

#include <gtest/gtest.h>

#include "netapp/replies.h"

namespace v2only::netapp {
namespace {

using testing::done;
using testing::failed;

TEST(TaskWatch, AsksForItsRequestAtItsAgent) {
  const auto call = TaskWatch("req-1", "AbC123").call();
  EXPECT_EQ(call.path, "/occm/api/audit/activeTask/req-1");
  EXPECT_EQ(call.agent, "AbC123");
}

TEST(TaskWatch, ZeroRunsOneIsDoneMinusOneHasFailedWithTheConsolesWords) {
  TaskWatch watch("req-1", "a");
  EXPECT_EQ(watch.take(done<ConsoleReply>(R"({"status":0,"error":null})")), JobState::kUnderWay);
  EXPECT_EQ(watch.said(), "");
  EXPECT_EQ(watch.take(done<ConsoleReply>(R"({"status":1})")), JobState::kSucceeded);
  EXPECT_EQ(watch.take(done<ConsoleReply>(R"({"status":-1,"error":"No capacity"})")),
            JobState::kFailed);
  EXPECT_EQ(watch.said(), "No capacity");
}

TEST(TaskWatch, ListOfOneIsTheTask) {
  EXPECT_EQ(TaskWatch("r", "a").take(done<ConsoleReply>(R"([{"status":1}])")),
            JobState::kSucceeded);
}

TEST(TaskWatch, StatusThatIsNotKnownIsNeverSuccess) {
  for (const auto* body : {R"({"status":2})", R"({"status":"1"})", "{}", "[]"}) {
    TaskWatch watch("req-1", "a");
    EXPECT_EQ(watch.take(done<ConsoleReply>(body)), JobState::kUnderWay) << body;
    EXPECT_EQ(watch.said(), "the answer does not tell what the task is at");
  }
}

TEST(TaskWatch, SilenceIsNoAnswerAndATaskThatIsGoneIsNoSuccess) {
  TaskWatch watch("req-1", "a");
  EXPECT_EQ(watch.take(failed<ConsoleReply>(Fate::kUnknown, 504)), JobState::kUnderWay);
  EXPECT_EQ(watch.take(failed<ConsoleReply>(Fate::kRefused, 409)), JobState::kUnderWay);
  EXPECT_EQ(watch.take(failed<ConsoleReply>(Fate::kRefused, 404)), JobState::kVanished);
  EXPECT_EQ(watch.take(failed<ConsoleReply>(Fate::kRefused, 403)), JobState::kUnreadable);
}

}  // namespace
}  // namespace v2only::netapp
