// The in-process door: a Transport and a Clock over a World, in virtual time.
#pragma once

#include <atomic>
#include <optional>
#include <variant>
#include <vector>

#include "core/clock.h"
#include "net/transport.h"
#include "sim/world.h"

namespace v2only::sim {

// Virtual time, as one machine's clocks show it. Tests move it, and may set one clock apart from
// the other, or from the truth (a machine that was suspended, a clock that was stepped).
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(WallTime start)
      : now_{start, MonoTime{} + std::chrono::hours(1)}, true_time_(start) {}
  Now now() const override { return now_; }
  // The world's own time, which no step of this machine's clock moves.
  WallTime true_time() const { return true_time_; }

  void advance(Duration by) {
    now_.wall += by;
    now_.mono += by;
    true_time_ += by;
  }
  // Monotonic time stands still while the machine sleeps; the world does not.
  void suspend(Duration by) {
    now_.wall += by;
    true_time_ += by;
  }
  // Somebody sets this machine's clock.
  void step_wall(Duration by) { now_.wall += by; }

 private:
  Now now_;
  WallTime true_time_;
};

// wait() moves the clock to whatever comes first: an answer, a deadline, or `until`; what the world
// does by itself happens on the way, each at its own time. A request takes effect as it is started;
// only its answer travels. Where nothing is under way and nothing will ever happen, a wait()
// without end returns at once.
class SimTransport final : public net::Transport {
 public:
  SimTransport(World& world, VirtualClock& clock);

  net::RequestId start(net::Request request, MonoTime deadline) override;
  std::vector<net::Completion> wait(MonoTime until) override;
  void wake() override;

 private:
  struct Flight {
    net::RequestId id = 0;
    WallTime due{};  // in the world's time: an answer comes in while the machine sleeps
    MonoTime deadline{};
    std::optional<std::variant<net::Response, net::TransportError>> result;  // none: never
  };
  Answer connect(const net::Request& request);
  void collect(std::vector<net::Completion>& out);
  std::optional<Duration> next_step(MonoTime until) const;

  World& world_;
  VirtualClock& clock_;
  net::RequestId next_ = 1;
  std::atomic<bool> woken_ = false;
  std::vector<Flight> flights_;
};

}  // namespace v2only::sim
