#include "cli/signals.h"

#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <ctime>

namespace v2only::cli {
namespace {

constexpr std::array kWatched = {SIGINT, SIGTERM, SIGHUP};

// A signal handler reaches nothing but globals.
std::atomic<int> first_signal = 0;    // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<bool> insisting = false;  // NOLINT(*-avoid-non-const-global-variables)
// When the first Ctrl-C or SIGTERM came, by the monotonic clock in milliseconds; 0: none yet.
std::atomic<std::int64_t> wished_at = 0;         // NOLINT(*-avoid-non-const-global-variables)
std::atomic<net::Transport*> to_wake = nullptr;  // NOLINT(*-avoid-non-const-global-variables)
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);
static_assert(std::atomic<std::int64_t>::is_always_lock_free);
static_assert(std::atomic<net::Transport*>::is_always_lock_free);

constexpr std::int64_t kSameWishMs = 500;

// clock_gettime(2) may be called in a signal handler; std::chrono does not promise it.
std::int64_t now_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

extern "C" void on_signal(int number) {
  int none = 0;
  first_signal.compare_exchange_strong(none, number);
  if (number != SIGHUP) {
    std::int64_t never = 0;
    const auto now = now_ms();
    const bool first = wished_at.compare_exchange_strong(never, now);
    if (!first && now - never >= kSameWishMs) insisting = true;
  }
  if (auto* transport = to_wake.load()) transport->wake();
}

// SIGHUP that was ignored when we were started (nohup) stays so.
bool stays_ignored(int number) {
  struct sigaction now {};
  sigaction(number, nullptr, &now);
  return number == SIGHUP && now.sa_handler == SIG_IGN;
}

void set_handler(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  for (const int number : kWatched) {
    if (!stays_ignored(number)) sigaction(number, &action, nullptr);
  }
}

}  // namespace

SignalWatch::SignalWatch(net::Transport* transport) {
  first_signal = 0;
  insisting = false;
  wished_at = 0;
  to_wake = transport;
  set_handler(on_signal);
}

SignalWatch::~SignalWatch() {
  set_handler(SIG_DFL);
  to_wake = nullptr;
}

std::optional<std::string> SignalWatch::stop_asked() {
  switch (first_signal.load()) {
    case 0:
      return std::nullopt;
    case SIGINT:
      return "Ctrl-C";
    case SIGTERM:
      return "SIGTERM";
    default:
      return "SIGHUP: the terminal was lost";
  }
}

bool SignalWatch::leave_now() { return insisting.load(); }

}  // namespace v2only::cli
