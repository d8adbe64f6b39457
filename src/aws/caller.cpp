#include "aws/caller.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "aws/endpoints.h"
#include "aws/errors.h"
#include "aws/outcome.h"
#include "aws/query.h"
#include "aws/sigv4.h"
#include "engine/governor.h"

namespace v2only::aws {
namespace {

namespace chr = std::chrono;

// Facts, SDK retry modes (standard, 2026): full jitter over base * 2^(n-1), 20 s at most.
constexpr Duration kPassingBase{50};
constexpr Duration kThrottledBase{1000};
constexpr Duration kLongestDelay{20'000};
// The service's own hint is followed within these bounds above our delay.
constexpr Duration kHintAbove{5000};
// AWS accepts 15 minutes; a stamp that is off by less than this was not refused for its time.
constexpr Duration kSkewSeen = chr::minutes(4);

struct Attempted {
  ApiCall call;
  int attempts = 0;
  int failed = 0;  // attempts that were neither answered nor throttled
  int throttled = 0;
  int timeouts = 0;
  bool clock_corrected = false;
  WallTime signed_at{};
};

}  // namespace

struct Caller::Impl {
  Impl(net::Transport& transport_, const Clock& clock_, Random random_, Session session_,
       CallerOptions options_)
      : transport(transport_),
        clock(clock_),
        random(random_),
        session(std::move(session_)),
        options(std::move(options_)),
        signer(session.credentials) {}

  void schedule(CallId id, const ApiCall& call, Duration delay);
  void launch_due();
  void launch(CallId id);
  bool held_back(CallId id, const Attempted& one);
  void settle(net::Completion completion, std::vector<ApiReply>& replies);
  bool try_again(CallId id, Attempted& one, const Outcome& outcome);
  bool again_after_throttling(CallId id, Attempted& one, const Outcome& outcome);
  bool again_after_failure(CallId id, Attempted& one, const Outcome& outcome);
  bool again_after_clock_correction(CallId id, Attempted& one, const Outcome& outcome);
  Duration delay_before(int retry, Duration base, const Outcome& outcome);
  std::string rate_key(const ApiCall& call) const;
  MonoTime next_due(MonoTime until) const;

