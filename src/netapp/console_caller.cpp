#include "netapp/console_caller.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "net/url.h"
#include "netapp/console_outcome.h"
#include "netapp/turns.h"

namespace v2only::netapp {
namespace {

// A token is renewed when it has less than this left, or a tenth of its life.
constexpr Duration kRenewBefore = std::chrono::minutes(5);
constexpr CallId kTokenTurn = 0;  // calls begin with 1

struct Attempted {
  ConsoleCall call;
  int attempts = 0;
  int login = 0;  // which token the last attempt carried
  bool logged_in_anew = false;
};

Fate fate_of(ConsoleOutcomeKind kind) {
  if (kind == ConsoleOutcomeKind::kDone) return Fate::kDone;
  return kind == ConsoleOutcomeKind::kUncertain ? Fate::kUnknown : Fate::kRefused;
}

// A login goes over https only, or does not leave this machine. Why it may not; nothing when it
// may.
std::optional<Error> login_in_the_clear(const ConsoleTarget& target) {
  if (target.restricted()) return std::nullopt;
  const auto token_url =
      target.token_url.empty() ? token_url_of(target.endpoint) : target.token_url;
  for (const auto& address : {target.endpoint, token_url}) {
    const auto url = net::parse_url(address);
    if (!url) return url.error();
    const bool here = url->host == "localhost" || url->host == "::1" || url->host == "127.0.0.1";
    if (url->scheme == "https" || here) continue;
    return Error{ErrorCode::kUsage, "a login to the NetApp Console does not go over plain http",
                 address, "write the endpoint as https://HOST"};
  }
  return std::nullopt;
}

}  // namespace

struct ConsoleCaller::Impl {
  Impl(net::Transport& transport, const Clock& clock, Random random, ConsoleTarget target_,
       CallerOptions options_)
      : turns(transport, clock, random), target(std::move(target_)), options(std::move(options_)) {}

  bool needs_token() const;
  void ask_token(Duration delay);
  void launch(CallId id);
  bool held_back(CallId id, const Attempted& one);
  void settle(CallId id, const HttpResult& result);
  void settle_token(const HttpResult& result);
  bool try_again(CallId id, Attempted& one, ConsoleOutcomeKind kind);
  void log_in_anew(CallId id, Attempted& one);
  void refuse(CallId id, Error why, bool login);

