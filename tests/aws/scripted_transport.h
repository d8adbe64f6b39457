// A Transport that answers from a script, in virtual time, and the clock that goes with it.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/clock.h"
#include "net/transport.h"

namespace v2only::aws::testing {

class ManualClock final : public Clock {
 public:
  Now now() const override { return now_; }
  void advance(Duration by) {
    now_.wall += by;
    now_.mono += by;
  }
  void step_wall(Duration by) { now_.wall += by; }

 private:
  Now now_{parse_utc("2026-11-24T07:33:12Z").value(), MonoTime{} + std::chrono::hours(1)};
};

using Result = std::variant<net::Response, net::TransportError>;

struct SentRequest {
  net::Request request;
  Now at{};
  MonoTime deadline{};
};

// Each request takes the next scripted answer (the last one again when they are used up), which
// arrives `latency` later. wait() moves the clock to whatever comes first.
class ScriptedTransport final : public net::Transport {
 public:
  explicit ScriptedTransport(ManualClock& clock) : clock_(clock) {}

  ScriptedTransport& then(Result answer) {
    script_.push_back(std::move(answer));
    return *this;
  }
  // Answers by request instead of by turn.
  std::function<Result(const net::Request&)> answer_by;
  Duration latency{10};

  net::RequestId start(net::Request request, MonoTime deadline) override {
    const auto id = next_++;
    pending_.emplace(clock_.now().mono + latency,
                     net::Completion{id, answer_by ? answer_by(request) : next_answer()});
    sent.push_back({std::move(request), clock_.now(), deadline});
    return id;
  }

  std::vector<net::Completion> wait(MonoTime until) override {
    if (woken_) {
      woken_ = false;
      return {};
    }
    const auto first = pending_.empty() ? until : std::min(until, pending_.begin()->first);
    if (first > clock_.now().mono) clock_.advance(first - clock_.now().mono);
    std::vector<net::Completion> out;
    while (!pending_.empty() && pending_.begin()->first <= clock_.now().mono) {
      out.push_back(std::move(pending_.begin()->second));
      pending_.erase(pending_.begin());
    }
    return out;
  }

  void wake() override { woken_ = true; }

  std::vector<SentRequest> sent;

 private:
  Result next_answer() {
    auto answer = script_.front();
    if (script_.size() > 1) script_.pop_front();
    return answer;
  }

  ManualClock& clock_;
  std::deque<Result> script_;
  std::multimap<MonoTime, net::Completion> pending_;
  net::RequestId next_ = 1;
  bool woken_ = false;
};

inline net::Response answer(int status, std::string body, std::vector<net::Header> headers = {}) {
  net::Response response;
  response.status = status;
  response.body = std::move(body);
  response.headers = std::move(headers);
  return response;
}

inline net::Response ec2_error(int status, const std::string& code,
                               const std::string& message = "said so",
                               std::vector<net::Header> headers = {}) {
  return answer(status,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>" +
                    code + "</Code><Message>" + message +
                    "</Message></Error></Errors><RequestID>rid-error</RequestID></Response>",
                std::move(headers));
}

inline net::TransportError transport_error(net::TransportErrorKind kind, net::Sent sent) {
  return {kind, sent, "ec2.test:443: it broke"};
}

}  // namespace v2only::aws::testing