  net::Transport& transport;
  const Clock& clock;
  Random random;
  Session session;
  CallerOptions options;
  Signer signer;
  engine::Governor governor;
  Duration clock_offset{};  // AWS's clock - ours
  CallId next_id = 1;
  std::unordered_map<CallId, Attempted> calls;
  std::unordered_map<net::RequestId, CallId> requests;
  std::set<std::pair<MonoTime, CallId>> due;
  std::vector<ApiReply> held;  // replies to calls that their guards held back
  CallStats stats;
};

std::string Caller::Impl::rate_key(const ApiCall& call) const {
  // One session is one account: its id adds nothing to the key.
  return "/" + call.region.str() + "/" + std::string(signing_name(call.service)) + "/" +
         call.action;
}

// Every request takes a token, repeated ones too: AWS counts them all.
void Caller::Impl::schedule(CallId id, const ApiCall& call, Duration delay) {
  const auto now = clock.now().mono;
  auto at = now + delay;
  if (options.table_rates) {
    const auto size = engine::published_bucket(signing_name(call.service), call.action);
    at = std::max(at, governor.take(rate_key(call), size, now));
  }
  due.emplace(at, id);
}

void Caller::Impl::launch_due() {
  const auto now = clock.now().mono;
  while (!due.empty() && due.begin()->first <= now) {
    const auto id = due.begin()->second;
    due.erase(due.begin());
    launch(id);
  }
}

// A machine that slept, or a long wait for its turn, may have outlived what the call rests on.
bool Caller::Impl::held_back(CallId id, const Attempted& one) {
  const auto& guard = one.call.guard;
  if (!guard || !is_older_than(guard->read_at, clock.now(), guard->good_for)) return false;
  ApiReply reply;
  reply.id = id;
  reply.fate = Fate::kRefused;
  reply.attempts = one.attempts;
  reply.error = {std::string(kHeldBackCode), "what it rests on was read too long ago", 0};
  held.push_back(std::move(reply));
  return true;
}

// Signed afresh each time: a retry has a time, and perhaps a clock offset, of its own.
void Caller::Impl::launch(CallId id) {
  auto& one = calls.at(id);
  if (held_back(id, one)) {
    calls.erase(id);
    return;
  }
  const auto now = clock.now();
  auto request = query_request(one.call, session.endpoint(one.call.service, one.call.region),
                               options.user_agent);
  one.signed_at = now.wall + clock_offset;
  signer.sign(request, {one.call.region.str(), std::string(signing_name(one.call.service))},
              one.signed_at);
  ++one.attempts;
  ++stats.requests;
  requests.emplace(transport.start(std::move(request), now.mono + options.timeout), id);
}

Duration Caller::Impl::delay_before(int retry, Duration base, const Outcome& outcome) {
  const double most = std::min(static_cast<double>(base.count()) * std::ldexp(1.0, retry - 1),
                               static_cast<double>(kLongestDelay.count()));
  const Duration drawn(static_cast<Duration::rep>(random.unit() * most));
  if (!outcome.retry_after) return drawn;
  return std::clamp(*outcome.retry_after, drawn, drawn + kHintAbove);
}

bool Caller::Impl::again_after_throttling(CallId id, Attempted& one, const Outcome& outcome) {
  ++stats.throttled;
  ++one.throttled;
  if (options.table_rates) governor.throttled(rate_key(one.call), clock.now().mono);
  const bool may =
      one.call.write ? one.throttled < options.max_throttled : one.attempts < options.max_attempts;
  if (may) schedule(id, one.call, delay_before(one.throttled, kThrottledBase, outcome));
  return may;
}

bool Caller::Impl::again_after_failure(CallId id, Attempted& one, const Outcome& outcome) {
  ++one.failed;
  if (outcome.timed_out) ++one.timeouts;
  // A write that may have been carried out is for the engine to look after.
  if (one.call.write && outcome.kind != OutcomeKind::kNotSent) return false;
  const int counted = one.call.write ? one.failed : one.attempts;
  if (counted >= options.max_attempts || one.timeouts >= options.max_timeouts) return false;
  schedule(id, one.call, delay_before(one.failed, kPassingBase, outcome));
  return true;
}

bool Caller::Impl::again_after_clock_correction(CallId id, Attempted& one, const Outcome& outcome) {
  if (one.clock_corrected || !outcome.server_time || !may_be_clock_skew(outcome.error.code)) {
    return false;
  }
  const auto off = *outcome.server_time - one.signed_at;
  if (chr::abs(off) <= kSkewSeen) return false;
  one.clock_corrected = true;
  clock_offset = *outcome.server_time - clock.now().wall;
  schedule(id, one.call, Duration::zero());
  return true;
}

bool Caller::Impl::try_again(CallId id, Attempted& one, const Outcome& outcome) {
  switch (outcome.kind) {
    case OutcomeKind::kDone:
      return false;
    case OutcomeKind::kThrottled:
      return again_after_throttling(id, one, outcome);
    case OutcomeKind::kRefused:
      return again_after_clock_correction(id, one, outcome);
    case OutcomeKind::kNotSent:
    case OutcomeKind::kUncertain:
      return again_after_failure(id, one, outcome);
  }
  return false;
}

void Caller::Impl::settle(net::Completion completion, std::vector<ApiReply>& replies) {
  auto request = requests.extract(completion.id);
  if (request.empty()) return;  // of somebody else on the same transport
  const auto id = request.mapped();
  auto& one = calls.at(id);
  auto outcome = outcome_of(one.call, std::move(completion.result), session.credentials);
  if (try_again(id, one, outcome)) return;

  ApiReply reply;
  reply.id = id;
  reply.attempts = one.attempts;
  reply.request_id = std::move(outcome.request_id);
  reply.body = std::move(outcome.body);
  reply.error = std::move(outcome.error);
  reply.fate = outcome.kind == OutcomeKind::kDone        ? Fate::kDone
               : outcome.kind == OutcomeKind::kUncertain ? Fate::kUnknown
                                                         : Fate::kRefused;
  replies.push_back(std::move(reply));
  calls.erase(id);
}

MonoTime Caller::Impl::next_due(MonoTime until) const {
  return due.empty() ? until : std::min(until, due.begin()->first);
}

Caller::Caller(net::Transport& transport, const Clock& clock, Random random, Session session,
               CallerOptions options)
    : impl_(std::make_unique<Impl>(transport, clock, random, std::move(session),
                                   std::move(options))) {}
Caller::~Caller() = default;

CallId Caller::submit(ApiCall call) {
  const auto id = impl_->next_id++;
  ++impl_->stats.calls;
  const auto [one, fresh] = impl_->calls.emplace(id, Attempted{});
  one->second.call = std::move(call);
  impl_->schedule(id, one->second.call, Duration::zero());
  return id;
}

std::vector<ApiReply> Caller::wait(MonoTime until) {
  std::vector<ApiReply> replies;
  for (;;) {
    impl_->launch_due();
    for (auto& reply : std::exchange(impl_->held, {})) replies.push_back(std::move(reply));
    if (!replies.empty()) return replies;
    const auto target = impl_->next_due(until);
    auto completions = impl_->transport.wait(target);
    const bool quiet = completions.empty();
    for (auto& completion : completions) impl_->settle(std::move(completion), replies);
    if (!quiet || !replies.empty()) continue;
    const auto now = impl_->clock.now().mono;
    const bool woken = now < target;
    if (woken || now >= until) return replies;
  }
}

std::optional<MonoTime> Caller::due() const {
  if (impl_->due.empty()) return std::nullopt;
  return impl_->due.begin()->first;
}

std::size_t Caller::in_flight() const { return impl_->calls.size(); }
const CallStats& Caller::stats() const { return impl_->stats; }
const Session& Caller::session() const { return impl_->session; }

}  // namespace v2only::aws
