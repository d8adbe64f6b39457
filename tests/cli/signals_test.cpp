#include "cli/signals.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <thread>

namespace v2only::cli {
namespace {

class CountingTransport final : public net::Transport {
 public:
  net::RequestId start(net::Request /*request*/, MonoTime /*deadline*/) override { return 0; }
  std::vector<net::Completion> wait(MonoTime /*until*/) override { return {}; }
  void wake() override { ++woken; }
  int woken = 0;
};

TEST(SignalWatch, OneAsksToStopAndASecondToLeave) {
  CountingTransport transport;
  const SignalWatch watch(&transport);
  EXPECT_FALSE(SignalWatch::stop_asked());
  (void)std::raise(SIGINT);
  EXPECT_EQ(SignalWatch::stop_asked(), "Ctrl-C");
  EXPECT_FALSE(SignalWatch::leave_now());
  std::this_thread::sleep_for(std::chrono::milliseconds(550));
  (void)std::raise(SIGTERM);
  EXPECT_EQ(SignalWatch::stop_asked(), "Ctrl-C") << "the first one is the reason";
  EXPECT_TRUE(SignalWatch::leave_now());
  EXPECT_EQ(transport.woken, 2);
}

TEST(SignalWatch, OnesWithinHalfASecondAreTheSameWish) {
  const SignalWatch watch(nullptr);
  for (int i = 0; i < 3; ++i) (void)std::raise(SIGTERM);
  EXPECT_TRUE(SignalWatch::stop_asked());
  EXPECT_FALSE(SignalWatch::leave_now());
}

TEST(SignalWatch, LostTerminalAsksToStopHoweverOften) {
  const SignalWatch watch(nullptr);
  (void)std::raise(SIGHUP);
  (void)std::raise(SIGHUP);
  EXPECT_TRUE(SignalWatch::stop_asked());
  EXPECT_FALSE(SignalWatch::leave_now());
}

TEST(SignalWatch, LostTerminalThatNohupIgnoresStaysIgnored) {
  (void)std::signal(SIGHUP, SIG_IGN);
  {
    const SignalWatch watch(nullptr);
    (void)std::raise(SIGHUP);
    EXPECT_FALSE(SignalWatch::stop_asked());
  }
  (void)std::raise(SIGHUP);  // and after the watch too
  (void)std::signal(SIGHUP, SIG_DFL);
}

TEST(SignalWatch, EachWatchBeginsAnew) {
  {
    const SignalWatch watch(nullptr);
    (void)std::raise(SIGINT);
  }
  const SignalWatch watch(nullptr);
  EXPECT_FALSE(SignalWatch::stop_asked());
}

}  // namespace
}  // namespace v2only::cli
