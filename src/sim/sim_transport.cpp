#include "sim/sim_transport.h"

#include <algorithm>
#include <utility>

#include "net/url.h"

namespace v2only::sim {
namespace {

using net::Sent;
using net::TransportError;
using net::TransportErrorKind;

TransportError timed_out() {
  return {TransportErrorKind::kTimeout, Sent::kMaybe, "no answer before the deadline"};
}

// What a client makes of the answer; nothing where it waits in vain.
std::optional<std::variant<net::Response, TransportError>> received(Answer answer,
                                                                    std::size_t most_bytes) {
  switch (answer.way) {
    case Answer::Way::kRefused:
      return TransportError{TransportErrorKind::kConnect, Sent::kNo, "connection refused"};
    case Answer::Way::kCut:
      return TransportError{TransportErrorKind::kCut, Sent::kMaybe,
                            "the connection ended without an answer"};
    case Answer::Way::kHalf:
      return TransportError{TransportErrorKind::kCut, Sent::kMaybe,
                            "the connection ended inside the answer"};
    case Answer::Way::kHang:
      return std::nullopt;
    case Answer::Way::kWhole:
      break;
  }
  if (answer.response.body.size() > most_bytes) {
    return TransportError{TransportErrorKind::kTooLarge, Sent::kMaybe,
                          "the answer is larger than the caller takes"};
  }
  return std::move(answer.response);
}

}  // namespace

SimTransport::SimTransport(World& world, VirtualClock& clock) : world_(world), clock_(clock) {}

// A connection without a request meets no service: only whether the host takes it.
Answer SimTransport::connect(const net::Request& request) {
  world_.advance_to(clock_.true_time());
  const auto url = net::parse_url(request.url);
  return {url ? world_.connects(url->host) : Answer::Way::kRefused, {}, {}};
}

net::RequestId SimTransport::start(net::Request request, MonoTime deadline) {
  const auto id = next_++;
  auto answer =
      request.connect_only ? connect(request) : world_.arrive(request, clock_.true_time());
  Flight flight;
  flight.id = id;
  flight.deadline = deadline;
  flight.due = clock_.true_time() + answer.latency;
  flight.result = received(std::move(answer), request.max_response_bytes);
  flights_.push_back(std::move(flight));
  return id;
}

void SimTransport::collect(std::vector<net::Completion>& out) {
  const auto now = clock_.now().mono;
  const auto there = [&](const Flight& f) { return f.result && f.due <= clock_.true_time(); };
  const auto over = [&](const Flight& f) { return there(f) || f.deadline <= now; };
  std::stable_sort(flights_.begin(), flights_.end(),
                   [](const Flight& a, const Flight& b) { return a.due < b.due; });
  for (auto& flight : flights_) {
    if (!over(flight)) continue;
    if (there(flight)) {
      out.push_back({flight.id, std::move(*flight.result)});
    } else {
      out.push_back({flight.id, timed_out()});
    }
    flight.id = 0;
  }
  std::erase_if(flights_, [](const Flight& f) { return f.id == 0; });
}

// How far time goes on at most until an answer, a deadline, an event of the world, or `until`.
std::optional<Duration> SimTransport::next_step(MonoTime until) const {
  const auto mono = clock_.now().mono;
  const auto real = clock_.true_time();
  std::optional<Duration> step;
  const auto at_most = [&](Duration d) {
    d = std::max(d, Duration::zero());
    step = step ? std::min(*step, d) : d;
  };
  if (until != MonoTime::max()) at_most(until - mono);
  for (const auto& flight : flights_) {
    if (flight.result) at_most(flight.due - real);
    if (flight.deadline != MonoTime::max()) at_most(flight.deadline - mono);
  }
  if (const auto event = world_.next_event()) at_most(*event - real);
  return step;
}

std::vector<net::Completion> SimTransport::wait(MonoTime until) {
  std::vector<net::Completion> out;
  for (;;) {
    world_.advance_to(clock_.true_time());
    collect(out);
    if (woken_.exchange(false) || !out.empty() || clock_.now().mono >= until) return out;
    const auto step = next_step(until);
    if (!step) return out;  // nothing can ever come, in no time
    clock_.advance(*step);
  }
}

void SimTransport::wake() { woken_ = true; }

}  // namespace v2only::sim
