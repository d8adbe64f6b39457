// When each call's turn comes, which request carries it, and the loop around both: what a caller of
// this room is besides its rules.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/random.h"
#include "net/transport.h"
#include "netapp/call.h"

namespace v2only::netapp {

class Turns {
 public:
  Turns(net::Transport& transport, const Clock& clock, Random random)
      : transport_(transport), clock_(clock), random_(random) {}

  Now now() const { return clock_.now(); }
  void schedule(CallId id, Duration delay) { due_.emplace(clock_.now().mono + delay, id); }

  // Full jitter before the n-th retry, n from 1.
  Duration jitter(int retry, const CallerOptions& options) {
    const double most = std::min(
        static_cast<double>(options.base_delay.count()) * std::ldexp(1.0, std::min(retry, 30) - 1),
        static_cast<double>(options.longest_delay.count()));
    return Duration(static_cast<Duration::rep>(random_.unit() * most));
  }

  void send(CallId id, net::Request request, Duration timeout) {
    sent_.emplace(transport_.start(std::move(request), clock_.now().mono + timeout), id);
  }

  std::optional<MonoTime> due() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->first;
  }

  // Lets `launch(CallId)` start what is due and `settle(CallId, result)` judge what came, until
  // `replies` holds something, wake() was called or `until` has come.
  template <class Reply, class Launch, class Settle>
  void drive(MonoTime until, std::vector<Reply>& replies, Launch launch, Settle settle) {
    for (;;) {
      launch_due(launch);
      if (!replies.empty()) return;
      const auto target = due_.empty() ? until : std::min(until, due_.begin()->first);
      auto completions = transport_.wait(target);
      const bool quiet = completions.empty();
      for (auto& completion : completions) {
        auto request = sent_.extract(completion.id);
        if (!request.empty()) settle(request.mapped(), std::move(completion.result));
      }
      if (!quiet || !replies.empty()) continue;
      const auto now = clock_.now().mono;
      const bool woken = now < target;
      if (woken || now >= until) return;
    }
  }

 private:
  template <class Launch>
  void launch_due(Launch& launch) {
    const auto now = clock_.now().mono;
    while (!due_.empty() && due_.begin()->first <= now) {
      const auto id = due_.begin()->second;
      due_.erase(due_.begin());
      launch(id);
    }
  }

  net::Transport& transport_;
  const Clock& clock_;
  Random random_;
  std::set<std::pair<MonoTime, CallId>> due_;
  std::unordered_map<net::RequestId, CallId> sent_;
};

}  // namespace v2only::netapp