  Turns turns;
  ConsoleTarget target;
  CallerOptions options;
  Secret token;
  Now token_from;
  Duration token_good_for{};
  int login = 0;  // counts the tokens
  bool token_asked = false;
  int token_attempts = 0;
  std::optional<Error> unusable;
  std::optional<Error> login_refused;
  std::vector<CallId> behind;  // wait for a token
  std::unordered_map<CallId, Attempted> calls;
  std::vector<ConsoleReply> replies;
  CallId next_id = 1;
};

bool ConsoleCaller::Impl::needs_token() const {
  if (target.restricted()) return false;
  return token.empty() || is_older_than(token_from, turns.now(), token_good_for);
}

void ConsoleCaller::Impl::ask_token(Duration delay) {
  token_asked = true;
  turns.schedule(kTokenTurn, delay);
}

void ConsoleCaller::Impl::refuse(CallId id, Error why, bool of_login) {
  ConsoleReply reply;
  reply.id = id;
  reply.fate = Fate::kRefused;
  reply.login_refused = of_login;
  reply.attempts = calls.at(id).attempts;
  reply.why = std::move(why);
  replies.push_back(std::move(reply));
  calls.erase(id);
}

bool ConsoleCaller::Impl::held_back(CallId id, const Attempted& one) {
  const auto& guard = one.call.guard;
  if (!guard || !is_older_than(guard->read_at, turns.now(), guard->good_for)) return false;
  refuse(id,
         {ErrorCode::kConflict,
          one.call.method + " " + one.call.path +
              " was not sent: what it rests on was read too long ago",
          target.restricted() ? target.agent : target.endpoint,
          {}},
         false);
  replies.back().held_back = true;
  return true;
}

void ConsoleCaller::Impl::launch(CallId id) {
  if (id == kTokenTurn) {
    ++token_attempts;
    turns.send(id, token_request(target, options.user_agent), options.timeout);
    return;
  }
  auto& one = calls.at(id);
  if (unusable) return refuse(id, *unusable, false);
  if (login_refused) return refuse(id, *login_refused, true);
  if (needs_token()) {
    behind.push_back(id);
    if (!token_asked) ask_token(Duration::zero());
    return;
  }
  if (held_back(id, one)) return;
  one.login = login;
  ++one.attempts;
  turns.send(id, console_request(one.call, target, token, options.user_agent), options.timeout);
}

void ConsoleCaller::Impl::settle_token(const HttpResult& result) {
  auto outcome = token_outcome(target, result);
  if (!outcome.token && !outcome.refused && token_attempts < options.max_attempts) {
    turns.schedule(kTokenTurn, turns.jitter(token_attempts, options));
    return;
  }
  token_asked = false;
  token_attempts = 0;
  const auto waiting = std::exchange(behind, {});
  if (!outcome.token) {
    if (outcome.refused) login_refused = outcome.why;
    for (const auto id : waiting) refuse(id, outcome.why, outcome.refused);
    return;
  }
  ++login;
  token = std::move(outcome.token->text);
  token_from = turns.now();
  const auto life = outcome.token->lifetime;
  token_good_for = life - std::min(kRenewBefore, life / 10);
  for (const auto id : waiting) turns.schedule(id, Duration::zero());
}

// What was answered 401 was not carried out, a write neither. Another call may have brought a new
// token meanwhile.
void ConsoleCaller::Impl::log_in_anew(CallId id, Attempted& one) {
  one.logged_in_anew = true;
  if (one.login == login) token = Secret();
  turns.schedule(id, Duration::zero());
}

bool ConsoleCaller::Impl::try_again(CallId id, Attempted& one, ConsoleOutcomeKind kind) {
  if (kind == ConsoleOutcomeKind::kTokenRefused && !one.logged_in_anew && !target.restricted()) {
    log_in_anew(id, one);
    return true;
  }
  const bool may = kind == ConsoleOutcomeKind::kNotSent ||
                   (kind == ConsoleOutcomeKind::kUncertain && !one.call.is_write());
  if (!may || one.attempts >= options.max_attempts) return false;
  turns.schedule(id, turns.jitter(one.attempts, options));
  return true;
}

void ConsoleCaller::Impl::settle(CallId id, const HttpResult& result) {
  if (id == kTokenTurn) return settle_token(result);
  auto& one = calls.at(id);
  auto outcome = console_outcome(one.call, result, token);
  if (try_again(id, one, outcome.kind)) return;
  ConsoleReply reply;
  reply.id = id;
  reply.fate = fate_of(outcome.kind);
  reply.http_status = outcome.http_status;
  if (reply.fate != Fate::kDone) reply.why = console_error(one.call, target, outcome);
  reply.body = std::move(outcome.body);
  reply.request_id = std::move(outcome.request_id);
  reply.busy = outcome.http_status == 409;
  reply.login_refused = outcome.kind == ConsoleOutcomeKind::kTokenRefused;
  reply.attempts = one.attempts;
  replies.push_back(std::move(reply));
  calls.erase(id);
}

ConsoleCaller::ConsoleCaller(net::Transport& transport, const Clock& clock, Random random,
                             ConsoleTarget target, CallerOptions options)
    : impl_(
          std::make_unique<Impl>(transport, clock, random, std::move(target), std::move(options))) {
  for (auto* address : {&impl_->target.endpoint, &impl_->target.agent}) {
    while (address->ends_with('/')) address->pop_back();
  }
  impl_->unusable = login_in_the_clear(impl_->target);
}
ConsoleCaller::~ConsoleCaller() = default;

CallId ConsoleCaller::submit(ConsoleCall call) {
  const auto id = impl_->next_id++;
  impl_->calls.emplace(id, Attempted{}).first->second.call = std::move(call);
  impl_->turns.schedule(id, Duration::zero());
  return id;
}

std::vector<ConsoleReply> ConsoleCaller::wait(MonoTime until) {
  impl_->turns.drive(
      until, impl_->replies, [this](CallId id) { impl_->launch(id); },
      [this](CallId id, const HttpResult& result) { impl_->settle(id, result); });
  return std::exchange(impl_->replies, {});
}

std::optional<MonoTime> ConsoleCaller::due() const {
  if (!impl_->replies.empty()) return impl_->turns.now().mono;
  return impl_->turns.due();
}

std::size_t ConsoleCaller::in_flight() const { return impl_->calls.size() + impl_->replies.size(); }

bool ConsoleCaller::renews_unattended() const {
  return !impl_->target.restricted() && !impl_->login_refused &&
         (!impl_->target.refresh_token.empty() || !impl_->target.client_secret.empty());
}

}  // namespace v2only::netapp
