#include "net/shared_transport.h"

#include <gtest/gtest.h>

#include "aws/scripted_transport.h"

namespace v2only::net {
namespace {

using aws::testing::answer;
using aws::testing::ManualClock;
using aws::testing::ScriptedTransport;
using namespace std::chrono_literals;

class SharedTransportTest : public ::testing::Test {
 protected:
  MonoTime in(Duration time) const { return clock.now().mono + time; }
  static Request to(const std::string& url) {
    Request request;
    request.url = url;
    return request;
  }
  // The answer's body is the request's URL.
  SharedTransportTest() {
    below.answer_by = [](const Request& request) { return answer(200, request.url); };
  }
  static std::vector<std::string> bodies(const std::vector<Completion>& done) {
    std::vector<std::string> out;
    out.reserve(done.size());
    for (const auto& one : done) out.push_back(std::get<Response>(one.result).body);
    return out;
  }

  ManualClock clock;
  ScriptedTransport below{clock};
  SharedTransport shared{below};
  Transport& left = shared.branch();
  Transport& right = shared.branch();
};

TEST_F(SharedTransportTest, EachBranchGetsItsOwnAnswersOnly) {
  const auto a = left.start(to("a"), in(1s));
  right.start(to("b"), in(1s));
  const auto done = left.wait(in(1s));
  ASSERT_EQ(bodies(done), std::vector<std::string>{"a"});
  EXPECT_EQ(done.front().id, a);
  EXPECT_EQ(bodies(right.wait(in(0s))), std::vector<std::string>{"b"});
  EXPECT_TRUE(right.wait(in(0s)).empty());
}

TEST_F(SharedTransportTest, AnswersForOthersDoNotEndABranchsWait) {
  right.start(to("b"), in(1s));
  clock.advance(5ms);
  left.start(to("a"), in(1s));
  EXPECT_EQ(bodies(left.wait(in(1s))), std::vector<std::string>{"a"});
}

TEST_F(SharedTransportTest, BranchWaitsNoLongerThanItIsTold) {
  right.start(to("b"), in(1s));
  const auto until = in(20ms);
  EXPECT_TRUE(left.wait(until).empty());
  EXPECT_EQ(clock.now().mono, until);
}

TEST_F(SharedTransportTest, CommonWaitEndsWithTheFirstAnswerAndKeepsIt) {
  right.start(to("b"), in(1s));
  const auto begun = clock.now().mono;
  shared.wait(in(1h));
  EXPECT_EQ(clock.now().mono, begun + 10ms);
  shared.wait(in(1h));  // what is kept is to be fetched first
  EXPECT_EQ(clock.now().mono, begun + 10ms);
  EXPECT_EQ(right.wait(in(0s)).size(), 1U);
}

TEST_F(SharedTransportTest, WakeOfAnyBranchEndsTheCommonWait) {
  const auto begun = clock.now().mono;
  left.wake();
  shared.wait(in(1h));
  EXPECT_EQ(clock.now().mono, begun);
}

}  // namespace
}  // namespace v2only::net
