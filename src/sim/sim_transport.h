// The in-process door: a Transport and a Clock over a World, in virtual time.
#pragma once

#include <map>
#include <vector>

#include "core/clock.h"
#include "net/transport.h"
#include "sim/world.h"

namespace v2only::sim {

// Virtual wall and monotonic time. Tests move it, and may set one apart from the other (a machine
// that was suspended, a clock that was stepped).
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(WallTime start) : now_{start, MonoTime{} + std::chrono::hours(1)} {}
  Now now() const override { return now_; }
  void advance(Duration by) {
    now_.wall += by;
    now_.mono += by;
  }
  void suspend(Duration by) { now_.wall += by; }  // monotonic time stands still
  void step_wall(Duration by) { now_.wall += by; }

 private:
  Now now_;
};

// wait() moves the clock to whatever comes first: an answer, a deadline, or `until`.
class SimTransport final : public net::Transport {
 public:
  SimTransport(World& world, VirtualClock& clock);

  net::RequestId start(net::Request request, MonoTime deadline) override;
  std::vector<net::Completion> wait(MonoTime until) override;
  void wake() override;

 private:
  World& world_;
  VirtualClock& clock_;
  net::RequestId next_ = 1;
  bool woken_ = false;
  std::multimap<MonoTime, net::Completion> pending_;
};

}  // namespace v2only::sim
